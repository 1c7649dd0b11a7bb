# SPDX-License-Identifier: MPL-2.0
"""Workload files: what they turn into, and what is said of those that are wrong."""

import random

import pytest

import prepare
import texts
import workload


def build(path):
    return [(w.name, *prepare.build(w)) for w in workload.read(path)]


def test_the_same_workload_gives_the_same_bytes(workloads):
    path = workloads("w", "absent", "haystack = \"logs(20000) + dna(1000) + random(500, 3)\"\n"
                                    "needle = \"absent(cut(haystack, 700, 9), haystack)\"\n")
    first = build(path)
    texts.logs.cache_clear()
    texts.random.cache_clear()
    assert build(path) == first


def test_every_workload_of_the_project_can_be_prepared_and_has_its_own_name():
    every = [w for path in workload.files(prepare.WORKLOADS) for w in workload.read(path)]
    names = [w.name for w in every]
    assert len(names) == len(set(names))
    for one in every:
        data, about = prepare.build(one)
        assert about["origin"] and about["licence"] and about["why"]


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_expected_answers_are_those_of_a_plain_loop(direction):
    dice = random.Random(7)
    for _ in range(2000):
        haystack = bytes(dice.choices(b"ab", k=dice.randrange(12)))
        needle = bytes(dice.choices(b"ab", k=dice.randrange(1, 4)))
        places = [i for i in range(len(haystack)) if haystack[i:i + len(needle)] == needle]
        kept = []
        for at in places if direction == "forward" else places[::-1]:
            if not kept or abs(at - kept[-1]) >= len(needle):
                kept.append(at)
        assert prepare.answer("all", haystack, needle, direction)[0] == kept
        found, looked = prepare.answer("first", haystack, needle, direction)
        assert found == kept[:1]
        if not found:
            assert looked == len(haystack)
        elif direction == "forward":
            assert looked == found[0] + len(needle)
        else:
            assert looked == len(haystack) - found[0]


def test_parameters_that_vary_make_names_and_the_quick_profile_keeps_some(workloads):
    path = workloads("w", "absent", """
direction = ["forward", "reverse"]
haystack = "b'a' * n"
needle = "b'b' * m"
[parameters]
n = 100
m = [1, 2]
[quick]
m = 2
direction = "forward"
""")
    assert [(w.name, w.quick) for w in workload.read(path)] == [
        ("w.m1.forward", False), ("w.m1.reverse", False),
        ("w.m2.forward", True), ("w.m2.reverse", False)]


def test_a_mirrored_workload_turns_the_bytes_and_the_answer_around(workloads):
    path = workloads("w", "first", "direction = \"reverse\"\nmirror = true\nexpect = 2\n"
                                   "haystack = \"'xyabcz'\"\nneedle = \"'abc'\"\n")
    (_, data, about), = build(path)
    assert b"haystack:6:zcbayx\n" in data and b"needle:3:cba\n" in data
    assert about["expect"] == 1


GOOD = "haystack = \"'abcabc'\"\nneedle = \"'bc'\"\n"


