# SPDX-License-Identifier: MPL-2.0
"""Measure: prepare the chosen workloads, run fmmap-bench on them, write one result file.

The run goes in rounds. In each round every workload gets a process of its own, which checks and
then times every strategy once, in an order that changes. A row's repetitions thus come from as many
processes, spread over the whole run. bench/METHOD.md says why.
"""

import argparse
import dataclasses
import datetime
import json
import pathlib
import shlex
import shutil
import signal
import sys
import tempfile
import time
import uuid

import machine
import merge
import prepare
import programs
import pythons
import workload as workloads_of
from selection import (PROFILES, Failure, choose_strategies, choose_workloads, matches,
                       patterns)

SCHEMA = 1
NO_PYTHON = "the module is built for no Python here; `make report` or `make conform` builds it"
ROOT = pathlib.Path(__file__).parent.parent.parent

# Inputs larger than this are removed after the run and made anew for the next; in bytes.
KEPT = 8 << 20

# A repetition takes 1.4 times as long as the least it has to, finding the number of iterations as
# much again; checking and starting the process come on top: 3.9 times in all over the first two
# rounds of the full run, at 0.01 s and 23 strategies.
OVERHEAD = 4.0


# ---- Progress ---------------------------------------------------------------------------------

class Progress:
    """One line that is rewritten on a terminal, and a line now and then elsewhere."""

    def __init__(self, jobs, rounds):
        self.spent = {job: [] for job in jobs}  # seconds of each round so far
        self.rounds, self.shown = rounds, 0.0
        self.last = time.monotonic()

    def left(self):
        """Seconds: what each job took so far is what it will take; those that did not run yet are
        like the others with as many strategies."""
        known = {job: sum(times) / len(times) for job, times in self.spent.items() if times}
        pair = sum(known.values()) / max(1, sum(len(job.names) for job in known))
        return sum((self.rounds - len(times)) * known.get(job, pair * len(job.names))
                   for job, times in self.spent.items())

    def step(self, job, number):
        now = time.monotonic()
        self.spent[job].append(now - self.last)
        self.last = now
        done, total = sum(map(len, self.spent.values())), self.rounds * len(self.spent)
        terminal = sys.stderr.isatty()
        if not terminal and now - self.shown < 10 and done < total:
            return
        self.shown = now
        line = (f"bench: {done}/{total}, about {duration(self.left())} left: "
                f"round {number + 1} of {self.rounds}, {job.workload.name}")
        print(f"\r{line[:100]:100}" if terminal else line, end="" if terminal else "\n",
              file=sys.stderr, flush=True)
        if terminal and done == total:
            print(file=sys.stderr)


def duration(seconds):
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


# ---- Measuring --------------------------------------------------------------------------------

class Run:
    """The measurement of one fmmap-bench: what measures, and what came out so far."""

    def __init__(self, programs_, not_run, output, revision):
        self.programs, self.not_run = programs_, not_run
        self.output, self.revision = output, revision
        self.rows = []       # of each process, in order
        self.context = {}    # of the first process that gave one
        self.refused = {}    # (workload, strategy): reason
        self.wrong = {}      # (workload, strategy): message
        self.broken = []     # processes that ended otherwise

    def measure(self, job, settings):
        """One repetition of a job, without the strategies that are out by now."""
        name = job.workload.name
        names = [strategy for strategy in job.names
                 if (name, strategy) not in self.refused and (name, strategy) not in self.wrong]
        if not names:
            return
        try:
            outcome = job.program.measure(job.workload, job.path, names, settings)
        except OSError as error:
            outcome = programs.Outcome(broken=str(error))
        self.context = self.context or outcome.context
        for strategy, reason in outcome.refused.items():
            self.refused[name, strategy] = reason
        for row in outcome.rows:
            row["round"] = settings.number
            if row.get("error_occurred"):
                self.wrong[name, row["run_name"].split("/")[2]] = row["error_message"]
        if outcome.broken:
            self.broken.append(f"{name}: {outcome.broken}")
        if outcome.rows:
            self.rows.append(outcome.rows)


@dataclasses.dataclass(frozen=True, eq=False)
class Job:
    """One workload under the strategies of one program."""

    run: Run
    workload: workloads_of.Workload
    path: pathlib.Path
    program: object
    names: list


def min_time(profile, pairs):
    least, most = profile["bounds"]
    share = profile["seconds"] / max(1, pairs * profile["rounds"] * OVERHEAD)
    return round(min(most, max(least, share)), 4)


