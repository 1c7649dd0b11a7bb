# SPDX-License-Identifier: MPL-2.0
"""The strategies on lesser CPUs than this one, emulated (CP-01): what a CPU has not is not used."""
import os
import pathlib
import platform
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
EMULATOR = "qemu-x86_64"
PROGRAM = "build/native/impls/test/seeds"
STRATEGIES = ["auto", "simd", "simd_avx2", "simd_avx512bw", "simd_sse2"]

# CPUs as qemu names them, and what they lack
CPUS = {
    "qemu64": ["simd_avx2", "simd_avx512bw"],
    "Nehalem": ["simd_avx2", "simd_avx512bw"],
    "Haswell": ["simd_avx512bw"],
    "Haswell,-abm": ["simd_avx2", "simd_avx512bw"],  # no LZCNT
    "Haswell,-bmi1,-bmi2": ["simd_avx2", "simd_avx512bw"],
}


@pytest.mark.skipif(platform.machine() != "x86_64" or shutil.which(EMULATOR) is None,
                    reason="needs an x86-64 machine and " + EMULATOR)
@pytest.mark.parametrize("cpu", CPUS)
def test_cpu(cpu):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    subprocess.run(["make", "--no-print-directory", PROGRAM], cwd=ROOT, env=clean, check=True,
                   stdout=subprocess.DEVNULL)
    done = subprocess.run([EMULATOR, "-cpu", cpu, PROGRAM], cwd=ROOT, text=True,
                          env=dict(clean, FM_STRATEGIES=" ".join(STRATEGIES)),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    lines = done.stdout.splitlines()
    lacking = [line.split()[3] for line in lines if line.startswith("not tested: strategy ")]
    assert (done.returncode, lacking) == (0, CPUS[cpu]), done.stdout + done.stderr
    assert lines[-1] == f"{len(STRATEGIES) - len(lacking)} passed, 0 failed"
