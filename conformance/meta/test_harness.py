# SPDX-License-Identifier: MPL-2.0
"""The harness itself: pairing, verdicts, target files, result files, the command line."""
import json
import os
import subprocess
import sys
import types

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(os.path.dirname(HERE))
HARNESS = os.path.join(PROJECT, "conformance", "harness")
sys.path.insert(0, HARNESS)

import interpreters  # noqa: E402
import judge         # noqa: E402
import results       # noqa: E402
import session       # noqa: E402
import suite         # noqa: E402
import targets       # noqa: E402


def case(**fields):
    return types.SimpleNamespace(**dict({
        "id": "find/a", "behaviour": "MM-FIND-001", "since": "3.6", "until": None, "needs": [],
        "level": "documented", "rule": "A rule."}, **fields))


# ---- Pairing ----------------------------------------------------------------------------------

@pytest.mark.parametrize("since, until, api, runs", [
    ("3.6", None, "3.6.15", True),
    ("3.8", None, "3.7.16", False),
    ("3.14.1", None, "3.14.0", False),
    ("3.14.1", None, "3.14.1", True),
    ("3.14.1", None, "3.15", True),
    ("3.15.2", None, "3.15", True),       # a level of two numbers includes its patch releases
    ("3.15.2", None, "3.15.1", False),
    ("3.6", "3.9", "3.9.18", True),       # and so does a bound of two numbers
    ("3.6", "3.9", "3.10.0", False),
    ("3.6", "3.13.7", "3.13.8", False),
    ("3.10", None, "3.9.1", False),       # numbers, not text
])
def test_version_decides(since, until, api, runs):
    why = judge.refusal(case(since=since, until=until), api, set())
    assert (why == "") == runs
    assert runs or "API level is " + api in why


def test_capabilities_decide():
    assert judge.refusal(case(needs=["anon"]), "3.15", {"anon"}) == ""
    assert "lacks anon" in judge.refusal(case(needs=["anon"]), "3.15", set())
    assert judge.refusal(case(needs=["not anon"]), "3.15", set()) == ""
    assert "has anon" in judge.refusal(case(needs=["not anon"]), "3.15", {"anon"})


def test_unknown_word_or_missing_rule_is_our_mistake():
    assert "'annon'" in judge.mistake(case(needs=["not annon"]))
    assert "docstring" in judge.mistake(case(rule=""))
    assert judge.mistake(case()) == ""


# ---- Verdicts ---------------------------------------------------------------------------------

LISTED = targets.Deviation("why", "https://example.org/1", cases=("find/*",))
LISTED_CRASH = targets.Deviation("why", "https://example.org/1", cases=("find/*",),
                                 outcome="crash")


@pytest.mark.parametrize("outcome, level, deviation, verdict", [
    ("pass", "documented", None, "pass"),
    ("fail", "observed", None, "fail"),
    ("crash", "documented", None, "crash"),
    ("timeout", "documented", None, "timeout"),
    ("broken", "unspecified", LISTED, "broken"),
    ("inexpressible", "documented", None, "unsupported"),
    ("pass", "unspecified", None, "unspecified"),
    ("crash", "unspecified", None, "unspecified"),
    ("fail", "documented", LISTED, "deviates"),
    ("pass", "documented", LISTED, "fixed"),
    ("crash", "documented", LISTED, "crash"),        # a listed failure excuses no crash
    ("crash", "documented", LISTED_CRASH, "deviates"),
    ("fail", "documented", LISTED_CRASH, "fail"),
])
def test_verdict(outcome, level, deviation, verdict):
    word, _, reference = judge.verdict(case(level=level), outcome, "detail", deviation)
    assert word == verdict
    assert bool(reference) == (verdict in ("deviates", "fixed"))


def test_every_verdict_has_a_meaning():
    assert set(judge.UNEXPECTED) < set(judge.VERDICTS)


# ---- Target files -----------------------------------------------------------------------------

