"""Holds the run until the worker says go: by then every tool has started, has read its script and waits."""
import os
import signal
import time

from bzt import ToolError
from bzt.engine import Service

from loadstar_bzt import channel

LOADING_SECONDS_MAX = 100
POLL_SECONDS = 0.02


class Gate(Service):
    """
    The first service: services start before anything else does. Executors must have `open_tool()`, which starts their tool so that it waits;
    `is_waiting()`; `sources()`, which says where its samples appear; and `abandon()`.
    """

    def startup(self):
        executors = self.engine.provisioning.executors
        for executor in executors:
            executor.open_tool()
        for executor in executors:
            self._await(executor)
        channel.tell("prepared", executions=[executor.sources() for executor in executors])
        channel.wait_for_go()

    def _await(self, executor):
        deadline = time.monotonic() + LOADING_SECONDS_MAX
        while not executor.is_waiting():
            code = executor.process.poll()
            if code is not None:
                message = "%s ended with code %s before its load began" % (executor.TOOL, code)
                raise ToolError(message, executor.get_error_diagnostics())
            if time.monotonic() > deadline:
                message = "%s was not ready %s s after it had been started" % (executor.TOOL, LOADING_SECONDS_MAX)
                raise ToolError(message, executor.get_error_diagnostics())
            time.sleep(POLL_SECONDS)

    def shutdown(self):
        for executor in self.engine.provisioning.executors:
            executor.abandon()


def end_group(process, signal_number):
    """Sends a signal to the tool and all that it has started. One that has ended is no error."""
    try:
        os.killpg(process.pid, signal_number)
    except OSError:
        pass


def await_end(process, seconds):
    """True when the process has ended by then."""
    deadline = time.monotonic() + seconds
    while process.poll() is None:
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


class FileGate:
    """A named pipe: who reads it waits until it is opened to them."""

    def __init__(self, path):
        self.path = path
        self._writer = None
        os.mkfifo(path, 0o600)

    def is_awaited(self):
        """True as soon as somebody waits at it."""
        if self._writer is None:
            try:
                self._writer = os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)
            except OSError:
                return False
        return True

    def open(self):
        """Lets through who waits, and whoever reads it later."""
        opened = self.path + ".opened"
        with open(opened, "w", encoding="ascii") as file:
            file.write("go")
        os.rename(opened, self.path)
        os.write(self._writer, b"go")
        os.close(self._writer)


class Waiting:
    """What executors have in common whose tool is started before the run and let go at its start."""

    TOOL = ""
    #: Seconds that a tool gets to end by itself when it is told to.
    ENDING_SECONDS = 2.5

    process = None
    released = False

    def startup(self):
        self.released = True
        self.release()

    def abandon(self):
        if self.process is not None and not self.released:
            end_group(self.process, signal.SIGKILL)

    def shutdown(self):
        if self.process is None or self.process.poll() is not None:
            return
        self.ask_to_end()
        if not await_end(self.process, self.ENDING_SECONDS):
            self.log.warning("%s does not end, killing it", self.TOOL)
        end_group(self.process, signal.SIGKILL)

    def ask_to_end(self):
        end_group(self.process, signal.SIGTERM)
