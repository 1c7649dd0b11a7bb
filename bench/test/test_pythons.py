# SPDX-License-Identifier: MPL-2.0
"""Measuring m.find inside an interpreter: which one a figure belongs to, and what goes wrong."""

import sys

import pytest

import prepare
import programs
import pythons
import workload

# A module whose answers change after the first search
FICKLE = """
import mmap as builtin
ACCESS_READ = builtin.ACCESS_READ
calls = []
class mmap(builtin.mmap):
    def find(self, *arguments):
        calls.append(arguments)
        return super().find(*arguments) + (len(calls) > 1)
"""


@pytest.fixture
def measure(workloads, tmp_path):
    """The outcome of one repetition on a module, given as the text of fmmap.py."""
    def measure(text):
        (tmp_path / "fmmap.py").write_text(text)
        keys = "haystack = \"'abcabc'\"\nneedle = \"'bc'\"\n"
        one, = workload.read(workloads("w", "python", keys))
        path, _ = prepare.prepare(one, tmp_path)
        python = pythons.Python(sys.executable, tmp_path, "CPython 3.11.2")
        return python.measure(one, path, ["fmmap_cpython_3.11"],
                              programs.Settings(0, 0.001, 1, tmp_path))
    return measure


@pytest.mark.parametrize("title, suffix", [
    ("CPython 3.11.7", "_cpython_3.11"), ("CPython 3.13.1t", "_cpython_3.13t"),
    ("CPython 3.13.1", "_cpython_3.13"), ("PyPy 3.9.16", "_pypy_3.9")])
def test_builds_of_one_version_are_not_mixed(title, suffix):
    assert list(pythons.Python("python", "folder", title).strategies) == [
        "mmap" + suffix, "fmmap" + suffix]


def test_answer_that_becomes_wrong_is_an_error(measure):
    row, = measure(FICKLE).rows
    assert row["error_message"] == \
        "wrong answer: 2, not 1, for 2 bytes in 6, after it was right at first"


def test_module_that_cannot_be_loaded_is_an_error(measure):
    row, = measure("raise ImportError('no such library')").rows
    assert row["error_message"] == "wrong answer: none, ImportError: no such library"


def test_interpreter_that_hangs_is_refused(measure, monkeypatch):
    monkeypatch.setattr(pythons, "PATIENCE", 0.5)
    outcome = measure("while True: pass")
    assert outcome.rows == []
    assert outcome.refused == {"fmmap_cpython_3.11": "no result within 0.5 s"}