def measure_all(jobs, profile, min_time_, folder):
    """All rounds, every second one backwards, so that what comes first of two programs that are
    measured together is last the next time; False if interrupted."""
    progress = Progress(jobs, profile["rounds"])
    try:
        for number in range(profile["rounds"]):
            settings = programs.Settings(number, min_time_, profile["limit"], folder)
            for job in jobs[::-1] if number % 2 else jobs:
                job.run.measure(job, settings)
                progress.step(job, number)
    except KeyboardInterrupt:
        return False
    return True


# ---- The result file --------------------------------------------------------------------------

def result(run, arguments, about):
    """`about`: what the whole measurement has to say under "fmmap" and of its loads."""
    rows = merge.benchmarks(run.rows)
    context = {key: value for key, value in run.context.items() if key != "executable"}
    context.setdefault("date", datetime.datetime.now().astimezone().isoformat("T", "seconds"))
    context |= machine.describe()
    context |= {**about["loads"], "harness_revision": machine.revision(ROOT)}
    noise = merge.noise(rows)
    return {
        "context": context,
        "benchmarks": rows,
        "fmmap": {
            "schema": SCHEMA,
            "complete": about["complete"] and not run.broken,
            "profile": arguments.profile,
            **about["settings"],
            "revision": run.revision,
            "command": f"make bench PROFILE={arguments.profile}"
                       + "".join(f" {key}={shlex.quote(str(value))}" for key, value in (
                           ("WORKLOADS", arguments.workloads), ("STRATEGIES", arguments.strategies),
                           ("LIBC", arguments.libc), ("AGAINST", arguments.against))
                           if value),
            "workloads": about["workloads"],
            "strategies": {name: said for program in run.programs
                           for name, said in program.strategies.items()
                           if name in about["names"]},
            "refused": [{"workload": workload, "strategy": strategy, "reason": reason}
                        for (workload, strategy), reason in sorted(run.refused.items())],
            "not_run": run.not_run,
            "not_measured": about["not_measured"],
            "broken": run.broken,
            "complexity": merge.complexity(rows, about["workloads"]),
            "noise": noise,
            "noise_floor": noise.get("a_a", {}).get("median", 0),
        },
    }


def beside(path, word):
    """results.json becomes results.WORD.json."""
    return path.with_suffix(f".{word}{path.suffix}")


