# SPDX-License-Identifier: MPL-2.0
"""Many runs' Google Benchmark files become one: real repetitions and their aggregates.

A run measured each of its benchmarks once, so its rows are repetitions of rows that other runs
have too. METHOD.md says what the figures mean.
"""

import math
import statistics

# A row whose median absolute deviation is above this share of its median is called unstable.
UNSTABLE_ABOVE = 0.05

_TIMES = ("real_time", "cpu_time")
_ORDER = ("name", "family_index", "per_family_instance_index", "run_name", "run_type",
          "repetitions", "repetition_index", "round", "threads", "aggregate_name", "aggregate_unit",
          "error_occurred", "error_message", "iterations", *_TIMES, "time_unit")


def mad(values):
    """Median absolute deviation from the median, as it is: not scaled to a normal distribution's
    standard deviation."""
    middle = statistics.median(values)
    return statistics.median(abs(value - middle) for value in values)


def _ordered(row):
    first = {key: row[key] for key in _ORDER if key in row}
    return first | {key: row[key] for key in row if key not in first}


def _stddev(values):
    return statistics.stdev(values) if len(values) > 1 else 0.0


_AGGREGATES = (
    ("mean", "time", statistics.fmean),
    ("median", "time", statistics.median),
    ("stddev", "time", _stddev),
    ("cv", "percentage", lambda values: _stddev(values) / statistics.fmean(values)),
    ("mad", "time", mad),
)


def _aggregates(rows):
    """Google Benchmark's aggregates of a row's repetitions, and the median absolute deviation."""
    numbers = [key for key, value in rows[0].items()
               if isinstance(value, (int, float)) and key not in _ORDER or key in _TIMES]
    for name, unit, function in _AGGREGATES:
        aggregate = {key: rows[0][key] for key in
                     ("family_index", "per_family_instance_index", "run_name", "repetitions",
                      "threads", "time_unit", "clock") if key in rows[0]}
        aggregate |= {"name": f"{rows[0]['run_name']}_{name}", "run_type": "aggregate",
                      "aggregate_name": name, "aggregate_unit": unit, "iterations": len(rows)}
        aggregate |= {key: function([row[key] for row in rows]) for key in numbers}
        yield _ordered(aggregate)


def benchmarks(runs):
    """The "benchmarks" of the merged file. `runs`: lists of the rows of one run each, in order."""
    by_name = {}
    for rows in runs:
        for row in rows:
            by_name.setdefault(row["run_name"], []).append(row)
    merged = []
    for family, (name, rows) in enumerate(sorted(by_name.items())):
        errors = [row for row in rows if row.get("error_occurred")]
        kept = errors[:1] or rows
        for index, row in enumerate(kept):
            row.update(name=name, family_index=family, per_family_instance_index=0,
                       repetitions=len(kept), repetition_index=index)
            merged.append(_ordered(row))
        if not errors:
            merged.extend(_aggregates(kept))
    return merged


def complexity(rows, workloads):
    """How time grows with n, for workloads that differ in nothing but their parameter n.

    The exponent is the slope of log(time) over log(n), by least squares: 1 is linear, 2 quadratic.
    `workloads` are the descriptions by name. Needs three values of n."""
    times = {}
    for row in rows:
        if row.get("aggregate_name") == "median":
            _, name, strategy = row["run_name"].split("/")
            about = workloads[name]
            n = about["parameters"].get("n")
            others = tuple(sorted((k, v) for k, v in about["parameters"].items() if k != "n"))
            if n:
                key = about["file"], about["model"], about["direction"], others, strategy
                times.setdefault(key, []).append((n, row[_clock(row)]))
    return [{"file": file, "model": model, "direction": direction, "parameters": dict(others),
             "strategy": strategy, "n": sorted(n for n, _ in points),
             "exponent": round(_slope(points), 3)}
            for (file, model, direction, others, strategy), points in sorted(times.items())
            if len(points) >= 3]


def _slope(points):
    xs = [math.log(n) for n, _ in points]
    ys = [math.log(time) for _, time in points]
    return statistics.linear_regression(xs, ys).slope


def _clock(row):
    """The row's clock: strategies that sleep or wait are timed by the wall, the others by the CPU,
    which a busy machine disturbs less."""
    return "real_time" if row.get("clock") == "real" else "cpu_time"


def noise(rows):
    """What this run says of its own noise.

    Odd and even repetitions of a row measured the same thing: how far their medians are apart is
    what two runs of one program differ by (A/A). Spread is each row's median absolute deviation
    as a share of its median."""
    times = {}
    for row in rows:
        if row["run_type"] == "iteration" and not row.get("error_occurred"):
            times.setdefault(row["run_name"], []).append(row[_clock(row)])
    apart, unstable = [], []
    for name, values in times.items():
        if len(values) >= 4:
            halves = statistics.median(values[::2]), statistics.median(values[1::2])
            apart.append(max(halves) / min(halves) - 1)
        spread = mad(values) / statistics.median(values)
        if spread > UNSTABLE_ABOVE:
            unstable.append({"name": name, "spread": round(spread, 4)})
    apart.sort()
    result = {"unstable_above": UNSTABLE_ABOVE, "unstable": unstable, "rows": len(times)}
    if apart:
        result["a_a"] = {"median": round(statistics.median(apart), 4),
                         "p95": round(apart[min(len(apart) - 1, int(0.95 * len(apart)))], 4),
                         "max": round(apart[-1], 4)}
    return result
