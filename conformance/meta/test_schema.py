# SPDX-License-Identifier: MPL-2.0
"""Result files and their schema agree."""
import json
import os
import subprocess
import sys

import jsonschema
import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
CONFORMANCE = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(CONFORMANCE, "harness"))

import judge    # noqa: E402
import results  # noqa: E402

with open(os.path.join(CONFORMANCE, "verdicts.schema.json"), encoding="utf-8") as stream:
    SCHEMA = json.load(stream)
CHECK = jsonschema.Draft202012Validator(SCHEMA)
HOST = "builtin-cpython-" + ".".join(map(str, sys.version_info[:3]))


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The lines of a run of one area, and those of a target that does not start."""
    build, lines = tmp_path_factory.mktemp("build"), {}
    for name, wanted in ((HOST, HOST), ("cmd-true", "cmd:true")):
        subprocess.run([sys.executable, os.path.join(CONFORMANCE, "harness", "run.py"), "--build",
                        str(build), "--targets", wanted, "--cases", "io/* madvise/*"],
                       stdout=subprocess.DEVNULL)
        with open(build / "conformance" / "selected" / (name + ".jsonl"),
                  encoding="utf-8") as stream:
            lines[wanted] = [json.loads(line) for line in stream]
    return lines


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_what_a_run_writes_is_valid(written):
    for lines in written.values():
        assert [error.message for line in lines for error in CHECK.iter_errors(line)] == []
    assert len(written[HOST]) > 50 and len(written["cmd:true"]) == 3


def test_the_schema_knows_the_verdicts_and_the_format():
    assert SCHEMA["$defs"]["verdict"]["enum"] == list(judge.VERDICTS)
    assert SCHEMA["$defs"]["header"]["properties"]["schema"]["const"] == results.SCHEMA


@pytest.mark.parametrize("at, change", [
    (0, {"schema": 2}), (0, {"command": "mmap"}), (0, {"started": "yesterday"}), (0, {"extra": 1}),
    (1, {"verdict": "ok"}), (1, {"level": ""}), (1, {"case": "read"}), (1, {"seconds": -1}),
    (-1, {"verdicts": {"ok": 1}}), (-1, {"cases": "many"}), (-1, {"record": "end"}),
])
def test_what_is_wrong_is_refused(written, at, change):
    line = written[HOST][at]
    assert CHECK.is_valid(line)
    assert not CHECK.is_valid(dict(line, **change))
    for key in line:
        assert not CHECK.is_valid({name: line[name] for name in line if name != key})