@pytest.mark.parametrize("model, keys, said", [
    ("first", "haystack = \"'abc'\"", "needle: exactly one of needle, needles"),
    ("first", GOOD + "needles = ['x']", "needle: exactly one"),
    ("first", GOOD + "colour = 'red'", "colour: unknown key"),
    ("first", GOOD + "defeats = 'x'", "represents: a workload says either"),
    ("fist", GOOD, "model: 'fist' is none of: first"),
    ("first", GOOD + "direction = 'up'", "direction: 'up' is none of: forward reverse"),
    ("first", GOOD + "expect = 4", "expect: 4 for needle b'bc', but it is 1"),
    ("absent", GOOD, "expect: absent for needle b'bc', but it is 1"),
    ("first", "haystack = \"'abc'\"\nneedle = \"'x'\"", "model: first needs needles that occur"),
    ("first", "haystack = \"text('klingon')\"\nneedle = \"'x'\"", "haystack: no corpus 'klingon'"),
    ("first", "haystack = \"__import__('os')\"\nneedle = \"'x'\"", "haystack: unknown function"),
    ("first", "haystack = \"b'a' * k\"\nneedle = \"'x'\"", "haystack: unknown name 'k'"),
    ("first", "haystack = \"b'a' *\"\nneedle = \"'x'\"", "haystack: invalid syntax"),
    ("first", "haystack = \"(1).real\"\nneedle = \"'x'\"", "haystack: not allowed here"),
    ("first", "haystack = ", "not TOML"),
    ("first", GOOD + "[parameters]\nalign = 5000", "parameters.align: is a number of bytes"),
    ("first", GOOD + "[parameters]\nalign = 1", "parameters.align: is for haystacks of 4096"),
    ("first", GOOD + "[quick]\nm = 2", "quick.m: is no parameter"),
    ("first", GOOD + "quick = 2", "quick: must be a table"),
    ("first", GOOD + "parameters = 2", "parameters: must be a table"),
    ("first", GOOD + "[parameters]\nkind = ['a/b', 'c']", "parameters.kind: 'a/b' becomes part"),
    ("tiny", "cases = \"[]\"", "cases: must give a list of (haystack, needle)"),
    ("tiny", "cases = \"[(b'a', 3)]\"", "cases: must give bytes, and some"),
    ("all", "cases = \"[(b'a', b'')]\"", "cases: must give bytes, and some"),
    ("first", "haystack = \"[1][2]\"\nneedle = \"'x'\"", "haystack: IndexError: list index"),
    ("first", "haystack = \"text(5)\"\nneedle = \"'x'\"", "haystack: AttributeError: 'int'"),
    ("first", "haystack = \"b'a' * 10000000000000000000\"\nneedle = \"'x'\"",
     "haystack: OverflowError: cannot fit"),
])
def test_a_wrong_file_is_told_in_one_line_with_file_and_key(run, workloads, model, keys, said):
    path = workloads("wrong", model, keys)
    ended, result = run()
    assert ended.returncode == 1 and result is None
    assert len(ended.stderr.strip().splitlines()) == 1
    assert f"{path}: {said}" in ended.stderr


def test_a_file_whose_name_cannot_be_selected_is_told(run, workloads):
    path = workloads("two words", "first", GOOD)
    ended, _ = run()
    assert ended.stderr == \
        f"bench: {path}: its name becomes the workload's: letters, digits, _ . and -\n"


def test_a_wrong_file_stops_nobody_who_asks_for_another(run, workloads):
    workloads("wrong", "fist", GOOD)
    workloads("good", "first", GOOD)
    ended, result = run("--workloads", "good", "--strategies", "plain")
    assert ended.returncode == 0 and set(result["fmmap"]["workloads"]) == {"good"}
    ended, _ = run("--workloads", "wr*", "--strategies", "plain")
    assert ended.returncode == 1 and "model: 'fist'" in ended.stderr


def test_a_changed_corpus_is_refused(monkeypatch, tmp_path):
    (tmp_path / "c.txt").write_text("other bytes")
    (tmp_path / "c.toml").write_text('file = "c.txt"\nsha256 = "00"\n')
    monkeypatch.setattr(texts, "CORPORA", tmp_path)
    texts.corpus.cache_clear()
    with pytest.raises(texts.TextError, match="c.txt has sha256"):
        texts.corpus("c")
    texts.corpus.cache_clear()


def test_a_prepared_input_is_kept_until_its_workload_changes(workloads, tmp_path):
    path = workloads("w", "absent", "haystack = \"'abc'\"\nneedle = \"'x'\"\n")
    prepared, _ = prepare.prepare(*workload.read(path), tmp_path)
    before = prepared.stat().st_mtime_ns
    prepare.prepare(*workload.read(path), tmp_path)
    assert prepared.stat().st_mtime_ns == before
    path.write_text(path.read_text().replace("'x'", "'y'"))
    prepare.prepare(*workload.read(path), tmp_path)
    assert b"needle:1:y\n" in prepared.read_bytes()
