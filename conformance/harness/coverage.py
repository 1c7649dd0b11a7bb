# SPDX-License-Identifier: MPL-2.0
"""The coverage table: behaviour, the cases that check it, the upstream tests that touch it.

    coverage.py --build build/native

Reads the catalogue (behaviours.tsv, upstream-tests.tsv, uncovered.tsv) and the cases; writes
BUILD/conformance/coverage.json and coverage.md. The exit status is 1 if there is a gap: a
behaviour with neither a case nor a reason in uncovered.tsv, an upstream test that touches one, a
case or table that names an unknown behaviour, or a reason for a behaviour that has cases.
"""
import argparse
import collections
import csv
import inspect
import json
import os
import sys

import judge
import session
import targets

TABLES = {"behaviours.tsv": ["id", "area", "layers", "since", "needs", "statement"],
          "upstream-tests.tsv": ["source", "versions", "test", "behaviours"],
          "uncovered.tsv": ["id", "reason"]}


def read(name, folder=targets.ROOT):
    """The rows of a table as dictionaries."""
    path = os.path.join(folder, name)
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    except OSError as error:
        raise targets.Mistake(f"{path}: {error.strerror}")
    if not rows or rows[0] != TABLES[name]:
        raise targets.Mistake(f"{path}: the first line must name the columns "
                              f"{', '.join(TABLES[name])}, separated by tabs")
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(rows[0]) or not all(cell.strip() for cell in row):
            raise targets.Mistake(f"{path}:{number}: it wants {len(rows[0])} filled columns, "
                                  "separated by tabs")
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def combine(behaviours, upstream, uncovered, cases):
    """The coverage as one structure, and what is wrong with it."""
    known = {row["id"] for row in behaviours}
    reasons = {row["id"]: row["reason"] for row in uncovered}
    cases_of, tests_of = collections.defaultdict(list), collections.defaultdict(list)
    for case in cases:
        cases_of[case.behaviour].append(case.id)
    for row in upstream:
        row["behaviours"] = row["behaviours"].split(",")
        for identifier in row["behaviours"]:
            tests_of[identifier].append(f"{row['source']}: {row['test']}")
    for row in behaviours:
        row.update(cases=sorted(cases_of[row["id"]]), upstream=tests_of[row["id"]],
                   reason=reasons.get(row["id"], ""))
    gaps = {row["id"] for row in behaviours if not row["cases"] and not row["reason"]}
    for row in upstream:
        row["covered"] = not gaps.intersection(row["behaviours"])
    table = {"schema": 1, "behaviours": behaviours, "upstream": upstream,
             "counts": {"behaviours": len(behaviours), "cases": len(cases),
                        "with_cases": sum(bool(row["cases"]) for row in behaviours),
                        "cannot_run": len(reasons), "upstream_tests": len(upstream),
                        "upstream_covered": sum(row["covered"] for row in upstream)}}
    wrong = list(of_the_catalogue(behaviours, {case.area for case in cases}))
    return table, wrong + list(mistakes(known, gaps, reasons, cases, cases_of, upstream))


def of_the_catalogue(behaviours, areas):
    """One sentence for each row that contradicts the rest of the suite."""
    seen = set()
    for row in behaviours:
        if row["id"] in seen:
            yield f"behaviours.tsv has {row['id']} twice"
        seen.add(row["id"])
        if row["area"] not in areas:
            yield f"{row['id']} is of the area {row['area']}, for which there is no case file"
        for word in row["needs"].split(", "):
            if word != "-" and judge.bare(word) not in judge.CAPABILITIES:
                yield f"{row['id']} needs {word!r}, which capabilities.toml does not know"


def mistakes(known, gaps, reasons, cases, cases_of, upstream):
    """One sentence for each gap."""
    for identifier in sorted(gaps):
        yield f"{identifier} has no case and no reason in uncovered.tsv"
    for case in cases:
        if case.behaviour not in known:
            yield f"{case.id} checks {case.behaviour}, which behaviours.tsv does not know"
    for identifier in reasons:
        if identifier not in known:
            yield f"uncovered.tsv excuses {identifier}, which behaviours.tsv does not know"
        elif cases_of[identifier]:
            yield f"uncovered.tsv excuses {identifier}, but {cases_of[identifier][0]} checks it"
    for row in upstream:
        name = f"{row['source']}: {row['test']}"
        for identifier in row["behaviours"]:
            if identifier not in known:
                yield f"{name} names {identifier}, which behaviours.tsv does not know"
        if not row["covered"]:
            yield f"{name} is not covered"


def markdown(table):
    counts = table["counts"]
    lines = ["# Coverage", "",
             f"{counts['with_cases']} of {counts['behaviours']} behaviours have cases "
             f"({counts['cases']} in all), {counts['cannot_run']} cannot run anywhere; "
             f"{counts['upstream_covered']} of {counts['upstream_tests']} upstream tests are "
             "covered.", "",
             "| behaviour | rule | cases | upstream tests |", "|---|---|---|---|"]
    for row in table["behaviours"]:
        cases = "<br>".join(row["cases"]) or "none: " + row["reason"]
        rule = row["statement"].replace("|", "\\|")
        lines.append(f"| {row['id']} | {rule} | {cases} | {'<br>'.join(row['upstream'])} |")
    lines += ["", "| upstream test | versions | behaviours |", "|---|---|---|"]
    lines += [f"| {row['source']}: {row['test']} | {row['versions'].replace(',', ', ')} "
              f"| {', '.join(row['behaviours'])} |" for row in table["upstream"]]
    return "\n".join(lines) + "\n"


def write(folder, table):
    os.makedirs(folder, exist_ok=True)
    for name, text in (("coverage.json", json.dumps(table, indent=1) + "\n"),
                       ("coverage.md", markdown(table))):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as stream:
            stream.write(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", required=True, help="build folder, say build/native")
    args = parser.parse_args()
    try:
        cases, errors = session.driver.load_cases(targets.CASES)
        for area, why in errors.items():
            raise targets.Mistake(f"test_{area}.py cannot be loaded: {why}")
        table, wrong = combine(read("behaviours.tsv"), read("upstream-tests.tsv"),
                               read("uncovered.tsv"), list(cases.values()))
        table["steps"] = {name: inspect.getsource(case.function) for name, case in cases.items()}
        folder = os.path.join(args.build, "conformance")
        write(folder, table)
    except (targets.Mistake, OSError) as mistake:
        sys.exit(f"fmmap: {mistake}")
    wrong = list(wrong)
    for line in wrong:
        print(f"fmmap: {line}", file=sys.stderr)
    counts = table["counts"]
    print(f"coverage: {counts['with_cases']} of {counts['behaviours']} behaviours by "
          f"{counts['cases']} cases, {counts['cannot_run']} cannot run; "
          f"{counts['upstream_covered']} of {counts['upstream_tests']} upstream tests; "
          f"{len(wrong)} gaps; {os.path.join(folder, 'coverage.md')}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
