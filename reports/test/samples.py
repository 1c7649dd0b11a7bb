# SPDX-License-Identifier: MPL-2.0
"""Small result files as the benchmark and the suite write them, for the tests."""
import copy
import json
import random

WORKLOADS = {
    "english_rare": {"model": "first", "group": "english", "why": "A rare word in prose.",
                     "represents": "looking up a word", "origin": "King James Bible",
                     "licence": "public domain", "haystack": "bible", "n": 1 << 20,
                     "needles": [9], "direction": "forward", "expect": "one match"},
    "english_common": {"model": "absent", "group": "english", "why": "Common bytes only.",
                       "represents": "text search", "origin": "King James Bible",
                       "licence": "public domain", "haystack": "bible", "n": 1 << 20,
                       "needles": [4], "direction": "reverse", "expect": "absent"},
    "periodic": {"model": "absent", "group": "hostile", "why": "a^n against a^m b a^m.",
                 "defeats": "naive", "origin": "generated", "licence": "none needed",
                 "haystack": "aaaa…", "n": 1 << 16, "needles": [65], "direction": "forward"},
    "tiny": {"model": "tiny", "group": "tiny", "why": "Sixteen bytes: set-up is all.",
             "represents": "parsing", "origin": "generated", "licence": "none needed",
             "haystack": "random", "n": 16, "needles": [2, 3], "direction": "forward"},
    **{f"length.m{m}": {"model": "absent", "group": "profile", "title": "Needle lengths",
                        "why": "Nothing but the length differs.", "file": "length",
                        "notice": "It should be flat.", "represents": "a needle length",
                        "origin": "generated", "licence": "none needed", "haystack": "random(n)",
                        "n": 1 << 18, "needles": [m], "direction": "forward",
                        "parameters": {"m": m}} for m in (1, 4, 16, 64)},
}
WORKLOADS["python_text"] = {
    "model": "python", "group": "python", "why": "The whole call.", "n": 1 << 16, "needles": [8],
    "represents": "a program", "origin": "generated", "licence": "none needed",
    "haystack": "random", "direction": "forward"}
PYTHON_SPEED = {"mmap_cpython_3.11": 1.0, "fmmap_cpython_3.11": 0.1}
STRATEGIES = {
    "auto": {"summary": "Picks by size.", "source": "ours", "worst_case": "linear",
             "available": True, "origin": "fmmap"},
    "naive": {"summary": "Compares at every offset.", "source": "folklore",
              "worst_case": "n*m: a^n against a^m b", "available": True, "origin": "fmmap"},
    "memmem": {"summary": "The platform's.", "source": "libc", "worst_case": "linear",
               "available": True, "origin": "glibc 2.36"},
    "libc_klibc": {"summary": "klibc's.", "source": "libc", "worst_case": "linear",
                   "available": True, "origin": "klibc 2.0"},
    "libc_klibc_memchr": {"summary": "klibc's.", "source": "libc", "worst_case": "n*m",
                          "available": True, "origin": "klibc 2.0"},
    "simd_avx512": {"summary": "64 bytes at a time.", "source": "ours", "worst_case": "linear",
                    "available": False, "origin": "fmmap"},
}
# ns per byte, or per call under the model tiny
SPEED = {"auto": 0.03, "naive": 1.0, "memmem": 0.1, "libc_klibc": 0.2, "libc_klibc_memchr": 0.3}
PATHS = {"tiny": 300.0}


def rows(workload, strategy, factor=1.0, repetitions=9, seed=1, pace=None):
    """Repetitions of one pair, and an aggregate, as Google Benchmark writes them. `pace`: how slow
    the machine was in each round."""
    dice = random.Random(f"{workload} {strategy} {seed}")
    about = WORKLOADS[workload]
    name = f"{about['model']}/{workload}/{strategy}"
    hostile = 40 if workload == "periodic" and strategy == "naive" else 1
    span = about["n"] if about["model"] != "tiny" else PATHS["tiny"]
    for index in range(repetitions):
        time = (SPEED | PYTHON_SPEED)[strategy] * span * hostile * factor
        time *= dice.uniform(0.99, 1.01) * (pace[index] if pace else 1)
        row = {"name": name, "run_name": name, "run_type": "iteration",
               "repetitions": repetitions, "repetition_index": index, "round": index, "threads": 1,
               "iterations": 1000, "real_time": time * 1.01, "cpu_time": time, "time_unit": "ns"}
        if about["model"] != "tiny":
            row["bytes_per_second"] = about["n"] / time * 1e9
        yield row
    yield {"name": name + "_mean", "run_name": name, "run_type": "aggregate",
           "aggregate_name": "mean", "real_time": 1.0, "cpu_time": 1.0, "time_unit": "ns"}


def error_row(workload, strategy, message):
    name = f"{WORKLOADS[workload]['model']}/{workload}/{strategy}"
    return {"name": name, "run_name": name, "run_type": "iteration", "error_occurred": True,
            "error_message": message}


