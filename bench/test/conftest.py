# SPDX-License-Identifier: MPL-2.0
"""The benchmark under test: a fmmap-bench with guests that misbehave, built once a session."""

import json
import subprocess
import sys

import pytest

from bed import HARNESS, build_bench, make

sys.path.insert(0, str(HARNESS))

STORY = """
title = "a test"
group = "test"
model = "MODEL"
profile = "quick"
represents = "nothing"
why = "to test"
"""


@pytest.fixture(scope="session")
def binary(tmp_path_factory):
    """fmmap-bench with the guests of bench/test/guests in place of its own."""
    make("build/native/bench/fmmap-bench")
    return build_bench(tmp_path_factory.mktemp("guests"))


@pytest.fixture
def workloads(tmp_path):
    """Write a workload file; further keys come as TOML."""
    folder = tmp_path / "workloads"
    folder.mkdir()

    def write(name, model, keys):
        path = folder / f"{name}.toml"
        path.write_text(STORY.replace("MODEL", model) + keys)
        return path
    write.folder = folder
    return write


@pytest.fixture
def run(binary, workloads, tmp_path):
    """Run run.py on the written workloads; gives the finished process and the result, or None."""
    def go(*arguments, binary=binary, rounds=3, min_time=0.005):
        output = tmp_path / "out" / "results.json"
        ended = subprocess.run(
            [sys.executable, HARNESS / "run.py", "--binary", binary, "--output", output,
             "--folder", workloads.folder, f"--rounds={rounds}", f"--min-time={min_time}",
             *arguments], capture_output=True, text=True)
        return ended, json.loads(output.read_text()) if output.exists() else None
    return go
