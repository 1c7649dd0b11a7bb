# SPDX-License-Identifier: MPL-2.0
"""The Pythons whose m.find is measured: those the module has been built for, one a build."""

import json
import pathlib
import re
import subprocess
import sys

import programs

ROOT = pathlib.Path(__file__).parent.parent.parent
INTERPRETERS = ROOT / "conformance" / "harness" / "interpreters.py"
DESCRIBE = ROOT / "ref" / "python" / "describe.py"
CALLS = pathlib.Path(__file__).parent / "python_calls.py"

# The flags tell builds of one version apart: t is free-threaded, d for debugging
_VERSION = ("import platform, sys; print(platform.python_implementation(), "
            "'.'.join(map(str, sys.version_info[:3])) + "
            "''.join(c for c in getattr(sys, 'abiflags', '') if c in 'td'))")

# Seconds after which an interpreter has no result any more: a repetition takes a few.
PATIENCE = 60


class Python:
    """One interpreter: m.find of its own mmap and of the module that was built for it."""

    def __init__(self, path, folder, title):
        self.path, self.folder, self.title = path, folder, title  # title: CPython 3.13.7t
        name, version = title.lower().split()
        self.suffix = f"_{name}_" + re.sub(r"\.\d+(?=\D*$)", "", version)
        self.strategies = {
            "mmap" + self.suffix: {
                "summary": f"m.find of {title}'s own mmap", "source": title,
                "worst_case": "the interpreter's", "available": True, "prepared": False,
                "origin": title},
            "fmmap" + self.suffix: {
                "summary": f"m.find of this project's module on {title}", "source": "fmmap",
                "worst_case": "linear", "available": True, "prepared": False, "origin": "fmmap"},
        }

    def takes(self, workload):
        return workload.story["model"] == "python"

    def also_called(self, name):
        return (name, name.removesuffix(self.suffix))

    def measure(self, workload, path, names, settings):
        """Each module in a process of its own, in an order that changes from round to round."""
        outcome = programs.Outcome()
        for name in names[::-1 if settings.number % 2 else 1]:
            try:
                row = self._row(name.removesuffix(self.suffix), path, settings.min_time)
            except subprocess.TimeoutExpired:
                outcome.refused[name] = f"no result within {PATIENCE} s"
                continue
            outcome.rows.append({"run_name": f"python/{workload.name}/{name}",
                                 "run_type": "iteration", "threads": 1, **row})
        return outcome

    def _row(self, module, path, min_time):
        ended = subprocess.run(
            [self.path, CALLS, "--input", path, "--module", module, "--path", self.folder,
             "--min-time", str(min_time)], capture_output=True, text=True, timeout=PATIENCE)
        if ended.returncode == 0:
            return json.loads(ended.stdout)
        return {"error_occurred": True,
                "error_message": f"wrong answer: none, {programs.how_it_ended(ended)}"}


def _lines(*command):
    ended = subprocess.run(command, capture_output=True, text=True)
    return ended.stdout.splitlines() if ended.returncode == 0 else []


def find(build):
    """The Pythons of this machine that a module lies ready for below the build's folder."""
    found = {}
    for path in _lines(sys.executable, INTERPRETERS, "--headers"):
        described = _lines(path, DESCRIBE)
        tag = described[0].split()[0] if described else None
        folder = build / "python" / str(tag)
        if tag and tag not in found and list(folder.glob("fmmap*.so")):
            found[tag] = Python(path, folder, *_lines(path, "-c", _VERSION))
    return list(found.values())
