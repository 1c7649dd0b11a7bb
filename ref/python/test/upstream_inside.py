# SPDX-License-Identifier: MPL-2.0
"""Run a standard library's own mmap tests on fmmap, inside the interpreter under test.

    python upstream_inside.py REQUEST

REQUEST is a JSON object: "modules", e.g. ["test.test_mmap"], are loaded with fmmap in mmap's
place; "library" is null or a folder to take the package `test` from; "raises" lists
[test, expected, raised]: in that test an assertRaises(expected, callable, ...) whose callable
raises `raised` instead is a known difference, and the test goes on behind it.

Prints a JSON object: test name -> [outcome, text], the outcome being pass, fail, skip or raises
(passed, but for known differences). Runs on Python 3.6.
"""
import importlib
import json
import os
import sys
import tempfile
import unittest

import fmmap

sys.modules["mmap"] = fmmap


def name_of(test):
    return "{}.{}".format(type(test).__name__, getattr(test, "_testMethodName", test))


class Recorder(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.outcomes = {}

    def record(self, test, outcome, text=""):
        self.outcomes[name_of(test)] = [outcome, text.strip()]

    def addSuccess(self, test):
        self.outcomes.setdefault(name_of(test), ["pass", ""])

    def addSkip(self, test, reason):
        self.record(test, "skip", reason)

    def addFailure(self, test, err):
        self.record(test, "fail", self._exc_info_to_string(err, test))

    def addError(self, test, err):
        self.addFailure(test, err)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.addFailure(test, err)


def tolerate(case, differences):
    """Let assertRaises of the test class accept the known differences; the set of those met."""
    original = case.assertRaises
    met = set()

    def assertRaises(self, expected, *args, **kwargs):
        try:
            return original(self, expected, *args, **kwargs)
        except Exception as error:
            difference = (name_of(self), getattr(expected, "__name__", None), type(error).__name__)
            if args and difference in differences:
                met.add(difference[0])
                return None
            raise

    case.assertRaises = assertRaises
    return met


def main(modules, library, raises):
    if library:
        sys.path.append(library)
        import test  # the interpreter may have the package, but not its tests
        test.__path__.append(os.path.join(library, "test"))
    suite = unittest.TestSuite()
    for name in modules:
        module = importlib.import_module(name)
        assert fmmap.mmap in (module.mmap, getattr(module.mmap, "mmap", None)), name
        suite.addTests(unittest.defaultTestLoader.loadTestsFromModule(module))
    met = tolerate(unittest.TestCase, set(map(tuple, raises)))
    recorder = Recorder()
    home = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        suite.run(recorder)
        os.chdir(home)
    for name in met:
        if recorder.outcomes[name][0] == "pass":
            recorder.outcomes[name][0] = "raises"
    json.dump(recorder.outcomes, sys.stdout)


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
