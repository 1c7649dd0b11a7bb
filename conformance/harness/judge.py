# SPDX-License-Identifier: MPL-2.0
"""Which cases a target can run, and what an outcome means: the nine verdicts."""
import collections
import math
import os
import tomllib

import targets

VERDICTS = {
    "pass": "the rule holds",
    "fail": "the rule does not hold",
    "crash": "the target died or talked nonsense",
    "timeout": "the target did not answer in time",
    "broken": "our set-up failed",
    "unsupported": "the target cannot run the case",
    "deviates": "a known difference, listed in the target's file",
    "fixed": "a listed difference is gone: remove it from the target's file",
    "unspecified": "recorded, not judged",
}
UNEXPECTED = ("fail", "crash", "timeout", "broken", "fixed")


def vocabulary():
    with open(os.path.join(targets.ROOT, "capabilities.toml"), "rb") as stream:
        return tomllib.load(stream)


CAPABILITIES = vocabulary()


def bare(need):
    """The word of the vocabulary in a need: "resize" of "not resize"."""
    return need[len("not "):] if need.startswith("not ") else need


def padded(version):
    """A level of two numbers stands for all its patch releases."""
    parts = targets.numbers(version)
    return parts if len(parts) > 2 else parts + (math.inf,)


def refusal(case, api, capabilities):
    """Why a target of that API level and with these capabilities cannot run the case, or ""."""
    if targets.numbers(case.since) > padded(api):
        return f"the rule holds since Python {case.since}; the target's API level is {api}"
    if case.until and targets.numbers(api) > padded(case.until):
        return f"the rule held until Python {case.until}; the target's API level is {api}"
    for word in case.needs:
        name = bare(word)
        if name == word and word not in capabilities:
            return f"the target lacks {word}: {CAPABILITIES[word]}"
        if name != word and name in capabilities:
            return f"the target has {name}: {CAPABILITIES[name]}"
    return ""


def mistake(case):
    """What is wrong with the case's own declaration, or ""."""
    for word in case.needs:
        name = bare(word)
        if name not in CAPABILITIES:
            return f"it needs {name!r}, which capabilities.toml does not know"
    if not case.rule:
        return "it has no docstring: the rule in one sentence"
    return ""


def verdict(case, outcome, detail, deviation):
    """Verdict, detail and reference of an outcome; deviation is the listed one, or None."""
    if outcome == "inexpressible":
        return "unsupported", f"C cannot express it: {detail}", ""
    if outcome == "broken":
        return outcome, detail, ""
    if case.level == "unspecified":
        return "unspecified", "the rule holds" if outcome == "pass" else f"{outcome}: {detail}", ""
    if deviation:
        if outcome == "pass":
            return "fixed", f"listed as: {deviation.reason}", deviation.reference
        if outcome == deviation.outcome:
            return "deviates", f"{deviation.reason} ({detail})", deviation.reference
    return outcome, detail, ""


def tally(verdicts):
    """What came out as expected and what did not. A listed deviation is as expected as a pass;
    what was not run or is not judged counts as neither."""
    counts = collections.Counter(verdicts)
    failed = sum(counts.pop(word, 0) for word in UNEXPECTED)
    neither = {word: counts.pop(word, 0) for word in ("unsupported", "unspecified")}
    return (f"{counts['deviates']} deviate as listed; not counted: "
            + ", ".join(f"{n} {word}" for word, n in neither.items())
            + f"\n{sum(counts.values())} passed, {failed} failed")
