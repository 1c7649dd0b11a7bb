# SPDX-License-Identifier: MPL-2.0
"""The whole benchmark, over a binary that also holds strategies that misbehave."""

import json
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys

import pytest

import prepare
import selection
import workload
from bed import BUILD, HARNESS, make

SHORT = """
haystack = "text('english', 1000) + b'Sherlock Holmes'"
needles = ["Sherlock Holmes"]
"""
TEXT = """
haystack = "text('english', 262144) + b'Sherlock Holmes'"
needles = ["Sherlock Holmes"]
"""


def medians(result, field="cpu_time"):
    return {row["run_name"].split("/")[2]: row[field] for row in result["benchmarks"]
            if row.get("aggregate_name") == "median"}


def test_the_result_file_keeps_its_contract(run, workloads):
    workloads("w", "first", TEXT + 'direction = ["forward", "reverse"]')
    ended, result = run("--strategies", "auto pla*")
    assert ended.returncode == 0, ended.stderr
    about = result["fmmap"]
    assert about["schema"] == 1 and about["complete"] is True
    assert set(about["workloads"]) == {"w.forward", "w.reverse"}
    assert set(about["strategies"]) == {"auto", "plain"}
    assert about["strategies"]["auto"]["origin"] == "fmmap"
    assert about["strategies"]["plain"]["origin"] == "test 1.0"
    assert about["workloads"]["w.forward"]["needles"] == [15]
    assert about["workloads"]["w.forward"]["expect"] == 262144
    for key in ("cpu_model", "kernel", "libc", "compiler", "compiler_flags", "load_before",
                "load_after", "frequency_governor", "virtualised", "caches"):
        assert result["context"][key] not in (None, ""), key
    assert "-falign-functions=64" in result["context"]["compiler_flags"].split()
    rows = [row for row in result["benchmarks"] if row["run_type"] == "iteration"]
    assert {row["name"] for row in rows} == {
        f"first/w.{d}/{s}" for d in ("forward", "reverse") for s in ("auto", "plain")}
    assert sorted(row["repetition_index"] for row in rows) == sorted([0, 1, 2] * 4)
    for row in rows:
        assert row["iterations"] > 0 and row["real_time"] > 0 and row["bytes_per_second"] > 0
    one = [row["cpu_time"] for row in rows if row["name"] == "first/w.forward/plain"]
    aggregates = {row["aggregate_name"]: row["cpu_time"] for row in result["benchmarks"]
                  if row["run_name"] == "first/w.forward/plain" and row["run_type"] == "aggregate"}
    assert set(aggregates) == {"mean", "median", "stddev", "cv", "mad"}
    assert aggregates["median"] == statistics.median(one)


@pytest.mark.parametrize("name, message", [
    ("always_absent", "wrong answer: nothing, not offset 262144"),
    ("last_byte_wrong", "wrong answer: offset"),
    ("crasher", "wrong answer: none, it crashed with Aborted"),
    ("wrong_later", "wrong answer: right when checked, wrong while timed"),
])
def test_a_wrong_strategy_is_an_error_row_and_never_timed(run, workloads, name, message):
    keys = TEXT.replace("Sherlock Holmes'\"", "Sherlock Holmes'\"", 1)
    if name == "last_byte_wrong":
        keys = keys.replace("+ b'Sher", "+ b'Sherlock Holmez' + b'Sher")
    workloads("w", "first", keys)
    ended, result = run("--strategies", f"{name} plain")
    assert ended.returncode == 1
    assert message in ended.stderr
    row, = [row for row in result["benchmarks"] if row["run_name"] == f"first/w/{name}"]
    assert row["error_occurred"] is True and row["error_message"].startswith(message)
    assert "bytes_per_second" not in row
    assert "plain" in medians(result)


