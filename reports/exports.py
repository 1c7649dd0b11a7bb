# SPDX-License-Identifier: MPL-2.0
"""The same results for other tools: the raw files, CSV, benchstat's text, rebar's CSV, and the
JUnit XML that the suite wrote."""
import csv
import io

import stats
import units
import words


def files(site):
    """(path below the report, text) of every download."""
    for run in site.runs:
        base = f"data/{run.slug}"
        yield f"{base}.json", run.run.text
        yield f"{base}.csv", as_csv(run)
        yield f"{base}.benchstat.txt", as_benchstat(run)
        yield f"{base}.rebar.csv", as_rebar(run)
    for target in site.conformance.targets:
        yield f"data/conformance/{target.slug}.jsonl", target.target.text
        if target.junit:
            yield f"data/conformance/{target.slug}.junit.xml", target.junit


def as_csv(run):
    """One line a repetition; errors and refusals have a line with the reason and no figures."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["model", "workload", "strategy", "state", "repetition", "iterations",
                    "cpu_ns", "real_ns", "bytes_per_second", "note"])
    for model, cell in run.every_cell():
        if not cell.measured:
            table.writerow([model, cell.workload, cell.strategy, cell.state, "", "", "", "", "",
                            cell.note])
            continue
        for number, row in enumerate(_rows(run, model, cell)):
            table.writerow([model, cell.workload, cell.strategy, cell.state, number,
                            row.get("iterations", ""), units.nanoseconds(row, "cpu_time"),
                            units.nanoseconds(row, "real_time"), row.get("bytes_per_second", ""),
                            ""])
    return out.getvalue()


def as_benchstat(run):
    """The text that Go's benchstat reads: `benchstat -col /strategy FILE`."""
    lines = [f"{key}: {value}" for key, value in (
        ("cpu", run.context.get("cpu_model")), ("libc", run.context.get("libc")),
        ("compiler", run.context.get("compiler"))) if value]
    for model, cell in run.every_cell():
        if not cell.measured:
            continue
        name = (f"Benchmark{words.slug(model).capitalize()}/workload={words.slug(cell.workload)}"
                f"/strategy={words.slug(cell.strategy)}")
        for row in _rows(run, model, cell):
            line = (f"{name} {row.get('iterations', 1)} "
                    f"{units.nanoseconds(row, 'cpu_time')} ns/op")
            if row.get("bytes_per_second"):
                line += f" {row['bytes_per_second'] / 1e6} MB/s"
            lines.append(line)
    return "\n".join(lines) + "\n"


def as_rebar(run):
    """The CSV that `rebar cmp` and `rebar rank` read: one line a measurement, durations in ns."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow("name,model,rebar_version,engine,engine_version,err,haystack_len,iters,total,"
                   "median,mad,mean,stddev,min,max".split(","))
    for model, cell in run.every_cell():
        start = [f"{run.group_of(cell.workload)}/{cell.workload}", model, "", cell.strategy,
                 run.run.strategies.get(cell.strategy, {}).get("origin", "")]
        if not cell.measured:
            # rebar reads numbers in every row, and skips those of a row with an error
            table.writerow([*start, cell.note or cell.state, "", 0, *["0.00ns"] * 7])
            continue
        rows = _rows(run, model, cell)
        times = [units.nanoseconds(row, "cpu_time") for row in rows]
        mean = sum(times) / len(times)
        deviation = (sum((time - mean) ** 2 for time in times) / len(times)) ** 0.5
        summary = stats.summarize(times)
        iterations = sum(row.get("iterations", 1) for row in rows)
        total = sum(time * row.get("iterations", 1) for time, row in zip(times, rows))
        # what an iteration passes, which is more than the haystack where it has several searches
        passed = round(sum(row.get("bytes_per_second", 0) * time for row, time in zip(rows, times))
                       / len(rows) / 1e9)
        table.writerow([*start, "", passed or "", iterations,
                        *(f"{time:.2f}ns" for time in (total, summary.median, summary.mad, mean,
                                                       deviation, min(times), max(times)))])
    return out.getvalue()


def _rows(run, model, cell):
    return run.run.measurements[model, cell.workload, cell.strategy].repetitions
