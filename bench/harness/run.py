# SPDX-License-Identifier: MPL-2.0
"""Measure: prepare the chosen workloads, run fmmap-bench on them, write one result file.

The run goes in rounds. In each round every workload gets a process of its own, which checks and
then times every strategy once, in an order that changes. A row's repetitions thus come from as many
processes, spread over the whole run. bench/METHOD.md says why.
"""

import argparse
import dataclasses
import datetime
import fnmatch
import json
import pathlib
import shlex
import shutil
import sys
import tempfile
import time

import machine
import merge
import prepare
import programs
import pythons
import workload as workloads_of

SCHEMA = 1
NO_PYTHON = "the module is built for no Python here; `make report` or `make conform` builds it"
ROOT = pathlib.Path(__file__).parent.parent.parent

# Rounds: repetitions of a row; nine give the median a 96 % confidence interval (METHOD.md).
# Seconds: what a run aims to take in all; bounds: of the time one repetition lasts at least.
# Limit: a pair that takes longer for one pass is refused.
PROFILES = {
    "quick": {"rounds": 9, "seconds": 60, "bounds": (0.005, 0.1), "limit": 1.0},
    "full": {"rounds": 11, "seconds": 2000, "bounds": (0.01, 0.2), "limit": 5.0},
}

# Inputs larger than this are removed after the run and made anew for the next; in bytes.
KEPT = 8 << 20

# Finding the number of iterations and checking cost about as much again as the repetition itself.
OVERHEAD = 2.0


class Failure(Exception):
    """Ends the program with one line."""


# ---- What to measure --------------------------------------------------------------------------

def patterns(text):
    return text.replace(",", " ").split()


def choose(kind, names_of, wanted, remedy):
    """The members one of whose names matches one of the patterns; each pattern has to match."""
    chosen = []
    for pattern in wanted:
        matching = [member for member, names in names_of
                    if any(fnmatch.fnmatchcase(name, pattern) for name in names)]
        if not matching:
            raise Failure(f"no {kind} matches {pattern!r}: {remedy}")
        chosen += [member for member in matching if member not in chosen]
    return [member for member, _ in names_of if member in chosen]


def choose_workloads(folder, profile, wanted):
    every = workloads_of.read_all(folder)
    if not wanted:
        return [workload for workload in every if profile == "full" or workload.quick]
    names = [(workload, (workload.name, workload.stem)) for workload in every]
    stems = " ".join(sorted({workload.stem for workload in every}))
    return choose("workload", names, wanted, f"there are {stems}")


def choose_strategies(programs_, wanted):
    """Names of the strategies to measure. One name may stand for several: memmem is also that of
    every other C library, mmap that of every Python."""
    names = [(name, program.also_called(name)) for program in programs_
             for name in program.strategies]
    return choose("strategy", names, wanted or ["*"],
                  f"there are {' '.join(name for name, _ in names)}")


# ---- Progress ---------------------------------------------------------------------------------

class Progress:
    """One line that is rewritten on a terminal, and a line now and then elsewhere."""

    def __init__(self, total):
        self.total, self.done, self.started, self.shown = total, 0, time.monotonic(), 0.0

    def step(self, what):
        self.done += 1
        now = time.monotonic()
        terminal = sys.stderr.isatty()
        if not terminal and now - self.shown < 10 and self.done < self.total:
            return
        self.shown = now
        left = (now - self.started) / self.done * (self.total - self.done)
        line = f"bench: {self.done}/{self.total}, about {duration(left)} left: {what}"
        print(f"\r{line[:100]:100}" if terminal else line, end="" if terminal else "\n",
              file=sys.stderr, flush=True)
        if terminal and self.done == self.total:
            print(file=sys.stderr)


def duration(seconds):
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


# ---- Measuring --------------------------------------------------------------------------------

