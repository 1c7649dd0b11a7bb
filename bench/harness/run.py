# SPDX-License-Identifier: MPL-2.0
"""Measure: prepare the chosen workloads, run fmmap-bench on them, write one result file.

The run goes in rounds. In each round every workload gets a process of its own, which checks and
then times every strategy once, in an order that changes. A row's repetitions thus come from as many
processes, spread over the whole run. bench/METHOD.md says why.
"""

import argparse
import datetime
import fnmatch
import json
import pathlib
import shlex
import signal
import subprocess
import sys
import time

import machine
import merge
import prepare
import pythons
import workload as workloads_of

SCHEMA = 1
NO_PYTHON = "the module is built for no Python here; `make report` or `make conform` builds it"
ROOT = pathlib.Path(__file__).parent.parent.parent

# Rounds: repetitions of a row; nine give the median a 96 % confidence interval (METHOD.md).
# Seconds: what a run aims to take in all; bounds: of the time one repetition lasts at least.
# Limit: a pair that takes longer for one pass is refused.
PROFILES = {
    "quick": {"rounds": 9, "seconds": 100, "bounds": (0.005, 0.1), "limit": 1.0},
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


def list_strategies(binary):
    """What each strategy of the binary says of itself, by name."""
    try:
        listing = subprocess.run([binary, "--list"], capture_output=True, text=True, check=True)
    except OSError as error:
        raise Failure(f"{binary}: {error.strerror}; `make bench` builds it") from None
    except subprocess.CalledProcessError as error:
        raise Failure(f"{binary} --list failed: {error.stderr.strip()}") from None
    strategies = {}
    for line in listing.stdout.splitlines():
        name, available, prepared, origin, source, worst_case, summary = line.split("\t")
        strategies[name] = {"summary": summary, "source": source, "worst_case": worst_case,
                            "available": available == "1", "prepared": prepared == "1",
                            "origin": origin}
    return strategies


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

    def __init__(self, binary, interpreters, folder, profile, min_time):
        self.binary, self.interpreters, self.folder = binary, interpreters, folder
        self.profile, self.min_time = profile, min_time
        self.runs = []       # rows of each process, in order
        self.context = {}    # of the first process
        self.refused = {}    # (workload, strategy): reason
        self.wrong = {}      # (workload, strategy): message
        self.broken = []     # processes that ended otherwise

    def measure(self, workload, path, strategies, number):
        """One repetition of the workload under all of its strategies that are still in."""
        remaining = [name for name in strategies
                     if (workload.name, name) not in self.refused
                     and (workload.name, name) not in self.wrong]
        if workload.story["model"] == "python":
            for python in self.interpreters:
                self._measure_python(workload, path, remaining, number, python)
        elif remaining:
            self._measure_binary(workload, path, remaining, number)

    def _measure_python(self, workload, path, remaining, number, python):
        wanted = [name for name in python.strategies() if name in remaining]
        for strategy in wanted[::1 if number % 2 else -1]:
            row = python.measure(strategy, path, self.min_time)
            row |= {"run_name": f"python/{workload.name}/{strategy}", "run_type": "iteration",
                    "threads": 1}
            if row.get("error_occurred"):
                self.wrong[workload.name, strategy] = row["error_message"]
            self.runs.append([row])

    def _measure_binary(self, workload, path, remaining, number):
        output, pairs = self.folder / "rows.json", self.folder / "pairs.tsv"
        command = [self.binary, f"--strategies={','.join(remaining)}", f"--seed={number}",
                   f"--limit={self.profile['limit']}", f"--pairs={pairs}",
                   f"--benchmark_min_time={self.min_time}", f"--benchmark_out={output}",
                   "--benchmark_out_format=json", str(path)]
        output.unlink(missing_ok=True)
        pairs.unlink(missing_ok=True)
        ended = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               text=True)
        self._note_pairs(pairs)
        try:
            result = json.loads(output.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            result = None
        if result is None or ended.returncode not in (0, 1):
            self._note_broken(workload, ended)
            return
        self.context = self.context or result["context"]
        for row in result["benchmarks"]:
            if row.get("error_occurred"):
                name, strategy = row["run_name"].split("/")[1:3]
                self.wrong.setdefault((name, strategy), row["error_message"])
        self.runs.append(result["benchmarks"])

    def _note_pairs(self, path):
        if not path.exists():
            return
        for line in path.read_text(encoding="utf-8").splitlines():
            verdict, name, strategy, _, reason = line.split("\t")
            if verdict == "refused":
                self.refused[name, strategy] = reason

    def _note_broken(self, workload, ended):
        how = (signal.strsignal(-ended.returncode) if ended.returncode < 0
               else f"status {ended.returncode}")
        said = ended.stderr.strip().splitlines()
        self.broken.append(f"{workload.name}: fmmap-bench ended with {how}"
                           + (f": {said[-1]}" if said else ""))


def min_time(profile, pairs):
    least, most = profile["bounds"]
    share = profile["seconds"] / max(1, pairs * profile["rounds"] * OVERHEAD)
    return round(min(most, max(least, share)), 4)


def measure_all(run, prepared):
    """All rounds; False if interrupted. `prepared`: (workload, input's path, its strategies)."""
    rounds = run.profile["rounds"]
    progress = Progress(rounds * len(prepared))
    try:
        for number in range(rounds):
            for workload, path, strategies in prepared:
                run.measure(workload, path, strategies, number)
                progress.step(f"round {number + 1} of {rounds}, {workload.name}")
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
                           ("WORKLOADS", arguments.workloads), ("STRATEGIES", arguments.strategies))
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
    parser.add_argument("--output", type=pathlib.Path, required=True, help="the result file")
    parser.add_argument("--folder", type=pathlib.Path, default=prepare.WORKLOADS,
                        help="where the workload files are")
    parser.add_argument("--rounds", type=int, help="repetitions in place of the profile's")
    parser.add_argument("--min-time", type=float, help="seconds of a repetition, likewise")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    profile = dict(PROFILES[arguments.profile])
    profile["rounds"] = arguments.rounds or profile["rounds"]
    binary = arguments.binary.absolute()
    every = list_strategies(binary)
    own = list(every)
    workloads = choose_workloads(arguments.folder, arguments.profile, patterns(arguments.workloads))
    interpreters, not_run = [], []
    if any(workload.story["model"] == "python" for workload in workloads):
        interpreters = pythons.find(binary.parent.parent)
        for python in interpreters:
            every |= python.strategies()
    if not interpreters:
        not_run = [{"workload": workload.name, "reason": NO_PYTHON} for workload in workloads
                   if workload.story["model"] == "python"]
        workloads = [workload for workload in workloads if workload.story["model"] != "python"]
    names = choose("strategy", [(name, (name,)) for name in every], patterns(arguments.strategies)
                   or ["*"], f"there are {' '.join(every)}")
    folder = arguments.output.parent
    folder.mkdir(parents=True, exist_ok=True)
    prepared, descriptions = [], {}
    for workload in workloads:
        path, description = prepare.prepare(workload, folder / "inputs")
        python = workload.story["model"] == "python"
        prepared.append((workload, path, [name for name in names if (name in own) != python]))
        descriptions[workload.name] = description
    run = Run(binary, interpreters, folder, profile, arguments.min_time or min_time(
        profile, sum(len(strategies) for _, _, strategies in prepared)))
    for lacking in not_run:
        print(f"bench: not run: {lacking['workload']}: {lacking['reason']}", file=sys.stderr)
    print(f"bench: {len(workloads)} workloads, {len(names)} strategies, {profile['rounds']} rounds",
          file=sys.stderr)
    before = machine.load()
    complete = measure_all(run, prepared)
    for _, path, _ in prepared:
        if path.stat().st_size > KEPT:
            path.unlink()
    if not run.runs:
        raise Failure("nothing was measured" + "".join(f"; {text}" for text in run.broken[:1]))
    write(arguments.output, result(run, arguments, descriptions, not_run,
                                   {name: every[name] for name in names}, complete,
                                   (before, machine.load())))
    for (workload, strategy), message in sorted(run.wrong.items()):
        print(f"bench: {strategy} on {workload}: {message}", file=sys.stderr)
    for text in run.broken:
        print(f"bench: {text}", file=sys.stderr)
    print(f"bench: wrote {arguments.output}")
    return 1 if run.wrong or run.broken else 0 if complete else 130


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Failure, workloads_of.WorkloadError, OSError) as problem:
        sys.exit(f"bench: {problem}")
    except KeyboardInterrupt:
        sys.exit("bench: interrupted before anything was measured")
