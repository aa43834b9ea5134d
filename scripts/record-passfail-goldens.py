"""
Records what Taurus' own pass/fail module says of synthetic runs: the answers that core/criteria/evaluate.ts has to give too.

    python scripts/record-passfail-goldens.py > core/criteria/evaluate.goldens.json

Needs Python with the package `bzt`. Seeded: the same version of bzt gives the same file.
"""
import json
import logging
import random
import sys
from importlib.metadata import version

from bzt import AutomatedShutdown
from bzt.modules.aggregator import DataPoint, ResultsReader
from bzt.modules.passfail import CriteriaProcessor

EPOCH = 1_700_000_000
NO_RESPONSE = "Non HTTP response code: java.net.ConnectException"

# subject, label, condition, threshold, logic, timeframe. Thresholds of averages lie where no value of the series does: there, only rounding would decide.
CRITERIA = [
    ("avg-rt", "", ">", "0.1503", "for", "5s"),
    ("avg-rt", "home", ">", "203.3ms", "for", "3s"),
    ("avg-rt", "", ">", "0.1807", "within", "6s"),
    ("avg-rt", "cart", "<=", "90.3ms", "within", "4s"),
    ("avg-rt", "", ">", "0.1807", "over", "6s"),
    ("avg-rt", "", ">=", "0.1603", "for", 0),
    ("avg-lt", "", ">", "60.3ms", "for", "4s"),
    ("avg-lt", "home", "<", "0.0313", "over", "5s"),
    ("avg-lt", "", ">", "0.0511", "for", 0),
    ("avg-lt", "", "<", "14.3ms", "for", "1s"),
    ("avg-ct", "", ">", "1.03ms", "for", "2s"),
    ("avg-ct", "cart", ">", "0.7ms", "within", "10s"),
    ("avg-ct", "", "<", "0.0013", "for", 0),
    ("stdev-rt", "", ">", "40.3ms", "for", "3s"),
    ("stdev-rt", "", ">", "71.3ms", "for", 0),
    ("concurr", "", ">=", "20", "for", "3s"),
    ("concurr", "", ">", "17.3", "within", "5s"),
    ("concurrency", "", "=", "30", "for", 0),
    ("hits", "", ">", "30", "for", "4s"),
    ("hits", "home", ">=", "100", "within", "5s"),
    ("hits", "", "<", "60", "over", "4s"),
    ("hits", "", "<", "10", "for", "1s"),
    ("hits", "cart", "<", "400", "for", 0),
    ("bytes", "", ">", "24kb", "for", "3s"),
    ("bytes", "", ">", "20000.3", "within", "3s"),
    ("bytes", "home", ">", "300kb", "for", 0),
    ("succ", "", "<", "20", "for", "3s"),
    ("succ", "", "<", "75", "over", "5s"),
    ("success", "", "<", "80.3%", "for", "2s"),
    ("succ", "home", "<", "97.3%", "for", 0),
    ("fail", "", ">", "0", "for", "1s"),
    ("fail", "", ">=", "20", "within", "5s"),
    ("fail", "cart", ">", "30.3%", "within", "5s"),
    ("fail", "cart", ">", "30.3%", "over", "5s"),
    ("failures", "", ">", "5.3%", "for", 0),
    ("fail", "nowhere", "<=", "100%", "for", "1s"),
    ("p95", "", ">", "200ms", "for", "3s"),
    ("p50", "home", ">", "150.3ms", "within", "5s"),
    ("p99.9", "", ">", "300ms", "over", "3s"),
    ("p90", "", ">=", "0.25", "for", 0),
    ("p0", "", "<", "30.3ms", "for", 0),
    ("p100", "cart", "=", "0.5", "for", "1s"),
    ("rc200", "", "<", "10", "for", "3s"),
    ("rc5??", "", ">", "15", "within", "5s"),
    ("rc5??", "", ">", "10.3%", "for", "2s"),
    ("rc[45]*", "cart", ">", "3.3%", "for", 0),
    ("rc[!2]??", "", ">=", "10", "over", "4s"),
    ("rc*", "", ">", "30", "for", "4s"),
    ("rc503", "home", ">", "0", "for", "1s"),
    ("hits", "", ">", "30", "for", "2500ms"),
    ("hits", "", ">", "80", "within", "2500ms"),
    ("hits", "", ">", "80", "over", "2500ms"),
]


