#!/usr/bin/env python3
# SPDX-License-Identifier: MPL-2.0
"""Turn result files into a static site: JSON in, pages out. Measures nothing, decides no verdict.

Templates are found by their names in pages/: NAME.html.j2 is one page, each_THING.html.j2 one page
for every THING (machine, group, workload, strategy, target, behaviour), _NAME is shared by others.
The same input gives the same bytes: the only date on a page is the one in the data.
"""
import argparse
import collections
import hashlib
import re
import sys
import tempfile
from pathlib import Path

import jinja2

import console
import drawings
import exports
import figures
import pdf
import records
import stats
import words
from bench_view import BenchView
from conformance_view import ConformanceView

HERE = Path(__file__).parent
GENERATOR = "fmmap reports"
ERRORS_NAMED = 6        # on the first screen; the tables have them all
INDEX_WORKLOADS = 60    # with more, overviews and summary leave them to the groups' pages


class Unusable(Exception):
    """Why no report can be written, in one line."""


class Site:
    """Everything the templates can see."""

    def __init__(self, runs, targets, coverage):
        self.runs = [BenchView(run, slug, label)
                     for run, slug, label in zip(runs, _slugs(runs), _labels(runs))]
        self.conformance = ConformanceView(targets, coverage)
        self.looks = figures.looks({name for run in self.runs for name in run.strategies})
        self.sources = [(record.path.name, hashlib.sha256(record.text.encode()).hexdigest()[:12])
                        for record in (*runs, *targets)]
        self.figures = {}               # name -> (width, height)

    def missing(self):
        """What a reader must know is missing, in sentences."""
        for run in self.runs:
            name = f"{run.label}: " if len(self.runs) > 1 else ""
            cells = [cell for _, cell in run.every_cell()]
            if not run.meta["complete"]:
                yield f"{name}the benchmark was stopped early; what is missing says “not run”."
            for text in run.meta.get("broken", []):
                yield f"{name}{text}."
            errors = [cell for cell in cells if cell.state == "error"]
            for cell in errors[:ERRORS_NAMED]:
                yield f"{name}{cell.strategy} on {cell.workload}: {cell.note}."
            if len(errors) > ERRORS_NAMED:
                yield f"{name}{len(errors) - ERRORS_NAMED} more errors; the tables have them."
            for strategy, reason in run.meta.get("not_measured", {}).items():
                yield f"{name}not measured: {strategy}: {reason}."
            for state in ("unsupported", "not run"):
                found = [cell for cell in cells if cell.state == state]
                why = collections.Counter(cell.note for cell in found if cell.note).most_common()
                if found:
                    yield (f"{name}{len(found)} of {words.count(len(cells), 'pair')} of strategy "
                           f"and workload {'are' if len(found) > 1 else 'is'} {state}"
                           + (": " if why else "")
                           + "; ".join(f"{reason} ({number})" for reason, number in why) + ".")
        if not self.runs:
            yield "The benchmark was not run."
        broken = [view for view in self.conformance.targets if view.counts.get("broken")]
        if broken:
            number = sum(view.counts["broken"] for view in broken)
            yield (f"The suite’s own set-up was broken for {words.count(number, 'case')}, on "
                   + (broken[0].label if len(broken) == 1 else f"{len(broken)} targets") + ".")
        if not self.conformance:
            yield "The conformance suite was not run."

    def platform_facts(self):
        """(label, one value a run)."""
        facts = [list(run.facts()) for run in self.runs]
        return [(row[0][0], [value for _, value in row]) for row in zip(*facts)]

    def _platform_models(self):
        """(model, unit, {(workload, strategy): Cell} of each run). A model whose unit differs
        between runs is not compared."""
        for model in sorted({model for run in self.runs for model in run.models}):
            cells = [{(cell.workload, cell.strategy): cell for name, cell in run.every_cell()
                      if name == model} for run in self.runs]
            units = {cell.unit for found in cells for cell in found.values() if cell.measured}
            if len(units) == 1:
                yield model, units.pop(), cells

    def platform_changes(self):
        """(model, run, groups, rows of strategy and one text a group) of each run but the first:
        geometric means of the costs over those of the first run, on what both measured."""
        for model, _, (base, *others) in self._platform_models():
            for run, cells in zip(self.runs[1:], others):
                ratios = {}
                for (workload, strategy), cell in cells.items():
                    old = base.get((workload, strategy))
                    if cell.measured and old and old.measured:
                        ratios.setdefault(strategy, {}).setdefault(
                            run.group_of(workload), []).append(
                                cell.summary.median / old.summary.median)
                groups = sorted({group for found in ratios.values() for group in found})
                if groups:
                    yield model, run, groups, [
                        (strategy, [words.times(stats.geometric_mean(found[group]))
                                    if group in found else "not run" for group in groups])
                        for strategy, found in sorted(ratios.items())]

    def platform_tables(self):
        """(model, unit, rows of workload, strategy and one cell a run) of every pair that two runs
        measured."""
        for model, unit, cells in self._platform_models():
            measured = collections.Counter(key for found in cells for key, cell in found.items()
                                           if cell.measured)
            shared = sorted(key for key, runs in measured.items() if runs > 1)
            if shared:
                yield model, unit, [
                    (*key, [(run, found.get(key)) for run, found in zip(self.runs, cells)])
                    for key in shared]

    def families(self):
        """THING -> [(path without extension, what the template sees)]."""
        everything = {thing: [] for thing in ("machine", "group", "workload", "strategy",
                                              "target", "behaviour")}
        for run in self.runs:
            everything["machine"].append((f"{run.slug}/machine", {"run": run}))
            for thing, names in (("group", run.groups), ("workload", run.all_workloads),
                                 ("strategy", run.strategies)):
                everything[thing] += [(f"{run.slug}/{thing}-{words.slug(name)}",
                                       {"run": run, "name": name}) for name in names]
        for view in self.conformance.targets:
            everything["target"].append((f"conformance/target-{view.slug}", {"target": view}))
        for behaviour in self.conformance.behaviours.values():
            everything["behaviour"].append(
                (f"conformance/behaviour-{behaviour.slug}", {"behaviour": behaviour}))
        return everything


