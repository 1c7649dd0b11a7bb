# SPDX-License-Identifier: MPL-2.0
"""What each figure shows: the rows of its data file and its settings."""
import figures
import stats
import words


def draw(site, plotter):
    """Draw every figure of the site and note its size."""
    for run in site.runs:
        for model, unit in run.models.items():
            _draw_ratios(site, plotter, run, model)
            for family in run.every_family:
                curves = [one for one in run.series
                          if (one.family, one.model) == (family.name, model)]
                for part in () if curves else run.figure_portions(model, family.workloads):
                    _draw_medians(site, plotter, run, model, unit, family, part)
        for series in run.series:
            _draw_series(site, plotter, run, series)


def _draw_ratios(site, plotter, run, model):
    cells = {}
    for name, cell in run.every_cell():
        if name == model and cell.measured:
            cells.setdefault(cell.strategy, []).append(cell)
    if not cells:
        return
    order = sorted(cells, key=lambda name: (
        stats.median([cell.factor for cell in cells[name]]), name))
    rows = []
    for line, strategy in enumerate(order, 1):
        look = site.looks[strategy]
        for cell in cells[strategy]:
            low, high = (cell.ratio.low, cell.ratio.high) if cell.ratio else (1.0, 1.0)
            rows.append((line, cell.factor, low, high, look.shape,
                         figures.number_of(look.light), strategy))
    limit = 1.15 * max(max(row[3] for row in rows), 2)
    _place(site, plotter, "ratios", f"{run.slug}-ratios-{words.slug(model)}", rows,
           f"{model}: times the cost of the best, on each workload",
           f"One line a strategy, one mark a workload, {run.label}. The table below has the "
           "figures.", lines=len(order), limit=limit, margin=_margin(order),
           least=min(0.9, 0.97 * min(row[2] for row in rows)),
           label="times the cost of the best on the same workload (1× = best)")


def _draw_medians(site, plotter, run, model, unit, family, workloads):
    rows, titles, line = [], [], 0
    for workload in workloads:
        measured = [cell for cell in run.cells(model, workload).values() if cell.measured]
        if not measured:
            continue
        line += 1
        titles.append((line, workload))
        for cell in sorted(measured, key=lambda cell: cell.summary.median):
            line += 1
            look, (low, high) = site.looks[cell.strategy], _bar(cell, unit)
            rows.append((line, unit.value(cell.summary.median), low, high, look.shape,
                         figures.number_of(look.light), cell.strategy))
    if rows:
        _place(site, plotter, "medians", f"{run.slug}-medians-{words.slug(model)}-"
               f"{words.slug(workloads[0])}", [*rows, (), *titles],
               f"{family.known.get('title') or family.name}, {model}: {unit.label}",
               f"Median of each strategy on each workload with its MAD, {run.label}.",
               lines=line, margin=_margin(row[6] for row in rows),
               low=min(row[2] for row in rows) / 1.3, high=max(row[3] for row in rows) * 1.3,
               label=f"{unit.label} ({'more' if unit.more_is_better else 'less'} is better)")


def _draw_series(site, plotter, run, series):
    rows = []
    for strategy in series.lines:
        if rows:
            rows.append(())
        for size, cell in series.lines[strategy]:
            rows.append((size, series.unit.value(cell.summary.median), *_bar(cell, series.unit)))
    sizes = [size for line in series.lines.values() for size, _ in line]
    if sizes:
        drawn = [site.looks[strategy] for strategy in series.lines]
        _place(site, plotter, "curve", f"{run.slug}-series-{series.name}", rows,
               f"{series.model} by {series.axis}: {series.unit.label}",
               f"One curve a strategy over {words.count(len(series.workloads), 'workload')}, "
               f"{run.label}.", first=min(sizes), last=max(sizes),
               names=" ".join(series.lines), axis=f"{series.axis}, bytes",
               colours=" ".join(look.light for look in drawn),
               shapes=" ".join(str(look.shape) for look in drawn), label=series.unit.label)


def _bar(cell, unit):
    """Both ends of the MAD bar, in the unit."""
    half = min(cell.summary.mad, 0.95 * cell.summary.median)
    return sorted(unit.value(cell.summary.median + sign * half) for sign in (-1, 1))


def _margin(names):
    """Room for the names beside an axis, in gnuplot's characters."""
    return max(map(len, names)) + 3


def _place(site, plotter, plot, name, *arguments, **settings):
    site.figures[name] = plotter.draw(plot, name, *arguments, **settings)
