# SPDX-License-Identifier: MPL-2.0
"""Workload files: read, checked, and spread out into one workload for each set of parameters.

bench/README.md describes the format. Every error names the file and the key.
"""

import dataclasses
import itertools
import pathlib
import re
import tomllib

MODELS = ("first", "absent", "all", "tiny", "prepared", "streaming", "python")
DIRECTIONS = ("forward", "reverse")
PROFILES = ("quick", "full")
ADVICES = ("none", "sequential", "willneed", "populate")

_TEXT_KEYS = ("title", "group", "model", "profile", "why")
_OPTIONAL_TEXT = ("represents", "defeats", "notice", "haystack", "haystacks", "cases", "needle")
_KEYS = {*_TEXT_KEYS, *_OPTIONAL_TEXT, "needles", "direction", "mirror", "expect", "parameters",
         "quick"}
_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_RESERVED = {"direction", "haystack", "absent"}


class WorkloadError(Exception):
    """A workload file that cannot be used; the message names the file, the key and the remedy."""


@dataclasses.dataclass(frozen=True)
class Workload:
    """One workload: a file's story with one value for each parameter."""

    name: str        # the file's name and the parameters that vary
    stem: str        # the file's name
    file: pathlib.Path
    story: dict      # the file's keys
    parameters: dict
    quick: bool      # part of the quick profile

    @property
    def direction(self):
        return self.parameters["direction"]


def _fail(path, key, problem):
    raise WorkloadError(f"{path}: {key}: {problem}")


def _listed(value):
    return value if isinstance(value, list) else [value]


def _check_text(path, story):
    for key in _TEXT_KEYS:
        if key not in story:
            _fail(path, key, "missing")
    for key in (*_TEXT_KEYS, *_OPTIONAL_TEXT):
        if not isinstance(story.get(key, ""), str):
            _fail(path, key, "must be text")
    for key in story:
        if key not in _KEYS:
            _fail(path, key, f"unknown key; known: {' '.join(sorted(_KEYS))}")
    for key, words in (("model", MODELS), ("profile", PROFILES)):
        if story[key] not in words:
            _fail(path, key, f"{story[key]!r} is none of: {' '.join(words)}")
    if ("represents" in story) == ("defeats" in story):
        _fail(path, "represents", "a workload says either what it represents or what it defeats")


def _check_input(path, story):
    shapes = [key for key in ("haystack", "haystacks", "cases") if key in story]
    if len(shapes) != 1:
        _fail(path, "haystack", "exactly one of haystack, haystacks, cases is needed")
    needles = [key for key in ("needle", "needles") if key in story]
    if len(needles) != (0 if shapes == ["cases"] else 1):
        _fail(path, "needle", "exactly one of needle, needles is needed, none with cases")
    if not isinstance(story.get("needles", ""), (str, list)):
        _fail(path, "needles", "must be a list of texts or an expression")
    if not all(isinstance(text, str) for text in _listed(story.get("needles", ""))):
        _fail(path, "needles", "must be a list of texts or an expression")
    if not isinstance(story.get("mirror", False), bool):
        _fail(path, "mirror", "must be true or false")


def _parameters(path, story):
    """Every parameter with the list of its values, the direction last."""
    parameters = {}
    for key in ("parameters", "quick"):
        if not isinstance(story.get(key, {}), dict):
            _fail(path, key, "must be a table")
    for key, value in story.get("parameters", {}).items():
        if key in _RESERVED or not re.fullmatch(r"[a-z][a-z_]*", key):
            _fail(path, f"parameters.{key}", "not a name for a parameter")
        parameters[key] = _listed(value)
    parameters["direction"] = _listed(story.get("direction", "forward"))
    for key, values in parameters.items():
        label = key if key == "direction" else f"parameters.{key}"
        if not values or len(set(map(str, values))) != len(values):
            _fail(path, label, "needs values, each once")
        for value in values:
            if not isinstance(value, (int, str)) or isinstance(value, bool):
                _fail(path, label, "values are whole numbers or texts")
            if len(values) > 1 and not _NAME.fullmatch(_label(key, value)):
                _fail(path, label, f"{value!r} becomes part of a name: letters, digits, _ . and -")
    for key, words in (("direction", DIRECTIONS), ("advice", ADVICES)):
        for value in parameters.get(key, []):
            if value not in words:
                _fail(path, key, f"{value!r} is none of: {' '.join(words)}")
    for value in parameters.get("align", []):
        if not isinstance(value, int) or not 0 <= value < 4096:
            _fail(path, "parameters.align", "is a number of bytes, 0 to 4095")
    return parameters


def _quick(path, story, parameters):
    """The values of each parameter that the quick profile keeps."""
    kept = {key: list(values) for key, values in parameters.items()}
    for key, values in story.get("quick", {}).items():
        if key not in parameters:
            _fail(path, f"quick.{key}", "is no parameter of this workload")
        for value in _listed(values):
            if value not in parameters[key]:
                _fail(path, f"quick.{key}", f"{value!r} is no value of the parameter")
        kept[key] = _listed(values)
    return kept


def _label(key, value):
    return value if isinstance(value, str) else f"{key}{value}"


def read(path):
    """The workloads of one file, in the order of its parameters."""
    if not _NAME.fullmatch(path.stem):
        raise WorkloadError(f"{path}: its name becomes the workload's: letters, digits, _ . and -")
    try:
        story = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WorkloadError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WorkloadError(f"{path}: not TOML: {error}") from None
    _check_text(path, story)
    _check_input(path, story)
    parameters = _parameters(path, story)
    kept = _quick(path, story, parameters)
    workloads = []
    for values in itertools.product(*parameters.values()):
        chosen = dict(zip(parameters, values))
        labels = [_label(key, value) for key, value in chosen.items() if len(parameters[key]) > 1]
        workloads.append(Workload(
            name=".".join([path.stem, *labels]), stem=path.stem, file=path, story=story,
            parameters=chosen, quick=story["profile"] == "quick" and all(
                value in kept[key] for key, value in chosen.items())))
    return workloads


def files(folder):
    """The workload files of a folder, by name."""
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise WorkloadError(f"{folder}: no workload (*.toml) there")
    return paths
