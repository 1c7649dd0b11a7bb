# SPDX-License-Identifier: MPL-2.0
"""From workloads to the inputs that fmmap-bench reads, with the expected answers.

The answers are computed here by Python's own bytes.find, which shares no code with any strategy,
and compared with those that the workload's file states. The same workload gives the same bytes.
An input that was made from the same files before is left as it is.
"""

import argparse
import hashlib
import json
import pathlib
import sys

import expression
import texts
import workload as workloads_of

HERE = pathlib.Path(__file__).parent
WORKLOADS = HERE.parent / "workloads"
PAGE = 4096  # input.c's ALIGNMENT
MODULES = (HERE / "expression.py", HERE / "texts.py", HERE / "workload.py", HERE / "prepare.py")


# ---- Expected answers -------------------------------------------------------------------------

def first_match(haystack, needle):
    """Offset of the leftmost occurrence or None. Linear since Python 3.10."""
    at = haystack.find(needle)
    return None if at < 0 else at


def last_match(haystack, needle):
    """Offset of the rightmost occurrence or None, found forwards in what is turned around:
    bytes.rfind is quadratic at worst."""
    at = haystack[::-1].find(needle[::-1])
    return None if at < 0 else len(haystack) - at - len(needle)


def all_matches(haystack, needle, direction):
    """Offsets of the occurrences that do not overlap, from the left or from the right."""
    if direction == "reverse":
        turned = all_matches(haystack[::-1], needle[::-1], "forward")
        return [len(haystack) - at - len(needle) for at in turned]
    found, at = [], haystack.find(needle)
    while at >= 0:
        found.append(at)
        at = haystack.find(needle, at + len(needle))
    return found


def answer(model, haystack, needle, direction):
    """Offsets a right strategy reports, and how many bytes it has to pass to know them."""
    n, m = len(haystack), len(needle)
    if model == "all":
        return all_matches(haystack, needle, direction), n
    at = (first_match if direction == "forward" else last_match)(haystack, needle)
    if at is None:
        return [], n
    return [at], at + m if direction == "forward" else n - at


# ---- The bytes of a workload ------------------------------------------------------------------

def _fail(workload, key, problem):
    raise workloads_of.WorkloadError(f"{workload.file}: {key}: {problem}")


def _evaluate(workload, evaluation, key, source):
    try:
        return evaluation.value(source)
    except expression.ExpressionError as error:
        return _fail(workload, key, error)


def _as_list(workload, key, value):
    value = value if isinstance(value, list) else [value]
    if not value or not all(isinstance(item, bytes) and item for item in value):
        _fail(workload, key, "must give bytes, and some")
    return value


def _needles(workload, evaluation):
    needles = workload.story.get("needles")
    if isinstance(needles, list):
        return _as_list(workload, "needles", [needle.encode() for needle in needles])
    key = "needles" if needles else "needle"
    return _as_list(workload, key, _evaluate(workload, evaluation, key, workload.story[key]))


