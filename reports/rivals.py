#!/usr/bin/env python3
# SPDX-License-Identifier: MPL-2.0
"""Where `auto` stands: one result file, its speed against the best of its rivals on each row, that
of rfind against find, that on hostile input against a plain linear search, that on mapped files
against what the memory allows, and that of `m.find` against the builtin's. Ratios of speed: 1 is
equal, more is faster.
"""
import argparse
import sys
from pathlib import Path
from typing import NamedTuple

import compare
import console
import ratios
import records
import stats
import units
import words

SUBJECT = "auto"
# What a program would call instead, as the benchmark names it. `--rivals` takes others.
RIVALS = ("memmem", "libc_musl", "peer_memchr_crate", "peer_stringzilla")
BEHIND = 0.8            # rows below this share of the best rival's speed are listed
APART = 1.15            # mirrored pairs further apart than this factor are listed
LINEAR = "two_way"      # the plain linear search, and the least share of its speed on hostile input
LINEAR_SHARE = 0.5
MEMORY = 0.9            # searches of mapped files below this share of the memory's pace are listed
HOSTILE = "hostile"     # group of the workloads that are made to defeat searchers


class Row(NamedTuple):
    """One workload: the subject's speed over that of what it is compared with."""
    model: str
    workload: str
    ratio: stats.Ratio
    against: str            # the rival, or the workload or strategy that is the measure
    figure: str             # of the subject

    def listed(self, bound):
        """As a line of a list of rows below a bound."""
        low, high = self.ratio.low, self.ratio.high
        doubt = ", within noise of the bound" if low <= bound <= high else ""
        return (f"{self.model}/{self.workload}: {self.ratio.value:.2f} ({low:.2f} to {high:.2f}"
                f"{doubt}) of {self.against}, {self.figure}")


class Group(NamedTuple):
    """Rows that belong together."""
    name: str
    direction: str
    rows: list

    @property
    def mean(self):
        return stats.geometric_mean([row.ratio.value for row in self.rows])

    @property
    def least(self):
        return min(self.rows, key=lambda row: row.ratio.value)

    @property
    def counts(self):
        """How many rows are faster, tie, are slower. The ratio is one of costs, rival over
        subject: the rival's "slower" is the subject's "faster"."""
        verdicts = [row.ratio.verdict for row in self.rows]
        return [verdicts.count(word) for word in ("slower", "tie", "faster")]

    def under(self, bound):
        """The rows below a bound, the slowest first."""
        return sorted((row for row in self.rows if row.ratio.value < bound),
                      key=lambda row: row.ratio.value)


