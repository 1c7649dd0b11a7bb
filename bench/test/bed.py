# SPDX-License-Identifier: MPL-2.0
"""Where things are, for the tests of this folder, and how a fmmap-bench with guests is built."""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).parent.parent.parent
HARNESS = ROOT / "bench" / "harness"
GUESTS = sorted((ROOT / "bench" / "test" / "guests").glob("*.c"))
BUILD = ROOT / "build" / "native"


def make(target):
    """Build a target for the default platform."""
    subprocess.run(["make", "-s", "-j2", target], cwd=ROOT, check=True, capture_output=True)


def build_bench(folder, guests=GUESTS, options=()):
    """fmmap-bench with these guests in place of its own, in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "guests.def").write_text("".join(f"FM_MEMBER({g.stem})\n" for g in guests))
    compiler = ["cc", "-std=c11", "-O2", "-falign-functions=64", "-Wall", "-Werror",
                "-D_GNU_SOURCE", f"-I{folder}", f"-I{ROOT / 'impls'}", *options, "-c"]
    objects = []
    for guest in guests:
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
