# SPDX-License-Identifier: MPL-2.0
"""Counting instructions."""

import json
import subprocess
import sys

import pytest

from bed import GUESTS, HARNESS, build_bench


def test_what_slowdown_py_injects_is_a_fifth(binary, workloads, tmp_path):
    workloads("w", "absent", "haystack = \"text('english', 8192)\"\nneedles = ['Sherlock']\n")
    slower = build_bench(tmp_path / "slower", GUESTS, ["-DFIFTHS_MORE=1"])
    counts = []
    for one in binary, slower:
        subprocess.run([sys.executable, HARNESS / "instructions.py", "--binary", one, "--folder",
                        workloads.folder, "--strategies", "victim", "-o", tmp_path / "counts.json"],
                       check=True, capture_output=True)
        counts += json.loads((tmp_path / "counts.json").read_text()).values()
    assert counts[1] / counts[0] == pytest.approx(1.2, abs=0.02)


def test_counts_repeat_exactly_and_growth_is_found(binary, workloads, tmp_path):
    workloads("w", "absent", "haystack = \"text('english', 8192)\"\nneedles = ['Sherlock']\n")

    def count(output, *arguments):
        return subprocess.run(
            [sys.executable, HARNESS / "instructions.py", "--binary", binary, "--folder",
             workloads.folder, "--strategies", "plain four_times", "-o", tmp_path / output,
             *arguments], capture_output=True, text=True)
    first = count("first.json")
    assert first.returncode == 0, first.stderr
    counts = json.loads((tmp_path / "first.json").read_text())
    assert 3.9 < counts["absent/w/four_times"] / counts["absent/w/plain"] < 4.1
    again = count("again.json", "--against", tmp_path / "first.json")
    assert again.returncode == 0 and "2 compared, 0 grew by more than 1 %" in again.stdout
    counts["absent/w/plain"] = counts["absent/w/plain"] * 9 // 10
    (tmp_path / "less.json").write_text(json.dumps(counts))
    grown = count("grown.json", "--against", tmp_path / "less.json")
    assert grown.returncode == 1 and "1 grew by more than 1 %" in grown.stdout


@pytest.mark.parametrize("content, said", [
    ("{", "holds no counts"), ('{"context": {}}', "holds no counts"),
    ('{"absent/other/plain": 1000}', "none of its rows was counted now")])
def test_file_to_compare_with_that_has_nothing_to_compare_is_an_error(
        binary, workloads, tmp_path, content, said):
    workloads("w", "absent", "haystack = \"text('english', 100)\"\nneedles = ['Sherlock']\n")
    (tmp_path / "old.json").write_text(content)
    ended = subprocess.run(
        [sys.executable, HARNESS / "instructions.py", "--binary", binary, "--folder",
         workloads.folder, "--strategies", "plain", "-o", tmp_path / "new.json", "--against",
         tmp_path / "old.json"], capture_output=True, text=True)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"instructions.py: {tmp_path}/old.json: {said}")
    assert ended.stderr.count("\n") == 1
