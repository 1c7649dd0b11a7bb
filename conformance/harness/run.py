# SPDX-License-Identifier: MPL-2.0
"""Run the conformance suite: every case on every target, targets side by side.

    run.py --build build/native                          every target found
    run.py --build build/native --targets 'builtin libfmmap'
    run.py --build build/native --targets 'cmd:ssh host driver-c'

Writes BUILD/conformance/TARGET.jsonl (and .junit.xml) and prints a table; a run of selected cases
writes to BUILD/conformance/selected, so that it takes no whole result's place. The exit status is 1
if a verdict is unexpected, 2 if the request was wrong.

It does not drive pytest: a target is one long-lived process asked case by case, and threads that
wait for such processes are simpler and faster than pytest workers. The pytest plugin beside this
file shares all but the loop.
"""
import argparse
import collections
import concurrent.futures
import datetime
import fnmatch
import os
import re
import subprocess
import sys
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


class Progress:
    """One line that is rewritten on a terminal, one line per finished target elsewhere."""

    def __init__(self, cases, count):
        self.cases, self.count, self.done, self.counts = cases, count, 0, {}
        self.lock, self.live, self.shown = threading.Lock(), sys.stdout.isatty(), 0

    def tell(self, name, number):
        with self.lock:
            self.counts[name] = number
            if self.live and time.time() - self.shown > 0.1:
                self.shown = time.time()
                running = ", ".join(f"{name} {number}/{self.cases}"
                                    for name, number in self.counts.items())
                text = f"{self.done}/{self.count} targets; {running}"
                print(f"\r\033[K{text[:os.get_terminal_size().columns - 1]}", end="", flush=True)

    def finished(self, name, records, seconds):
        with self.lock:
            self.counts.pop(name, None)
            self.done += 1
            bad = sum(entry["verdict"] in judge.UNEXPECTED for entry in records)
            print(("\r\033[K" if self.live else "")
                  + f"[{self.done}/{self.count}] {name}: {len(records)} cases, "
                  f"{bad or 'none'} unexpected, {seconds:.1f} s", flush=True)


def table(finished):
    """Targets by verdicts; a column for each verdict that occurs."""
    words = [word for word in judge.VERDICTS
             if any(entry["verdict"] == word for records in finished.values()
                    for entry in records)]
    width = max(map(len, finished), default=0)
    rows = ["  ".join([" " * width] + [f"{word:>11}" for word in words])]
    for name, records in finished.items():
        counts = [sum(entry["verdict"] == word for entry in records) for word in words]
        rows.append("  ".join([f"{name:<{width}}"] + [f"{count or '-':>11}" for count in counts]))
    return "\n".join(rows)


def unexpected(finished, limit):
    """The verdicts to look at, the same one of several targets on one line."""
    groups = {}
    for name, records in finished.items():
        for entry in records:
            if entry["verdict"] in judge.UNEXPECTED:
                key = entry["case"], entry["verdict"], entry["detail"]
                groups.setdefault(key, []).append(name)
    lines = [f"{verdict:<8} {case}: {detail}\n         on {', '.join(names)}"
             for (case, verdict, detail), names in sorted(groups.items())]
    if len(lines) > limit:
        lines[limit:] = [f"... and {len(lines) - limit} more, all in the result files"]
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", required=True, help="build folder, such as build/native")
    parser.add_argument("--targets", default="", help="names or patterns, or cmd:COMMAND")
    parser.add_argument("--cases", default="", help="patterns of case ids, such as find/*")
    parser.add_argument("--case-folder", default=targets.CASES, help=argparse.SUPPRESS)
    parser.add_argument("--target-folder", default=targets.FOLDER, help=argparse.SUPPRESS)
    parser.add_argument("--timeout", type=float, default=10, help="seconds for one case")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count(),
                        help="targets side by side")
    parser.add_argument("--list", action="store_true", help="print the targets, run nothing")
    args = parser.parse_args()
    try:
        return run(args)
    except targets.Mistake as error:
        print(f"fmmap: {error}", file=sys.stderr)
    except BrokenPipeError:
        sys.stderr.close()  # nobody reads any more: nothing to say, not even at exit
    except OSError as error:
        print(f"fmmap: {error.filename}: {error.strerror}", file=sys.stderr)
    return 2


def run(args):
    if args.jobs < 1:
        raise targets.Mistake(f"-j {args.jobs}: one target at a time is the least")
    if not 0 < args.timeout < 1e6:
        raise targets.Mistake(f"--timeout {args.timeout:g}: it is in seconds, above 0")
    every = targets.find(args.build, args.target_folder)
    chosen = targets.select(every, args.targets)
    if args.list:
        for target in chosen:
            print(f"{target.name}: {target.missing or target.title}")
        return 0
    suite = Suite(args.case_folder, args.cases.split())
    suite.check(targets.deviations(args.target_folder))
    ready = [target for target in chosen if not target.missing]
    if not ready:
        raise targets.Mistake("; ".join(f"{target.name}: {target.missing}" for target in chosen))
    folder = os.path.join(args.build, "conformance", *(["selected"] if args.cases else []))
    os.makedirs(folder, exist_ok=True)
    forget(folder, {target.name for target in list(every.values()) + ready if not target.missing})

    progress, finished = Progress(len(suite.chosen), len(ready)), {}
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        jobs = {pool.submit(run_target, target, suite, folder, args.timeout, progress.tell): target
                for target in ready}
        try:
            for job in concurrent.futures.as_completed(jobs):
                records, seconds = job.result()
                progress.finished(jobs[job].name, records, seconds)
                finished[jobs[job].name] = records
        except KeyboardInterrupt:
            suite.stopped.set()
            for job in jobs:
                job.cancel()
            raise
    finished = {target.name: finished[target.name] for target in ready}
    print("\n" + table(finished) + "\n")
    lines = unexpected(finished, 40)
    print("\n".join(lines + [f"not run: {target.name}: {target.missing}"
                             for target in chosen if target.missing]))
    print(f"results: {folder}{os.sep}")
    print(tally(entry["verdict"] for records in finished.values() for entry in records))
    return 1 if lines else 0


def tally(verdicts):
    """What came out as expected and what did not. A listed deviation is as expected as a pass;
    what was not run or is not judged counts as neither."""
    counts = collections.Counter(verdicts)
    failed = sum(counts.pop(word, 0) for word in judge.UNEXPECTED)
    neither = {word: counts.pop(word, 0) for word in ("unsupported", "unspecified")}
    return (f"{counts['deviates']} deviate as listed; not counted: "
            + ", ".join(f"{n} {word}" for word, n in neither.items())
            + f"\n{sum(counts.values())} passed, {failed} failed")


def forget(folder, names):
    """Remove the results of targets that are neither on this machine nor asked for, and what
    killed runs left half written."""
    for name in os.listdir(folder):
        if re.search(r"\.jsonl\.\d+$", name) and not runs(int(name.rsplit(".", 1)[1])):
            os.remove(os.path.join(folder, name))
        for suffix in (".jsonl", ".junit.xml", ".log"):
            if name.endswith(suffix) and name[:-len(suffix)] not in names:
                os.remove(os.path.join(folder, name))


def runs(process):
    """Whether there is a process of that number."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # somebody else's
    return True


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("\nfmmap: interrupted; unfinished targets keep the results of older runs",
              file=sys.stderr)
        sys.exit(130)