@pytest.mark.parametrize("version, versions, applies", [
    ("3.11.2", ">=3.11,<3.11.5", True), ("3.11.5", ">=3.11,<3.11.5", False),
    ("3.10.9", ">=3.11,<3.11.5", False), ("3.12.4", "==3.12", True), ("3.12.4", "<=3.12", True),
    ("3.12.4", ">3.12", False), ("7.3.11", "", True), ("3.15.0a1", "<3.15", False),
])
def test_versions_of_a_deviation(version, versions, applies):
    assert targets.Deviation("", "", versions=versions).applies(version) == applies


GOOD = '''
title = "t"
driver = "python"
interpreters = "cpython"
module = "mmap"
'''


@pytest.mark.parametrize("text, message", [
    ("x = 1\n" + GOOD, "unknown key 'x'"),
    (GOOD.replace("python\"", "perl\"", 1), "driver must be"),
    ("title = ", "targets/t.toml: "),
    (GOOD + '[[deviation]]\ncases=["a/b"]\nreason="r"\n', "needs a reason and a reference"),
    (GOOD + '[[deviation]]\nreason="r"\nreference="u"\n', "names behaviours or cases"),
    (GOOD.replace('module = "mmap"', ""), "it needs module"),
    (GOOD + 'path = "somewhere"', "it needs make"),
    (GOOD + 'claims = "anon"', "claims must be a list, not 'anon'"),
    (GOOD + 'claims = [1]', "claims must hold strings only, not [1]"),
    (GOOD + 'deviation = ["find/*"]', "deviation must hold tables only"),
    (GOOD + '[[deviation]]\ncases=[1]\nreason="r"\nreference="u"\n', "cases must hold strings"),
    (GOOD + 'versions = "3"', "version range '3'"),
    (GOOD + '[[deviation]]\ncases=["a/b"]\nreason="r"\nreference="u"\nversions="3.6"\n',
     "version range '3.6'"),
])
def test_bad_target_file(tmp_path, text, message):
    path = tmp_path / "t.toml"
    path.write_text(text)
    with pytest.raises(targets.Mistake) as error:
        targets.read(str(path))
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_target_file_that_is_no_text(tmp_path):
    (tmp_path / "t.toml").write_bytes(b"\xff")
    found = targets.find("build", str(tmp_path))
    with pytest.raises(targets.Mistake, match="^targets/t.toml: 'utf-8' codec"):
        targets.select(found, "t")
    assert list(targets.deviations(str(tmp_path))) == []


def test_a_bad_target_file_stops_only_who_selects_it(tmp_path):
    (tmp_path / "good.toml").write_text(GOOD)
    (tmp_path / "bad.toml").write_text("title = ")
    (tmp_path / "worse.toml").write_text(GOOD.replace('"t"', '"{nobody}"'))
    found = targets.find("build", str(tmp_path))
    assert all(target.name.startswith("good-") for target in targets.select(found, "good"))
    for wanted, message in (("", "targets/bad.toml: "), ("bad-cpython-3.11", "targets/bad.toml: "),
                            ("good worse", "targets/worse.toml: {nobody} stands for nothing")):
        with pytest.raises(targets.Mistake) as error:
            targets.select(found, wanted)
        assert message in str(error.value)


def test_versions_choose_interpreters(tmp_path):
    (tmp_path / "a.toml").write_text(GOOD + 'versions = ">=3.0"')
    (tmp_path / "b.toml").write_text(GOOD + 'versions = "<3.0"')
    found = targets.find("build", str(tmp_path)).values()
    assert {target.driver for target in found if target.name.startswith("a-")} == {"python"}
    assert {target.driver for target in found if target.name.startswith("b-")} <= {"python2"}


def test_every_deviation_of_the_project_names_a_case():
    suite.Suite(targets.CASES).check(targets.deviations())


def test_idle_deviation_is_an_error():
    deviation = targets.Deviation("r", "u", cases=("find/no_such",), place="targets/t.toml")
    with pytest.raises(targets.Mistake) as error:
        suite.Suite(targets.CASES).check([deviation])
    assert str(error.value) == "targets/t.toml: deviation find/no_such matches no case"


