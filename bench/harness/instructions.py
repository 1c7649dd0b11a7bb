# SPDX-License-Identifier: MPL-2.0
"""Count instructions in place of time: the same number every time, on machines however noisy.

    instructions.py --binary B --strategies auto --workloads 'tiny_*' -o new.json --against old.json

Valgrind's callgrind counts what each strategy executes for one pass over a workload's searches.
With --against the counts are compared with those of an earlier file; the exit status is 1 if one
of them grew by more than --tolerance percent. Instructions are not time: vectors, caches and
branches are left out of account. What they tell is whether code changed for the worse.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import prepare
import programs
import workload as workloads_of
from selection import Failure, choose_strategies, choose_workloads, patterns


def count(native, path, name):
    """Instructions that the strategy executes for one pass, or None if it does not answer."""
    with tempfile.TemporaryDirectory() as folder:
        files = pathlib.Path(folder)
        # the checked pass runs in a child process, which writes a file of its own
        ended = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={files}/%p",
             "--toggle-collect=fmb_answer_of", *native.command, f"--strategies={name}",
             "--benchmark_filter=^$", "--limit=600", f"--pairs={files}/pairs.tsv", path],
            capture_output=True, text=True)
        pairs = files / "pairs.tsv"
        if ended.returncode != 0 or not pairs.read_text(encoding="utf-8").startswith("right"):
            return None
        totals = [line.split()[1] for file in files.glob("[0-9]*")
                  for line in file.read_text(encoding="utf-8").splitlines()
                  if line.startswith(("totals:", "summary:"))]
        return max(map(int, totals), default=0) or None


def earlier(path):
    """The counts of an earlier output."""
    try:
        counts = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        counts = None
    if not isinstance(counts, dict) or not all(isinstance(one, int) and one > 0
                                               for one in counts.values()):
        raise Failure(f"{path}: holds no counts; -o writes such a file")
    return counts


def compare(old, new, tolerance):
    """Print the rows that both have; the number of those that grew beyond the tolerance."""
    grown = 0
    for row in sorted(set(old) & set(new)):
        percent = 100 * (new[row] / old[row] - 1)
        if abs(percent) > tolerance:
            print(f"{percent:+7.2f} %  {old[row]:>14} -> {new[row]:>14}  {row}")
        grown += percent > tolerance
    for row in sorted(set(old) - set(new)):
        print(f"  gone                                       {row}")
    print(f"{len(set(old) & set(new))} compared, {grown} grew by more than {tolerance:g} %")
    return grown


def main():
    parser = argparse.ArgumentParser(description="Count instructions with callgrind.")
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--strategies", default="auto")
    parser.add_argument("--workloads", default="")
    parser.add_argument("--folder", type=pathlib.Path, default=prepare.WORKLOADS)
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True)
    parser.add_argument("--against", type=pathlib.Path, help="an earlier output")
    parser.add_argument("--tolerance", type=float, default=1.0, help="percent")
    arguments = parser.parse_args()
    if not shutil.which("valgrind"):
        raise Failure("valgrind is missing: install it (`make deps`)")
    old = earlier(arguments.against) if arguments.against else None
    native = programs.Native(arguments.binary.absolute())
    names = choose_strategies([native], patterns(arguments.strategies))
    workloads = choose_workloads(arguments.folder, "quick", patterns(arguments.workloads))
    counts = {}
    with tempfile.TemporaryDirectory() as folder:
        for workload in filter(native.takes, workloads):
            path, _ = prepare.prepare(workload, pathlib.Path(folder))
            for name in names:
                instructions = count(native, path, name)
                if instructions is not None:
                    counts[f"{workload.story['model']}/{workload.name}/{name}"] = instructions
                print(f"{instructions or 'not counted':>14}  {workload.name}  {name}", flush=True)
    arguments.output.write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")
    if old is None:
        return 0
    if not set(old) & set(counts):
        raise Failure(f"{arguments.against}: none of its rows was counted now")
    return 1 if compare(old, counts, arguments.tolerance) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Failure, programs.ProgramError, workloads_of.WorkloadError, OSError) as problem:
        sys.exit(f"instructions.py: {problem}")
    except KeyboardInterrupt:
        sys.exit("instructions.py: interrupted")
