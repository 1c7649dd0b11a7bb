# SPDX-License-Identifier: MPL-2.0
"""Makes the module importable: from FMMAP_DIR, or from the build for this interpreter."""
import os
import pathlib
import subprocess
import sys
import tempfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]


def module_folder():
    if "FMMAP_DIR" in os.environ:
        return os.environ["FMMAP_DIR"]
    described = subprocess.run([sys.executable, ROOT / "ref/python/describe.py"], check=True,
                               stdout=subprocess.PIPE, text=True).stdout
    return str(ROOT / "build/native/python" / described.split()[0])


sys.path.insert(0, module_folder())
try:
    import fmmap
except ImportError as error:
    raise pytest.UsageError(f"no module for this interpreter ({error}); run: make python")


@pytest.fixture
def file():
    """Make a file of given length, all holes, open for reading and writing."""
    opened = []

    def make(length):
        handle = tempfile.TemporaryFile()
        handle.truncate(length)
        opened.append(handle)
        return handle

    yield make
    for handle in opened:
        handle.close()


@pytest.fixture
def mapping(file):
    """A mapping of a fresh file with the given content."""
    opened = []

    def make(content):
        handle = file(len(content))
        m = fmmap.mmap(handle.fileno(), 0)
        m[:] = content
        opened.append(m)
        return m

    yield make
    for m in opened:
        m.close()
