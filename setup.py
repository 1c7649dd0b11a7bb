# SPDX-License-Identifier: MPL-2.0
"""Build the Python module with nothing but setuptools and a C compiler, for `pip install .`.

The sources are found as the Makefile finds them. All metadata is here and not in pyproject.toml,
because Python 3.6's last setuptools does not read it there.
"""
import glob
import os
import platform
import re
import sys

import setuptools
from setuptools.command.build_ext import build_ext
from setuptools.command.build_py import build_py

ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64"}
SYSTEMS = {"win32": "windows"}


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def architecture():
    machine = platform.machine().lower()
    return ARCHITECTURES.get(machine, machine)


def system():
    return SYSTEMS.get(sys.platform, re.match("[a-z]+", sys.platform).group())


def strategies():
    """Source of each search strategy -> its name: impls/two_way.c is two_way, impls/x86_64/epsm.c
    is epsm, impls/simd/x86_64/avx2.c is simd_avx2."""
    paths = glob.glob("impls/*.c") + glob.glob("impls/{}/*.c".format(architecture()))
    found = {path: os.path.basename(path)[:-2] for path in paths}
    for path in glob.glob("impls/simd/{}/*.c".format(architecture())):
        found[path] = "simd_" + os.path.basename(path)[:-2]
    return found


def sources():
    systems = [system()] if system() == "windows" else [system(), "posix"]
    return sorted(glob.glob("ref/python/*.c") + glob.glob("ref/src/*.c")
                  + glob.glob("impls/common/*.c") + ["ref/os/{}.c".format(one) for one in systems])


class Build(build_ext):
    """Compiles each strategy on its own, since each is told its name, and writes their list."""

    def build_extension(self, extension):
        generated = os.path.join(self.build_temp, "gen")
        os.makedirs(generated, exist_ok=True)
        with open(os.path.join(generated, "strategies.def"), "w") as file:
            file.writelines("FM_MEMBER({})\n".format(name)
                            for name in sorted(strategies().values()))
        extension.include_dirs.append(generated)
        for path, name in sorted(strategies().items()):
            extension.extra_objects += self.compiler.compile(
                [path], output_dir=self.build_temp, include_dirs=extension.include_dirs,
                macros=extension.define_macros + [("FM_STRATEGY_NAME", name)],
                extra_postargs=extension.extra_compile_args)
        super().build_extension(extension)


class Stubs(build_py):
    """Puts the type stubs where tools look for those of a module that is a single file."""

    def run(self):
        folder = os.path.join(self.build_lib, "fmmap-stubs")
        self.mkpath(folder)
        self.copy_file("ref/python/fmmap.pyi", os.path.join(folder, "__init__.pyi"))
        self.copy_file("ref/python/py.typed", os.path.join(folder, "py.typed"))


os.makedirs("build", exist_ok=True)  # everything generated goes there
setuptools.setup(
    name="fmmap",
    options={"build": {"build_base": "build/package"}, "egg_info": {"egg_base": "build"}},
    version=read("ref/VERSION").strip(),
    description="Python's mmap with fast search in both directions",
    long_description=read("README.md"),
    long_description_content_type="text/markdown",
    license="MPL-2.0",
    python_requires=">=3.6",
    classifiers=[
        "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)",
        "Operating System :: OS Independent",
        "Programming Language :: C",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: Implementation :: CPython",
        "Programming Language :: Python :: Implementation :: PyPy",
    ],
    packages=["fmmap-stubs"],
    package_dir={"fmmap-stubs": "ref/python"},
    ext_modules=[setuptools.Extension(
        "fmmap", sources(),
        include_dirs=["impls", "ref/include", "ref/src"],
        define_macros=[("_GNU_SOURCE", "1"), ("_FILE_OFFSET_BITS", "64")],
        extra_compile_args=[] if system() == "windows" else [
            "-std=c11", "-fvisibility=hidden", "-pthread",
            "-falign-functions=64", "-falign-loops=64"],  # as the Makefile says
        extra_link_args=[] if system() == "windows" else ["-pthread"],
    )],
    cmdclass={"build_ext": Build, "build_py": Stubs},
)
