# SPDX-License-Identifier: MPL-2.0
"""The package that `pip install .` makes: module, stubs, metadata."""
import email.parser
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import zipfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]


def run_setup(folder, *command):
    """Run setup.py in a copy of what a source distribution holds."""
    subprocess.run([sys.executable, "setup.py", "-q", *command], cwd=folder, check=True,
                   env=dict(os.environ, CFLAGS="-O0"),  # quick to build
                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


@pytest.fixture(scope="module")
def distribution(tmp_path_factory):
    """The unpacked source distribution."""
    folder = tmp_path_factory.mktemp("package")
    tree = folder / "tree"
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns("build", ".git"))
    run_setup(tree, "sdist", "-d", str(folder))
    [archive] = folder.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(folder)
    return folder / archive.name[:-len(".tar.gz")]


def test_wheel_from_source_distribution(distribution, tmp_path):
    run_setup(distribution, "bdist_wheel", "-d", str(tmp_path))
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path)
    assert "fmmap-stubs/__init__.pyi" in names
    assert "fmmap-stubs/py.typed" in names
    metadata = email.parser.Parser().parsestr(
        next(tmp_path.glob("*.dist-info/METADATA")).read_text())
    assert metadata["Name"] == "fmmap"
    assert metadata["Version"] == (ROOT / "ref/VERSION").read_text().strip()
    assert metadata["Requires-Python"] == ">=3.6"
    code = "import fmmap; m = fmmap.mmap(-1, 9); m[3:6] = b'abc'; print(m.find(b'abc'))"
    printed = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True,
                             env={"PYTHONPATH": str(tmp_path)}, stdout=subprocess.PIPE).stdout
    assert printed == b"3\n"
