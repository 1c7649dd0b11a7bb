# SPDX-License-Identifier: MPL-2.0
"""Reading result files: benchmark JSON and conformance JSON Lines, checked before they are shown.

A file that is cut short, foreign or inconsistent raises BadRecord, whose text is the one line the
user sees: it names the file and the remedy.
"""
import json
from dataclasses import dataclass, field
from pathlib import Path

import words

SCHEMA = 1


LARGEST = 1e300         # beyond it, figures overflow; JSON may even hold Infinity


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _list_of(holds):
    return lambda value: isinstance(value, list) and all(map(holds, value))


def _instance(kind):
    return lambda value: isinstance(value, kind)


def _optional_counts(value):
    """The measure of a run against itself: absent, or with these figures."""
    return isinstance(value, dict) and (not value or all(
        COUNT[0](value.get(name, "")) for name in ("median", "p95")))


TEXT = _instance(str), "text"
OBJECT = _instance(dict), "an object"
COUNT = (lambda value: _is_number(value) and 0 <= value <= LARGEST), "a count"
COUNTS = _list_of(COUNT[0]), "a list of counts"
# Fields that may be absent, but are of use only with the right kind of content.
NOISE = (lambda value: isinstance(value, dict) and _optional_counts(value.get("a_a", {})),
         "what a run says of its noise")
TEXTS = (lambda value: isinstance(value, dict) and all(map(TEXT[0], value.values()))), \
    "texts by name"
FITS = _list_of(lambda fit: isinstance(fit, dict) and _is_number(fit.get("exponent")) and all(
    isinstance(fit.get(name), str) for name in ("file", "direction", "strategy"))), \
    "how time grows"
RUN = {"noise_floor": COUNT, "complexity": FITS, "noise": NOISE, "not_measured": TEXTS,
       "broken": (_list_of(TEXT[0]), "a list of texts"),
       "refused": (_instance(list), "a list"), "profile": TEXT, "session": TEXT, "revision": TEXT,
       "command": TEXT}
CONTEXT = {"load_avg": COUNTS, "load_before": COUNTS, "load_after": COUNTS, "num_cpus": COUNT,
           "caches": (_list_of(lambda cache: isinstance(cache, dict) and
                               COUNT[0](cache.get("size", 0)) and TEXT[0](cache.get("type", ""))),
                      "a list of caches"),
           "date": TEXT, "libc": TEXT}
WORKLOAD = {"n": COUNT, "needles": COUNTS, "parameters": OBJECT, **{
    name: TEXT for name in ("group", "why", "title", "notice", "represents", "defeats",
                            "direction", "file")}}
STRATEGY = {"summary": TEXT, "source": TEXT, "worst_case": TEXT, "origin": TEXT,
            "libc": TEXT, "available": (_instance(bool), "true or false")}
ROW = {"run_name": TEXT, "time_unit": (("ns", "us", "ms", "s").__contains__, "ns, us, ms or s"),
       "iterations": COUNT, "bytes_per_second": COUNT, "round": COUNT}

HEADER = {name: TEXT for name in ("title", "implementation", "api", "revision", "started")}
CASE = {"needs": (_list_of(TEXT[0]), "a list of texts"), **{
    name: TEXT for name in ("rule", "level", "since", "detail", "reference")}}


class BadRecord(Exception):
    """A result file that cannot be used, and why, in one line."""


@dataclass
class Measurement:
    """One strategy on one workload under one model: every repetition that was kept."""
    model: str
    workload: str
    strategy: str
    repetitions: list = field(default_factory=list)     # Google Benchmark rows, in file order
    error: str = ""

    def costs(self, unit):
        """Cost of each repetition in the unit's terms; less is better."""
        return [unit.cost(row) for row in self.repetitions]

    def costs_by_round(self, unit):
        """The same by the round that each repetition was measured in."""
        return {row["round"]: unit.cost(row) for row in self.repetitions if "round" in row}