def test_a_strategy_that_never_answers_is_refused_with_the_reason(run, workloads):
    workloads("w", "first", TEXT)
    ended, result = run("--strategies", "stuck plain")
    assert ended.returncode == 0
    limit = f"{selection.PROFILES['quick']['limit']:g}"
    assert result["fmmap"]["refused"] == [
        {"workload": "w", "strategy": "stuck", "reason": f"no answer within {limit} s"}]
    assert set(medians(result)) == {"plain"}


def test_a_strategy_that_works_for_2_ms_is_charged_2_ms_of_the_processor(run, workloads):
    workloads("w", "first", SHORT)
    first, second = (medians(run("--strategies", "constant_work")[1]) for _ in range(2))
    assert first["constant_work"] == pytest.approx(2e6, rel=0.2)  # ns
    assert second["constant_work"] == pytest.approx(2e6, rel=0.2)


def test_a_strategy_that_sleeps_does_not_hide_it_from_the_clock(run, workloads):
    workloads("w", "first", SHORT)
    ended, result = run("--strategies", "sleeper plain")
    assert ended.returncode == 0
    real, cpu = medians(result, "real_time"), medians(result, "cpu_time")
    assert real["sleeper"] >= 20e6 > 10 * cpu["sleeper"]  # ns
    speed = medians(result, "bytes_per_second")
    assert speed["sleeper"] < speed["plain"]
    rows = [row for row in result["benchmarks"] if row["run_type"] == "iteration"]
    assert {row["run_name"].split("/")[2] for row in rows if row.get("clock") == "real"} == {
        "sleeper"}
    for row in rows:
        if row.get("clock") == "real":
            assert row["bytes_per_second"] == pytest.approx(
                result["fmmap"]["workloads"]["w"]["bytes"] / row["real_time"] * 1e9)


def test_tiny_counts_calls_and_prepared_refuses_those_that_offer_none(run, workloads):
    workloads("calls", "tiny", "cases = \"shuffled_pairs(text('english'), 8, 64, 2, 6, 50, 100)\"")
    workloads("ready", "prepared", "haystacks = \"windows(text('english'), 4096, 8)\"\n"
                                   "needles = ['Sherlock']\n")
    ended, result = run("--strategies", "auto plain")
    assert ended.returncode == 0, ended.stderr
    assert [(r["workload"], r["strategy"]) for r in result["fmmap"]["refused"]] == [
        ("ready", "plain")]
    tiny = [row for row in result["benchmarks"] if row["run_name"].startswith("tiny/")]
    assert all("bytes_per_second" not in row for row in tiny)
    assert medians({"benchmarks": tiny})["plain"] > 1  # ns


@pytest.mark.parametrize("advice", ["none", "sequential", "willneed", "populate"])
def test_streaming_maps_the_file_anew(run, workloads, advice):
    workloads("w", "streaming", TEXT + f'[parameters]\nadvice = "{advice}"\n')
    ended, result = run("--strategies", "plain")
    assert ended.returncode == 0, ended.stderr
    assert medians(result)["plain"] > 0


@pytest.mark.parametrize("arguments, said", [
    (["--workloads", "nope"], "bench: no workload matches 'nope': there are w"),
    (["--strategies", "nope"], "bench: no strategy matches 'nope': there are always_absent"),
    (["--strategies", "plain,nope*"], "bench: no strategy matches 'nope*'"),
    (["--rounds=0"], "bench: --rounds 0: it has to be above 0"),
    (["--min-time=nan"], "bench: --min-time nan: it has to be above 0"),
    (["--against=/bin/echo"], "bench: /bin/echo is no fmmap-bench: `make bench` builds one"),
    (["--against=/bin/true"], "bench: /bin/true is no fmmap-bench: `make bench` builds one"),
    (["--against=/bin/false"], "bench: /bin/false: it ended with status 1"),
])
def test_a_name_that_matches_nothing_is_told_in_one_line(run, workloads, arguments, said):
    workloads("w", "first", TEXT)
    ended, result = run(*arguments)
    assert ended.returncode == 1 and result is None
    assert len(ended.stderr.strip().splitlines()) == 1 and said in ended.stderr


