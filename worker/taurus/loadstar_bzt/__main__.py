"""
Runs Taurus on one configuration file, as `python -m bzt.cli` does:

    python -m loadstar_bzt WORK_FOLDER CONFIG LOG
"""
import signal
import sys

from bzt import ManualShutdown, NormalShutdown, ToolError
from bzt.cli import CLI, get_option_parser

from loadstar_bzt import channel

DIAGNOSTICS_MAX = 4000


class Cli(CLI):
    """Tells the worker what ended Taurus."""

    def handle_exception(self, exc):
        is_first = not self.exit_code
        super().handle_exception(exc)
        if is_first and not isinstance(exc, (ManualShutdown, NormalShutdown)):
            diagnostics = "\n".join(exc.diagnostics or []) if isinstance(exc, ToolError) else ""
            channel.tell(
                "ended-by",
                kind=type(exc).__name__,
                message=str(exc)[:DIAGNOSTICS_MAX],
                diagnostics=diagnostics[-DIAGNOSTICS_MAX:],
            )


def stop(_signal, _frame):
    raise ManualShutdown()


def main():
    work_folder, config, log = sys.argv[1:]
    channel.listen(work_folder)
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    options, _ = get_option_parser().parse_args(["-l", log])
    try:
        code = Cli(options).perform([config])
    except ManualShutdown:
        code = 2
    sys.exit(code)


if __name__ == "__main__":
    main()