@dataclass
class Run:
    """One benchmark result file."""
    path: Path
    text: str
    context: dict
    meta: dict                      # the file's "fmmap" key
    measurements: dict              # (model, workload, strategy) -> Measurement
    refused: dict                   # (workload, strategy) -> reason

    @property
    def workloads(self):
        return self.meta["workloads"]

    @property
    def strategies(self):
        return self.meta["strategies"]

    def measured_in_turns_with(self, other):
        """Whether both took turns in one measurement, so that their rounds belong together."""
        return bool(self.meta.get("session")) and \
            self.meta["session"] == other.meta.get("session")


@dataclass
class Target:
    """One conformance result file: one target's verdicts."""
    path: Path
    text: str
    header: dict
    cases: list
    footer: dict

    @property
    def name(self):
        return self.header["target"]


def _read(path):
    try:
        return Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BadRecord(f"{path}: not text; a result file is JSON in UTF-8") from None
    except OSError as problem:
        raise BadRecord(f"{path}: {problem.strerror}") from None


def _parse(text, path, remedy):
    try:
        return json.loads(text)
    except json.JSONDecodeError as problem:
        raise BadRecord(f"{path}: JSON ends or breaks at line {problem.lineno}; {remedy}") from None
    except (ValueError, RecursionError):        # numbers too long, lists in lists too deep
        raise BadRecord(f"{path}: not a result; {remedy}") from None


def _need(condition, path, complaint):
    if not condition:
        raise BadRecord(f"{path}: {complaint}")


def _fields(record, path, where, **wanted):
    """Check that a record has the wanted fields with the wanted types."""
    for name, kind in wanted.items():
        _need(name in record, path, f"{where} has no {name!r}; not a result of this suite")
        _need(isinstance(record[name], kind), path, f"{where}: {name!r} is not {_kind(kind)}")


def _optional(record, path, where, shape):
    """Check what is there of the fields that may be absent."""
    for name, (holds, what) in shape.items():
        _need(name not in record or holds(record[name]), path, f"{where}: {name!r} is not {what}")


def _kind(kind):
    return {str: "text", dict: "an object", list: "a list", bool: "true or false"}.get(
        kind, "a number")


def load_run(path):
    """Read one benchmark result file."""
    path = Path(path)
    text = _read(path)
    data = _parse(text, path, "cut short? run the benchmark again")
    _need(isinstance(data, dict) and isinstance(data.get("context"), dict)
          and isinstance(data.get("benchmarks"), list), path,
          "not a Google Benchmark result (no 'context' and 'benchmarks')")
    _need(isinstance(data.get("fmmap"), dict), path,
          "a Google Benchmark result of another project (no 'fmmap' key); run `make bench`")
    meta = data["fmmap"]
    _need(meta.get("schema") == SCHEMA, path,
          f"schema {meta.get('schema')!r}, this version reads {SCHEMA}; "
          "use the version of fmmap that wrote it")
    _fields(meta, path, "'fmmap'", workloads=dict, strategies=dict, complete=bool)
    _optional(meta, path, "'fmmap'", RUN)
    _optional(data["context"], path, "'context'", CONTEXT)
    for kind, shape in (("workloads", WORKLOAD), ("strategies", STRATEGY)):
        for name, member in meta[kind].items():
            _need(isinstance(member, dict), path, f"{kind} {name!r} is not an object")
            _optional(member, path, f"{kind} {name!r}", shape)
    for name, workload in meta["workloads"].items():
        _fields(workload, path, f"workload {name!r}", model=str)
    refused = {}
    for entry in meta.get("refused", []):
        _need(isinstance(entry, dict), path, "'refused' holds something that is not an object")
        _fields(entry, path, "an entry of 'refused'", workload=str, strategy=str, reason=str)
        refused[entry["workload"], entry["strategy"]] = entry["reason"]
    return Run(path, text, data["context"], meta, _measurements(data["benchmarks"], path), refused)