def group(second, label, count, rt_ms, users, code="200", ok=True, connects=False):
    """Samples of a label in a second, all alike. Latency and size follow from the rest."""
    return {
        "second": second, "label": label, "count": count, "rtMs": rt_ms, "ltMs": 0 if code == "0" else rt_ms // 3,
        "ctMs": 2 if connects else 0, "code": code, "ok": ok, "bytes": 400 + rt_ms, "users": users,
    }


def steady(rng):
    for second in range(30):
        for label in ("home", "cart"):
            yield group(second, label, rng.randint(10, 20), rng.randint(50, 250), 10, connects=second == 0)


def slowing(rng):
    for second in range(40):
        yield group(second, "home", 20, 40 + 12 * second, 5 + second // 2, connects=second < 3)
        yield group(second, "cart", rng.randint(5, 15), 30 + rng.randint(5, 9) * second, 5 + second // 2)


def failing(rng):
    for second in range(40):
        broken = 12 <= second < 22
        yield group(second, "home", 15, rng.randint(80, 120), 20, connects=broken)
        if broken:
            yield group(second, "cart", rng.randint(3, 9), 500, 20, code=rng.choice(["500", "503", "404"]), ok=False)
        yield group(second, "cart", rng.randint(4, 12), 500 if broken else rng.randint(60, 90), 20)


def gaps(rng):
    for second in range(45):
        if second % 11 in (4, 5, 6) or rng.random() < 0.15:
            continue
        if rng.random() < 0.7:
            yield group(second, "home", rng.randint(1, 40), rng.randint(20, 400), rng.randint(1, 30))
        if rng.random() < 0.5:
            yield group(second, "cart", rng.randint(1, 40), rng.randint(20, 400), 30, code="201")


def refused(rng):
    for second in range(25):
        down = rng.random() < 0.4
        yield group(second, "home", 12, 3 if down else 100, 8, code="0" if down else "200", ok=not down)
        yield group(second, "cart", 12, 80, 8, code="301", ok=True)


def brief(rng):
    for second in range(2):
        yield group(second, "home", 50, rng.randint(200, 300), 30, connects=True)


SERIES = {each.__name__: each for each in (steady, slowing, failing, gaps, refused, brief)}


class Reader(ResultsReader):
    """Gives the groups' samples to bzt's own aggregation."""

    def __init__(self, groups):
        super().__init__(perc_levels=[0.0, 50.0, 90.0, 95.0, 99.0, 99.9, 100.0])
        self.groups = groups

    def _ramp_up_exclude(self):
        return False

    def _read(self, final_pass=False):
        for each in self.groups:
            code = NO_RESPONSE if each["code"] == "0" else each["code"]
            for _ in range(each["count"]):
                yield (
                    EPOCH + each["second"], each["label"], each["users"], each["rtMs"] / 1000, each["ctMs"] / 1000,
                    each["ltMs"] / 1000, code, None if each["ok"] else "failed", "", each["bytes"],
                )


def judge(groups, subject, label, condition, threshold, logic, timeframe):
    reader = Reader(groups)
    config = {
        "subject": subject, "label": label, "condition": condition, "threshold": threshold, "logic": logic,
        "timeframe": timeframe, "stop": True, "fail": True, "message": "recorded",
    }
    processor = CriteriaProcessor([config], reader)
    criterion = processor.criteria[0]
    triggered_at = None
    for point in reader.datapoints(final_pass=True):
        if criterion.is_triggered and triggered_at is None:
            triggered_at = point[DataPoint.TIMESTAMP] - EPOCH
    try:
        processor.post_process()
    except AutomatedShutdown:
        pass
    return criterion.is_triggered, triggered_at, criterion.threshold, criterion.window


def main():
    logging.disable(logging.CRITICAL)
    series = {name: list(make(random.Random(name))) for name, make in SERIES.items()}
    cases = []
    for subject, label, condition, threshold, logic, timeframe in CRITERIA:
        answers = {}
        for name, groups in series.items():
            triggered, at, value, seconds = judge(groups, subject, label, condition, threshold, logic, timeframe)
            # False, or the second in which it triggered, or true for the end.
            answers[name] = (True if at is None else at) if triggered else False
        cases.append({
            "subject": subject, "label": label, "condition": condition, "threshold": value,
            "percentage": threshold.endswith("%"), "logic": logic, "timeframeSeconds": seconds or None, "answers": answers,
        })
    rows = {name: [" ".join(str(value) for value in each.values()) for each in groups] for name, groups in series.items()}
    columns = " ".join(series["steady"][0])
    json.dump({"bzt": version("bzt"), "columns": columns, "series": rows, "cases": cases}, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