class Run:
    """The state of a measurement: what came out so far."""

    def __init__(self, folder, profile, min_time):
        self.folder, self.profile, self.min_time = folder, profile, min_time
        self.runs = []       # rows of each process, in order
        self.context = {}    # of the first process that gave one
        self.refused = {}    # (workload, strategy): reason
        self.wrong = {}      # (workload, strategy): message
        self.broken = []     # processes that ended otherwise

    def measure(self, job, number):
        """One repetition of a job, without the strategies that are out by now."""
        name = job.workload.name
        names = [strategy for strategy in job.names
                 if (name, strategy) not in self.refused and (name, strategy) not in self.wrong]
        if not names:
            return
        try:
            outcome = job.program.measure(job.workload, job.path, names, programs.Settings(
                number, self.min_time, self.profile["limit"], self.folder))
        except OSError as error:
            outcome = programs.Outcome(broken=str(error))
        self.context = self.context or outcome.context
        for strategy, reason in outcome.refused.items():
            self.refused[name, strategy] = reason
        for row in outcome.rows:
            if row.get("error_occurred"):
                self.wrong[name, row["run_name"].split("/")[2]] = row["error_message"]
        if outcome.broken:
            self.broken.append(f"{name}: {outcome.broken}")
        if outcome.rows:
            self.runs.append(outcome.rows)


@dataclasses.dataclass(frozen=True)
class Job:
    """One workload under the strategies of one program."""

    workload: workloads_of.Workload
    path: pathlib.Path
    program: object
    names: list


def min_time(profile, pairs):
    least, most = profile["bounds"]
    share = profile["seconds"] / max(1, pairs * profile["rounds"] * OVERHEAD)
    return round(min(most, max(least, share)), 4)


def measure_all(run, jobs):
    """All rounds; False if interrupted."""
    rounds = run.profile["rounds"]
    progress = Progress(rounds * len(jobs))
    try:
        for number in range(rounds):
            for job in jobs:
                run.measure(job, number)
                progress.step(f"round {number + 1} of {rounds}, {job.workload.name}")
    except KeyboardInterrupt:
        print("\nbench: interrupted; what was measured so far is kept", file=sys.stderr)
        return False
    return True


# ---- The result file --------------------------------------------------------------------------

def result(run, arguments, descriptions, not_run, strategies, complete, loads):
    rows = merge.benchmarks(run.runs)
    context = {key: value for key, value in run.context.items() if key != "executable"}
    context.setdefault("date", datetime.datetime.now().astimezone().isoformat("T", "seconds"))
    context |= machine.describe()
    context |= {"load_before": loads[0], "load_after": loads[1],
                "harness_revision": machine.revision(ROOT)}
    noise = merge.noise(rows)
    return {
        "context": context,
        "benchmarks": rows,
        "fmmap": {
            "schema": SCHEMA,
            "complete": complete and not run.broken,
            "profile": arguments.profile,
            "rounds": run.profile["rounds"],
            "min_time": run.min_time,
            "limit": run.profile["limit"],
            "revision": machine.revision(ROOT),
            "command": f"make bench PROFILE={arguments.profile}"
                       + "".join(f" {key}={shlex.quote(value)}" for key, value in (
                           ("WORKLOADS", arguments.workloads), ("STRATEGIES", arguments.strategies),
                           ("LIBC", arguments.libc))
                           if value),
            "workloads": descriptions,
            "strategies": strategies,
            "refused": [{"workload": workload, "strategy": strategy, "reason": reason}
                        for (workload, strategy), reason in sorted(run.refused.items())],
            "not_run": not_run,
            "broken": run.broken,
            "complexity": merge.complexity(rows, descriptions),
            "noise": noise,
            "noise_floor": noise.get("a_a", {}).get("median", 0),
        },
    }


def write(path, content):
    """The whole file or none: it is written beside and then renamed."""
    beside = path.with_suffix(".part")
    beside.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    beside.replace(path)


