"""JMeter, held at a variable of its plan whose value is read from a named pipe: it is read when all of the plan is loaded, before any thread starts."""
import os
import socket

from lxml import etree

from bzt.jmx import JMX
from bzt.modules.jmeter import JMeter as JMeterTool, JMeterExecutor

from loadstar_bzt.gate import FileGate, Waiting, await_end

TEST_PLAN_TREE = "jmeterTestPlan>hashTree>hashTree"


class JMeter(Waiting, JMeterExecutor):
    TOOL = "JMeter"

    def install_required_tools(self):
        # The worker has looked at it.
        self.tool = self._get_tool(JMeterTool, config=self.settings, props=self.properties)

    def prepare(self):
        super().prepare()
        self.gate = FileGate(self.engine.create_artifact("jmeter", ".go"))
        jmx = JMX(self.modified_jmx)
        variables = jmx.add_user_def_vars_elements({"LOADSTAR_GO": "${__FileToString(%s)}" % self.gate.path})
        jmx.append(TEST_PLAN_TREE, variables)
        jmx.append(TEST_PLAN_TREE, etree.Element("hashTree"))
        jmx.save(self.modified_jmx)

    def open_tool(self):
        JMeterExecutor.startup(self)

    def is_waiting(self):
        return self.gate.is_awaited()

    def release(self):
        self.gate.open()

    def sources(self):
        return {"format": "jtl", "samples": self.kpi_jtl, "errors": self.log_jtl}

    def ask_to_end(self):
        for command in (b"Shutdown", b"StopTestNow"):
            with socket.socket(type=socket.SOCK_DGRAM) as udp:
                udp.sendto(command, ("localhost", self.management_port))
            if await_end(self.process, self.ENDING_SECONDS / 4):
                return

    def post_process(self):
        if os.path.exists(self.gate.path):
            os.remove(self.gate.path)
        super().post_process()
