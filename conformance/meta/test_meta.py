# SPDX-License-Identifier: MPL-2.0
"""The suite against deliberately wrong targets: each is caught, and nothing else is."""
import ast
import copy
import functools
import os
import subprocess
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(PROJECT, "conformance", "harness"))

import record   # noqa: E402
import results  # noqa: E402
import suite    # noqa: E402
import targets  # noqa: E402

TIMEOUT = 2
SUITE = suite.Suite(targets.CASES)


def members(folder):
    return sorted(name[:-3] for name in os.listdir(os.path.join(HERE, folder))
                  if name.endswith(".py") and name != "honest.py")


def stated(folder, name, key):
    """The literal that the file assigns to key."""
    with open(os.path.join(HERE, folder, name + ".py")) as stream:
        for node in ast.parse(stream.read()).body:
            if isinstance(node, ast.Assign) and node.targets[0].id == key:
                return ast.literal_eval(node.value)
    raise AssertionError(f"{folder}/{name}.py does not state {key}")


@functools.lru_cache(None)
def c_driver():
    build = os.environ.get("FM_BUILD", "build/native")
    subprocess.run(["make", "-s", f"{build}/conformance/driver-c"], cwd=PROJECT, check=True)
    return os.path.join(PROJECT, build, "conformance", "driver-c")


def concerned(folder, name):
    """The cases that use what is wrong with it, and every fifth of the others."""
    operations, caught = stated(folder, name, "OPERATIONS"), stated(folder, name, "CAUGHT_BY")
    some = copy.copy(SUITE)
    some.chosen = [case for i, case in enumerate(SUITE.chosen) if i % 5 == 0
                   or case.id in caught or record.words_of(case.function).intersection(operations)]
    return some


def target(folder, name):
    if folder == "mutants":
        return targets.Target(name, name, "python", [sys.executable, targets.PYTHON_DRIVER,
                                                     "--module", name, "--path",
                                                     os.path.join(HERE, folder)], [])
    return targets.c_target(name, name, [sys.executable, os.path.join(HERE, folder, name + ".py"),
                                         c_driver()], driver="c")


@pytest.fixture(scope="session")
def verdicts(tmp_path_factory):
    """Verdicts of a member by case, each member run once."""
    @functools.lru_cache(None)
    def of(folder, name):
        place = str(tmp_path_factory.mktemp(name))
        cases = SUITE if name == "honest" else concerned(folder, name)
        suite.run_target(target(folder, name), cases, place, TIMEOUT, lambda *_: None)
        _, records, _ = results.read(os.path.join(place, name + ".jsonl"))
        return {case["case"]: case["verdict"] for case in records}
    return of


@pytest.mark.parametrize("folder, name", [(folder, name) for folder in ("mutants", "liars")
                                          for name in members(folder)])
def test_wrong_target_is_caught(verdicts, folder, name):
    honest, found = verdicts(folder, "honest"), verdicts(folder, name)
    caught = stated(folder, name, "CAUGHT_BY")
    assert {case: found.get(case) for case in caught} == caught
    if "smoke/smoke" in caught:
        assert list(found) == ["smoke/smoke"]
        return
    assert len(found) == len(concerned(folder, name).chosen)
    changed = [case for case in found if found[case] != honest[case]]
    for case in caught:
        assert case in changed
    operations = set(stated(folder, name, "OPERATIONS"))
    assert [case for case in changed if "*" not in operations
            and not operations & record.words_of(SUITE.all[case].function)] == []


@pytest.mark.parametrize("folder", ["mutants", "liars"])
def test_honest_target_passes_most_cases(verdicts, folder):
    found = list(verdicts(folder, "honest").values())
    assert set(found) <= {"pass", "fail", "unsupported", "unspecified"}
    assert found.count("pass") > 100