class Standing:
    """A run, asked how its subject compares."""

    behind = BEHIND

    def __init__(self, run, rivals=RIVALS):
        self.run = run
        measured = {strategy for _, _, strategy in run.measurements}
        self.rivals = [name for name in rivals if name in measured]
        self.missing = [name for name in rivals if name not in measured]

    def _measured(self, model, workload, strategy):
        found = self.run.measurements.get((model, workload, strategy))
        return found if found and found.repetitions and not found.error else None

    def _row(self, subject, base, against):
        """The speed of one measurement over that of another, both of the same unit."""
        unit = units.unit_of(subject.repetitions + base.repetitions)
        costs = subject.costs(unit)
        figure = f"{words.three_digits(unit.value(stats.median(costs)))} {unit.label}"
        return Row(subject.model, subject.workload, ratios.within_run(base, subject, unit), against,
                   figure)

    def _subjects(self):
        for (model, workload, strategy), found in self.run.measurements.items():
            if strategy == SUBJECT and self._measured(model, workload, strategy):
                yield found

    def _best(self, model, workload, strategies):
        found = [self._measured(model, workload, name) for name in strategies]
        found = [one for one in found if one]
        return min(found, default=None, key=lambda one: stats.median(
            one.costs(units.unit_of(one.repetitions))))

    def about(self, workload, key, otherwise=""):
        return self.run.workloads.get(workload, {}).get(key, otherwise)

    def against_rivals(self):
        """Each workload that a rival was measured on: the subject against the best of them."""
        found = []
        for subject in self._subjects():
            rows = [self._row(subject, rival, rival.strategy) for rival in (
                self._measured(subject.model, subject.workload, name) for name in self.rivals)
                if rival]
            found += [min(rows, key=lambda row: row.ratio.value)] if rows else []
        return found

    def parts(self):
        """The same, a Group for ordinary and for hostile workloads, in each direction."""
        return self._groups(lambda workload: HOSTILE if self.about(workload, "group") == HOSTILE
                            else "curated")

    def families(self):
        """The same, a Group for each workload file in each direction."""
        return self._groups(lambda workload: self.about(workload, "file", workload))

    def _groups(self, name_of):
        groups = {}
        for row in self.against_rivals():
            hostile = self.about(row.workload, "group") == HOSTILE
            key = hostile, name_of(row.workload), self.about(row.workload, "direction", "unknown")
            groups.setdefault(key, []).append(row)
        return [Group(name, direction, rows)
                for (_, name, direction), rows in sorted(groups.items())]

    def mirrored(self):
        """rfind against find, where the reversed haystack makes the same work of both."""
        found = []
        for subject in self._subjects():
            stem, _, direction = subject.workload.rpartition(".")
            forward = self._measured(subject.model, stem + ".forward", SUBJECT)
            if direction == "reverse" and forward and self.about(subject.workload, "mirrored"):
                found.append(self._row(subject, forward, "find"))
        return found

    def hostile(self):
        """Hostile workloads: against the plain linear search."""
        pairs = [(subject, self._measured(subject.model, subject.workload, LINEAR))
                 for subject in self._subjects()
                 if self.about(subject.workload, "group") == HOSTILE]
        return [self._row(subject, base, LINEAR) for subject, base in pairs if base]

    def growth(self):
        """The largest exponent by which the subject's time grows with n on hostile workloads, with
        the workload file and direction; None where no sizes were measured."""
        hostile = {known.get("file") for known in self.run.workloads.values()
                   if known.get("group") == HOSTILE}
        found = [(each["exponent"], f"{each['file']}, {each['direction']}")
                 for each in self.run.meta.get("complexity", [])
                 if each["strategy"] == SUBJECT and each["file"] in hostile]
        return max(found, default=None)

    def streaming(self):
        """Searches of mapped files against the fastest search for one byte of the same mapping."""
        def mapping(workload):
            return str([self.about(workload, key) for key in ("n", "parameters", "direction")])

        paces, found = {}, []
        for model, workload, _ in self.run.measurements:
            if model == "streaming" and self.about(workload, "needles") == [1]:
                paces[mapping(workload)] = self._best(model, workload,
                                                      ["memchr", SUBJECT, *self.rivals])
        for subject in self._subjects():
            pace = paces.get(mapping(subject.workload))
            if subject.model == "streaming" and pace and pace.workload != subject.workload:
                found.append(self._row(subject, pace, f"{pace.workload}/{pace.strategy}"))
        return found

    def python(self):
        """m.find of the module against that of the builtin: a Group for each interpreter."""
        found = {}
        for (model, workload, strategy), measurement in self.run.measurements.items():
            builtin, interpreter = f"mmap{strategy[5:]}", strategy[6:]
            base = self._measured(model, workload, builtin)
            if strategy.startswith("fmmap_") and base and self._measured(model, workload, strategy):
                found.setdefault(interpreter, []).append(self._row(measurement, base, builtin))
        return [Group(name, "", found[name]) for name in sorted(found, key=words.natural)]

    def title_of(self, rival):
        """With whose it is; `memmem` is that of the libc which the benchmark ran on."""
        known = self.run.context.get("libc", "") if rival == "memmem" else ""
        origin = known or self.run.strategies.get(rival, {}).get("origin", "fmmap")
        return rival if origin == "fmmap" else f"{rival} ({origin})"


def _figures(group):
    """Mean and least, as texts."""
    return f"{group.mean:.2f}", f"{group.least.ratio.value:.2f}"


