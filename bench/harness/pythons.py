# SPDX-License-Identifier: MPL-2.0
"""The Pythons whose m.find is measured: those the module has been built for, one a build."""

import dataclasses
import json
import pathlib
import signal
import subprocess
import sys

ROOT = pathlib.Path(__file__).parent.parent.parent
INTERPRETERS = ROOT / "conformance" / "harness" / "interpreters.py"
DESCRIBE = ROOT / "ref" / "python" / "describe.py"
CALLS = pathlib.Path(__file__).parent / "python_calls.py"

_VERSION = ("import platform, sys; print(platform.python_implementation(), "
            "'.'.join(map(str, sys.version_info[:3])))")


@dataclasses.dataclass(frozen=True)
class Python:
    path: str
    folder: pathlib.Path  # where the module's build lies
    title: str            # "CPython 3.11.7"

    @property
    def label(self):
        """cpython_3.11: ends the names of its strategies."""
        name, version = self.title.lower().split()
        return f"{name}_{version.rpartition('.')[0]}"

    def strategies(self):
        """Its two strategies, as the result file describes them."""
        return {
            f"mmap_{self.label}": {
                "summary": f"m.find of {self.title}'s own mmap", "source": self.title,
                "worst_case": "the interpreter's", "available": True, "prepared": False,
                "origin": self.title},
            f"fmmap_{self.label}": {
                "summary": f"m.find of this project's module on {self.title}", "source": "fmmap",
                "worst_case": "linear", "available": True, "prepared": False, "origin": "fmmap"},
        }

    def measure(self, strategy, path, min_time):
        """A row of one of its strategies, in a process of its own."""
        module = strategy.removesuffix(f"_{self.label}")
        ended = subprocess.run(
            [self.path, CALLS, "--input", path, "--module", module, "--path", self.folder,
             "--min-time", str(min_time)], capture_output=True, text=True)
        if ended.returncode == 0:
            return json.loads(ended.stdout)
        if ended.returncode < 0:
            how = f"it crashed with {signal.strsignal(-ended.returncode)}"
        else:
            how = (ended.stderr.strip().splitlines() or ["no message"])[-1]
        return {"error_occurred": True, "error_message": f"wrong answer: none, {how}"}


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