def test_what_could_not_be_built_is_recorded_where_it_was_asked_for(run, workloads):
    workloads("w", "first", SHORT)
    absent = ["--absent", "peer_x=install x-dev", "--absent", "libc_y=name y in Y="]
    ended, result = run("--strategies", "plain peer_*", *absent)
    assert ended.returncode == 1 and result is None
    assert ended.stderr == "bench: peer_x cannot be measured: install x-dev\n"
    ended, result = run("--strategies", "nope", *absent)
    assert ended.returncode == 1 and "install x-dev" not in ended.stderr
    ended, result = run("--strategies", "p*", *absent)
    assert ended.returncode == 0
    assert result["fmmap"]["not_measured"] == {"peer_x": "install x-dev"}
    assert "bench: not measured: peer_x: install x-dev" in ended.stderr
    assert "libc_y" not in ended.stderr


def test_a_result_replaces_no_other(run, workloads, tmp_path):
    workloads("w", "first", SHORT)
    _, first = run("--strategies", "plain")
    ended, second = run("--strategies", "sleeper")
    assert set(second["fmmap"]["strategies"]) == {"sleeper"}
    kept = tmp_path / "out" / "results.previous.json"
    assert json.loads(kept.read_text()) == first and str(kept) in ended.stdout


def test_two_programs_are_measured_in_turns(run, workloads, binary, tmp_path):
    workloads("w", "first", SHORT)
    ended, result = run("--strategies", "plain sleeper", "--against", binary)
    assert ended.returncode == 0, ended.stderr
    other = json.loads((tmp_path / "out" / "results.against.json").read_text())
    assert result["fmmap"]["session"] == other["fmmap"]["session"]
    for one in result, other:
        rows = [row for row in one["benchmarks"] if row["run_type"] == "iteration"]
        assert sorted((row["run_name"], row["round"]) for row in rows) == [
            (f"first/w/{name}", number) for name in ("plain", "sleeper") for number in range(3)]
    out = tmp_path / "out"
    assert f"OLD={out}/results.against.json NEW={out}/results.json\n" in ended.stdout
    ended, _ = run("--against", tmp_path / "none")
    assert ended.returncode == 1 and f"{tmp_path}/none: No such file" in ended.stderr


def test_two_workloads_of_one_name_are_told_in_one_line(run, workloads):
    first = workloads("w", "first", SHORT + "[parameters]\nm = [1, 2]\n")
    second = workloads("w.m2", "first", SHORT)
    ended, result = run("--strategies", "plain")
    assert ended.returncode == 1 and result is None
    assert ended.stderr == \
        f"bench: {first}: {second} has a workload w.m2, too: rename one of them\n"


def test_a_missing_binary_is_told_in_one_line(run, workloads, tmp_path):
    workloads("w", "first", TEXT)
    ended, _ = run(binary=tmp_path / "none")
    assert ended.returncode == 1
    assert ended.stderr.strip() == f"bench: {tmp_path}/none: No such file or directory; " \
                                   "`make bench` builds fmmap-bench"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_keeps_what_is_done(binary, workloads, tmp_path, number):
    workloads("w", "first", TEXT)
    output = tmp_path / "results.json"
    process = subprocess.Popen(
        [sys.executable, HARNESS / "run.py", "--binary", binary, "--output", output, "--folder",
         workloads.folder, "--rounds=1000", "--min-time=0.1", "--strategies=plain"],
        stderr=subprocess.PIPE, text=True, start_new_session=True,
        # What runs in a shell's background, or under nohup, inherits that the signal is ignored
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL))
    for line in process.stderr:
        if "bench: 1/1000" in line:
            break
    os.killpg(process.pid, number)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "interrupted; what was measured so far is kept" in said
    result = json.loads(output.read_text())
    assert result["fmmap"]["complete"] is False
    assert "plain" in medians(result)


