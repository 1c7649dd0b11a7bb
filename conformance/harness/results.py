# SPDX-License-Identifier: MPL-2.0
"""Result files: JSON Lines with a header and a footer, and the same as JUnit XML.

A file without its footer was cut short, and readers refuse it.
"""
import collections
import json
import os
import xml.etree.ElementTree as xml

SCHEMA = 1


class Writer:
    """Writes one target's verdicts as they come, to a file of its own that takes the place of an
    older one once it is whole: two runs at once do not mix, and one that is cut short costs
    nothing."""

    def __init__(self, path):
        self.path, self.own = path, f"{path}.{os.getpid()}"
        self.stream = open(self.own, "w", encoding="utf-8")
        self.whole = False
        self.counts = collections.Counter()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()
        if self.whole:
            os.replace(self.own, self.path)
        else:
            os.remove(self.own)

    def header(self, **fields):
        self.line(dict({"record": "header", "schema": SCHEMA}, **fields))

    def case(self, record):
        self.counts[record["verdict"]] += 1
        self.line(dict({"record": "case"}, **record))

    def footer(self, seconds):
        self.line({"record": "footer", "cases": sum(self.counts.values()),
                   "verdicts": dict(sorted(self.counts.items())), "seconds": round(seconds, 3)})
        self.whole = True

    def line(self, record):
        self.stream.write(json.dumps(record) + "\n")
        self.stream.flush()


def read(path):
    """Header, case records and footer of a whole result file."""
    try:
        with open(path, encoding="utf-8") as stream:
            records = [json.loads(line) for line in stream]
        header, cases, footer = records[0], records[1:-1], records[-1]
        kinds = [header["record"], footer["record"]] + [case["record"] for case in cases]
    except (ValueError, IndexError, KeyError, TypeError):
        raise ValueError(f"{path}: cut short, or not a conformance result file")
    if kinds[:2] != ["header", "footer"] or set(kinds[2:]) - {"case"}:
        raise ValueError(f"{path}: cut short, or not a conformance result file")
    if header["schema"] != SCHEMA or footer["cases"] != len(cases):
        raise ValueError(f"{path}: schema {header['schema']}, {len(cases)} of "
                         f"{footer['cases']} cases")
    return header, cases, footer


JUNIT_ELEMENT = {"fail": "failure", "fixed": "failure", "crash": "error", "timeout": "error",
                 "broken": "error", "unsupported": "skipped", "deviates": "skipped",
                 "unspecified": "skipped"}


def write_junit(source):
    """TARGET.jsonl as TARGET.junit.xml beside it."""
    header, cases, footer = read(source)
    kinds = collections.Counter(JUNIT_ELEMENT.get(case["verdict"], "pass") for case in cases)
    suite = xml.Element("testsuite", name=header["target"], timestamp=header["started"],
                        tests=str(len(cases)), time=str(footer["seconds"]),
                        failures=str(kinds["failure"]), errors=str(kinds["error"]),
                        skipped=str(kinds["skipped"]))
    for case in cases:
        name = case["case"].split("/", 1)[1]
        element = xml.SubElement(suite, "testcase", name=name, time=str(case["seconds"]),
                                 classname=f"{header['target']}.{case['area']}")
        if case["verdict"] in JUNIT_ELEMENT:
            kind = JUNIT_ELEMENT[case["verdict"]]
            note = xml.SubElement(element, kind, message=printable(
                f"{case['verdict']}: {case['detail']}"))
            if kind != "skipped":
                note.text = f"{case['behaviour']}: {case['rule']}"
    xml.indent(suite)
    xml.ElementTree(suite).write(os.path.splitext(source)[0] + ".junit.xml", "utf-8", True)


def printable(text):
    """XML has no way to write most control characters."""
    return "".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}" for c in text)
