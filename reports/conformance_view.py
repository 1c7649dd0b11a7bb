# SPDX-License-Identifier: MPL-2.0
"""Conformance results as the pages show them: who does what each behaviour asks, who differs."""
import re
from dataclasses import dataclass
from functools import cached_property

import words


@dataclass
class TargetView:
    """One target's results under a name that is unique in the report."""
    slug: str
    label: str
    target: object              # records.Target

    @property
    def header(self):
        return self.target.header

    @property
    def cases(self):
        return self.target.cases

    @cached_property
    def counts(self):
        return _count(self.cases)

    @cached_property
    def areas(self):
        return {area: _count(case for case in self.cases if case["area"] == area)
                for area in sorted({case["area"] for case in self.cases})}

    @property
    def notable(self):
        """The cases in which it differs or that need a look, most serious first."""
        return sorted((case for case in self.cases if case["verdict"] in words.NOTABLE),
                      key=lambda case: (words.NOTABLE.index(case["verdict"]), case["case"]))

    @cached_property
    def junit(self):
        """The JUnit XML that the suite wrote beside the result, or ""."""
        path = self.target.path.with_suffix(".junit.xml")
        return path.read_text(encoding="utf-8") if path.exists() else ""

    @property
    def badge(self):
        """Counts for the badge: passes first, then what is wrong."""
        return ", ".join(f"{number} {word}" for word, number in self.counts.items()
                         if word in ("pass", *words.NOTABLE)) or "nothing judged"

    @property
    def badge_colour(self):
        bad = any(self.counts.get(word) for word in words.NOTABLE if word != "deviates")
        return "#b3261e" if bad else "#8a5300" if self.counts.get("deviates") else "#0a6b38"

    def platform(self):
        """The platform in one line."""
        return ", ".join(f"{key.replace('_', ' ')} {value}"
                         for key, value in self.header["platform"].items() if value) or "unknown"


@dataclass
class BehaviourView:
    """One behaviour: its rule, its cases, and each target's verdict on each case."""
    name: str
    area: str
    cases: dict                 # case id -> {target slug: record}
    entry: dict                 # its row of the coverage table, or {}

    @property
    def slug(self):
        return words.slug(self.name)

    @property
    def records(self):
        return [record for verdicts in self.cases.values() for record in verdicts.values()]

    @property
    def rule(self):
        """The catalogue's statement; without a catalogue, the rule of its first case."""
        return self.entry.get("statement") or next(
            (record["rule"] for record in self.records if record.get("rule")), "No rule is stated.")

    @property
    def upstream(self):
        return self.entry.get("upstream", [])

    def differing(self):
        """Target slug -> its most serious verdict, of the targets that differ in some case."""
        found = {}
        for verdicts in self.cases.values():
            for slug, record in verdicts.items():
                if record["verdict"] in words.DIFFERS:
                    found[slug] = min(found.get(slug, "deviates"), record["verdict"],
                                      key=words.DIFFERS.index)
        return found

    def outcomes(self, case, targets):
        """What happened, most serious first: (verdict or "not run", detail, the targets)."""
        found = {}
        for target in targets:
            record = self.cases[case].get(target.slug)
            key = (record["verdict"], record.get("detail", "")) if record else ("not run", "")
            found.setdefault(key, []).append(target)
        order = [*words.NOTABLE, *words.MEANINGS, "not run"]
        return [(*key, found[key]) for key in sorted(
            found, key=lambda key: (order.index(key[0]), key[1]))]

    @staticmethod
    def families(targets):
        """Targets by name without version: ("builtin-cpython", [(slug, "3.6.15"), ...])."""
        found = {}
        for target in targets:
            versioned = re.fullmatch(r"(.+)-(\d[\w.]*)", target.label)
            family, name = versioned.groups() if versioned else ("", target.label)
            found.setdefault(family, []).append((target.slug, name))
        return found.items()

    def facts(self):
        """(label, value) of what the cases declare, each value once."""
        for label, key in (("Level", "level"), ("Since Python", "since"), ("Needs", "needs")):
            values = []
            for record in self.records:
                value = record.get(key)
                text = ", ".join(value) if isinstance(value, list) else str(value or "")
                if text and text not in values:
                    values.append(text)
            yield label, "; ".join(values) or "nothing stated"