def _pairs(workload, evaluation):
    """The (haystack, needle) pairs of a workload."""
    story = workload.story
    if "cases" in story:
        pairs = _evaluate(workload, evaluation, "cases", story["cases"])
        if not isinstance(pairs, list) or not pairs or not all(
                isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
            _fail(workload, "cases", "must give a list of (haystack, needle)")
        _as_list(workload, "cases", [part for pair in pairs for part in pair])
        return pairs
    key = "haystack" if "haystack" in story else "haystacks"
    haystacks = _as_list(workload, key, _evaluate(workload, evaluation, key, story[key]))
    evaluation.variables["haystack"] = haystacks[0]
    needles = _needles(workload, evaluation)
    return [(haystack, needle) for haystack in haystacks for needle in needles]


def _stated(workload, evaluation):
    """The answer that the file states: a list of counts (model all) or offsets, None for absent;
    or None if it states none."""
    stated = workload.story.get("expect")
    if isinstance(stated, dict):
        if workload.direction not in stated:
            _fail(workload, "expect", f"says nothing of direction {workload.direction}")
        stated = stated[workload.direction]
    if stated is None:
        return None
    values = []
    for value in stated if isinstance(stated, list) else [stated]:
        if isinstance(value, str) and value != "absent":
            value = _evaluate(workload, evaluation, "expect", value)
        values.append(None if value == "absent" else value)
    return values


def _check_stated(workload, evaluation, pairs, answers):
    """Compare what the file states with the answers, which are those of the unmirrored pairs."""
    stated = _stated(workload, evaluation)
    if workload.story["model"] == "absent":
        stated = stated or [None]
    if stated is None:
        return
    if len(stated) == 1:
        stated = stated * len(pairs)
    if len(stated) != len(pairs):
        _fail(workload, "expect", f"{len(stated)} answers for {len(pairs)} searches")
    for (_, needle), said, found in zip(pairs, stated, answers):
        real = len(found) if workload.story["model"] == "all" else (found or [None])[0]
        if said != real:
            _fail(workload, "expect", f"{'absent' if said is None else said} for needle "
                  f"{needle[:40]!r}, but it is {'absent' if real is None else real}")


def _mirrored(workload):
    return workload.direction == "reverse" and workload.story.get("mirror", False)


def _origin(used):
    origins, licences = [], []
    for function, corpus in used:
        if corpus:
            about = texts.corpus(corpus)
            origins.append(about["origin"])
            licences.append(about["licence"])
        else:
            summary = texts.FUNCTIONS[function].__doc__.split("\n")[0]
            origins.append(f"generated: {summary}")
            licences.append("MPL-2.0")
    return ("; ".join(dict.fromkeys(origins)) or "written into the workload's file",
            "; ".join(dict.fromkeys(licences)) or "MPL-2.0")


def build(workload):
    """The input file's bytes and what the result file says of the workload."""
    story, model = workload.story, workload.story["model"]
    evaluation = expression.Evaluation(
        {key: value.encode() if isinstance(value, str) else value
         for key, value in workload.parameters.items() if key != "direction"})
    pairs = _pairs(workload, evaluation)
    stated_direction = "forward" if _mirrored(workload) else workload.direction
    answers = [answer(model, haystack, needle, stated_direction) for haystack, needle in pairs]
    _check_stated(workload, evaluation, pairs, [found for found, _ in answers])
    if model == "first" and not all(found for found, _ in answers):
        _fail(workload, "model", "first needs needles that occur; this one has an absent one")
    if "align" in workload.parameters and any(len(haystack) < PAGE for haystack, _ in pairs):
        _fail(workload, "parameters.align", f"is for haystacks of {PAGE} bytes or more: shorter "
              "ones lie one behind the other")
    if model == "streaming" and len(pairs) != 1:
        _fail(workload, "model", "streaming needs one haystack and one needle")
    if _mirrored(workload):
        pairs = [(haystack[::-1], needle[::-1]) for haystack, needle in pairs]
        answers = [answer(model, haystack, needle, "reverse") for haystack, needle in pairs]
    origin, licence = _origin(evaluation.used)
    lengths = sorted({len(haystack) for haystack, _ in pairs})
    description = {
        "model": model, "title": story["title"], "group": story["group"],
        "why": story["why"].strip(),
        **{key: story[key].strip() for key in ("represents", "defeats", "notice") if key in story},
        "origin": origin, "licence": licence, "file": workload.stem,
        "haystack": next(story[key] for key in ("haystack", "haystacks", "cases") if key in story),
        "needle": story.get("needle", story.get("needles", "as in cases")),
        "n": lengths[-1], "n_least": lengths[0],
        "needles": sorted({len(needle) for _, needle in pairs}), "searches": len(pairs),
        "direction": workload.direction, "mirrored": _mirrored(workload),
        "parameters": {k: v for k, v in workload.parameters.items() if k != "direction"},
        "profile": "quick" if workload.quick else "full",
        "matches": sum(len(found) for found, _ in answers),
        "bytes": sum(looked for _, looked in answers),
    }
    if len(pairs) == 1 and model != "all":
        description["expect"] = answers[0][0][0] if answers[0][0] else "absent"
    return _encode(workload, pairs, answers), description


def _record(key, value):
    value = value if isinstance(value, bytes) else str(value).encode()
    return b"%s:%d:%s\n" % (key.encode(), len(value), value)


def _encode(workload, pairs, answers):
    records = [_record("name", workload.name), _record("model", workload.story["model"]),
               _record("direction", workload.direction),
               _record("align", workload.parameters.get("align", 0)),
               _record("advice", workload.parameters.get("advice", "none"))]
    haystacks = {haystack: i for i, haystack in enumerate(dict.fromkeys(h for h, _ in pairs))}
    needles = {needle: i for i, needle in enumerate(dict.fromkeys(needle for _, needle in pairs))}
    records += [_record("haystack", haystack) for haystack in haystacks]
    records += [_record("needle", needle) for needle in needles]
    for (haystack, needle), (found, looked) in zip(pairs, answers):
        total = sum(at + 1 for at in found) % 2**64
        records.append(_record("case", f"{haystacks[haystack]} {needles[needle]} {len(found)} "
                                       f"{total} {looked}"))
    return b"".join(records)


# ---- Files ------------------------------------------------------------------------------------

def _digest(workload):
    digest = hashlib.sha256(repr((workload.name, sorted(workload.parameters.items()))).encode())
    for path in (workload.file, *MODULES, *sorted(texts.CORPORA.glob("*.toml"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def prepare(workload, folder):
    """Write the workload's input below the folder unless it is there already; its path and
    description."""
    path = folder / f"{workload.name}.input"
    about_path = folder / f"{workload.name}.json"
    digest = _digest(workload)
    try:
        about = json.loads(about_path.read_text(encoding="utf-8"))
        if about["digest"] == digest and path.stat().st_size == about["size"]:
            return path, about["description"]
    except (OSError, ValueError, KeyError):
        pass  # absent or from an interrupted run: made anew
    data, description = build(workload)
    folder.mkdir(parents=True, exist_ok=True)
    about_path.unlink(missing_ok=True)
    path.write_bytes(data)
    about_path.write_text(json.dumps(
        {"digest": digest, "size": len(data), "description": description}), encoding="utf-8")
    return path, description


def main():
    parser = argparse.ArgumentParser(description="Prepare workloads for fmmap-bench.")
    parser.add_argument("files", nargs="*", type=pathlib.Path, help="workload files; default: all")
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True,
                        help="folder for the inputs")
    arguments = parser.parse_args()
    try:
        files = arguments.files or sorted(WORKLOADS.glob("*.toml"))
        for workload in (workload for path in files for workload in workloads_of.read(path)):
            path, about = prepare(workload, arguments.output)
            print(f"{path}: {about['searches']} searches, {about['matches']} matches")
    except (workloads_of.WorkloadError, OSError) as error:
        sys.exit(f"prepare.py: {error}")


if __name__ == "__main__":
    main()
