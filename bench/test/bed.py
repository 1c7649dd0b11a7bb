# SPDX-License-Identifier: MPL-2.0
"""Where things are, for the tests of this folder."""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).parent.parent.parent
HARNESS = ROOT / "bench" / "harness"
GUESTS = sorted((ROOT / "bench" / "test" / "guests").glob("*.c"))
BUILD = ROOT / "build" / "native"


def make(target):
    """Build a target for the default platform."""
    subprocess.run(["make", "-s", "-j2", target], cwd=ROOT, check=True, capture_output=True)
