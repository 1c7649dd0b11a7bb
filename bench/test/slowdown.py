#!/usr/bin/env python3
# SPDX-License-Identifier: MPL-2.0
"""Show on this machine that a comparison finds a slowdown, and nothing where there is none.

    python3 bench/test/slowdown.py [--workloads PATTERNS] [--strategies PATTERNS] [-o FOLDER]

Two builds of fmmap-bench differ in one strategy, `victim`, which in the second does a fifth more
work. The first is measured in turns with itself, then with the second. Of the first against itself
at least 95 % of the rows have to tie; against the second every row of `victim` has to be slower,
and no other row. Takes minutes; the exit status is 0 if all of it holds.
"""
import argparse
import pathlib
import subprocess
import sys

from bed import BUILD, GUESTS, HARNESS, ROOT, build_bench, make

sys.path.insert(0, str(ROOT / "reports"))
import compare  # noqa: E402: found beside the pages
import records  # noqa: E402

VICTIM = "victim"
TIES = 0.95
# Searches so short that a fifth of their work is nothing are left out
WORKLOADS = "*_absent.* *_all.* english_first.* english_common_probe.* hostile_*.n16384.*"


def measure(old, new, output, arguments):
    """The runs of two programs, measured in turns."""
    subprocess.run([sys.executable, HARNESS / "run.py", "--binary", new, "--against", old,
                    "--output", output, "--workloads", arguments.workloads,
                    "--rounds", str(arguments.rounds), "--min-time", str(arguments.min_time),
                    "--strategies", f"{VICTIM} {arguments.strategies}"], check=True)
    return records.load_run(output.with_suffix(".against.json")), records.load_run(output)


def verdicts(old, new, what):
    """{(workload, strategy): verdict}, printed with its tally."""
    text, tally = compare.report(old, new, compare.noise_between(old, new))
    print(f"\n{what}: " + ", ".join(f"{count} {word}" for word, count in sorted(tally.items())))
    print(*(line for line in text.splitlines() if line.endswith(("slower", "faster"))), sep="\n")
    return {row[1:3]: row[-1] for row in compare.compare(old, new, compare.noise_between(old, new))}


def main():
    parser = argparse.ArgumentParser(description="Inject a slowdown of 20 % and look for it.")
    parser.add_argument("--workloads", default=WORKLOADS)
    parser.add_argument("--strategies", default="auto memmem")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--min-time", type=float, default=0.005, help="seconds of a repetition")
    parser.add_argument("-o", "--output", type=pathlib.Path, default=BUILD / "slowdown")
    arguments = parser.parse_args()
    make("build/native/bench/fmmap-bench")
    guests = [guest for guest in GUESTS if guest.stem in (VICTIM, "plain")]
    first = build_bench(arguments.output / "first", guests)
    second = build_bench(arguments.output / "second", guests, ["-DFIFTHS_MORE=1"])
    same = list(verdicts(*measure(first, first, arguments.output / "same.json", arguments),
                         "the same program").values())
    changed = verdicts(*measure(first, second, arguments.output / "slower.json", arguments),
                       "a fifth more work in one strategy")
    tied = same.count("tie") / len(same)
    missed = [row for row, verdict in changed.items() if row[1] == VICTIM and verdict != "slower"]
    blamed = [row for row, verdict in changed.items() if row[1] != VICTIM and verdict == "slower"]
    print(f"\n{tied:.1%} of {len(same)} rows tie; {len(missed)} slower rows missed, "
          f"{len(blamed)} others called slower")
    return 1 if tied < TIES or missed or blamed else 0


if __name__ == "__main__":
    sys.exit(main())