@pytest.mark.parametrize("pattern, matches", [
    ("builtin", True), ("builtin-cpython", True), ("builtin-cpython-3.11", True), ("built", False),
    ("builtin-cpython-3.1", False), ("*3.11*", True), ("builtin-cpython-3.11.7", True),
])
def test_selecting_targets(pattern, matches):
    assert targets.matches("builtin-cpython-3.11.7", pattern) == matches


def test_interpreters_are_found_once():
    found = interpreters.find()
    assert len({(one.implementation, one.path) for one in found}) == len(found)
    assert any(one.language >= (3, 11) for one in found)
    assert all(one.language >= interpreters.OLDEST for one in found)


# ---- Result files -----------------------------------------------------------------------------

def test_result_file_reads_back(tmp_path):
    path = tmp_path / "t.jsonl"
    with results.Writer(path) as writer:
        writer.header(target="t", started="2026-01-01T00:00:00+00:00")
        for verdict in ("pass", "fail", "unsupported"):
            writer.case(suite.record(suite.Invented("find/a", "A rule."), verdict, "a\0b"))
        writer.footer(1)
    _, cases, footer = results.read(path)
    assert footer["verdicts"] == {"fail": 1, "pass": 1, "unsupported": 1}
    assert [entry["verdict"] for entry in cases] == ["pass", "fail", "unsupported"]
    results.write_junit(path)
    text = (tmp_path / "t.junit.xml").read_text()
    assert 'tests="3"' in text and 'failures="1"' in text and 'skipped="1"' in text
    with results.Writer(path) as writer:
        writer.header(target="u", started="2026-01-01T00:00:00+00:00")
    assert results.read(path)[0]["target"] == "t", "a run that is cut short costs nothing"
    assert sorted(os.listdir(tmp_path)) == ["t.jsonl", "t.junit.xml"]
    lines = path.read_text().splitlines(keepends=True)
    for cut in (lines[:-1], lines[1:], lines[:2] + lines[3:], [], lines[:-1] + [lines[-1][:20]]):
        path.write_text("".join(cut))
        with pytest.raises(ValueError):
            results.read(path)


# ---- Command line -----------------------------------------------------------------------------

def command(*arguments):
    return subprocess.run([sys.executable, os.path.join(HARNESS, "run.py")] + list(arguments),
                          capture_output=True, text=True)


@pytest.mark.parametrize("arguments, message", [
    (["--targets", "nope"], "no target is called 'nope'; known: "),
    (["--targets", "cmd:true", "--cases", "nope/*"], "no case matches 'nope/*'"),
    (["--targets", "fmmap"], "not built: make python PYTHON="),
    (["--targets", "cmd:/nope -x"], "cmd:/nope -x: there is no program /nope"),
    (["--targets", "cmd:"], "cmd: names no command"),
    (["--targets", "cmd:echo 'a"], "No closing quotation"),
    (["-j", "0"], "-j 0: "),
    (["--timeout", "nan"], "--timeout nan: "),
])
def test_mistakes_are_one_line(tmp_path, arguments, message):
    ended = command("--build", str(tmp_path), *arguments)
    assert ended.returncode == 2
    assert message in ended.stderr
    assert ended.stderr.count("\n") == 1 and ended.stdout == ""


def test_unwritable_build_folder(tmp_path):
    (tmp_path / "file").write_text("")
    ended = command("--build", str(tmp_path / "file"), "--targets", "cmd:true")
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1 and str(tmp_path / "file") in ended.stderr


def test_driver_that_ends_between_two_requests(tmp_path):
    program = f"import json; print(json.dumps({{'protocol': {session.driver.PROTOCOL}}}))"
    target = targets.Target("t", "t", "python", [sys.executable, "-c", program], [])
    with session.Session(target, targets.CASES) as running:
        running.start()
        running.process.wait()
        outcome, detail, _ = running.ask(1, op="smoke")
    assert (outcome, detail) == ("crash", "the driver ended with status 0")


def test_command_that_is_no_driver(tmp_path):
    ended = command("--build", str(tmp_path), "--targets", "cmd:true")
    assert ended.returncode == 1
    assert "broken" in ended.stdout and "Traceback" not in ended.stdout + ended.stderr
    header, cases, _ = results.read(tmp_path / "conformance" / "cmd-true.jsonl")
    assert [entry["verdict"] for entry in cases] == ["broken"]
    assert header["command"] == ["true"]


