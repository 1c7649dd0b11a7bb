# SPDX-License-Identifier: MPL-2.0
import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

import compare
import records
import samples


@pytest.fixture
def write(tmp_path):
    def write(name, **settings):
        path = tmp_path / name
        path.write_text(json.dumps(samples.results(**settings)))
        return str(path)
    return write


def verdicts(output):
    """(workload, strategy) -> verdict, read from the printed table."""
    found = {}
    for line in output.splitlines():
        words = line.split()
        if words and words[0] in ("absent", "first", "tiny", "python"):
            found[words[1], words[2]] = words[-1]
    return found


def test_two_runs_of_the_same_program_tie(write, capsys):
    assert compare.main([write("a.json"), write("b.json", seed=2)]) == 0
    found = verdicts(capsys.readouterr().out)
    del found["english_common", "naive"]        # an error in both
    assert set(found.values()) == {"tie"}


def test_slowdown_shows_on_its_strategy_and_on_nothing_else(write, capsys):
    compare.main([write("a.json"), write("b.json", seed=2, slower={"memmem": 1.2})])
    found = verdicts(capsys.readouterr().out)
    assert {strategy for (_, strategy), verdict in found.items()
            if verdict == "slower"} == {"memmem"}
    assert all(verdict == "slower" for (_, strategy), verdict in found.items()
               if strategy == "memmem")


PACE = [1, 1.9, 1.3, 1.1, 2.4, 1.6, 1.2, 2.0, 1.4]


def test_runs_measured_in_turns_are_compared_round_by_round(write, capsys):
    """On a machine whose pace changes by more than what changed."""
    old = write("a.json", session="x", pace=PACE)
    for session, slow in (("x", {"memmem"}), ("y", set())):
        compare.main([old, write("b.json", seed=2, session=session, pace=PACE,
                                 slower={"memmem": 1.2})])
        output = capsys.readouterr().out
        assert ("measured in turns" in output) == (session == "x")
        assert {strategy for (_, strategy), verdict in verdicts(output).items()
                if verdict == "slower"} == slow


@pytest.mark.parametrize("lacking, verdict", [((4,), "tie"), ((0, 4), "unknown")])
def test_rounds_that_one_side_lacks_are_left_out(tmp_path, write, capsys, lacking, verdict):
    """Of nine; below eight pairs no interval has its 99 %."""
    data = samples.results(session="x", pace=PACE, seed=2)
    data["benchmarks"] = [row for row in data["benchmarks"] if row.get("round") not in lacking]
    new = tmp_path / "new.json"
    new.write_text(json.dumps(data))
    compare.main([write("a.json", session="x", pace=PACE), str(new)])
    output = capsys.readouterr().out
    found = verdicts(output)
    del found["english_common", "naive"]        # an error in both
    assert set(found.values()) == {verdict}


def test_speed_up_is_called_faster(write, capsys):
    compare.main([write("a.json"), write("b.json", slower={"auto": 0.5})])
    assert verdicts(capsys.readouterr().out)["tiny", "auto"] == "faster"


def test_regression_fails_only_when_asked(write, monkeypatch):
    monkeypatch.delenv("FAIL_ON", raising=False)
    pair = [write("a.json"), write("b.json", slower={"auto": 1.5})]
    assert compare.main(pair) == 0
    assert compare.main([*pair, "--fail-on", "regression"]) == 2
    monkeypatch.setenv("FAIL_ON", "regression")
    assert compare.main(pair) == 2
    assert compare.main([pair[0], pair[0]]) == 0


def test_row_that_became_an_error_or_went_missing_is_a_regression(tmp_path, write, capsys):
    data = samples.results()
    name = "tiny/tiny/auto"
    data["benchmarks"] = [row for row in data["benchmarks"] if row["run_name"] != name]
    new = tmp_path / "new.json"
    new.write_text(json.dumps(data))
    assert compare.main([write("a.json"), str(new), "--fail-on", "regression"]) == 2
    assert verdicts(capsys.readouterr().out)["tiny", "auto"] == "missing"
    data["benchmarks"].append(samples.error_row("tiny", "auto", "wrong answer"))
    new.write_text(json.dumps(data))
    assert compare.main([write("a.json"), str(new), "--fail-on", "regression"]) == 2
    assert verdicts(capsys.readouterr().out)["tiny", "auto"] == "error"


