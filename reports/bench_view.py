# SPDX-License-Identifier: MPL-2.0
"""Benchmark results as the pages show them: tables, answers, series. One view a result file, so
that nothing ever mixes machines; one table a model, so that nothing ever mixes units."""
import math
import shlex
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import ratios
import rivals
import stats
import units
import words

TABLE_WIDTH = 6         # workloads side by side; more go into a further table
FIGURE_LINES = 60       # lines of a figure, a strategy each; more workloads go into a further one
SERIES_LENGTH = 3       # workloads that differ in one size only make a curve from this many on

# What the first screen says of the machine: label, keys of the context in order of preference.
FACTS = (
    ("CPU", ("cpu_model", "cpu")),
    ("System", ("system",)),
    ("Kernel", ("kernel",)),
    ("libc", ("libc",)),
    ("Compiler", ("compiler",)),
    ("Flags", ("compiler_flags", "flags")),
    ("Date", ("date",)),
)


@dataclass
class Cell:
    """One strategy on one workload. `state` is "measured" or the word that stands in its place."""
    strategy: str
    workload: str
    state: str
    note: str = ""
    summary: stats.Summary = None
    ratio: stats.Ratio = None       # to the best of this workload; None for the best itself
    unit: units.Unit = None

    @property
    def measured(self):
        return self.state == "measured"

    @property
    def value(self):
        return words.three_digits(self.unit.value(self.summary.median))

    @property
    def spread(self):
        return words.percent(self.summary.spread)

    @property
    def rank(self):
        """best, tie, or the factor to the best."""
        if self.ratio is None:
            return "best"
        return "tie" if self.ratio.verdict == "tie" else words.times(self.ratio.value)

    @property
    def factor(self):
        """Ratio to the best as a number, 1 for the best itself."""
        return self.ratio.value if self.ratio else 1.0

    @property
    def leads(self):
        return self.measured and self.rank in ("best", "tie")


@dataclass
class Table:
    """Strategies down, workloads across: one model, one group, at most TABLE_WIDTH columns."""
    model: str
    unit: units.Unit
    group: str
    workloads: list
    rows: list                      # (strategy, [Cell])


@dataclass
class Family:
    """The workloads that one definition gives with different parameters."""
    name: str
    known: dict                     # what they share: title, why, notice, ...
    workloads: list


@dataclass
class SizeClass:
    """The strategies that are best, or tie with the best, most often on a class of workloads."""
    needle: str
    haystack: str
    direction: str
    workloads: list
    leaders: list
    often: int


@dataclass
class Series:
    """Workloads that differ in one size only."""
    name: str
    model: str
    unit: units.Unit
    family: str
    axis: str                       # "needle length" or "haystack size", in bytes
    direction: str
    workloads: list
    lines: dict                     # strategy -> [(size, Cell)]

    @property
    def over_time(self):
        """Whether growth() speaks of the time of a whole search, not of a byte or call."""
        return self.axis == "haystack size" and self.unit.more_is_better

    def growth(self, strategy):
        """Exponent by which the cost grows along the axis; None below two sizes. Along haystack
        sizes it is that of the time of a search: 1 is linear. Along needle lengths it is that of
        the time per byte, or call: 0 is flat."""
        points = [(size, cell.summary.median) for size, cell in self.lines[strategy]]
        if len({size for size, _ in points}) < 2:
            return None
        return stats.growth(points) + self.over_time


