"""
Records how Taurus itself merges configurations, for core/scenario/merge.test.ts.

    python scripts/record-merge-goldens.py > core/scenario/merge.goldens.json
    npx biome format --write core/scenario/merge.goldens.json

Needs Python with the package `bzt`. Each case is a list of documents, merged from first to last into an empty configuration.
"""
import copy
import json
import random
import sys
from importlib.metadata import version

from bzt.utils import BetterDict

WRITTEN = [
    [{}],
    [{"a": 1}, {}],
    [{"a": 1}, {"b": 2}],
    [{"a": {"b": 1, "c": 2}}, {"a": {"c": 3, "d": 4}}],
    [{"a": {"b": {"c": {"d": 1}}}}, {"a": {"b": {"c": {"e": 2}}}}],
    [{"a": [1, 2]}, {"a": [3]}],
    [{"a": [{"b": 1}]}, {"a": [{"b": 1}]}],
    [{"a": []}, {"a": []}],
    [{"a": 1}, {"a": "x"}],
    [{"a": 1}, {"a": None}],
    [{"a": None}, {"a": {"b": 1}}],
    [{"a": None}, {"a": [1]}],
    [{"a": {"b": 1}}, {"a": [1]}],
    [{"a": [1]}, {"a": {"b": 1}}],
    [{"a": {"b": 1}}, {"a": 5}],
    [{"a": [1]}, {"a": 5}],
    [{"a": 5}, {"a": {"b": 1}}],
    [{"a": 5}, {"a": [1, {"b": 2}]}],
    [{"a": 5}, {"a": {"~b": 1, "^c": 2}}],
    [{"a": {"b": 1, "c": 2}}, {"~a": {"d": 3}}],
    [{"a": [1, 2]}, {"~a": [3]}],
    [{"a": [1, 2]}, {"~a": 3}],
    [{"a": 1}, {"~b": {"c": 1}}],
    [{"~a": {"~b": 1}}],
    [{"a": {"b": 1}}, {"a": {"~b": {"c": 1}}}],
    [{"a": {"b": 1, "c": 2}}, {"a": {"^b": 1}}],
    [{"a": 1, "b": 2}, {"^a": None}],
    [{"a": 1}, {"^b": None}],
    [{"^a": 1}],
    [{"a": {"b": 1}}, {"^a": 1, "a": {"c": 2}}],
    [{"a": {"b": 1}}, {"a": {"c": 2}, "^a": 1}],
    [{"a": [{"b": 1, "c": 2}, {"d": 3}]}, {"$a": [{"b": 9}]}],
    [{"a": [{"b": 1}]}, {"$a": [{"c": 2}, {"d": 3}]}],
    [{"a": [1, 2, 3]}, {"$a": [9]}],
    [{"a": [1, {"b": 2}]}, {"$a": [{"c": 3}, 4]}],
    [{"a": [{"b": [1]}]}, {"$a": [{"b": [2]}]}],
    [{"a": [{"b": [1]}]}, {"$a": [{"~b": [2]}]}],
    [{"a": [{"b": [{"x": 1}]}]}, {"$a": [{"$b": [{"y": 2}]}]}],
    [{"$a": [1, 2]}],
    [{"a": {"x": 1}}, {"$a": [1]}],
    [{"a": 1}, {"$a": 2}],
    [{"a": {"b": 1}}, {"$a": {"c": 2}}],
    [{"a": [[1, {"b": 2}], 3]}, {"a": [[4]]}],
    [{"a": [[1]]}, {"$a": [[2]]}],
    [{"a": [{"~b": 1}]}],
    [{"a": [{"^b": 1, "c": 2}]}, {"a": [{"~c": 3}]}],
    [{"a": [{"b": 1}]}, {"a": [{"^b": 1}]}],
    [{"a": {"b": True}}, {"a": {"b": False}}, {"a": {"b": None}}],
    [{"a": "text"}, {"a": ["list"]}, {"a": {"b": "mapping"}}, {"a": "text"}],
    [{"~~a": 1}],
    [{"a": 1}, {"^~a": 1}],
    # What people do.
    [
        {"execution": {"concurrency": 10, "scenario": "s"}, "scenarios": {"s": {"requests": ["http://a/"]}}},
        {"execution": {"concurrency": 20}},
    ],
    [
        {"execution": [{"concurrency": 10, "scenario": "s"}]},
        {"execution": [{"concurrency": 20, "scenario": "t"}]},
    ],
    [{"execution": [{"concurrency": 10, "scenario": "s"}]}, {"execution": {"concurrency": 20}}],
    [{"execution": {"concurrency": 10}}, {"execution": [{"concurrency": 20}]}],
    [{"execution": [{"concurrency": 10, "scenario": "s"}]}, {"$execution": [{"concurrency": 20}]}],
    [
        {"scenarios": {"s": {"requests": ["http://a/", {"url": "http://b/", "label": "b"}]}}},
        {"scenarios": {"s": {"requests": ["http://c/"], "headers": {"X": "1"}}}},
    ],
    [
        {"scenarios": {"s": {"requests": ["http://a/"], "timeout": "5s"}}},
        {"scenarios": {"s": {"~requests": ["http://c/"], "^timeout": None}}},
    ],
    [
        {"reporting": ["final-stats", {"module": "passfail", "criteria": ["avg-rt>1s"]}]},
        {"reporting": [{"module": "passfail", "criteria": ["fail>1%"]}]},
        {"~reporting": []},
    ],
]


def random_value(chance, depth):
    kind = chance.random()
    if depth > 3 or kind < 0.4:
        return chance.choice([1, 2.5, "x", True, None])
    if kind < 0.7:
        return [random_value(chance, depth + 1) for _ in range(chance.randrange(3))]
    return random_mapping(chance, depth + 1)


def random_mapping(chance, depth):
    sign = lambda: chance.choice(["", "", "", "", "~", "^", "$"])
    return {sign() + chance.choice("abc"): random_value(chance, depth) for _ in range(chance.randrange(4))}


def merged(documents):
    config = BetterDict()
    for document in copy.deepcopy(documents):
        config.merge(document)
    return config


def main():
    chance = random.Random(20240607)
    drawn = [[random_mapping(chance, 0) for _ in range(chance.randrange(2, 5))] for _ in range(300)]
    cases = [{"documents": documents, "merged": merged(documents)} for documents in WRITTEN + drawn]
    lines = ",\n".join("    " + json.dumps(case) for case in cases)
    sys.stdout.write('{\n  "bzt": %s,\n  "cases": [\n%s\n  ]\n}\n' % (json.dumps(version("bzt")), lines))


main()
