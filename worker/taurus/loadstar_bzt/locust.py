"""Locust, held by a named pipe when it has read its script and before the first user starts."""
import os
import sys

from bzt import ToolError
from bzt.modules._locustio import LocustIOExecutor
from bzt.utils import get_full_path

from loadstar_bzt.gate import FileGate, Waiting


class Locust(Waiting, LocustIOExecutor):
    TOOL = "Locust"

    def install_required_tools(self):
        pass  # The worker has looked at it.

    def prepare(self):
        super().prepare()
        self.gate = FileGate(self.engine.create_artifact("locust", ".go"))
        self.log_file = self.engine.create_artifact("locust", ".log")

    def open_tool(self):
        self.env.set({"LOADSTAR_GATE": self.gate.path})
        self.env.add_path({"PYTHONPATH": get_full_path(self.script, step_up=1)})
        self.env.add_path({"PYTHONPATH": self.engine.artifacts_dir})
        command = [sys.executable, "-m", "loadstar_bzt.locust_main", "-f", self.script, "--logfile=%s" % self.log_file]
        command += ["--headless", "--only-summary"]
        command += self.execution.get("loadstar-arguments", [])
        host = self.get_scenario().get("default-address")
        if host:
            command.append("--host=%s" % host)
        self.process = self._execute(command)

    def is_waiting(self):
        return self.gate.is_awaited()

    def release(self):
        self.gate.open()

    def check(self):
        code = self.process.poll()
        # 1: requests failed, which is what the samples say.
        if code not in (None, 0, 1):
            raise ToolError("Locust exited with non-zero code: %s" % code, self.get_error_diagnostics())
        return code is not None

    def sources(self):
        return {"format": "jtl", "samples": self.env.get("JTL"), "errors": None}

    def has_results(self):
        return True

    def post_process(self):
        if os.path.exists(self.gate.path):
            os.remove(self.gate.path)
        super(LocustIOExecutor, self).post_process()