def write(path, content):
    """The whole file or none: it is written under another name, then renamed. An earlier file is
    kept."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if path.exists():
        path.replace(beside(path, "previous"))
    part.replace(path)


def parse_arguments():
    parser = argparse.ArgumentParser(description="Measure strategies on workloads.")
    parser.add_argument("--binary", type=pathlib.Path, required=True, help="fmmap-bench")
    parser.add_argument("--profile", choices=PROFILES, default="quick")
    parser.add_argument("--strategies", default="", help="names or patterns; default: all")
    parser.add_argument("--workloads", default="", help="names or patterns; default: the profile's")
    parser.add_argument("--libc", default="", help="other glibcs to run under as well: folders in "
                        "which a loader lies, or loaders")
    parser.add_argument("--against", type=pathlib.Path, help="another fmmap-bench, measured in "
                        "turns with the first; its result goes to NAME.against.json")
    parser.add_argument("--absent", action="append", default=[], metavar="STRATEGY=REASON",
                        help="one that could not be built: the result file says so")
    parser.add_argument("--output", type=pathlib.Path, required=True, help="the result file; an "
                        "earlier one is kept beside it as NAME.previous.json")
    parser.add_argument("--folder", type=pathlib.Path, default=prepare.WORKLOADS,
                        help="where the workload files are")
    parser.add_argument("--rounds", type=int, help="repetitions in place of the profile's")
    parser.add_argument("--min-time", type=float, help="seconds of a repetition, likewise")
    return parser.parse_args()


def prepared_run(binary, output, arguments, workloads, work):
    """A Run with all that can measure, and the workloads that nothing here can. The binary is
    copied to the folder first: a build in the meantime must not change what is measured."""
    work.mkdir()
    try:
        copy = pathlib.Path(shutil.copy2(binary, work))
    except OSError as error:
        raise Failure(f"{binary}: {error.strerror}; `make bench` builds fmmap-bench") from None
    found = programs.natives(copy, patterns(arguments.libc), binary)
    if any(workload.story["model"] == "python" for workload in workloads):
        found += pythons.find(binary.absolute().parent.parent)
    return Run(found, [{"workload": workload.name, "reason": NO_PYTHON} for workload in workloads
                       if not any(program.takes(workload) for program in found)], output,
               f"unknown: {binary}" if binary == arguments.against else machine.revision(ROOT))


def plan(workloads, runs, names, folder):
    """The jobs of a round, and what the result file says of their workloads."""
    jobs, descriptions = [], {}
    for workload in workloads:
        mine = [(run, program, [name for name in program.strategies if name in names])
                for run in runs for program in run.programs if program.takes(workload)]
        mine = [(run, program, chosen) for run, program, chosen in mine if chosen]
        if mine:
            path, descriptions[workload.name] = prepare.prepare(workload, folder / "inputs")
            jobs += [Job(run, workload, path, program, chosen) for run, program, chosen in mine]
    return jobs, descriptions


def measure(arguments, folder, work):
    """Measure and write the results; the finished runs and whether they went to their end."""
    profile = dict(PROFILES[arguments.profile])
    for name, value in ("--rounds", arguments.rounds), ("--min-time", arguments.min_time):
        if value is not None and not 0 < value < 1e6:
            raise Failure(f"{name} {value}: it has to be above 0")
    profile["rounds"] = arguments.rounds or profile["rounds"]
    workloads = choose_workloads(arguments.folder, arguments.profile, patterns(arguments.workloads))
    binaries = [(arguments.binary, arguments.output)]
    if arguments.against:
        binaries.append((arguments.against, beside(arguments.output, "against")))
    runs = [prepared_run(binary, output, arguments, workloads, work / str(number))
            for number, (binary, output) in enumerate(binaries)]
    wanted = patterns(arguments.strategies)
    absent = {name: reason for name, _, reason in
              (entry.partition("=") for entry in arguments.absent)}
    names = choose_strategies([program for run in runs for program in run.programs], wanted, absent)
    not_measured = {name: reason for name, reason in absent.items()
                    if matches(name, wanted or ["*"])}
    for lacking in runs[0].not_run:
        print(f"bench: not run: {lacking['workload']}: {lacking['reason']}", file=sys.stderr)
    for name, reason in not_measured.items():
        print(f"bench: not measured: {name}: {reason}", file=sys.stderr)
    jobs, descriptions = plan(workloads, runs, names, folder)
    pairs = sum(len(job.names) for job in jobs)
    shortest = arguments.min_time or min_time(profile, pairs)
    print(f"bench: {len(descriptions)} workloads, {len(set(names))} strategies, "
          f"{profile['rounds']} rounds, about "
          + duration(pairs * profile["rounds"] * shortest * OVERHEAD), file=sys.stderr)
    before = machine.load()
    complete = measure_all(jobs, profile, shortest, work)
    for job in jobs:
        if job.path.exists() and job.path.stat().st_size > KEPT:
            job.path.unlink()
    if not any(run.rows for run in runs):
        if not complete:
            raise KeyboardInterrupt
        raise Failure("nothing was measured" + "".join(f": {text}" for run in runs
                                                       for text in run.broken[:1]))
    about = {"complete": complete, "workloads": descriptions, "names": names,
             "not_measured": not_measured,
             "loads": {"load_before": before, "load_after": machine.load()},
             "settings": {"rounds": profile["rounds"], "min_time": shortest,
                          "limit": profile["limit"], "session": uuid.uuid4().hex}}
    for run in runs:
        write(run.output, result(run, arguments, about))
    return runs, complete


def main():
    # A lost connection or a time limit costs no more than Ctrl-C does
    for number in signal.SIGTERM, signal.SIGHUP:
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    arguments = parse_arguments()
    folder = arguments.output.absolute().parent
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="run-", dir=folder) as work:
        runs, complete = measure(arguments, folder, pathlib.Path(work))
    if not complete:
        print("\nbench: interrupted; what was measured so far is kept", file=sys.stderr)
    for run in runs:
        for (workload, strategy), message in sorted(run.wrong.items()):
            print(f"bench: {strategy} on {workload}: {message}", file=sys.stderr)
        for text in run.broken:
            print(f"bench: {text}", file=sys.stderr)
    for run in runs:
        kept = beside(run.output, "previous")
        print(f"bench: wrote {run.output}"
              + (f"; the one before is {kept}" if kept.exists() else ""))
    if arguments.against:
        print(f"bench: to compare: make compare OLD={runs[1].output} NEW={runs[0].output}")
    if any(run.wrong or run.broken for run in runs):
        return 1
    return 0 if complete else 130


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Failure, programs.ProgramError, workloads_of.WorkloadError, OSError) as problem:
        sys.exit(f"bench: {problem}")
    except KeyboardInterrupt:
        sys.exit("bench: interrupted before anything was measured")