def _measurements(rows, path):
    measurements = {}
    for number, row in enumerate(rows):
        _need(isinstance(row, dict), path, f"benchmark row {number} is not an object")
        _fields(row, path, f"benchmark row {number}", name=str)
        _optional(row, path, f"benchmark row {number}", ROW)
        if row.get("run_type") == "aggregate":
            continue                # medians and deviations are computed here from the repetitions
        key = _identity(row.get("run_name", row["name"]), path)
        found = measurements.setdefault(key, Measurement(*key))
        if row.get("error_occurred"):
            found.error = found.error or str(row.get("error_message", "")) or "error, no message"
            continue
        _fields(row, path, f"row {row['name']!r}", cpu_time=(int, float), real_time=(int, float))
        _need(0 < row["cpu_time"] <= LARGEST and 0 < row["real_time"] <= LARGEST, path,
              f"row {row['name']!r} has no time; run the benchmark again")
        found.repetitions.append(row)
    return measurements


def _identity(name, path):
    """MODEL/WORKLOAD/STRATEGY, without what Google Benchmark appends (repeats:9, real_time)."""
    parts = [part for part in name.split("/")
             if ":" not in part and part not in ("real_time", "process_time", "manual_time")]
    _need(len(parts) >= 3, path, f"row {name!r} is not named MODEL/WORKLOAD/STRATEGY")
    return parts[0], "/".join(parts[1:-1]), parts[-1]


def load_target(path):
    """Read one conformance result file."""
    path = Path(path)
    text = _read(path)
    records = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        _need(isinstance(record, dict), path,
              f"line {number} is not a whole JSON record; cut short? run `make conform` again")
        records.append(record)
    _need(records and records[0].get("record") == "header", path,
          "no header line; not a conformance result")
    header = records[0]
    _need(header.get("schema") == SCHEMA, path,
          f"schema {header.get('schema')!r}, this version reads {SCHEMA}; "
          "use the version of fmmap that wrote it")
    _fields(header, path, "the header", target=str, platform=dict)
    _optional(header, path, "the header", HEADER)
    footer = records[-1]
    _need(footer.get("record") == "footer", path,
          "no footer line: the run was cut short; run `make conform` again")
    cases = records[1:-1]
    for number, case in enumerate(cases, 2):
        _need(case.get("record") == "case", path, f"line {number} is not a case record")
        _fields(case, path, f"line {number}", case=str, behaviour=str, area=str, verdict=str)
        _optional(case, path, f"line {number}", CASE)
        _need(case["verdict"] in words.SYMBOLS, path, f"line {number}: {case['verdict']!r} is no "
              f"verdict; these are: {', '.join(words.SYMBOLS)}")
    _need(footer.get("cases") == len(cases), path,
          f"the footer counts {footer.get('cases')} cases, the file has {len(cases)}; "
          "run `make conform` again")
    return Target(path, text, header, cases, footer)


def load_targets(folder):
    """Read every conformance result of a folder, in order of their names."""
    folder = Path(folder)
    _need(folder.is_dir(), folder, "no such folder; run `make conform` or leave out --conformance")
    return [load_target(path) for path in sorted(folder.glob("*.jsonl"))]


def load_coverage(folder):
    """The coverage table that the suite writes beside its results, or None."""
    path = Path(folder) / "coverage.json"
    if not path.exists():
        return None
    data = _parse(_read(path), path, "run `make conform` again")
    _need(isinstance(data, dict) and data.get("schema") == SCHEMA, path,
          f"not a coverage table of schema {SCHEMA}; run `make conform` again")
    _fields(data, path, "the table", behaviours=list, upstream=list)
    for number, row in enumerate(data["behaviours"]):
        where = f"behaviour {number}"
        _need(isinstance(row, dict), path, f"{where} is not an object")
        _fields(row, path, where, id=str, area=str, statement=str, cases=list, upstream=list)
    for number, row in enumerate(data["upstream"]):
        where = f"upstream test {number}"
        _need(isinstance(row, dict), path, f"{where} is not an object")
        _fields(row, path, where, source=str, test=str, behaviours=list)
    return data
