# SPDX-License-Identifier: MPL-2.0
"""Level 0 and the doctor: the C programs that need no Python."""
import glob
import os
import re
import subprocess

import pytest

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("FM_BUILD", "build/native")


def run(*command):
    return subprocess.run(command, capture_output=True, text=True)


def tap(output):
    """Verdict by case, having checked that the output is TAP."""
    lines = output.splitlines()
    assert lines[0] == "TAP version 13"
    plan = int(re.fullmatch(r"1\.\.(\d+)", lines[1]).group(1))
    results = [re.fullmatch(r"(ok|not ok) (\d+) - (\S+)( # SKIP .*)?", line)
               for line in lines[2:] if not line.startswith("#")]
    assert [int(match.group(2)) for match in results] == list(range(1, plan + 1))
    return {match.group(3): "skip" if match.group(4) else match.group(1) for match in results}


@pytest.fixture(scope="module")
def level0():
    subprocess.run(["make", "-s", "level0"], cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)
    return os.path.join(PROJECT, BUILD, "conformance", "level0")


def test_every_recorded_case_passes_where_it_was_recorded(level0, tmp_path):
    ended = run(level0, str(tmp_path))
    verdicts = tap(ended.stdout)
    assert set(verdicts.values()) == {"ok"}
    assert len(verdicts) > 200
    assert ended.returncode == 0
    assert os.listdir(tmp_path) == []


def test_a_text_selects_cases(level0, tmp_path):
    verdicts = tap(run(level0, str(tmp_path), "find/").stdout)
    assert 10 < len(verdicts) < 100
    assert all(name.startswith("find/") for name in verdicts)


@pytest.mark.parametrize("arguments, said", [
    (["/nowhere"], "Bail out! no file can be made in /nowhere: raise FM_OS OSError ENOENT"),
    (["/tmp", "nope"], "Bail out! no case has nope in its name")])
def test_what_cannot_be_checked_is_no_success(level0, arguments, said):
    ended = run(level0, *arguments)
    assert ended.returncode == 2
    assert ended.stdout.startswith(said) and ended.stdout.count("\n") == 1


@pytest.mark.parametrize("wrong, caught", [
    ("-Dfm_rfind=fm_find", "find/rfind_gives_the_highest_index"),
    ("-Dfm_find=fm_rfind", "find/find_gives_the_lowest_index"),
    ("-Dfm_tell=fm_length", "io/tell_starts_at_zero"),
])
def test_a_wrong_library_is_caught(level0, tmp_path, wrong, caught):
    """The requests are compiled to call the wrong function."""
    program = str(tmp_path / "level0")
    folder = os.path.join(PROJECT, "conformance")
    subprocess.run([os.environ.get("CC", "cc"), "-std=c11", "-D_GNU_SOURCE", wrong, "-w",
                    "-I", os.path.join(PROJECT, "ref", "include"),
                    "-I", os.path.join(folder, "drivers"),
                    "-I", os.path.join(PROJECT, "build", "native", "gen"),
                    os.path.join(folder, "level0", "level0.c"),
                    *set(glob.glob(os.path.join(folder, "drivers", "*.c"))).difference(
                        [os.path.join(folder, "drivers", "c.c")]),
                    os.path.join(PROJECT, BUILD, "lib", "libfmmap.a"), "-pthread", "-o", program],
                   check=True)
    ended = run(program, str(tmp_path))
    verdicts = tap(ended.stdout)
    assert verdicts[caught] == "not ok"
    assert ended.returncode == 1
    assert list(verdicts.values()).count("ok") > 150


def test_doctor_prints_one_table(tmp_path):
    subprocess.run(["make", "-s", f"{BUILD}/conformance/doctor"], cwd=PROJECT, check=True)
    program = os.path.join(PROJECT, BUILD, "conformance", "doctor")
    ended = run(program, str(tmp_path))
    assert ended.returncode == 0
    rows = re.findall(r"^(\S.*?)  +(yes|no|unknown)\b", ended.stdout, re.M)
    assert len(rows) == len(set(rows)) > 10
    assert ("shared mapping: stores reach the file", "yes") in rows
    assert os.listdir(tmp_path) == []
    for arguments in ([str(tmp_path / "nowhere")], [""], []):
        ended = run(program, *arguments)
        assert ended.returncode == 2
        assert ended.stderr.count("\n") == 1 and all(word in ended.stderr for word in arguments)
