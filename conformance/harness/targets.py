# SPDX-License-Identifier: MPL-2.0
"""Targets: the files of targets/, each turned into one target or one for every interpreter."""
import dataclasses
import fnmatch
import functools
import os
import re
import shlex
import shutil
import sys
import tomllib

import interpreters

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
FOLDER = os.path.join(ROOT, "targets")
CASES = os.path.join(ROOT, "cases")
PYTHON_DRIVER = os.path.join(ROOT, "drivers", "python.py")
PYTHON2_DRIVER = os.path.join(ROOT, "drivers", "python2.py")
OLDEST = (2, 7)

KEYS = {"title": str, "driver": str, "interpreters": str, "module": str, "path": str, "where": str,
        "versions": str, "api": str, "claims": list, "command": list, "programs": list,
        "make": str, "deviation": list}
NEEDED = {"python": {"title", "interpreters", "module"}, "c": {"title", "command", "make"}}
DEVIATION_KEYS = {"behaviours": list, "cases": list, "on": str, "versions": str, "outcome": str,
                  "reason": str, "reference": str}


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
        return within(version, self.versions)


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
    wrong: str = ""                  # what is wrong with its file; "" if nothing


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


def within(version, versions):
    """Whether version satisfies every term of a range such as >=3.6,<3.12; "" is all versions."""
    return all(holds(version, term) for term in versions.split(",") if term)


def check_keys(place, table, keys):
    for key, value in table.items():
        if key not in keys:
            raise Mistake(f"{place}: unknown key {key!r}; known: {', '.join(sorted(keys))}")
        if not isinstance(value, keys[key]):
            raise Mistake(f"{place}: {key} must be a "
                          f"{ {str: 'string', list: 'list'}[keys[key]]}, not {value!r}")
        inner = dict if key == "deviation" else str
        if isinstance(value, list) and not all(isinstance(one, inner) for one in value):
            raise Mistake(f"{place}: {key} must hold { {dict: 'tables', str: 'strings'}[inner]} "
                          f"only, not {value!r}")


def read(path):
    """The contents of a target file, checked."""
    place = os.path.join("targets", os.path.basename(path))
    try:
        with open(path, "rb") as stream:
            text = tomllib.load(stream)
    except OSError as error:
        raise Mistake(f"{place}: {error.strerror}")
    except ValueError as error:  # not TOML, or not even UTF-8
        raise Mistake(f"{place}: {error}")
    check_keys(place, text, KEYS)
    if text.get("driver") not in NEEDED:
        raise Mistake(f"{place}: driver must be \"python\" or \"c\"")
    for key in sorted(NEEDED[text["driver"]] | ({"make"} if "path" in text else set())):
        if not text.get(key):
            raise Mistake(f"{place}: it needs {key}")
    within("3.6", text.get("versions", ""))  # the range is well-formed
    deviations = []
    for entry in text.get("deviation", ()):
        check_keys(place + ": a deviation", entry, DEVIATION_KEYS)
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
        if all(map(shutil.which, text.get("programs", ()))):
            command = [part.format(build=build) for part in text["command"]]
            built = all(os.path.exists(part) for part in command if part.startswith(build))
            yield c_target(stem, text["title"], command,
                           "" if built else f"not built: {text['make']}",
                           deviations=text["deviations"], **common)
        return
    kinds = text["interpreters"].split()
    for one in found:
        language = ".".join(map(str, one.language))
        if one.implementation not in kinds or not within(language, text.get("versions", "")) or (
                "where" in text and not interpreters.holds(one, text["module"], text["where"])):
            continue
        fill = functools.partial(str.format, build=build, tag=one.tag, python=one.path,
                                 implementation={"cpython": "CPython", "pypy": "PyPy"}
                                 [one.implementation], version=one.version, language=language)
        path = fill(text["path"]) if "path" in text else ""
        missing = ""
        if path and not any(name.startswith(text["module"] + ".") and not name.endswith(".pyi")
                            for name in listing(path)):
            missing = "not built: " + fill(text["make"])
        deviations = tuple(deviation for deviation in text["deviations"]
                           if fnmatch.fnmatchcase(one.name, deviation.on))
        name = one.name if one.name.startswith(stem + "-") else f"{stem}-{one.name}"
        title, module = fill(text["title"]), ["--module", text["module"]]
        if one.language < (3,):
            yield c_target(name, title, [one.path, PYTHON2_DRIVER] + module, missing,
                           deviations=deviations, **dict(common, driver="python2"))
        else:
            command = [one.path, PYTHON_DRIVER] + module + (["--path", path] if path else [])
            yield Target(name, title, command=command, remote=[], missing=missing,
                         deviations=deviations, **common)


