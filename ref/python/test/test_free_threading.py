# SPDX-License-Identifier: MPL-2.0
"""These tests once more, in each interpreter without a global lock that is found and built for."""
import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(ROOT / "conformance" / "harness"))

import interpreters  # noqa: E402

TESTS = ["test_threads.py", "test_type.py", "test_leaks.py", "test_faults.py", "test_finder.py"]
FREE = [one for one in interpreters.find() if "t" in one.flags and one.headers]


@pytest.mark.skipif(not FREE, reason="no interpreter without a global lock is found")
@pytest.mark.parametrize("tests", TESTS)
@pytest.mark.parametrize("interpreter", FREE, ids=lambda one: one.name)
def test_in(interpreter, tests):
    environment = dict(
        os.environ,
        FMMAP_DIR=str(ROOT / "build/native/python" / interpreter.tag),
        PYTHONPATH=str(pathlib.Path(pytest.__file__).parents[1]))  # it may have no pytest itself
    run = subprocess.run(
        [interpreter.path, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore",
         HERE / tests], cwd=ROOT, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert run.returncode == 0, run.stdout