class BenchView:
    """One result file, ready to be shown."""

    def __init__(self, run, slug, label):
        self.run, self.slug, self.label = run, slug, label
        self.workloads, self.context, self.meta = run.workloads, run.context, run.meta
        self._cells = {}

    # ---- what there is ------------------------------------------------------------------

    @cached_property
    def strategies(self):
        measured = {strategy for _, _, strategy in self.run.measurements}
        refused = {strategy for _, strategy in self.run.refused}
        return sorted(measured | refused | set(self.run.strategies))

    @cached_property
    def models(self):
        """Model -> its unit."""
        rows = {}
        for model, _, _ in self.run.measurements:
            rows.setdefault(model, [])
        for measurement in self.run.measurements.values():
            rows[measurement.model] += measurement.repetitions
        for workload in self.workloads.values():
            rows.setdefault(workload["model"], [])
        return {model: units.unit_of(rows[model]) for model in sorted(rows)}

    @cached_property
    def groups(self):
        """Group -> its workloads, by name."""
        def group_of(name):
            return self.group_of(name)
        names = sorted(self.all_workloads, key=lambda name: (group_of(name), words.natural(name)))
        return {group: list(members) for group, members in groupby(names, key=group_of)}

    @cached_property
    def all_workloads(self):
        return sorted({workload for _, workload, _ in self.run.measurements} | set(self.workloads),
                      key=words.natural)

    def group_of(self, workload):
        return self.workloads.get(workload, {}).get("group") or "ungrouped"

    def origin_of(self, strategy):
        """Whose code it is, with its version: what the reader must know beside the name; "" for
        the project's own."""
        origin = self.run.strategies.get(strategy, {}).get("origin", "")
        return "" if origin == "fmmap" else origin

    def family_of(self, workload):
        """The definition a workload comes from: its file, which parameters may multiply."""
        known = self.workloads.get(workload, {})
        return known.get("file") or f"{known.get('haystack', '')} {known.get('why', workload)}"

    def families(self, group):
        """The workloads of a group by definition: a Family each."""
        found = {}
        for name in self.groups[group]:
            found.setdefault(self.family_of(name), []).append(name)
        return [Family(name, self.workloads.get(members[0], {}), members)
                for name, members in found.items()]

    @property
    def every_family(self):
        return [family for group in self.groups for family in self.families(group)]

    @cached_property
    def _models_by_workload(self):
        found = {name: {known["model"]} for name, known in self.workloads.items()}
        for model, workload, _ in self.run.measurements:
            found.setdefault(workload, set()).add(model)
        return {workload: sorted(models) for workload, models in found.items()}

    def models_of(self, workload):
        """The models under which a workload was, or was to be, measured."""
        return self._models_by_workload[workload]

    @cached_property
    def _entrants(self):
        """Model -> its strategies: those measured or refused under it or under a model it shares
        one with, and those of which the run says neither anywhere. So a model with entrants of its
        own, such as calls from Python, does not list the others' as missing."""
        measured = {model: set() for model in self.models}
        for model, _, strategy in self.run.measurements:
            measured[model].add(strategy)
        refused = {model: set() for model in self.models}
        for workload, strategy in self.run.refused:
            for model in self.models_of(workload):
                refused[model].add(strategy)
        nowhere = set(self.strategies).difference(*measured.values(), *refused.values())
        found = {}
        for model, own in measured.items():
            kin = [other for other in self.models if other == model or measured[other] & own]
            found[model] = sorted(nowhere.union(*(measured[other] | refused[other]
                                                  for other in kin)))
        return found

    def entrants(self, model):
        """The strategies that have a place in the tables of a model."""
        return self._entrants[model]

    # ---- cells and tables ---------------------------------------------------------------

    def cells(self, model, workload):
        """Strategy -> Cell, every strategy of the model."""
        key = model, workload
        if key not in self._cells:
            unit = self.models[model]
            cells = {strategy: self._cell(model, workload, strategy, unit)
                     for strategy in self.entrants(model)}
            self._compare(model, workload, cells, unit)
            self._cells[key] = cells
        return self._cells[key]

    def _cell(self, model, workload, strategy, unit):
        found = self.run.measurements.get((model, workload, strategy))
        cell = Cell(strategy, workload, "not run", unit=unit)
        if found and found.error:
            cell.state, cell.note = "error", found.error
        elif found and found.repetitions:
            cell.state, cell.summary = "measured", stats.summarize(found.costs(unit))
        elif (workload, strategy) in self.run.refused:
            cell.state, cell.note = "unsupported", self.run.refused[workload, strategy]
        elif self.run.strategies.get(strategy, {}).get("available") is False:
            cell.state, cell.note = "unsupported", "this machine cannot run the strategy"
        elif not self.meta["complete"]:
            cell.note = "the run was stopped before it"
        return cell

    def _compare(self, model, workload, cells, unit):
        """Set each measured cell's ratio to the best: the one that none is faster than."""
        measured = [cell for cell in cells.values() if cell.measured]
        found = {cell.strategy: self.run.measurements[model, workload, cell.strategy]
                 for cell in measured}
        best = min(measured, default=None, key=lambda cell: (cell.summary.median, cell.strategy))
        for _ in measured:      # medians tell it nearly always, the first time
            for cell in measured:
                cell.ratio = None if cell is best else ratios.within_run(
                    found[cell.strategy], found[best.strategy], unit)
            faster = [cell for cell in measured if cell.ratio and cell.ratio.verdict == "faster"]
            if not faster:
                break
            best = min(faster, key=lambda cell: (cell.ratio.value, cell.strategy))

    def tables(self, workloads=None):
        """The strategy x workload tables, of some workloads or of all, group by group."""
        for group, members in self.groups.items():
            for model, unit in self.models.items():
                for part in self.portions(model, members, workloads):
                    rows = [(strategy, [self.cells(model, workload)[strategy]
                                        for workload in part])
                            for strategy in self.entrants(model)]
                    yield Table(model, unit, group, part, rows)

    def portions(self, model, workloads, only=None, at_once=TABLE_WIDTH):
        """The workloads measured under a model, in portions that fit side by side."""
        shown = [workload for workload in workloads if model in self.models_of(workload)
                 and (only is None or workload in only)]
        return [shown[start:start + at_once] for start in range(0, len(shown), at_once)]

    def figure_portions(self, model, workloads):
        """The same in portions that one figure of medians can hold."""
        return self.portions(model, workloads, at_once=max(
            1, FIGURE_LINES // (len(self.entrants(model)) + 1)))

    def overview(self, model):
        """Strategy x group: geometric mean of the ratios to the best, for strategies that were
        measured on every workload of the group; otherwise how many of them were."""
        groups = {group: [name for name in members if model in self.models_of(name)]
                  for group, members in self.groups.items()}
        groups = {group: members for group, members in groups.items() if members}
        rows = []
        for strategy in self.entrants(model):
            row = []
            for members in groups.values():
                row.append(self._mean([self.cells(model, name)[strategy] for name in members]))
            rows.append((strategy, row))
        return list(groups.items()), rows

    def _mean(self, cells):
        """(text, whether it is a mean): the geometric mean of the ratios to the best, if all were
        measured, else how many of them were."""
        factors = [cell.factor for cell in cells if cell.measured]
        if len(factors) == len(cells):
            return words.times(stats.geometric_mean(factors)), True
        return f"{len(factors)} of {len(cells)} run" if factors else self._word(cells), False

    @cached_property
    def libcs(self):
        """{function: {strategy: library and version}} of the strategies that are a C library's own
        memmem or memchr: that of the library in the process, or of one whose functions were linked
        in."""
        found = {"memmem": {}, "memchr": {}}
        for name, about in self.run.strategies.items():
            own = name.partition("_")[0]
            if own == "libc":
                function = "memchr" if name.endswith("_memchr") else "memmem"
                found[function][name] = about.get("origin", name)
            elif own in found:
                found[own][name] = about.get("libc") or self.context.get("libc") or "unknown libc"
        return {function: dict(sorted(libraries.items(), key=lambda item: words.natural(item[1])))
                for function, libraries in found.items() if libraries}

    @cached_property
    def libc_tables(self):
        """[(function, libraries, model, unit, {group: [(workload, [Cell])]})]: the C libraries by
        themselves, each cell's ratio to the best of them; workloads that none of them was measured
        on are left out."""
        found = []
        for function, libraries in self.libcs.items():
            for model, unit in self.models.items():
                groups = {}
                for group, workloads in self.groups.items():
                    for workload in workloads:
                        cells = {name: self._cell(model, workload, name, unit)
                                 for name in libraries}
                        if any(cell.measured for cell in cells.values()):
                            self._compare(model, workload, cells, unit)
                            groups.setdefault(group, []).append((workload, list(cells.values())))
                if groups:
                    found.append((function, libraries, model, unit, groups))
        return found

    def libc_overview(self, wanted):
        """(model, group, number of workloads, a mean for each library) of one function."""
        for function, _, model, _, groups in self.libc_tables:
            for group, rows in groups.items() if function == wanted else ():
                yield model, group, len(rows), [
                    self._mean(column) for column in zip(*(cells for _, cells in rows))]

    @staticmethod
    def _word(cells):
        states = {cell.state for cell in cells}
        return states.pop() if len(states) == 1 else "not run"

    def every_cell(self):
        for model in self.models:
            for workload in self.all_workloads:
                if model in self.models_of(workload):
                    for cell in self.cells(model, workload).values():
                        yield model, cell

    # ---- the three answers --------------------------------------------------------------

    @cached_property
    def search_models(self):
        """The models that measure searches by themselves. Calls from Python have a page of their
        own: there a strategy is an interpreter, which is no choice for a size."""
        return [model for model in self.models if model not in
                {name for name, _, _ in self.speedups}]

    def size_classes(self, model):
        """What is fastest for which sizes: a SizeClass each. Directions with the same answer share
        one. Workloads that are made to defeat somebody tell nothing of a reader's data."""
        classes = {}
        for name in self.all_workloads:
            known = self.workloads.get(name, {})
            if model in self.models_of(name) and not known.get("defeats"):
                key = _needle_class(known), _haystack_class(known)
                direction = str(known.get("direction", "unknown"))
                classes.setdefault(key, {}).setdefault(direction, []).append(name)
        for needle, haystack in sorted(classes):
            answers = [SizeClass(needle[1], haystack[1], direction, members,
                                 *self._leaders(model, members))
                       for direction, members in
                       sorted(classes[needle, haystack].items())]
            if len(answers) == 2 and answers[0].leaders == answers[1].leaders:
                first, second = answers
                answers = [SizeClass(needle[1], haystack[1], "both",
                                     first.workloads + second.workloads, first.leaders,
                                     first.often + second.often)]
            yield from answers

    def _leaders(self, model, workloads):
        """The strategies that lead most often on these workloads, and how often."""
        wins = {}
        for name in workloads:
            for cell in self.cells(model, name).values():
                if cell.leads:
                    wins[cell.strategy] = wins.get(cell.strategy, 0) + 1
        most = max(wins.values(), default=0)
        return sorted(name for name, often in wins.items() if often == most), most

    def cliffs(self):
        """Each strategy's worst place: (strategy, model, cell), worst strategy first."""
        worst = {}
        for model, cell in self.every_cell():
            if cell.measured and model in self.search_models:
                kept = worst.get(cell.strategy)
                if kept is None or cell.factor > kept[1].factor:
                    worst[cell.strategy] = (model, cell)
        return sorted(((name, *place) for name, place in worst.items()),
                      key=lambda item: (-item[2].factor, item[0]))

    def trust(self):
        """What speaks for and against these numbers: (whether it is a caution, sentence)."""
        cells = [cell for _, cell in self.every_cell()]
        measured = [cell for cell in cells if cell.measured]
        errors = [cell for cell in cells if cell.state == "error"]
        if not self.meta["complete"]:
            yield True, "The run was stopped early. What is missing says “not run”."
        if errors:
            yield True, (words.count(len(errors), "result") + " refused for an error: "
                         + words.joined(sorted({cell.strategy for cell in errors})) + ".")
        if measured:
            numbers = [cell.summary.repetitions for cell in measured]
            usual = max(numbers)
            fewer = [number for number in numbers if number < usual]
            yield min(numbers) < stats.FEWEST_REPETITIONS, (
                words.count(usual, "repetition") + " behind each figure" + (
                    f", but for {len(fewer)} of {len(numbers)}, which have as few as "
                    f"{min(fewer)}: in other rounds they gave no answer in time, or the run "
                    "did not reach them." if fewer else "."))
            unstable = [cell for cell in measured if cell.summary.unstable]
            yield bool(unstable), (
                f"{len(unstable)} of {len(measured)} results are unstable: "
                f"their spread passes {words.percent(stats.UNSTABLE)} of the median.")
        yield False, ("Ratios compare repetitions that ran right after each other. Differences "
                      f"below {words.percent(stats.NOISE_WITHIN_RUN)}, or inside the 95 % "
                      "interval, are called ties.")
        if self.context.get("cpu_scaling_enabled"):
            yield True, "The CPU changes its frequency during the run."
        if self.context.get("library_build_type") == "debug":
            yield True, ("The benchmark library calls itself a debug build; it stands outside the "
                         "measured loop.")
        apart = self.meta.get("noise", {}).get("a_a")
        if apart:
            yield apart["median"] > stats.NOISE_WITHIN_RUN, (
                "The run set against itself, odd repetitions against even ones: figures differ by "
                f"{words.percent(apart['median'])} on half of the rows, by "
                f"{words.percent(apart['p95'])} on one in twenty. Ratios suffer less.")
        load = self.context.get("load_before") or self.context.get("load_avg")
        if load:
            cores = self.context.get("num_cpus") or 1
            after = self.context.get("load_after")
            yield load[0] > cores / 2, (
                f"Load before the run: {load[0]:.2f} on {words.count(cores, 'CPU')}"
                + (f"; after it {after[0]:.2f}, the run’s own included." if after else "."))

    @cached_property
    def speedups(self):
        """How many times as fast the module is as an interpreter's own mmap, where both were
        measured: strategy fmmap_X against mmap_X. [(model, workloads, [(X, [Ratio or None])])]"""
        found = []
        for model, unit in self.models.items():
            measured = {(workload, strategy): one for (name, workload, strategy), one
                        in self.run.measurements.items() if name == model and one.repetitions}
            pythons = sorted({strategy.removeprefix("fmmap_") for _, strategy in measured
                              if strategy.startswith("fmmap_")}, key=words.natural)
            workloads = sorted({workload for workload, _ in measured}, key=words.natural)
            rows = []
            for python in pythons:
                pairs = [(measured.get((workload, f"mmap_{python}")),
                          measured.get((workload, f"fmmap_{python}"))) for workload in workloads]
                if any(all(pair) for pair in pairs):
                    rows.append((python, [ratios.within_run(*pair, unit) if all(pair) else None
                                          for pair in pairs]))
            if rows:
                found.append((model, workloads, rows))
        return found

    @cached_property
    def standing(self):
        """How `auto` compares with its rivals."""
        return rivals.Standing(self.run)

    # ---- series -------------------------------------------------------------------------

    @cached_property
    def series(self):
        """Every set of workloads that differ in one size only."""
        found = []
        for axis in ("needle length", "haystack size"):
            sets = {}
            for name in self.all_workloads:
                size, rest = self._series_key(name, axis)
                for model in self.models_of(name) if size else ():
                    sets.setdefault((model, *rest), {}).setdefault(size, name)
            for key in sorted(sets):
                if len(sets[key]) >= SERIES_LENGTH:
                    found.append(self._series(axis, key, sorted(sets[key].items())))
        return found

    def _series_key(self, name, axis):
        """(size along the axis, what must be alike), the size None if the workload has no one.

        Where the size is a parameter of the definition, what the definition derives from it may
        grow along: a needle of n/16 bytes, say."""
        workload = self.workloads.get(name, {})
        lengths, n = sorted(set(workload.get("needles", []))), workload.get("n")
        if axis == "haystack size":
            size, other_size = n, lengths
        else:
            size, other_size = lengths[0] if len(lengths) == 1 else None, n
        parameters = workload.get("parameters", {})
        others = {key: value for key, value in parameters.items() if value != size}
        if len(others) < len(parameters):
            other_size = "derived"
        return size, (self.group_of(name), self.family_of(name), workload.get("direction", ""),
                      str(sorted(others.items(), key=str)), str(other_size))

    def _series(self, axis, key, members):
        model, _, family, direction, *_ = key
        lines = {}
        for size, name in members:
            for strategy, cell in self.cells(model, name).items():
                if cell.measured:
                    lines.setdefault(strategy, []).append((size, cell))
        return Series(words.slug("-".join((axis.split()[0], model, members[0][1]))), model,
                      self.models[model], family, axis, direction,
                      [workload for _, workload in members], lines)

    # ---- facts --------------------------------------------------------------------------

    def facts(self):
        """(label, value) of the first screen; what the file does not say is called unknown."""
        for label, keys in FACTS:
            value = next((self.context[key] for key in keys if self.context.get(key)), "unknown")
            yield label, value
        yield "Revision", self.meta.get("revision") or "unknown"
        yield "Profile", self.meta.get("profile") or "unknown"

    def values(self, model, cell):
        """Every repetition of a cell, in the unit."""
        found = self.run.measurements[model, cell.workload, cell.strategy]
        return [cell.unit.value(cost) for cost in found.costs(cell.unit)]

    def nanoseconds(self, model, cell, clock):
        """Median time of an iteration by one clock: cpu_time or real_time."""
        found = self.run.measurements[model, cell.workload, cell.strategy]
        return stats.median([units.nanoseconds(row, clock) for row in found.repetitions])

    @staticmethod
    def span(cell):
        """The interval of a median, in the unit."""
        ends = sorted(cell.unit.value(cost) for cost in (cell.summary.low, cell.summary.high))
        return " to ".join(map(words.three_digits, ends))

    def places(self, strategy):
        """(model, cell) of one strategy on every workload, farthest behind the best first."""
        found = [(model, cell) for model, cell in self.every_cell() if cell.strategy == strategy]
        return sorted(found, key=lambda place: (
            not place[1].measured, -place[1].factor, place[0], place[1].workload))

    def leads_by_group(self, strategy):
        """(group, on how many of its workloads the strategy leads, how many it has)."""
        tally = {}
        for _, cell in self.places(strategy):
            leads, every = tally.get(self.group_of(cell.workload), (0, 0))
            tally[self.group_of(cell.workload)] = leads + cell.leads, every + 1
        return [(group, *tally[group]) for group in self.groups if group in tally]

    def needle_words(self, workload):
        """Needle lengths of a workload in words."""
        lengths = sorted(set(self.workloads.get(workload, {}).get("needles", [])))
        if not lengths:
            return "unknown"
        if len(lengths) > 6:
            return f"{lengths[0]} to {lengths[-1]} ({len(lengths)} lengths)"
        return ", ".join(map(str, lengths))

    def definition(self, workload):
        """(label, text) of all that the result file says of a workload but its story."""
        for key, value in self.workloads.get(workload, {}).items():
            if key not in ("why", "title", "notice"):
                yield KEYS.get(key, key.replace("_", " ")), words.plain(value)

    def rerun(self, workloads=None, strategy=None):
        """The command that measures this again, under the same C libraries."""
        settings = [("PROFILE", self.meta.get("profile")), ("WORKLOADS", workloads),
                    ("STRATEGIES", strategy), ("LIBC", self._setting("LIBC"))]
        return " ".join(["make bench", *(f"{name}={shlex.quote(value)}"
                                         for name, value in settings if value)])

    def _setting(self, name):
        """A setting of the command that this result is from, or None."""
        try:
            words_ = shlex.split(self.meta.get("command", ""))
        except ValueError:
            return None
        return dict(word.partition("=")[::2] for word in words_).get(name)


# What a reader calls the keys of a workload, where the key alone does not tell.
KEYS = {"represents": "stands for", "n": "haystack length", "n_least": "shortest haystack",
        "needles": "needle lengths", "mirrored": "turned around",
        "bytes": "bytes an iteration passes",
        "searches": "searches an iteration", "matches": "matches an iteration"}
NEEDLES = ((1, "1 byte"), (3, "2 to 3 bytes"), (8, "4 to 8 bytes"), (16, "9 to 16 bytes"),
           (64, "17 to 64 bytes"), (math.inf, "over 64 bytes"))
HAYSTACKS = ((64, "up to 64 B"), (4096, "up to 4 KiB"), (1 << 18, "up to 256 KiB"),
             (1 << 22, "up to 4 MiB"), (math.inf, "over 4 MiB"))
UNKNOWN = len(NEEDLES) + 1, "unknown"


def _class_of(number, classes):
    """(order, words) of the size class a number falls into."""
    return next((order, name) for order, (limit, name) in enumerate(classes) if number <= limit)


def _needle_class(workload):
    lengths = workload.get("needles")
    if not lengths:
        return UNKNOWN
    low, high = _class_of(min(lengths), NEEDLES), _class_of(max(lengths), NEEDLES)
    return low if low == high else (len(NEEDLES), "mixed lengths")


def _haystack_class(workload):
    n = workload.get("n")
    return _class_of(n, HAYSTACKS) if isinstance(n, (int, float)) else UNKNOWN