def _slugs(runs):
    """A name for each result file's pages: its own name where that tells the files apart, else
    with the folders above it."""
    paths = [run.path.resolve() for run in runs]
    depth = 1
    while len({path.parts[-depth:] for path in paths}) < len({*paths}):
        depth += 1
    found = []
    for path in paths:
        name = words.slug("-".join((*path.parts[-depth:-1], path.stem)))
        while name in found:
            name += "-again"
        found.append(name)
    return found


def _labels(runs):
    """What a reader calls each run: its machine and libc; of several runs, what tells them apart,
    in as few facts as do."""
    facts = [{key: str(run.context.get(key) or f"unknown {key.replace('_', ' ')}").strip()
              for key in ("cpu_model", "libc", "compiler", "compiler_flags", "system", "kernel",
                          "date")} for run in runs]
    if len(runs) == 1:
        return [f"{facts[0]['cpu_model']}, {facts[0]['libc']}"]
    varying = [key for key in facts[0] if len({fact[key] for fact in facts}) > 1] if facts else []
    for count in range(1, len(varying) + 1):
        found = [", ".join(fact[key] for key in varying[:count]) for fact in facts]
        if len({*found}) == len(runs):
            return found
    return _slugs(runs)


# ---- pages ------------------------------------------------------------------------------------

def environment(site):
    pages = HERE / "pages"
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(pages), undefined=jinja2.StrictUndefined,
        autoescape=lambda name: name is not None and not name.endswith(".md.j2"),
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    env.filters |= {"slug": words.slug, "size": words.size, "times": words.times,
                    "three": words.three_digits, "percent": words.percent,
                    "joined": words.joined, "breakable": breakable, "ticked": ticked}
    env.globals |= {"site": site, "words": words, "stats": stats, "shapes": figures.SHAPES,
                    "generator": GENERATOR, "nav": _navigation(pages), "count": words.count,
                    "index_workloads": INDEX_WORKLOADS}
    return env


def breakable(name):
    """A long name that may wrap after its underscores, hyphens, tildes and slashes."""
    pieces = re.split(r"(?<=[_/.~-])", str(name))
    return jinja2.utils.markupsafe.Markup("<wbr>").join(pieces)


def ticked(text):
    """Text in which `this` is code."""
    escape = jinja2.utils.markupsafe.escape
    parts = str(text).split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return jinja2.utils.markupsafe.Markup().join(
        jinja2.utils.markupsafe.Markup("<code>{}</code>").format(part) if number % 2 else
        escape(part) for number, part in enumerate(parts))