def results(slower=(), seed=1, repetitions=9, complete=True, pace=None, session="", **context):
    """A whole benchmark result; `slower` maps strategies to factors."""
    benchmarks = []
    for workload in WORKLOADS:
        for strategy in PYTHON_SPEED if workload == "python_text" else SPEED:
            if (workload, strategy) == ("english_common", "naive"):
                benchmarks.append(error_row(workload, strategy,
                                            "wrong answer: 7, expected absent <&>"))
            elif (workload, strategy) != ("tiny", "memmem"):
                benchmarks += rows(workload, strategy, dict(slower).get(strategy, 1.0),
                                   repetitions, seed, pace)
    return {
        "context": {"date": "2026-11-22T19:00:00+00:00", "host_name": "sample", "num_cpus": 2,
                    "cpu_model": "Sample CPU", "libc": "glibc 2.36", "compiler": "gcc 12.2",
                    "system": "Debian 12",
                    "compiler_flags": "-O2", "kernel": "Linux 6.1", "load_avg": [0.5, 0.4, 0.3],
                    "cpu_scaling_enabled": False, "library_build_type": "release",
                    "caches": [{"type": "Data", "level": 1, "size": 32768, "num_sharing": 1}],
                    **context},
        "benchmarks": benchmarks,
        "fmmap": {"schema": 1, "complete": complete, "session": session,
                  "workloads": copy.deepcopy(WORKLOADS),
                  "strategies": copy.deepcopy(STRATEGIES),
                  "profile": "quick", "revision": "abc1234",
                  "command": "make bench PROFILE=quick",
                  "complexity": [{"file": "periodic", "direction": "forward", "strategy": "auto",
                                  "n": [1, 2, 4], "exponent": 1.0}],
                  "not_measured": {"peer_x": "install package x & co"},
                  "refused": [{"workload": "tiny", "strategy": "memmem",
                               "reason": "too slow for it"}]},
    }


def verdicts(target, changed=None, platform=None):
    """The lines of one conformance result; `changed` maps cases to verdicts."""
    changed = changed or {}
    cases = [("find", "empty_needle", "MM-FIND-008"), ("find", "start", "MM-FIND-009"),
             ("find", "start_beyond_end", "MM-FIND-009"), ("resize", "grow", "MM-RSZ-001")]
    records = [{"record": "header", "schema": 1, "target": target, "title": f"The {target}",
                "implementation": "CPython", "driver": "python", "command": ["python3"],
                "api": "3.11", "platform": platform or {"os": "linux", "arch": "x86_64",
                                                        "libc": "glibc 2.36", "page_size": 4096},
                "revision": "abc1234", "started": "2026-11-22T19:00:00+00:00"}]
    for area, name, behaviour in cases:
        case = f"{area}/{name}"
        verdict = changed.get(case, "pass")
        records.append({"record": "case", "case": case, "behaviour": behaviour, "area": area,
                        "rule": f"The rule of {name} <b>.", "level": "documented",
                        "since": "3.6", "needs": ["anon"], "verdict": verdict,
                        "detail": "" if verdict == "pass" else "1 != 2 & more",
                        "reference": "https://docs.python.org/3/library/mmap.html"
                        if verdict == "deviates" else "", "seconds": 0.25})
    counted = [record["verdict"] for record in records[1:]]
    records.append({"record": "footer", "cases": len(cases), "seconds": 1.5,
                    "verdicts": {word: counted.count(word) for word in sorted(set(counted))}})
    return "".join(json.dumps(record) + "\n" for record in records)


COVERAGE = {
    "schema": 1,
    "behaviours": [
        {"id": "MM-FIND-008", "area": "find", "statement": "`find` of `b\"\"` <is> found.",
         "cases": ["find/empty_needle"], "upstream": ["suite: Tests.test_find"], "reason": ""},
        {"id": "MM-BUF-017", "area": "buffer", "statement": "Only Python 2 has it.", "cases": [],
         "upstream": [], "reason": "no target speaks Python 2"}],
    "upstream": [{"source": "suite", "versions": "3.6", "test": "Tests.test_find",
                  "behaviours": ["MM-FIND-008"], "covered": True}],
    "steps": {"find/empty_needle": "def test_empty_needle(anon):\n    assert anon(b'') < 1\n"},
}


def write(folder):
    """One of each: returns the result file and the conformance folder."""
    (folder / "conformance").mkdir()
    path = folder / "results.json"
    path.write_text(json.dumps(results()))
    for name, changed in (("builtin-3.11", {}), ("builtin-3.6", {"find/start": "fail"}),
                          ("pypy", {"resize/grow": "deviates", "find/empty_needle": "crash"}),
                          ("libfmmap", {"resize/grow": "unsupported"})):
        (folder / "conformance" / f"{name}.jsonl").write_text(verdicts(name, changed))
    (folder / "conformance" / "coverage.json").write_text(json.dumps(COVERAGE))
    return path, folder / "conformance"
