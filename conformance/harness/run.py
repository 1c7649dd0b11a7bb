# SPDX-License-Identifier: MPL-2.0
"""Run the conformance suite: every case on every target, targets side by side.

    run.py --build build/native                          every target found
    run.py --build build/native --targets 'builtin libfmmap'
    run.py --build build/native --targets 'cmd:ssh host driver-c'

Writes BUILD/conformance/TARGET.jsonl (and .junit.xml) and prints a table; a run of selected cases
writes to BUILD/conformance/selected, so that it takes no whole result's place. The exit status is 1
if a verdict is unexpected, 2 if the request was wrong.

It does not drive pytest: a target is one long-lived process asked case by case, and threads that
wait for such processes are simpler and faster than pytest workers. The pytest plugin shares
suite.py with it.
"""
import argparse
import concurrent.futures
import os
import re
import sys
import threading
import time

import judge
import suite
import targets


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
    cases = suite.Suite(args.case_folder, args.cases.split())
    cases.check(targets.deviations(args.target_folder))
    ready = [target for target in chosen if not target.missing]
    if not ready:
        raise targets.Mistake("; ".join(f"{target.name}: {target.missing}" for target in chosen))
    folder = os.path.join(args.build, "conformance", *(["selected"] if args.cases else []))
    os.makedirs(folder, exist_ok=True)
    forget(folder, {target.name for target in list(every.values()) + ready if not target.missing})

    progress, finished = Progress(len(cases.chosen), len(ready)), {}
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        jobs = {pool.submit(suite.run_target, target, cases, folder, args.timeout,
                            progress.tell): target
                for target in ready}
        try:
            for job in concurrent.futures.as_completed(jobs):
                records, seconds = job.result()
                progress.finished(jobs[job].name, records, seconds)
                finished[jobs[job].name] = records
        except KeyboardInterrupt:
            cases.stopped.set()
            for job in jobs:
                job.cancel()
            raise
    finished = {target.name: finished[target.name] for target in ready}
    print("\n" + table(finished) + "\n")
    lines = unexpected(finished, 40)
    print("\n".join(lines + [f"not run: {target.name}: {target.missing}"
                             for target in chosen if target.missing]))
    print(f"results: {folder}{os.sep}")
    print(judge.tally(entry["verdict"] for records in finished.values() for entry in records))
    return 1 if lines else 0


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
