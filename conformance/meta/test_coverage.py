# SPDX-License-Identifier: MPL-2.0
"""The coverage table finds every kind of gap, and this project has none."""
import collections
import os
import subprocess
import sys

import pytest

HARNESS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "harness")
sys.path.insert(0, HARNESS)

import coverage  # noqa: E402
import targets  # noqa: E402

Case = collections.namedtuple("Case", "id behaviour area", defaults=["a"])


def behaviour(identifier, area="a", needs="-"):
    return {"id": identifier, "area": area, "needs": needs, "statement": "a rule"}


def gaps(cases, uncovered=(), touched="MM-A-001", more=()):
    behaviours = [behaviour("MM-A-001"), behaviour("MM-A-002", needs="linux, not resize"), *more]
    upstream = [{"source": "s", "versions": "3.6", "test": "t", "behaviours": touched}]
    excused = [{"id": identifier, "reason": "why"} for identifier in uncovered]
    return list(coverage.combine(behaviours, upstream, excused, cases)[1])


FIRST, SECOND = Case("a/first", "MM-A-001"), Case("a/second", "MM-A-002")


def test_all_covered():
    assert gaps([FIRST, SECOND]) == []
    assert gaps([FIRST], uncovered=["MM-A-002"]) == []


@pytest.mark.parametrize("cases, uncovered, touched, words", [
    ([FIRST], [], "MM-A-001", ["MM-A-002 has no case"]),
    ([SECOND], [], "MM-A-001,MM-A-002", ["MM-A-001 has no case", "s: t is not covered"]),
    ([FIRST, SECOND, Case("a/odd", "MM-A-003")], [], "MM-A-001", ["a/odd checks MM-A-003"]),
    ([FIRST, SECOND], ["MM-A-002"], "MM-A-001", ["but a/second checks it"]),
    ([FIRST, SECOND], ["MM-A-003"], "MM-A-001", ["excuses MM-A-003"]),
    ([FIRST, SECOND], [], "MM-A-003", ["s: t names MM-A-003"]),
])
def test_each_gap_is_told(cases, uncovered, touched, words):
    told = gaps(cases, uncovered, touched)
    assert len(told) == len(words)
    assert all(word in line for word, line in zip(words, told))


@pytest.mark.parametrize("row, words", [
    (behaviour("MM-A-001"), "MM-A-001 twice"),
    (behaviour("MM-A-003", area="b"), "of the area b"),
    (behaviour("MM-A-003", needs="anon, wings"), "needs 'wings'"),
])
def test_row_that_contradicts_the_suite_is_told(row, words):
    told = gaps([FIRST, SECOND, Case("a/third", "MM-A-003")], more=[row])
    assert any(words in line for line in told)


@pytest.mark.parametrize("text, words", [
    ("id\treasons\n", "must name the columns"),
    ("id\treason\nMM-A-001 no tab\n", ":2: it wants 2 filled columns"),
    ("id\treason\nMM-A-001\t \n", ":2: it wants 2 filled columns"),
])
def test_broken_table(tmp_path, text, words):
    (tmp_path / "uncovered.tsv").write_text(text)
    with pytest.raises(targets.Mistake, match=words):
        coverage.read("uncovered.tsv", str(tmp_path))


def test_the_project_has_no_gap(tmp_path):
    run = subprocess.run([sys.executable, os.path.join(HARNESS, "coverage.py"),
                          "--build", str(tmp_path)], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
    assert (tmp_path / "conformance" / "coverage.json").exists()