def test_command_that_fails_is_quoted(tmp_path):
    ended = command("--build", str(tmp_path), "--targets", "cmd:sh -c 'echo no board >&2; exit 3'")
    assert "no greeting: exit status 3: no board" in ended.stdout


def test_a_run_drops_the_results_of_targets_that_are_no_more(tmp_path):
    command("--build", str(tmp_path), "--targets", "cmd:true")
    command("--build", str(tmp_path), "--targets", "cmd:false x/y.exe")
    assert {name for name in os.listdir(tmp_path / "conformance") if name.endswith(".jsonl")} == {
        "cmd-false-y-exe.jsonl"}


def test_tally():
    counted = judge.tally(["pass", "pass", "deviates", "fail", "fixed", "crash", "unsupported"])
    assert counted == ("1 deviate as listed; not counted: 1 unsupported, 0 unspecified\n"
                       "3 passed, 3 failed")


def test_make_check_reads_the_tally(tmp_path):
    text = judge.tally(["pass", "pass", "fail", "unsupported"])
    subprocess.run([os.path.join(PROJECT, ".ci", "step"), str(tmp_path), "it", "echo", text],
                   stdout=subprocess.DEVNULL)
    assert (tmp_path / "it.count").read_text() == "2 1\n"


def test_case_file_that_does_not_load_is_broken_for_every_target(tmp_path):
    cases = tmp_path / "cases"
    cases.mkdir()
    (cases / "test_bad.py").write_text("import no_such_module\n")
    (cases / "test_good.py").write_text(
        "from fmmap_cases import behaviour\n\n\n@behaviour('MM-NEW-001')\n"
        "def test_page(page):\n    '''A page has bytes.'''\n    assert page > 0\n")
    targets_folder = tmp_path / "targets"
    targets_folder.mkdir()
    (targets_folder / "a.toml").write_text(GOOD)
    wanted = "a-cpython-" + ".".join(map(str, sys.version_info[:3]))
    ended = command("--build", str(tmp_path / "b"), "--case-folder", str(cases),
                    "--target-folder", str(targets_folder), "--targets", wanted)
    _, entries, _ = results.read(tmp_path / "b" / "conformance" / (wanted + ".jsonl"))
    assert {entry["case"]: entry["verdict"] for entry in entries} == {
        "bad/file": "broken", "good/page": "pass"}
    assert ended.returncode == 1


def test_two_copies_of_a_target_file_are_two_targets(tmp_path):
    for name in ("a", "b"):
        (tmp_path / (name + ".toml")).write_text(GOOD)
    found = targets.find("build", str(tmp_path))
    assert sum(name.startswith("a-") for name in found) == sum(name.startswith("b-")
                                                               for name in found) > 0


def test_pytest_plugin_reports_a_verdict():
    target = "builtin-cpython-" + ".".join(map(str, sys.version_info[:3]))
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "conformance/cases",
         "--target", target, "-k", "match_at_index_zero", "-rA"],
        cwd=PROJECT, capture_output=True, text=True)
    assert f"test_match_at_index_zero[{target}]" in ended.stdout
    assert "1 passed" in ended.stdout


def test_records_hold_what_reports_read(tmp_path):
    command("--build", str(tmp_path), "--cases", "find/match_at_index_zero", "--targets",
            "builtin-cpython-" + ".".join(map(str, sys.version_info[:3])))
    assert os.listdir(tmp_path / "conformance") == ["selected"]
    folder = tmp_path / "conformance" / "selected"
    name, = [name for name in os.listdir(folder) if name.endswith(".jsonl")]
    header, entry, footer = map(json.loads, open(folder / name))
    assert {"record", "schema", "target", "title", "implementation", "driver", "command", "api",
            "platform", "revision", "started"} <= set(header)
    assert {"record", "case", "behaviour", "area", "rule", "level", "since", "needs", "verdict",
            "detail", "reference", "seconds"} == set(entry)
    assert entry["verdict"] == "pass" and footer["cases"] == 1
