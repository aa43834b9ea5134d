"""
What worker and Taurus tell each other. Standard input: a line `go` at the start; its end means that the worker is gone. Descriptor 3: events,
a JSON object a line.
"""
import json
import os
import shutil
import signal
import threading
import time

import psutil

EVENTS_DESCRIPTOR = 3

_go = threading.Event()
_telling = threading.Lock()


def tell(event, **fields):
    """Tells the worker something. One that listens no more is no error."""
    line = json.dumps({"event": event, **fields}) + "\n"
    with _telling:
        try:
            os.write(EVENTS_DESCRIPTOR, line.encode())
        except OSError:
            pass


def wait_for_go():
    """Signals are handled meanwhile."""
    while not _go.wait(3600):
        pass


def listen(work_folder):
    """Listens to the worker from now on. When it is gone, all of this session ends, and the work folder with it."""
    os.set_inheritable(EVENTS_DESCRIPTOR, False)
    threading.Thread(target=_listen, args=(work_folder,), daemon=True).start()


def _listen(work_folder):
    said = b""
    # Not through sys.stdin: its lock would be held when Python ends.
    while chunk := os.read(0, 100):
        said += chunk
        if b"go\n" in said:
            _go.set()
    _end_session()
    shutil.rmtree(work_folder, ignore_errors=True)
    os.kill(os.getpid(), signal.SIGKILL)


def _end_session():
    for _ in range(500):
        others = [pid for pid in psutil.pids() if pid != os.getpid() and _is_living_member(pid)]
        if not others:
            return
        for pid in others:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        time.sleep(0.01)


def _is_living_member(pid):
    try:
        return os.getsid(pid) == os.getsid(0) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except (OSError, psutil.Error):
        return False
