# SPDX-License-Identifier: MPL-2.0
"""Run each interpreter's own test_mmap on the module that was built for it.

The files are the interpreters' own; PyPy, which ships none, gets those of a CPython of its
language version. A test may differ only where upstream.toml says so, and must then.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / "conformance" / "harness"))

import interpreters  # noqa: E402

FIND_TESTS = """
import importlib.util, json, os
def has(name):
    try:
        return importlib.util.find_spec(name) is not None
    except Exception:  # with the global lock, test.test_free_threading is a SkipTest
        return False
modules = [name for name in ("test.test_mmap", "test.test_free_threading.test_mmap") if has(name)]
print(json.dumps({"modules": modules, "library": os.path.dirname(os.__file__)}))
"""


def version(text):
    return tuple(map(int, text.split(".")))


def tests_of(interpreter):
    run = subprocess.run([interpreter.path, "-c", FIND_TESTS], stdout=subprocess.PIPE, check=True)
    return json.loads(run.stdout)


def predates(language, bounds):
    """Whether the version is older than the first of its own release series that has the change,
    or than the last bound."""
    for bound in map(version, bounds):
        if bound[:2] == language[:2]:
            return language < bound
    return language < version(bounds[-1])


def differences_for(interpreter, entries):
    return [entry for entry in entries
            if predates(interpreter.language, entry["before"])
            and entry.get("implementation", interpreter.implementation)
            == interpreter.implementation]


def judge(outcomes, expected):
    """Problems, one line each, of outcomes that upstream.toml does not foresee."""
    problems = []
    for test, (outcome, text) in sorted(outcomes.items()):
        entry = expected.get(test)
        if entry is None or outcome == "skip":
            foreseen = outcome in ("pass", "skip")
        elif "raised" in entry:
            foreseen = outcome == "raises"
        else:
            foreseen = outcome == "fail" and entry["shows"] in text
        if not foreseen:
            rule = f"not the difference of {entry['behaviour']}: " if entry else ""
            problems.append(f"{test}: {rule}{text or outcome}")
    return problems


def check(interpreter, build, tests, entries):
    """(passed, problems) of one interpreter, with a line printed."""
    module = pathlib.Path(build) / "python" / interpreter.tag
    differences = differences_for(interpreter, entries)
    expected = {entry["test"]: entry for entry in differences}
    request = dict(tests, raises=[[entry["test"], entry["expected"], entry["raised"]]
                                  for entry in differences if "raised" in entry])
    run = subprocess.run(
        [interpreter.path, HERE / "upstream_inside.py", json.dumps(request)],
        env=dict(os.environ, PYTHONPATH=str(module.resolve())), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if run.returncode != 0:
        last = (run.stderr.strip().splitlines() or ["no message"])[-1]
        return 0, [f"ended with status {run.returncode}: {last}"]
    outcomes = json.loads(run.stdout)
    problems = judge(outcomes, expected)
    kinds = [outcome for outcome, _ in outcomes.values()]
    skipped = kinds.count("skip")
    differing = sum(test in outcomes and outcomes[test][0] != "skip" for test in expected)
    passed = len(outcomes) - skipped - len(problems)
    print(f"{interpreter.name:18} {passed:3} passed, {differing} of them differ as listed, "
          f"{skipped} skipped by themselves, {len(problems)} failed")
    return passed, problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default="build/native", help="folder with the built modules")
    build = parser.parse_args().build
    entries = tomllib.loads((HERE / "upstream.toml").read_text())["difference"]
    found = [one for one in interpreters.find() if one.headers]
    tests = {one: tests_of(one) for one in found}
    borrowed = {one.language[:2]: tests[one] for one in found
                if one.implementation == "cpython" and tests[one]["modules"]}
    passed = failed = 0
    for one in found:
        chosen = tests[one]
        if chosen["modules"]:
            chosen = dict(chosen, library=None)
        elif one.implementation != "cpython" and one.language[:2] in borrowed:
            chosen = borrowed[one.language[:2]]
        else:
            print(f"{one.name:18} not run: it has no test.test_mmap; Debian's is in "
                  f"libpython{one.language[0]}.{one.language[1]}-testsuite")
            continue
        count, problems = check(one, build, chosen, entries)
        passed += count
        failed += len(problems)
        for problem in problems:
            print(f"  {one.name}: {problem}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