def _navigation(pages):
    """(file, title) of every single page, the index first; its template sets the title."""
    found = []
    for path in sorted(pages.glob("*.html.j2")):
        if not path.name.startswith(("_", "each_")):
            title = re.search(r'{% set title = "(.*?)" %}', path.read_text(encoding="utf-8"))
            if not title:
                raise Unusable(f'{path}: the template sets no title ({{% set title = "..." %}})')
            found.append((path.name.removesuffix(".j2"), title.group(1)))
    return sorted(found, key=lambda page: (page[0] != "index.html", page))


def render(site, folder):
    """Write every page of the site."""
    env = environment(site)
    families, written = site.families(), set()
    for template in sorted(env.list_templates(filter_func=lambda name: name.endswith(".j2"))):
        if template.startswith("_"):
            continue
        stem, extension = template.removesuffix(".j2").split(".", 1)
        if stem.startswith("each_"):
            thing = stem.removeprefix("each_")
            if thing not in families:
                raise Unusable(f"{HERE / 'pages' / template}: there is no {thing!r}; "
                               f"these are: {', '.join(families)}")
            pages = families[thing]
        else:
            pages = [(stem, {})]
        for path, variables in pages:
            name = f"{path}.{extension}"
            if name in written:
                raise Unusable(f"two members would have the page {name}: rename one of them")
            written.add(name)
            text = env.get_template(template).render(root="../" * name.count("/"), here=name,
                                                     **variables)
            _write(folder / name, text)


def _write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def style():
    """The style sheet, with the palette's colours under the names .c0, .c1, ..."""
    light = "".join(f".c{i} {{ color: {pair[0]} }}\n" for i, pair in enumerate(figures.PALETTE))
    dark = "".join(f".c{i} {{ color: {pair[1]} }}\n" for i, pair in enumerate(figures.PALETTE))
    return ((HERE / "static" / "report.css").read_text(encoding="utf-8")
            + f"\n{light}@media (prefers-color-scheme: dark) {{\n{dark}}}\n")


def build(results, conformance, output):
    """Read, draw, render; the old report stays until the new one is whole."""
    runs = [records.load_run(path) for path in results]
    targets, coverage = [], None
    for folder in conformance:
        targets += records.load_targets(folder)
        coverage = coverage or records.load_coverage(folder)
    if not runs and not targets:
        raise Unusable("no result to show: name result files, or with --conformance a folder of "
                       "the suite's; `make bench` and `make conform` write them")
    if output.exists() and not _is_report(output):
        raise Unusable(f"{output} exists and is no report: choose another folder with -o")
    site = Site(runs, targets, coverage)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        scratch = tempfile.TemporaryDirectory(dir=output.parent, prefix=".report-")
    except OSError as problem:
        raise Unusable(f"{output}: {problem.strerror}; choose another folder with -o") from None
    try:
        with scratch as scratch:
            fresh = Path(scratch) / "site"
            scripts = Path(scratch) / "figures"
            fresh.mkdir()
            scripts.mkdir()
            if site.runs:
                drawings.draw(site, figures.Plotter(fresh / "figures", scripts))
            render(site, fresh)
            _write(fresh / "report.css", style())
            for name, text in exports.files(site):
                _write(fresh / name, text)
            fresh.chmod(0o755)
            if output.exists():
                output.rename(Path(scratch) / "old")
            fresh.rename(output)
    except OSError as problem:
        raise Unusable(f"{problem.filename or output}: {problem.strerror}; "
                       "choose another folder with -o") from None


def _is_report(folder):
    index = folder / "index.html"
    return folder.is_dir() and (not any(folder.iterdir()) or (
        index.exists() and GENERATOR in index.read_text(encoding="utf-8", errors="replace")))


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Turn result files into a static site.")
    parser.add_argument("results", nargs="*", type=Path, metavar="RESULTS.json",
                        help="benchmark results, one file a machine or platform")
    parser.add_argument("--conformance", action="append", default=[], type=Path, metavar="DIR",
                        help="folder of conformance results; may be given several times")
    parser.add_argument("-o", "--output", default=Path("build/report"), type=Path, metavar="DIR",
                        help="where the site goes (default: %(default)s)")
    parser.add_argument("--pdf", action="store_true",
                        help="also print the index as report.pdf with Chromium")
    given = parser.parse_args(arguments)
    try:
        build(given.results, given.conformance, given.output)
        if given.pdf:
            pdf.print_page(given.output / "index.html", given.output / "report.pdf")
    except (records.BadRecord, figures.NoGnuplot, pdf.NoBrowser, Unusable) as problem:
        print(f"build.py: {problem}", file=sys.stderr)
        return 1
    print(given.output / "index.html")
    return 0


if __name__ == "__main__":
    console.end_with(main)
