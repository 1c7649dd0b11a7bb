#!/usr/bin/env python3
# SPDX-License-Identifier: MPL-2.0
"""Compare two benchmark results row by row: ratio, interval, and faster, slower or tie.

Exit status: 0 compared; 1 unusable input; 2 with FAIL_ON=regression, if anything became slower
beyond the noise, went missing, or became an error.
"""
import argparse
import math
import os
import sys
from pathlib import Path

import console
import ratios
import records
import stats
import units
import words

# A different machine makes a comparison of programs pointless; other settings may be its purpose.
MACHINE = ("cpu_model", "num_cpus", "architecture")
SETTINGS = ("libc", "compiler", "compiler_flags", "kernel", "harness_build_type")
REGRESSIONS = ("slower", "error", "missing")


def noise_between(old, new):
    """The difference below which two runs are called equal: what they measured on themselves, but
    no less than NOISE_BETWEEN_RUNS. Measured in turns, both had the same noise."""
    if old.measured_in_turns_with(new):
        return stats.NOISE_BETWEEN_RUNS
    return max(stats.NOISE_BETWEEN_RUNS, *(float(run.meta.get("noise_floor", 0))
                                           for run in (old, new)))


def differences(old, new, keys):
    """What the two files say differently: texts "key: old -> new"."""
    return [f"{key}: {old.context.get(key, 'unknown')} -> {new.context.get(key, 'unknown')}"
            for key in keys if old.context.get(key) != new.context.get(key)]


def compare(old, new, noise):
    """(model, workload, strategy, old figure, new figure, ratio or None, verdict) of every row that
    either file measured. Rounds in which both were measured in turns are compared one by one."""
    paired = old.measured_in_turns_with(new)
    for key in sorted(set(old.measurements) | set(new.measurements)):
        before, after = old.measurements.get(key), new.measurements.get(key)
        pair = [found if found and found.repetitions and not found.error else None
                for found in (before, after)]
        unit = units.unit_of([row for found in pair if found for row in found.repetitions])
        costs = [found.costs(unit) if found else None for found in pair]
        figures = [words.three_digits(unit.value(stats.median(one))) + " " + unit.label
                   if one else _absence(found)
                   for one, found in zip(costs, (before, after))]
        if all(costs):
            ratio = (ratios.by_round(*pair[::-1], unit, noise, stats.CONFIDENCE_OF_MANY) if paired
                     else stats.ratio(costs[1], costs[0], noise, stats.CONFIDENCE_OF_MANY))
            yield *key, *figures, ratio, ratio.verdict
        elif costs[0]:
            yield *key, *figures, None, "error" if after else "missing"
        else:
            yield *key, *figures, None, "new" if costs[1] else "no figures"


def _absence(found):
    return "error" if found else "not run"


def table(rows):
    """Rows of texts in aligned columns."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip()
                     for row in rows)


def by_strategy(rows, noise):
    """{strategy: (number of rows, Ratio)}: the median of its rows' ratios. What the noise hides
    in each row shows in all of them together."""
    values = {}
    for _, _, strategy, _, _, ratio, _ in rows:
        if ratio and ratio.value == ratio.value:        # no NaN: rounds in common
            values.setdefault(strategy, []).append((ratio.value, 1))
    return {strategy: (len(found), stats.paired_ratio(found, noise, stats.CONFIDENCE_OF_MANY))
            for strategy, found in values.items()}


def report(old, new, noise):
    """The text of the comparison, and how often each verdict was given to a row or strategy."""
    rows = [("model", "workload", "strategy", "old", "new", "cost new/old",
             f"{100 * stats.CONFIDENCE_OF_MANY:g} % interval", "verdict")]
    counts, compared = {}, list(compare(old, new, noise))
    for model, workload, strategy, before, after, ratio, verdict in compared:
        counts[verdict] = counts.get(verdict, 0) + 1
        shown = (f"{ratio.value:.3f}", f"{ratio.low:.3f} to {ratio.high:.3f}") if ratio else ("–",
                                                                                              "–")
        rows.append((model, workload, strategy, before, after, *shown, verdict))
    overall = [("strategy", "rows", *rows[0][-3:])]
    for strategy, (number, ratio) in sorted(by_strategy(compared, noise).items()):
        overall.append((strategy, str(number), f"{ratio.value:.3f}",
                        f"{ratio.low:.3f} to {ratio.high:.3f}", ratio.verdict))
    tally = ", ".join(f"{number} {verdict}" for verdict, number in sorted(counts.items()))
    lines = [f"old: {old.path} ({_origin(old)})", f"new: {new.path} ({_origin(new)})",
             *(f"differs: {text}" for text in differences(old, new, MACHINE + SETTINGS)),
             "measured in turns, round by round" if old.measured_in_turns_with(new) else
             "measured one after the other: what the machine did in between counts as well",
             *(f"partial: {run.path} was stopped early" for run in (old, new)
               if not run.meta["complete"]),
             "", table(rows), "", "All rows of a strategy, the median of their ratios:",
             table(overall), "",
             f"{tally or 'nothing to compare'}. Cost above 1: slower. A tie is a ratio within "
             f"{words.percent(noise)} of 1, or one whose interval holds 1."
             + (" Unknown: too few repetitions, or rows, for such an interval."
                if any(row[-1] == "unknown" for row in (*rows, *overall)) else "")]
    for *_, verdict in overall[1:]:
        counts[verdict] = counts.get(verdict, 0) + 1
    return "\n".join(lines), counts


def _origin(run):
    return (f"revision {run.meta.get('revision') or 'unknown'}, "
            f"{run.context.get('date') or 'date unknown'}")


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Compare two benchmark results row by row.")
    parser.add_argument("old", type=Path, metavar="OLD")
    parser.add_argument("new", type=Path, metavar="NEW")
    parser.add_argument("--noise", type=float, metavar="FRACTION",
                        help="differences below it are ties (default: "
                        f"{stats.NOISE_BETWEEN_RUNS}, or what the runs measured if more)")
    parser.add_argument("--fail-on", choices=["regression"], default=os.environ.get("FAIL_ON"),
                        help="exit with 2 if a row got worse; FAIL_ON=regression does the same")
    parser.add_argument("--other-machine", action="store_true",
                        help="compare although the machines differ")
    given = parser.parse_args(arguments)
    try:
        if given.fail_on not in (None, "", "regression"):
            raise records.BadRecord(f"FAIL_ON={given.fail_on}: it can only be 'regression'")
        if given.noise is not None and not 0 <= given.noise < math.inf:
            raise records.BadRecord(f"--noise {given.noise:g}: it is a fraction, such as 0.05")
        for name, path in (("OLD", given.old), ("NEW", given.new)):
            if str(path) in ("", "."):
                raise records.BadRecord(f"{name}= is missing, and there is no earlier run to take: "
                                        "make compare OLD=a.json NEW=b.json")
        old, new = records.load_run(given.old), records.load_run(given.new)
        others = differences(old, new, MACHINE)
        if others and not given.other_machine:
            raise records.BadRecord(
                f"{given.new}: measured on another machine ({'; '.join(others)}); compare all the "
                f"same: python3 reports/compare.py --other-machine {given.old} {given.new}")
    except records.BadRecord as problem:
        print(f"compare.py: {problem}", file=sys.stderr)
        return 1
    noise = noise_between(old, new) if given.noise is None else given.noise
    text, counts = report(old, new, noise)
    print(text)
    worse = sum(counts.get(verdict, 0) for verdict in REGRESSIONS)
    return 2 if given.fail_on and worse else 0


if __name__ == "__main__":
    console.end_with(main)