def c_target(name, title, command, missing="", **common):
    """A program that speaks the C driver's protocol; cases run in this interpreter, against a
    proxy of it."""
    return Target(name, title, missing=missing, remote=command, **common,
                  command=[sys.executable, PYTHON_DRIVER, "--module", "proxy", "--path", HERE])


def find(build, folder=FOLDER):
    """Every target, by name. A file with a mistake stands as one target that says so."""
    build = os.path.abspath(build)
    found, targets = interpreters.find(oldest=OLDEST), {}
    for stem, path in files(folder):
        try:
            some = list(expand(stem, read(path), build, found))
        except Mistake as mistake:
            some = [Target(stem, stem, "", [], [], wrong=str(mistake))]
        except (KeyError, IndexError, ValueError) as error:  # a {word} that nothing fills
            some = [Target(stem, stem, "", [], [],
                           wrong=f"targets/{stem}.toml: {{{error.args[0]}}} stands for nothing")]
        for target in some:
            serial = 2
            base = target.name
            while target.name in targets:
                target.name = f"{base}-{serial}"
                serial += 1
            targets[target.name] = target
    return targets


def files(folder):
    """Name and path of every target file."""
    for name in sorted(os.listdir(folder)):
        stem, suffix = os.path.splitext(name)
        if suffix == ".toml":
            yield stem, os.path.join(folder, name)


def deviations(folder=FOLDER):
    """Every deviation of every file that can be read, whether its target is here or not."""
    for _, path in files(folder):
        try:
            yield from read(path)["deviations"]
        except Mistake:
            pass  # whoever selects that target is told


def matches(name, pattern):
    """builtin, builtin-cpython and builtin-cpython-3.11 all match builtin-cpython-3.11.7."""
    return any(fnmatch.fnmatchcase(name, form)
               for form in (pattern, pattern + "-*", pattern + ".*"))


def select(targets, wanted):
    """Targets that the words of `wanted` name; all for none. `cmd:COMMAND` takes the rest of the
    text: any command that speaks the C driver's protocol."""
    patterns, cmd, command = wanted.partition("cmd:")
    chosen = [] if wanted.strip() else list(targets.values())
    for pattern in patterns.replace(",", " ").split():
        some = [targets[pattern]] if pattern in targets else [
            target for target in targets.values() if matches(target.name, pattern)
            or target.wrong and matches(pattern, target.name)]
        if not some and os.path.exists(os.path.join(FOLDER, pattern + ".toml")):
            raise Mistake(f"targets/{pattern}.toml applies to nothing on this machine")
        if not some:
            raise Mistake(f"no target is called {pattern!r}; known: {', '.join(targets)}, "
                          "cmd:COMMAND")
        chosen += [target for target in some if target not in chosen]
    for target in chosen:
        if target.wrong:
            raise Mistake(target.wrong)
    if cmd:
        chosen.append(command_target(command.strip()))
    return chosen


def command_target(text):
    """The target of cmd:TEXT, named by the words of the command."""
    try:
        parts = shlex.split(text)
    except ValueError as error:
        raise Mistake(f"cmd:{text}: {error}")
    if not parts:
        raise Mistake("cmd: names no command; say cmd:COMMAND ARGUMENT...")
    if not shutil.which(parts[0]):
        raise Mistake(f"cmd:{text}: there is no program {parts[0]}")
    words = [re.sub(r"\W+", "-", os.path.basename(part)).strip("-") for part in parts]
    name = "-".join(["cmd"] + [word for word in words if word])
    return c_target(name[:80], text, parts, driver="c")