def test_other_machine_is_refused_unless_asked_for(write, capsys):
    pair = [write("a.json"), write("b.json", cpu_model="Other CPU")]
    assert compare.main(pair) == 1
    message = capsys.readouterr().err
    assert "Sample CPU -> Other CPU" in message and message.count("\n") == 1
    assert compare.main([*pair, "--other-machine"]) == 0


def test_other_flags_are_told(write, capsys):
    assert compare.main([write("a.json"), write("b.json", compiler_flags="-O3")]) == 0
    assert "differs: compiler_flags: -O2 -> -O3" in capsys.readouterr().out


def test_partial_run_is_told(write, capsys):
    compare.main([write("a.json"), write("b.json", complete=False)])
    assert "b.json was stopped early" in capsys.readouterr().out


@pytest.mark.parametrize("old", ["missing.json", ""])
def test_missing_file_is_one_line(write, capsys, old):
    assert compare.main([old, write("b.json")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("noise", ["-1", "nan", "inf"])
def test_noise_that_is_no_fraction_is_one_line(write, capsys, noise):
    assert compare.main([write("a.json"), write("b.json"), "--noise", noise]) == 1
    message = capsys.readouterr().err
    assert f"--noise {noise}: " in message and message.count("\n") == 1


def test_a_reader_who_has_seen_enough_gets_no_stack_trace(write):
    program = subprocess.Popen([sys.executable, compare.__file__, write("a.json"), write("b.json")],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    program.stdout.close()
    assert program.stderr.read() == ""
    assert program.wait() == 1


def test_unknown_fail_on_is_one_line(write, capsys, monkeypatch):
    monkeypatch.setenv("FAIL_ON", "rain")
    assert compare.main([write("a.json"), write("b.json")]) == 1
    assert "FAIL_ON=rain" in capsys.readouterr().err


def recorded(folder, new):
    """Two runs from recorded/slowdown.csv, as files."""
    sides = ([], [])
    with (Path(__file__).parent / "recorded" / "slowdown.csv").open() as file:
        for row in csv.DictReader(file):
            for side, field in zip(sides, ("old_ns", "new_ns")):
                if row["new"] == new:
                    side.append({"name": row["row"], "run_name": row["row"], "time_unit": "ns",
                                 "run_type": "iteration", "round": int(row["round"]),
                                 "cpu_time": float(row[field]), "real_time": float(row[field])})
    for number, side in enumerate(sides):
        data = samples.results(session="recorded")
        data["benchmarks"] = side
        path = folder / f"{new}{number}.json"
        path.write_text(json.dumps(data))
        yield records.load_run(path)


def test_the_same_program_ties_with_itself_on_a_busy_machine(tmp_path):
    old, new = recorded(tmp_path, "same")
    rows = list(compare.compare(old, new, compare.noise_between(old, new)))
    assert len(rows) > 50
    assert sum(row[-1] == "tie" for row in rows) >= 0.95 * len(rows)
    assert {ratio.verdict for _, ratio in compare.by_strategy(rows, 0.05).values()} == {"tie"}


def test_a_fifth_more_work_is_found_on_a_busy_machine_and_nobody_else_is_blamed(tmp_path):
    old, new = recorded(tmp_path, "slower")
    rows = list(compare.compare(old, new, compare.noise_between(old, new)))
    slower = {row[2] for row in rows if row[-1] == "slower"}
    assert slower == {"victim"}
    overall = {strategy: ratio for strategy, (_, ratio)
               in compare.by_strategy(rows, 0.05).items()}
    assert {strategy for strategy, ratio in overall.items() if ratio.verdict == "slower"} == slower
    assert overall["victim"].low < 1.2 < overall["victim"].high
    text, _ = compare.report(old, new, 0.05)
    assert any(line.split()[0] == "victim" and line.endswith("slower")
               for line in text.splitlines() if line)
