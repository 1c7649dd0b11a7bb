# SPDX-License-Identifier: MPL-2.0
"""pytest plugin: cases as pytest items, one for each target.

    python3 -m pytest conformance/cases --target libfmmap -k empty_needle

Node ids are pytest's own with the target in brackets; -k, -x, --junit-xml and the like work. An
unsupported pair is a skip with its reason, a listed deviation an expected failure. run.py is the
runner that writes result files.
"""
import os
import sys

import pytest

import judge
import session
import suite
import targets

HOST = "builtin-cpython-" + ".".join(map(str, sys.version_info[:3]))


def pytest_addoption(parser):
    group = parser.getgroup("fmmap")
    group.addoption("--target", default=HOST,
                    help="targets by name or pattern, or cmd:COMMAND (default: %(default)s)")
    group.addoption("--build", default="build/native", dest="fmmap_build",
                    help="build folder (default: %(default)s)")
    group.addoption("--case-timeout", type=float, default=10, help="seconds for one case")


def pytest_configure(config):
    try:
        found = targets.find(config.getoption("fmmap_build", "build/native"))
        config.fmmap_targets = targets.select(found, config.getoption("--target", HOST))
        for target in config.fmmap_targets:
            if target.missing:
                raise targets.Mistake(f"{target.name}: {target.missing}")
        config.fmmap_suite = suite.Suite(targets.CASES)
        config.fmmap_suite.check(targets.deviations())
    except targets.Mistake as mistake:
        raise pytest.UsageError(f"fmmap: {mistake}")
    config.fmmap_sessions = {}


def pytest_unconfigure(config):
    for running in getattr(config, "fmmap_sessions", {}).values():
        running.close()


def pytest_pycollect_makemodule(module_path, parent):
    """Cases need no pytest assertion rewriting and no fixtures of pytest's."""
    return CaseFile.from_parent(parent, path=module_path)


class CaseFile(pytest.File):
    def collect(self):
        cases = self.config.fmmap_suite
        area = os.path.splitext(self.path.name)[0][len("test_"):]
        if area + "/file" in cases.errors:
            raise self.CollectError(cases.errors[area + "/file"])
        for case in cases.chosen:
            if case.area == area:
                for target in self.config.fmmap_targets:
                    name = f"{case.function.__name__}[{target.name}]"
                    yield CaseItem.from_parent(self, name=name, case=case, target=target)


class Verdict(Exception):
    """A verdict that should not be."""


class CaseItem(pytest.Item):
    def __init__(self, case, target, **kwargs):
        super().__init__(**kwargs)
        self.case, self.target = case, target

    def runtest(self):
        timeout = self.config.getoption("--case-timeout", 10)
        running = self.config.fmmap_sessions.get(self.target.name)
        if running is None:
            running = session.Session(self.target, targets.CASES)
            wrong = suite.started(running, timeout)
            if wrong:
                running.close()
                raise Verdict(f"broken target: {wrong}")
            self.config.fmmap_sessions[self.target.name] = running
        entry = suite.judged(running, self.case, timeout)
        text = f"{entry['verdict']}: {entry['detail']}"
        if entry["verdict"] in judge.UNEXPECTED:
            raise Verdict(text)
        if entry["verdict"] == "unsupported":
            pytest.skip(entry["detail"])
        if entry["verdict"] in ("deviates", "unspecified"):
            pytest.xfail(text)

    def repr_failure(self, excinfo, style=None):
        if isinstance(excinfo.value, Verdict):
            return f"{self.case.id} ({self.case.behaviour}): {self.case.rule}\n{excinfo.value}"
        return super().repr_failure(excinfo)

    def reportinfo(self):
        return self.path, self.case.function.__code__.co_firstlineno, self.name
