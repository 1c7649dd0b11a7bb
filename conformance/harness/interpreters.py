# SPDX-License-Identifier: MPL-2.0
"""Find every CPython and every PyPy of this machine, each once: 2.7 and 3.6 or newer.

    interpreters.py            print the paths of those from 3.6 on, oldest version first
    interpreters.py --headers  only those of them that extension modules can be built for

Looked through: the folders of PATH, pyenv's versions (PYENV_ROOT or ~/.pyenv) and /opt. Two names
of one installation count once.
"""
import argparse
import concurrent.futures
import dataclasses
import glob
import json
import os
import re
import subprocess

NAME = re.compile(r"(python(2\.7|3(\.\d+)?t?d?)|pypy(2\.7|3(\.\d+)?)?)(\.exe)?$")
OLDEST = (3, 6)

# Runs in the interpreter found, so it keeps to what Python 2.7 knows.
INTRODUCE = r"""
import json, os, platform, sys, sysconfig
v = getattr(sys, "pypy_version_info", sys.version_info)
flags = "".join(flag for flag in getattr(sys, "abiflags", "") if flag in "td")
print(json.dumps({
    "path": sys.executable,
    "implementation": platform.python_implementation().lower(),
    "version": "%d.%d.%d" % tuple(v[:3]) + ("" if v[3] == "final" else v[3][0] + str(v[4])),
    "language": list(sys.version_info[:3]),
    "flags": flags,
    "tag": (sys.implementation.cache_tag if sys.version_info > (3,) else "") + flags,
    "headers": os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")),
    "home": [os.path.realpath(getattr(sys, "base_prefix", sys.prefix)), sys.version]}))
"""


@dataclasses.dataclass(frozen=True)
class Interpreter:
    path: str
    implementation: str  # "cpython" or "pypy"
    version: str         # its own: 3.11.7, or 7.3.11 of a PyPy
    language: tuple      # version of Python that it speaks
    flags: str           # t: free-threaded, d: debug build
    tag: str             # names builds for it: cpython-311
    headers: bool

    @property
    def name(self):
        """cpython-3.11.7, pypy-3.9.16: the language's version, which is what cases ask about."""
        return f"{self.implementation}-{'.'.join(map(str, self.language))}{self.flags}"


def candidates(environ=os.environ):
    pyenv = environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    shims = os.path.join(pyenv, "shims")  # slow stand-ins for what lies in versions
    folders = [folder for folder in environ.get("PATH", "").split(os.pathsep) if folder != shims]
    for pattern in (os.path.join(pyenv, "versions", "*", "bin"), "/opt/*/bin", "/usr/bin"):
        folders += sorted(glob.glob(pattern))
    seen = set()
    for folder in folders:
        try:
            names = sorted(os.listdir(folder or "."))
        except OSError:
            continue
        for name in filter(NAME.match, names):
            path = os.path.join(folder, name)
            if os.path.realpath(path) not in seen and os.access(path, os.X_OK):
                seen.add(os.path.realpath(path))
                yield path


def introduce(path):
    """What the program at path says of itself, or None if it is no Python."""
    try:
        run = subprocess.run([path, "-c", INTRODUCE], stdin=subprocess.DEVNULL, timeout=30,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return json.loads(run.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def holds(interpreter, module, expression):
    """Whether the interpreter can import the module and finds the expression about it true."""
    program = f"import {module} as module, sys; sys.exit(not ({expression}))"
    try:
        return subprocess.run([interpreter.path, "-c", program], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=30,
                              cwd=os.sep).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def find(environ=os.environ, oldest=OLDEST):
    """All interpreters of that language version or newer, CPython first, by version."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = [answer for answer in pool.map(introduce, candidates(environ))
                   if answer and tuple(answer["language"]) >= oldest]
    homes = {}
    for answer in answers:
        homes.setdefault(tuple(answer.pop("home")), answer)
    found = [Interpreter(**dict(answer, language=tuple(answer["language"])))
             for answer in homes.values()]
    return sorted(found, key=lambda one: (one.implementation, one.language, one.path))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--headers", action="store_true",
                        help="only those that extension modules can be built for")
    only = parser.parse_args().headers
    for interpreter in find():
        if interpreter.headers or not only:
            print(interpreter.path)


if __name__ == "__main__":
    main()