@pytest.mark.parametrize("arguments, said", [
    ([], "INPUT is missing: see --help"),
    (["--colour", "x"], "--colour is no option, or lacks its value: see --help"),
    (["--limit"], "--limit is no option, or lacks its value: see --help"),
    (["--limit=soon", "x"], "--limit= is in seconds, above 0 and at most a million"),
    (["--limit=nan", "x"], "--limit= is in seconds, above 0 and at most a million"),
    (["--seed=-1", "x"], "--seed= is a whole number"),
    (["--seed=", "x"], "--seed= is a whole number"),
    (["--strategies=plain,nope", "x"], "nope is no strategy: --list tells which there are"),
    (["--strategies=", "x"], "--strategies= names none: --list tells which there are"),
    (["--pairs=/nowhere/x", "x"], "/nowhere/x cannot be written: --pairs= wants a file"),
    (["/nowhere/x"], "/nowhere/x: No such file or directory"),
])
def test_a_wrong_option_of_the_binary_is_told_in_one_line(binary, arguments, said):
    ended = subprocess.run([binary, *arguments], capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (2, f"fmmap-bench: {said}\n")


def test_a_truncated_input_is_refused_by_the_binary(binary, workloads, tmp_path):
    path, _ = prepare.prepare(*workload.read(workloads("w", "first", TEXT)), tmp_path)
    whole = path.read_bytes()
    for size in (0, 3, 40, 1000, len(whole) - 1):
        path.write_bytes(whole[:size])
        ended = subprocess.run([binary, path], capture_output=True, text=True)
        assert ended.returncode == 2
        assert ended.stderr.strip() == \
            f"fmmap-bench: {path}: not a prepared workload, or cut short"


def test_time_against_n_tells_linear_from_quadratic(run, workloads):
    workloads("w", "absent", """
haystack = "b'a' * n"
needle = "b'b'"
[parameters]
n = [1000, 4000, 16000]
""")
    _, result = run("--strategies", "linear_work quadratic_work")
    exponents = {fit["strategy"]: fit["exponent"] for fit in result["fmmap"]["complexity"]}
    assert exponents["linear_work"] == pytest.approx(1, abs=0.1)
    assert exponents["quadratic_work"] == pytest.approx(2, abs=0.1)


def test_the_python_model_times_both_modules_of_a_python(run, workloads, binary):
    workloads("w", "python", TEXT)
    ended, result = run("--strategies", "plain", binary=binary)
    assert ended.returncode == 1  # the copied binary has no modules beside it
    assert "not run: w: the module is built for no Python here" in ended.stderr
    make("python")
    ended, result = run(binary=BUILD / "bench" / "fmmap-bench")
    assert ended.returncode == 0, ended.stderr
    found = medians(result, "bytes_per_second")
    ours = [name for name in found if name.startswith("fmmap_")]
    assert ours
    for name in ours:
        assert found[name] > 0 and found[name.removeprefix("f")] > 0
    assert result["fmmap"]["strategies"][ours[0]]["origin"] == "fmmap"


def test_another_glibc_is_a_column_of_its_own(run, workloads, binary, tmp_path):
    listing = subprocess.run(["ldd", binary], capture_output=True, text=True, check=True).stdout
    loader = pathlib.Path(re.search(r"(/\S+ld-linux\S+)", listing)[1]).resolve()
    if not (loader.parent / "libc.so.6").exists():
        pytest.fail(f"{loader} has no libc.so.6 beside it")
    workloads("w", "first", TEXT)
    ended, result = run("--strategies", "plain", "--libc", str(loader))
    assert ended.returncode == 0, ended.stderr
    plain, other = sorted(medians(result), key=len)
    assert plain == "plain" and re.fullmatch(r"plain_glibc_[\d.]+", other)
    assert result["fmmap"]["strategies"][other]["libc"] == result["context"]["libc"]
    ended, _ = run("--libc", str(tmp_path))
    assert ended.returncode == 1 and "no glibc there" in ended.stderr
