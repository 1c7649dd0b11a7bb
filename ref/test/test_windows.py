# SPDX-License-Identifier: MPL-2.0
"""The library for Windows, where MinGW-w64 and Wine are installed: what only Windows does."""
import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPILER = "x86_64-w64-mingw32-gcc-posix"
ABSENT = [program for program in (COMPILER, "wine") if shutil.which(program) is None]


@pytest.mark.skipif(ABSENT != [], reason="needs " + " and ".join(ABSENT))
def test_windows(tmp_path):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    subprocess.run(["make", "--no-print-directory", "PLATFORM=windows", "lib"], cwd=ROOT, env=clean,
                   check=True, stdout=subprocess.DEVNULL)
    program = tmp_path / "windows.exe"
    subprocess.run([COMPILER, "-Wall", "-Wextra", "-Werror", "-Iref/include",
                    "ref/test/windows/windows.c", "build/windows/lib/libfmmap.a", "-static",
                    "-o", program], cwd=ROOT, check=True)
    environment = dict(clean, WINEPREFIX=str(tmp_path / "wine"), WINEDEBUG="-all")
    environment.pop("DISPLAY", None)
    with open(tmp_path / "output", "w") as output:  # a pipe would wait for Wine's services to end
        done = subprocess.run(["wine", program], cwd=tmp_path, env=environment, timeout=300,
                              stdout=output, stderr=subprocess.DEVNULL)
    lines = (tmp_path / "output").read_text()
    assert done.returncode == 0, lines
    assert lines.splitlines()[-1].endswith(" passed, 0 failed")