def parse_arguments():
    parser = argparse.ArgumentParser(description="Measure strategies on workloads.")
    parser.add_argument("--binary", type=pathlib.Path, required=True, help="fmmap-bench")
    parser.add_argument("--profile", choices=PROFILES, default="quick")
    parser.add_argument("--strategies", default="", help="names or patterns; default: all")
    parser.add_argument("--workloads", default="", help="names or patterns; default: the profile's")
    parser.add_argument("--libc", default="", help="other glibcs to run under as well: folders in "
                        "which a loader lies, or loaders")
    parser.add_argument("--output", type=pathlib.Path, required=True, help="the result file")
    parser.add_argument("--folder", type=pathlib.Path, default=prepare.WORKLOADS,
                        help="where the workload files are")
    parser.add_argument("--rounds", type=int, help="repetitions in place of the profile's")
    parser.add_argument("--min-time", type=float, help="seconds of a repetition, likewise")
    return parser.parse_args()


def find_programs(arguments, workloads, folder):
    """All that can measure, and the workloads that nothing here can. The binary is copied to the
    folder first: a build in the meantime must not change what is measured."""
    try:
        binary = pathlib.Path(shutil.copy2(arguments.binary, folder))
    except OSError as error:
        raise Failure(f"{arguments.binary}: {error.strerror}; `make bench` builds "
                      "fmmap-bench") from None
    found = programs.natives(binary, patterns(arguments.libc))
    if any(workload.story["model"] == "python" for workload in workloads):
        found += pythons.find(arguments.binary.absolute().parent.parent)
    lacking = [workload for workload in workloads
               if not any(program.takes(workload) for program in found)]
    return found, [{"workload": workload.name, "reason": NO_PYTHON} for workload in lacking]


def plan(workloads, found, names, folder):
    """The jobs of a round, and what the result file says of their workloads."""
    jobs, descriptions = [], {}
    for workload in workloads:
        mine = [(program, [name for name in program.strategies if name in names])
                for program in found if program.takes(workload)]
        mine = [(program, chosen) for program, chosen in mine if chosen]
        if mine:
            path, descriptions[workload.name] = prepare.prepare(workload, folder / "inputs")
            jobs += [Job(workload, path, program, chosen) for program, chosen in mine]
    return jobs, descriptions


def measure(arguments, profile, folder, work):
    """Measure and write the result; the finished run and whether it went to its end."""
    workloads = choose_workloads(arguments.folder, arguments.profile, patterns(arguments.workloads))
    found, not_run = find_programs(arguments, workloads, work)
    names = choose_strategies(found, patterns(arguments.strategies))
    for lacking in not_run:
        print(f"bench: not run: {lacking['workload']}: {lacking['reason']}", file=sys.stderr)
    jobs, descriptions = plan(workloads, found, names, folder)
    print(f"bench: {len(descriptions)} workloads, {len(names)} strategies, "
          f"{profile['rounds']} rounds", file=sys.stderr)
    run = Run(work, profile, arguments.min_time
              or min_time(profile, sum(len(job.names) for job in jobs)))
    before = machine.load()
    complete = measure_all(run, jobs)
    for job in jobs:
        if job.path.exists() and job.path.stat().st_size > KEPT:
            job.path.unlink()
    if not run.runs:
        raise Failure("nothing was measured" + "".join(f": {text}" for text in run.broken[:1]))
    strategies = {name: about for program in found for name, about in program.strategies.items()
                  if name in names}
    write(arguments.output, result(run, arguments, descriptions, not_run, strategies, complete,
                                   (before, machine.load())))
    return run, complete


def main():
    arguments = parse_arguments()
    profile = dict(PROFILES[arguments.profile])
    profile["rounds"] = arguments.rounds or profile["rounds"]
    folder = arguments.output.absolute().parent
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="run-", dir=folder) as work:
        run, complete = measure(arguments, profile, folder, pathlib.Path(work))
    for (workload, strategy), message in sorted(run.wrong.items()):
        print(f"bench: {strategy} on {workload}: {message}", file=sys.stderr)
    for text in run.broken:
        print(f"bench: {text}", file=sys.stderr)
    print(f"bench: wrote {arguments.output}")
    return 1 if run.wrong or run.broken else 0 if complete else 130


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Failure, programs.ProgramError, workloads_of.WorkloadError, OSError) as problem:
        sys.exit(f"bench: {problem}")
    except KeyboardInterrupt:
        sys.exit("bench: interrupted before anything was measured")
