"""
Records how Taurus itself reads pass/fail criteria, for core/criteria/parse-criterion.test.ts.

    python scripts/record-criteria-goldens.py > core/criteria/parse-criterion.goldens.json
    npx biome format --write core/criteria/parse-criterion.goldens.json

Needs Python with the package `bzt`. A case that Taurus refuses has `error` in place of `parts` and `criterion`.
"""
import json
import logging
import sys
from importlib.metadata import version
from types import SimpleNamespace

from bzt.modules.passfail import DataCriterion

SHORT = """
avg-rt of IndexPage>150ms for 10s, stop as failed
fail of CheckoutPage>50% for 10s, stop as failed
fail>50% within 5s
rc5??>10 over 1m, continue as failed
p99.9>10s
My message: avg-rt>10s
avg-rt>2s500ms
avg-lt of mylabel>2
avg-ct>100ms
stdev-rt>0.5
p90>1s for 10s
p99.9>10s, stop as failed
p50<=250ms
p100>3s
p0>1s
p95.0>1s
hits of my-label>100 for 5s, stop as non-failed
hits>=1000
succ<100%
success<99.5% over 1m
failures>50% for 5s, stop as failed
fail>0
fail=0, continue
fail==0
rc500>20 for 5s, stop as failed
rc4??>20%
rc*>=10 for 1m
rc200<90% within 30s, continue as non-failed
concurr>100
concurrency>=5 for 3s
bytes>10k
bytes>1.5mb for 10s
bytes>300
bytes<2KiB
avg-rt > 150ms
avg-rt of Index Page > 150ms for 10s
avg-rt   of   two  blanks  >  150ms   within   10s
avg-rt of a of b>1s
avg-rt of x>y>1s
avg-rt of http>1s
fail of for 5s>50%
hits of a=b>5
avg-rt>1m
avg-rt>1h30m for 1d
avg-rt>0
avg-rt>10 for 5
avg-rt>1.5 for 1.5s
p95>500ms,continue
p95>500ms , stop
p95>500ms,  continue   as   non-failed
p95>500ms, continue as failed
: avg-rt>10s
A message with, a comma: fail>1%
label with colon: avg-rt of http://x/>1s
avg-rt of a,b>1s
AVG-RT>1s
rt>1s
avg-rt>50%
p95>50%
hits>50%
concurr>50%
bytes>50%
stdev-rt>1%
p95
>5
avg-rt
avg-rt>
avg-rt 5
avg-rt => 5
avg-rt <> 5
avg-rt >>5
avg-rt >5 for
avg-rt>5 during 10s
avg-rt>5 for 10s extra
avg-rt>5, halt
avg-rt>5, stop as broken
avg-rt>5, continue as failed really
avg-rt>abc
avg-rt>5x
avg-rt>5 for ever
hits>5m
fail>5s
p999>1s
p>1s
px>1s
rc>5
succeeded>5
fails>5
failing of checkout>5%
concurrent>3
""".strip("\n").split("\n")

LONG = [
    {"subject": "avg-rt", "condition": ">", "threshold": "150ms"},
    {"subject": "avg-rt", "label": "Sample Label", "condition": ">", "threshold": "150ms", "timeframe": "10s", "logic": "for",
     "fail": True, "stop": True},
    {"subject": "fail", "condition": ">=", "threshold": "50%", "timeframe": 10, "logic": "within", "fail": False, "stop": False},
    {"subject": "p95", "condition": "<", "threshold": 2},
    {"subject": "p95", "condition": "<", "threshold": 0.25, "timeframe": "1m", "logic": "over"},
    {"subject": "bytes", "condition": "==", "threshold": "3k", "message": "three"},
    {"subject": "rc5??", "condition": ">", "threshold": 5},
    {"condition": ">", "threshold": 5},
    {"subject": "hits", "threshold": 5},
    {"subject": "hits", "condition": ">"},
    {"subject": "hits", "condition": "!=", "threshold": 5},
    {"subject": "hits", "condition": ">", "threshold": 5, "timeframe": "1s", "logic": "since"},
    {"subject": "nothing", "condition": ">", "threshold": 5},
]


def read(config):
    owner = SimpleNamespace(log=logging.getLogger("none"))
    criterion = DataCriterion(config, owner)
    names = ("threshold", "percentage", "window", "window_logic", "label", "stop", "fail", "message")
    return {name: getattr(criterion, name) for name in names}


def record(written):
    case = {"written": written}
    try:
        if isinstance(written, str):
            case["parts"] = DataCriterion.string_to_config(written)
            case["criterion"] = read(case["parts"])
        else:
            case["criterion"] = read(dict(written))
    except BaseException as error:
        case["error"] = "%s: %s" % (type(error).__name__, error)
    return case


def main():
    lines = ",\n".join("    " + json.dumps(record(written)) for written in SHORT + LONG)
    sys.stdout.write('{\n  "bzt": %s,\n  "cases": [\n%s\n  ]\n}\n' % (json.dumps(version("bzt")), lines))


main()
