# SPDX-License-Identifier: MPL-2.0
"""The benchmark under test: a fmmap-bench with guests that misbehave, built once a session."""

import json
import subprocess
import sys

import pytest

from bed import BUILD, GUESTS, HARNESS, ROOT, make

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
def plain_binary():
    make("build/native/bench/fmmap-bench")
    return BUILD / "bench" / "fmmap-bench"


@pytest.fixture(scope="session")
def binary(plain_binary, tmp_path_factory):
    """fmmap-bench with the guests of bench/test/guests in place of its own."""
    folder = tmp_path_factory.mktemp("guests")
    (folder / "guests.def").write_text("".join(f"FM_MEMBER({g.stem})\n" for g in GUESTS))
    compiler = ["cc", "-std=c11", "-O2", "-Wall", "-Werror", "-D_GNU_SOURCE", f"-I{folder}",
                f"-I{ROOT / 'impls'}", "-c"]
    objects = []
    for guest in GUESTS:
        objects.append(folder / f"{guest.stem}.o")
        subprocess.run([*compiler, f"-DFM_STRATEGY_NAME={guest.stem}", guest, "-o", objects[-1]],
                       check=True)
    objects.append(folder / "members.o")
    subprocess.run([*compiler, HARNESS / "members.c", "-o", objects[-1]], check=True)
    objects += [path for path in (BUILD / "obj" / "bench" / "harness").glob("*.o")
                if path.name != "members.o"]
    path = folder / "fmmap-bench"
    subprocess.run(["c++", *objects, BUILD / "lib" / "libfmmap.a", "-pthread", "-lbenchmark",
                    "-o", path], check=True)
    return path


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
