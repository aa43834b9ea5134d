"""k6, started paused and resumed through the port that it opens on this machine alone."""
import json
import socket
import urllib.error
import urllib.request

from bzt import TaurusConfigError, ToolError
from bzt.modules.k6 import K6Executor, K6LogReader

from loadstar_bzt import channel
from loadstar_bzt.gate import Waiting

#: What k6 exits with when a threshold of the script was crossed.
THRESHOLDS_CROSSED = 99


class K6(Waiting, K6Executor):
    TOOL = "k6"

    def install_required_tools(self):
        pass  # The worker has looked at it.

    def prepare(self):
        super().prepare()
        self.reader.file = WholeSeconds(self.reader.file)
        self.address = "127.0.0.1:%d" % free_port()

    def open_tool(self):
        command = [self.settings.get("path"), "run", "--paused", "--address", self.address, "--no-usage-report"]
        command += ["--out", "csv=fileName=%s,timeFormat=unix_micro,saveInterval=200ms" % self.kpi_file]
        command += self.execution.get("loadstar-arguments", [])
        command += (self.settings.get("cmdline") or "").split()
        self.process = self._execute(command + [self.script])

    def is_waiting(self):
        try:
            return self._status().get("paused") is True
        except (OSError, ValueError):
            return False

    def release(self):
        body = {"data": {"type": "status", "id": "default", "attributes": {"paused": False}}}
        self._status(json.dumps(body).encode())

    def _status(self, body=None):
        url = "http://%s/v1/status" % self.address
        request = urllib.request.Request(url, data=body, method="GET" if body is None else "PATCH")
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=5) as answer:
            return json.load(answer)["data"]["attributes"]

    def check(self):
        code = self.process.poll()
        if code == THRESHOLDS_CROSSED:
            channel.tell("criterion-failed", message="k6: a threshold of the script was crossed")
        elif code not in (None, 0):
            raise ToolError("k6 exited with non-zero code: %s" % code, self.get_error_diagnostics())
        return code is not None

    def sources(self):
        return {"format": "k6", "samples": self.kpi_file, "errors": None}

    def has_results(self):
        return True

    def get_error_diagnostics(self):
        with open(self.stderr.name, encoding="utf-8", errors="replace") as file:
            return [file.read().strip()]


class WholeSeconds:
    """k6's lines as Taurus reads them: it knows whole seconds only."""

    def __init__(self, file):
        self._file = file

    def get_lines(self, *args, **kwargs):
        for line in self._file.get_lines(*args, **kwargs):
            metric, comma, rest = line.partition(",")
            instant, second_comma, tail = rest.partition(",")
            yield metric + comma + (instant[:-6] if instant.isdigit() else instant) + second_comma + tail


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
