# SPDX-License-Identifier: MPL-2.0
"""What to measure: profiles, and workloads and strategies chosen by name or pattern."""

import fnmatch

import workload as workloads_of

# Rounds: repetitions of a row; nine give the median a 96 % confidence interval (METHOD.md).
# Seconds: what a run aims to take in all; bounds: of the time one repetition lasts at least.
# Limit: a pair that takes longer for one pass is refused. (At 2 s the memrchr of dietlibc, which
# starts at the front each time, cost the full profile a quarter of an hour.)
PROFILES = {
    "quick": {"rounds": 9, "seconds": 100, "bounds": (0.003, 0.1), "limit": 0.5},
    "full": {"rounds": 11, "seconds": 2400, "bounds": (0.005, 0.2), "limit": 0.5},
}


class Failure(Exception):
    """Ends the program with one line."""


def patterns(text):
    return text.replace(",", " ").split()


def matches(name, wanted):
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in wanted)


def choose(kind, names_of, wanted, remedy):
    """The members one of whose names matches one of the patterns; each pattern has to match."""
    for pattern in wanted:
        if not any(matches(name, [pattern]) for _, names in names_of for name in names):
            raise Failure(f"no {kind} matches {pattern!r}: {remedy}")
    return [member for member, names in names_of if any(matches(name, wanted) for name in names)]


def choose_workloads(folder, profile, wanted):
    """A file that is wrong stops those who ask for it or for all, and nobody else."""
    every, stems = [], []
    for path in workloads_of.files(folder):
        stems.append(path.stem)
        try:
            every += workloads_of.read(path)
        except workloads_of.WorkloadError:
            if matches(path.stem, [pattern.partition(".")[0] for pattern in wanted] or ["*"]):
                raise
    owners = {}
    for workload in every:
        if owners.setdefault(workload.name, workload.file) != workload.file:
            raise Failure(f"{workload.file}: {owners[workload.name]} has a workload "
                          f"{workload.name}, too: rename one of them")
    if not wanted:
        return [workload for workload in every if profile == "full" or workload.quick]
    names = [(workload, (workload.name, workload.stem)) for workload in every]
    return choose("workload", names, wanted, f"there are {' '.join(stems)}")


def choose_strategies(programs_, wanted, absent=()):
    """Names of the strategies to measure. One name may stand for several: memmem is also that of
    every other C library, mmap that of every Python. `absent`: those that could not be built."""
    names = [(name, program.also_called(name)) for program in programs_
             for name in program.strategies]
    for pattern in wanted:
        lacking = [name for name in absent if matches(name, [pattern])]
        if lacking and not any(matches(name, [pattern]) for _, also in names for name in also):
            raise Failure("; ".join(f"{name} cannot be measured: {absent[name]}"
                                    for name in lacking))
    return choose("strategy", names, wanted or ["*"],
                  f"there are {' '.join(name for name, _ in names)}")