AREAS_ACROSS = 9        # areas side by side; more go into a further table


class ConformanceView:
    """All targets of a report."""

    def __init__(self, targets, coverage=None):
        self.coverage = coverage
        names = [target.name for target in targets]
        self.targets = []
        for target in sorted(targets, key=lambda target: words.natural(target.name)):
            label = target.name
            if names.count(label) > 1:
                platform = target.header["platform"]
                label += f" ({platform.get('os', '?')} {platform.get('arch', '?')})"
            taken = {view.slug for view in self.targets}
            base, number = label, 2
            while words.slug(label) in taken:
                label, number = f"{base} {number}", number + 1
            self.targets.append(TargetView(words.slug(label), label, target))

    def __bool__(self):
        return bool(self.targets)

    @cached_property
    def areas(self):
        return sorted({area for view in self.targets for area in view.areas})

    @property
    def area_tables(self):
        """The areas in even portions that fit side by side."""
        parts = -(-len(self.areas) // AREAS_ACROSS)
        cuts = [len(self.areas) * part // parts for part in range(parts + 1)] if parts else []
        return [self.areas[start:end] for start, end in zip(cuts, cuts[1:])]

    @cached_property
    def behaviours(self):
        """Behaviour id -> BehaviourView, those known from the coverage table included."""
        rows = {row["id"]: row for row in (self.coverage or {}).get("behaviours", [])}
        found = {name: BehaviourView(name, row["area"], {}, row) for name, row in rows.items()}
        for view in self.targets:
            for case in view.cases:
                behaviour = found.setdefault(case["behaviour"], BehaviourView(
                    case["behaviour"], case["area"], {}, {}))
                behaviour.cases.setdefault(case["case"], {})[view.slug] = case
        return dict(sorted(found.items()))

    def steps(self, case):
        """The source of a case, or ""."""
        return (self.coverage or {}).get("steps", {}).get(case, "").strip()

    @property
    def behaviour_areas(self):
        """Area -> its behaviours."""
        found = {}
        for behaviour in self.behaviours.values():
            found.setdefault(behaviour.area, []).append(behaviour)
        return dict(sorted(found.items()))

    @cached_property
    def case_verdicts(self):
        """Case id -> {target slug: record}."""
        return {case: verdicts for behaviour in self.behaviours.values()
                for case, verdicts in behaviour.cases.items()}

    @cached_property
    def only_one_differs(self):
        """(case, record, target) where one target differs and at least two pass."""
        found = []
        for case, verdicts in sorted(self.case_verdicts.items()):
            differing = [slug for slug, record in verdicts.items()
                         if record["verdict"] in words.DIFFERS]
            passing = [slug for slug, record in verdicts.items() if record["verdict"] == "pass"]
            if len(differing) == 1 and len(passing) > 1:
                found.append((case, verdicts[differing[0]], self.target(differing[0])))
        return found

    @cached_property
    def nobody_passes(self):
        """(case, {target: record}) that was judged, and passed nowhere: suspect the case first."""
        return [(case, verdicts) for case, verdicts in sorted(self.case_verdicts.items())
                if not any(record["verdict"] in ("pass", "fixed") for record in verdicts.values())
                and any(record["verdict"] in words.DIFFERS for record in verdicts.values())]

    @cached_property
    def counts(self):
        return _count(case for view in self.targets for case in view.cases)

    def target(self, slug):
        return next(view for view in self.targets if view.slug == slug)


def _count(cases):
    """Verdict -> how often, in the order of words.SYMBOLS."""
    verdicts = [case["verdict"] for case in cases]
    return {verdict: verdicts.count(verdict) for verdict in words.SYMBOLS if verdict in verdicts}
