# SPDX-License-Identifier: MPL-2.0
"""Targets: the files of targets/, each turned into one target or one for every interpreter."""
import dataclasses
import fnmatch
import functools
import os
import re
import shlex
import sys
import tomllib

import interpreters

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
FOLDER = os.path.join(ROOT, "targets")
CASES = os.path.join(ROOT, "cases")
PYTHON_DRIVER = os.path.join(ROOT, "drivers", "python.py")

KEYS = {"title", "driver", "interpreters", "module", "path", "where", "api", "claims", "command",
        "make", "deviation"}
DEVIATION_KEYS = {"behaviours", "cases", "on", "versions", "outcome", "reason", "reference"}


class Mistake(Exception):
    """Something the user wrote is wrong: one line that names it."""


@dataclasses.dataclass
class Deviation:
    """A known difference of a target: its cases must have exactly this outcome."""
    reason: str
    reference: str
    behaviours: tuple = ()
    cases: tuple = ()         # case ids or patterns of them
    on: str = "*"             # pattern of interpreter names, such as "pypy-*"
    versions: str = ""        # of the interpreter or library, such as ">=3.6,<3.12"; none: all
    outcome: str = "fail"     # or crash, timeout
    place: str = ""           # file, for messages

    def covers(self, case):
        return case.behaviour in self.behaviours or any(
            fnmatch.fnmatchcase(case.id, pattern) for pattern in self.cases)

    def idle(self, cases):
        """The first of its behaviours and cases that matches no case, or None."""
        known = {case.behaviour for case in cases}
        for behaviour in self.behaviours:
            if behaviour not in known:
                return behaviour
        for pattern in self.cases:
            if not any(fnmatch.fnmatchcase(case.id, pattern) for case in cases):
                return pattern
        return None

    def applies(self, version):
        return all(holds(version, term) for term in self.versions.split(",") if term)


@dataclasses.dataclass
class Target:
    name: str
    title: str
    driver: str                      # "python" or "c"
    command: list                    # starts the driver
    remote: list                     # (c) the program under test
    api: str = ""                    # API level; none: what the greeting says
    claims: tuple = ()               # capabilities it must have: their lack fails cases
    deviations: tuple = ()
    missing: str = ""                # why it cannot run, with the remedy; "" if it can


def numbers(version):
    """(3, 14, 1) of "3.14.1", "3.14.1rc2"."""
    return tuple(int(part) for part in re.match(r"\d+(\.\d+)*", version).group().split("."))


def holds(version, term):
    """Whether version satisfies one term such as >=3.6; a term of two numbers speaks of releases
    as a whole: ==3.12 and <=3.12 include 3.12.4."""
    match = re.fullmatch(r"\s*(>=|<=|==|<|>)\s*(\d+(?:\.\d+)*)\s*", term)
    if not match:
        raise Mistake(f"version range {term!r} is not like '>=3.6' or '<3.12'")
    sign, bound = match.group(1), numbers(match.group(2))
    own = numbers(version)[:len(bound)]
    return {">=": own >= bound, "<=": own <= bound, "==": own == bound, "<": own < bound,
            ">": own > bound}[sign]


def read(path):
    place = os.path.join("targets", os.path.basename(path))
    try:
        with open(path, "rb") as stream:
            text = tomllib.load(stream)
    except tomllib.TOMLDecodeError as error:
        raise Mistake(f"{place}: {error}")
    for key in set(text) - KEYS:
        raise Mistake(f"{place}: unknown key {key!r}; known: {', '.join(sorted(KEYS))}")
    if text.get("driver") not in ("python", "c"):
        raise Mistake(f"{place}: driver must be \"python\" or \"c\"")
    deviations = []
    for entry in text.get("deviation", ()):
        for key in set(entry) - DEVIATION_KEYS:
            raise Mistake(f"{place}: a deviation has the unknown key {key!r}")
        if not entry.get("behaviours") and not entry.get("cases"):
            raise Mistake(f"{place}: a deviation names behaviours or cases: {entry}")
        if not entry.get("reason") or not entry.get("reference"):
            raise Mistake(f"{place}: a deviation needs a reason and a reference: {entry}")
        deviation = Deviation(place=place, **entry)
        deviation.applies("3.6")  # the range is well-formed
        deviations.append(deviation)
    text["deviations"] = tuple(deviations)
    return text


