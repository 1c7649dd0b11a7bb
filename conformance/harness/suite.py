# SPDX-License-Identifier: MPL-2.0
"""A suite of cases, and what one target answers to it.

What the runner (run.py) and the pytest plugin (plugin.py) share: they differ in the loop only.
"""
import datetime
import fnmatch
import os
import subprocess
import threading
import time

import judge
import results
import session
import targets


class Suite:
    """The cases, and what is wrong with some."""

    def __init__(self, folder, patterns=()):
        self.folder, self.stopped = folder, threading.Event()
        self.all, errors = session.driver.load_cases(folder)
        self.errors = {f"{area}/file": f"test_{area}.py cannot be loaded: {why}"
                       for area, why in errors.items()}
        self.chosen = [case for case in self.all.values()
                       if not patterns or any(fnmatch.fnmatchcase(case.id, pattern)
                                              for pattern in patterns)]
        if patterns and not self.chosen:
            raise targets.Mistake(f"no case matches {' '.join(patterns)!r}")

    def check(self, deviations):
        for deviation in deviations:
            idle = deviation.idle(self.all.values())
            if idle:
                raise targets.Mistake(f"{deviation.place}: deviation {idle} matches no case")


def describe(target, greeting):
    """Header fields of the result file."""
    return {"target": target.name, "title": target.title, "driver": target.driver,
            "implementation": f"{greeting.get('implementation', '?')} "
                              f"{greeting.get('version', '?')}",
            "command": target.remote or target.command,
            "api": target.api or greeting.get("api", ""),
            "platform": greeting.get("platform", {}),
            "capabilities": greeting.get("capabilities", []),
            "revision": revision(),
            "started": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")}


def revision():
    try:
        run = subprocess.run(["git", "-C", targets.ROOT, "describe", "--always", "--dirty"],
                             capture_output=True, text=True)
    except OSError:
        return "unknown"  # no git here
    return run.stdout.strip() or "unknown"


def record(case, verdict, detail, reference="", seconds=0):
    return {"case": case.id, "behaviour": case.behaviour, "area": case.area, "rule": case.rule,
            "level": case.level, "since": case.since, "needs": case.needs, "verdict": verdict,
            "detail": detail, "reference": reference or case.reference or "", "seconds": seconds}


class Invented:
    """Stands for what no case file says: the smoke test, a file that cannot be loaded."""
    level, since, needs, reference = "documented", "3.6", [], ""

    def __init__(self, identifier, rule):
        self.id, self.rule, self.behaviour = identifier, rule, ""
        self.area = identifier.split("/")[0]


def judged(running, case, timeout):
    """Record of one pair; running is a started session."""
    target, greeting = running.target, running.greeting
    wrong = judge.mistake(case)
    if wrong:
        return record(case, "broken", wrong)
    capabilities = set(greeting["capabilities"]) | set(target.claims)
    why_not = judge.refusal(case, target.api or greeting["api"], capabilities)
    if why_not:
        return record(case, "unsupported", why_not)
    listed = [deviation for deviation in target.deviations
              if deviation.covers(case) and deviation.applies(greeting["version"])]
    try:
        outcome, detail, seconds = running.run(case, timeout)
    except session.Dead as error:
        outcome, detail, seconds = "crash", f"it could not be started again: {error}", 0
    return record(case, *judge.verdict(case, outcome, detail, listed[0] if listed else None),
                  seconds)


def started(running, timeout):
    """Start and smoke-test the target. What is wrong with it, or ""."""
    try:
        outcome, detail, _ = running.smoke(timeout)
    except session.Dead as error:
        return str(error)
    return "" if outcome == "pass" else f"{outcome}: {detail}"


def run_target(target, suite, folder, timeout, tell):
    """All verdicts of one target, into its result file. Answers them and the seconds taken."""
    began, records = time.time(), []
    base = os.path.join(folder, target.name)
    with session.Session(target, suite.folder, base + ".log") as running, \
            results.Writer(base + ".jsonl") as writer:

        def note(entry):
            records.append(entry)
            writer.case(entry)
            tell(target.name, len(records))

        wrong = started(running, timeout)
        writer.header(**describe(target, running.greeting or {}))
        if wrong:
            rule = "A mapping shows its file."
            note(record(Invented("smoke/smoke", rule), "broken", wrong))
        else:
            for name, why in suite.errors.items():
                note(record(Invented(name, "The case file loads."), "broken", why))
            for case in suite.chosen:
                if suite.stopped.is_set():
                    return records, time.time() - began  # no footer: an older result stays
                note(judged(running, case, timeout))
        seconds = time.time() - began
        writer.footer(seconds)
    results.write_junit(base + ".jsonl")
    if os.path.exists(base + ".log") and os.path.getsize(base + ".log") == 0:
        os.remove(base + ".log")
    return records, seconds