def _listed(group, bound):
    return [f"  {row.listed(bound)}" for row in group.under(bound)] or ["  none"]


def _rival_lines(standing):
    """Each family of workloads, then the sums by direction, then the rows that are behind."""
    families = [("workload", "direction", "rows", "mean", "least", "of", f"{SUBJECT} there")]
    families += [(group.name, group.direction, str(len(group.rows)), *_figures(group),
                  group.least.against, group.least.figure) for group in standing.families()]
    parts = [("workloads", "direction", "rows", "geometric mean", "faster", "tie", "slower",
              f"under {BEHIND}")]
    parts += [(group.name, group.direction, str(len(group.rows)), _figures(group)[0],
               *map(str, group.counts), str(len(group.under(BEHIND))))
              for group in standing.parts()]
    return [compare.table(families), "", compare.table(parts), "",
            f"Rows under {BEHIND} of the best rival:",
            *_listed(Group("", "", standing.against_rivals()), BEHIND)]


def lines_of(standing):
    """The whole text."""
    rows = standing.parts()
    names = words.joined(standing.title_of(name) for name in standing.rivals)
    text = []
    if rows:
        text += [f"Speed of {SUBJECT} over the best of {names}:", "",
                 *_rival_lines(standing)]
    else:
        text += [f"{SUBJECT} was not measured beside a rival."]
    if standing.missing:
        text += [f"Not measured, so not among the rivals: {words.joined(standing.missing)}."]
    pairs = Group("", "reverse", standing.mirrored())
    if pairs.rows:
        apart = [row for row in pairs.rows if not 1 / APART <= row.ratio.value <= APART]
        text += ["", f"rfind over find on {words.count(len(pairs.rows), 'mirrored pair')}: "
                 f"geometric mean {pairs.mean:.2f}; more than {words.times(APART)} apart:",
                 *([f"  {row.listed(APART if row.ratio.value > APART else 1 / APART)}"
                    for row in apart] or ["  none"])]
    hostile = Group("", "", standing.hostile())
    if hostile.rows:
        text += ["", f"Hostile workloads: speed over that of {LINEAR}: least "
                 f"{hostile.least.ratio.value:.2f}; under {LINEAR_SHARE}:",
                 *_listed(hostile, LINEAR_SHARE)]
    if standing.growth():
        text += ["Time grows at most with n to the power of {:.2f} ({}).".format(
            *standing.growth())]
    mapped = Group("", "", standing.streaming())
    if mapped.rows:
        text += ["", "Mapped files: speed over that of the fastest search for one absent byte: "
                 f"least {mapped.least.ratio.value:.2f}; under {MEMORY}:",
                 *_listed(mapped, MEMORY)]
    python = standing.python()
    if python:
        text += ["", "m.find of fmmap over m.find of the builtin:", "", compare.table(
            [("interpreter", "rows", "geometric mean", "least", "on"),
             *((group.name, str(len(group.rows)), *_figures(group), group.least.workload)
               for group in python)])]
    if rows or pairs.rows or python:
        text += ["", "1 is equal, more is faster. A tie is a ratio within "
                 f"{words.percent(stats.NOISE_WITHIN_RUN)} of 1, or one whose 95 % interval "
                 "holds 1."]
    if not standing.run.meta["complete"]:
        text += ["The run was stopped early: this is partial."]
    return text


def main(arguments=None):
    parser = argparse.ArgumentParser(description=f"Compare {SUBJECT} with its rivals.")
    parser.add_argument("result", type=Path, metavar="RESULT", help="what `make bench` wrote")
    parser.add_argument("--rivals", default=" ".join(RIVALS), metavar="'NAME ...'",
                        help="strategies to compare with (default: %(default)s)")
    given = parser.parse_args(arguments)
    try:
        run = records.load_run(given.result)
    except records.BadRecord as problem:
        print(f"rivals.py: {problem}", file=sys.stderr)
        return 1
    print("\n".join(lines_of(Standing(run, given.rivals.split()))))
    return 0


if __name__ == "__main__":
    console.end_with(main)