def listing(folder):
    return os.listdir(folder) if os.path.isdir(folder) else []


def expand(stem, text, build, found):
    """The targets of one file."""
    common = {"driver": text["driver"], "api": text.get("api", ""),
              "claims": tuple(text.get("claims", ()))}
    if text["driver"] == "c":
        command = [part.format(build=build) for part in text["command"]]
        missing = "" if os.path.exists(command[0]) else f"not built: {text['make']}"
        yield c_target(stem, text["title"], command, missing, deviations=text["deviations"],
                       **common)
        return
    kinds = text["interpreters"].split()
    for one in found:
        if one.implementation not in kinds or (
                "where" in text and not interpreters.holds(one, text["module"], text["where"])):
            continue
        fill = functools.partial(str.format, build=build, tag=one.tag, python=one.path,
                                 implementation={"cpython": "CPython", "pypy": "PyPy"}
                                 [one.implementation], version=one.version,
                                 language=".".join(map(str, one.language)))
        path = fill(text["path"]) if "path" in text else ""
        missing = ""
        if path and not any(name.startswith(text["module"] + ".") and not name.endswith(".pyi")
                            for name in listing(path)):
            missing = "not built: " + fill(text["make"])
        deviations = tuple(deviation for deviation in text["deviations"]
                           if fnmatch.fnmatchcase(one.name, deviation.on))
        command = [one.path, PYTHON_DRIVER, "--module", text["module"]]
        command += ["--path", path] if path else []
        name = one.name if one.name.startswith(stem + "-") else f"{stem}-{one.name}"
        yield Target(name, fill(text["title"]), command=command, remote=[],
                     missing=missing, deviations=deviations, **common)


def c_target(name, title, command, missing="", **common):
    """A program that speaks the C driver's protocol; cases run in this interpreter, against a
    proxy of it."""
    return Target(name, title, missing=missing, remote=command, **common,
                  command=[sys.executable, PYTHON_DRIVER, "--module", "proxy", "--path", HERE])


def find(build, folder=FOLDER):
    """Every target, by name."""
    build = os.path.abspath(build)
    found, targets = interpreters.find(), {}
    for name in sorted(os.listdir(folder)):
        stem, suffix = os.path.splitext(name)
        if suffix == ".toml":
            for target in expand(stem, read(os.path.join(folder, name)), build, found):
                serial = 2
                base = target.name
                while target.name in targets:
                    target.name = f"{base}-{serial}"
                    serial += 1
                targets[target.name] = target
    return targets


def deviations(folder=FOLDER):
    """Every deviation of every file, whether its target is here or not."""
    return [deviation for name in sorted(os.listdir(folder)) if name.endswith(".toml")
            for deviation in read(os.path.join(folder, name))["deviations"]]


def matches(name, pattern):
    """builtin, builtin-cpython and builtin-cpython-3.11 all match builtin-cpython-3.11.7."""
    return any(fnmatch.fnmatchcase(name, form)
               for form in (pattern, pattern + "-*", pattern + ".*"))


def select(targets, wanted):
    """Targets that the words of `wanted` name; all for none. `cmd:COMMAND` takes the rest of the
    text: any command that speaks the C driver's protocol."""
    wanted, _, command = wanted.partition("cmd:")
    chosen = []
    for pattern in wanted.replace(",", " ").split():
        some = [target for target in targets.values() if matches(target.name, pattern)]
        if not some and os.path.exists(os.path.join(FOLDER, pattern + ".toml")):
            raise Mistake(f"targets/{pattern}.toml applies to nothing on this machine")
        if not some:
            raise Mistake(f"no target is called {pattern!r}; known: {', '.join(targets)}, "
                          "cmd:COMMAND")
        chosen += [target for target in some if target not in chosen]
    if command.strip():
        parts = shlex.split(command)
        name = "cmd-" + re.sub(r"\W+", "-", os.path.basename(parts[0])).strip("-")
        chosen.append(c_target(name, command.strip(), parts, driver="c"))
    return chosen or list(targets.values())
