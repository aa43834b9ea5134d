"""
Records what PyYAML, with which Taurus reads its files, makes of YAML texts, for core/scenario/parse-text.test.ts.

    python scripts/record-yaml-goldens.py > core/scenario/parse-text.goldens.json
    npx biome format --write core/scenario/parse-text.goldens.json

Needs Python with PyYAML. Values are written with their type, since JSON does not tell 1 from 1.0; `text` is what Taurus writes into a request.
"""
import datetime
import json
import sys

import yaml

SCALARS = """
yes Yes YES yEs no No NO on On ON off Off OFF true True TRUE tRUE false False FALSE y Y n N t f
~ null Null NULL nUll none None
0 1 -1 +12 007 010 08 09.5 0o17 0x1F 0X1F 0xg 0x_ff 0b101 0b12 0b_1 1_000 1__0 _1 1_ 0_ -0 -0x1f +0b11 - + 00
12345678901234567890 -98765432109876543210
1:30 190:20:30 1:75 1:2:3.5 -1:30 0:30 1: 12:30:45
1.0 1. .5 -.5 +.5 1.5e3 1.5e+3 1e3 1E3 1.e+3 1.0e-10 1_0.2_5 . .. .e5 1.2.3 -1.5 +2.25 100.0 0.1 1e+3 1.25E+2
123456789.125 10000000000000000.0 1234567890123456789.0 0.0001 0.00001 1.0e+16 1.0e+22 -0.0
.inf -.inf +.inf .Inf .INF .nan .NaN .NAN inf nan
2001-12-14 2001-12-14T21:59:43.10-05:00 2001-1-1 2001-12-14t21:59:43
a a-b a.b 1a 1s 10s 5m 1h30m 500ms 50% 1/2 http://x/ x:y :x ?x -x -- --- <<x = == => ! # text \\n it's
""".split()

TEXTS = [
    "'yes'",
    '"1.0"',
    "!!str 1",
    "!!int '5'",
    "!!float 3",
    "!!bool 'no'",
    "!!null ''",
    '"tab\\t nul\\0 \\u00e9 \\U0001F600 \\x41 \\/ \\"q\\""',
    "[1, 2.0, yes, ~, a b]",
    "{a: 1, b: [x, {c: d}]}",
    "{a, b: }",
    "a: |\n  one\n  two\n",
    "a: >-\n  one\n  two\n\n  three\n",
    "a: one\n  two\n",
    "- a\n- - b\n  - c\n-\n  d: e\n",
    "a: &x {b: 1, c: 2}\nd: *x\ne: {<<: *x, c: 3}\n",
    "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  d: 4\n  <<: [*x, *y]\n  a: 9\n",
    "a: &a [1, 2]\nb: [*a, *a]\n",
    "a: &n 1\nb: &n 2\nc: *n\n",
    "# only a comment\n",
    "%YAML 1.1\n---\na: yes\n",
    '{"a": 1, "b": [true, null, 1.5, "x"], "c": {"d": "\\u00e9"}}',
    '{"a":\n  "b"}',
    "? a\n: b\n? c\n",
    "a:\n- 1\n- 2\n",
    "a: 'it''s'\n",
    "\"quoted key\": 1\n'<<': 2\n",
]


def typed(value):
    if value is None:
        return {"null": True}
    if isinstance(value, bool):
        return {"bool": value}
    if isinstance(value, int):
        return {"int": str(value)}
    if isinstance(value, float):
        return {"float": repr(value), "text": str(value)}
    if isinstance(value, (datetime.date, datetime.datetime)):
        return {"date": True}
    if isinstance(value, str):
        return {"str": value}
    if isinstance(value, list):
        return {"list": [typed(item) for item in value]}
    return {"map": [[key if isinstance(key, str) else {"key": str(key)}, typed(item)] for key, item in value.items()]}


def record(text):
    try:
        return {"text": text, "value": typed(yaml.safe_load(text))}
    except yaml.YAMLError as error:
        return {"text": text, "error": type(error).__name__}


def main():
    cases = [record("v: " + scalar) for scalar in SCALARS] + [record(text) for text in TEXTS]
    lines = ",\n".join("    " + json.dumps(case) for case in cases)
    sys.stdout.write('{\n  "pyyaml": %s,\n  "cases": [\n%s\n  ]\n}\n' % (json.dumps(yaml.__version__), lines))


main()
