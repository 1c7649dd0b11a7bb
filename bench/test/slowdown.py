#!/usr/bin/env python3
# SPDX-License-Identifier: MPL-2.0
"""Show on this machine that a comparison finds a slowdown, and nothing where there is none.

    python3 bench/test/slowdown.py [--workloads PATTERNS] [--strategies PATTERNS] [-o FOLDER]

Two builds of fmmap-bench differ in one strategy, `victim`, which in the second does a fifth more
work. The first is measured in turns with itself, then with the second. Of the first against itself
at least 95 % of the rows have to tie. Against the second `victim` has to be slower, over all and on
at least 95 % of its rows, and nothing else. Takes minutes; the exit status is 0 if all of it holds.
On a busy machine single rows of `victim` are lost in the noise; it should be found over all.
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
ENOUGH = 0.95
# Where a fifth of what is passed is a fifth of the work
WORKLOADS = "*_absent.m16.* *_all.* english_first.* hostile_candidates.n16384.*"


def measure(old, new, output, arguments):
    """The runs of two programs, measured in turns."""
    subprocess.run([sys.executable, HARNESS / "run.py", "--binary", new, "--against", old,
                    "--output", output, "--workloads", arguments.workloads,
                    "--rounds", str(arguments.rounds), "--min-time", str(arguments.min_time),
                    "--strategies", f"{VICTIM} {arguments.strategies}"], check=True)
    return records.load_run(output.with_suffix(".against.json")), records.load_run(output)


def judged(old, new, what):
    """{(workload, strategy): verdict} and {strategy: verdict over all}, printed."""
    noise = compare.noise_between(old, new)
    rows = list(compare.compare(old, new, noise))
    overall = {strategy: ratio for strategy, (_, ratio)
               in compare.by_strategy(rows, noise).items()}
    print(f"\n{what}:")
    for _, workload, strategy, _, _, ratio, verdict in rows:
        if verdict != "tie":
            print(f"  {workload}, {strategy}: {ratio.value if ratio else 0:.3f} {verdict}")
    for strategy, ratio in overall.items():
        print(f"  {strategy} over all: {ratio.value:.3f} ({ratio.low:.3f} to {ratio.high:.3f}) "
              f"{ratio.verdict}", flush=True)
    return {row[1:3]: row[-1] for row in rows}, {
        strategy: ratio.verdict for strategy, ratio in overall.items()}


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
    same, _ = judged(*measure(first, first, arguments.output / "same.json", arguments),
                     "the same program")
    rows, overall = judged(*measure(first, second, arguments.output / "slower.json", arguments),
                           "a fifth more work in one strategy")
    tied = list(same.values()).count("tie") / len(same)
    victims = [verdict for row, verdict in rows.items() if row[1] == VICTIM]
    found = victims.count("slower") / len(victims)
    blamed = [row for row, verdict in rows.items() if row[1] != VICTIM and verdict == "slower"]
    slower = [strategy for strategy, verdict in overall.items() if verdict == "slower"]
    print(f"\nthe same program: {tied:.1%} of {len(same)} rows tie\n"
          f"a fifth more work: slower over all: {' '.join(slower) or 'none'}; {found:.1%} of "
          f"{len(victims)} rows found; {len(blamed)} rows of others called slower")
    return 0 if tied >= ENOUGH <= found and slower == [VICTIM] and not blamed else 1


if __name__ == "__main__":
    sys.exit(main())
