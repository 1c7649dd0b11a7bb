# SPDX-License-Identifier: MPL-2.0
"""Measure every operation of the module against the interpreter's own mmap, for each Python found.

Short rounds of both are interleaved, and of the builtin on a second mapping: what that differs from
the first by is noise. A row shows the median time of one operation and the medians of the rounds'
ratios to the builtin: below 1 the module is faster. Times are the process's own processor time, so
that a busy machine disturbs little. Which pages a mapping gets, and what lies behind it, is each
process's luck: a row that misses its goal by little is measured again in others, and the median of
all counts.
"""
import argparse
import concurrent.futures
import json
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import timeit

PAGE = 4096
TEXT = 1 << 20
GOAL = 1.05       # no operation is to be slower than this ratio
GOAL_AT_ONCE = 0.6  # two searches on two cores: time at once, of time in a row
ROUND = 0.0005    # seconds, about, that one round of one operation lasts
LONG_ROUND = 0.002  # of one of two searches
ROUNDS = {"quick": 15, "full": 101}
AGAIN = 4         # more processes for a row that misses its goal,
LUCK = 1.25       # if not by more than this factor
MORE_AT_ONCE = 4  # times as many rounds for two searches

# name, statement, operations in it. m: a mapping of 64 KiB of text; t: of 1 MiB; both shared and
# of a file with words and lines; l300: one whose lines have 300 bytes; M: the class.
OPERATIONS = [
    ("create and close, anonymous", "M(-1, 4096).close()", 1),
    ("create and close, file", "M(fd, 0).close()", 1),
    ("len(m)", "len(m)", 1),
    ("m[i]", "m[1000]", 1),
    ("m[i] = byte", "m[1000] = 120", 1),
    ("m[a:b], 16 bytes", "m[100:116]", 1),
    ("m[a:b], 64 KiB", "m[:]", 1),
    ("m[a:b:3], 1000 bytes", "m[0:3000:3]", 1),
    ("m[a:b] = data, 16 bytes", "m[100:116] = word", 1),
    ("m[a:b] = data, 64 KiB", "m[:] = content", 1),
    ("read(16)", "m.seek(0)\nfor _ in hundred: m.read(16)", 100),
    ("read_byte()", "m.seek(0)\nfor _ in hundred: m.read_byte()", 100),
    ("readline()", "m.seek(0)\nfor _ in hundred: m.readline()", 100),
    ("readline(), 300 bytes", "l300.seek(0)\nfor _ in hundred: l300.readline()", 100),
    ("readline(), 1000 bytes", "l1000.seek(0)\nfor _ in hundred: l1000.readline()", 100),
    ("write(data), 16 bytes", "m.seek(0)\nfor _ in hundred: m.write(word)", 100),
    ("write_byte(byte)", "m.seek(0)\nfor _ in hundred: m.write_byte(120)", 100),
    ("seek(position)", "m.seek(1000)", 1),
    ("tell()", "m.tell()", 1),
    ("size()", "m.size()", 1),
    ("memoryview(m)", "memoryview(m).release()", 1),
    ("for byte in m, 64 KiB", "for _ in m: pass", 1 << 16),
    ("move, 1000 bytes", "m.move(0, 2048, 1000)", 1),
    ("resize, there and back", "r.resize(8192); r.resize(4096)", 1),
    ("flush of clean pages", "m.flush()", 1),
    ("find, near hit", "m.find(word, 0, 200)", 1),
    ("find, 1 byte absent, 64 KiB", "m.find(b'\\0', 0)", 1),
    ("find, 8 bytes absent, 1 MiB", "t.find(b'absentee', 0)", 1),
    ("find, 100 bytes absent, 1 MiB", "t.find(needle, 0)", 1),
    ("rfind, near hit", "m.rfind(word, 0, 200)", 1),
    ("rfind, 1 byte absent, 64 KiB", "m.rfind(b'\\0', 0)", 1),
    ("rfind, 8 bytes absent, 1 MiB", "t.rfind(b'absentee', 0)", 1),
    ("rfind, 100 bytes absent, 1 MiB", "t.rfind(needle, 0)", 1),
]
WAITING = ["flush of clean pages"]  # for the device: measured by the clock on the wall


# ---- Inside the interpreter under test, Python 3.6 and PyPy included --------------------------

def text(length):
    """Words and lines, the same in every run."""
    choice = random.Random(1)
    words = ["".join(choice.choice("etaoinshrdlucmfwypvbgk") for _ in range(choice.randint(1, 9)))
             for _ in range(500)]
    lines = []
    size = 0
    while size < length:
        lines.append(" ".join(choice.choice(words) for _ in range(choice.randint(3, 12))))
        size += len(lines[-1]) + 1
    return ("\n".join(lines) + "\n").encode()[:length]


def lines(length):
    """100 lines of that many bytes."""
    return (b"x" * (length - 1) + b"\n") * 100


def names_for(module, folder, content):
    """What the statements see; its own files, so that neither module warms the other's."""
    names = {"M": module.mmap, "word": content[100:116], "hundred": range(100),
             "content": content[:1 << 16], "needle": content[:99] + b"\0"}
    for name, data in (("m", names["content"]), ("t", content), ("r", content[:PAGE]),
                       ("l300", lines(300)), ("l1000", lines(1000))):
        descriptor, _ = tempfile.mkstemp(dir=folder)
        os.write(descriptor, data)
        names[name] = module.mmap(descriptor, 0)
        names.setdefault("fd", descriptor)
    return names


def rounds_of(statement, names, count, clock):
    """Times of one loop in each of the names, in rounds that last as long for the builtin."""
    timers = [timeit.Timer(statement, timer=clock, globals=one) for one in names]
    loops = 1
    while timers[0].timeit(loops) < ROUND:
        loops *= 2
    for timer in timers:
        timer.timeit(loops)  # what compiles while it runs has done so now
    for _ in range(count):
        yield [timer.timeit(loops) / loops for timer in timers]


def median(values):
    return sorted(values)[len(values) // 2]


def row(name, statement, operations, names, count):
    clock = time.perf_counter if name in WAITING else time.process_time
    times = list(rounds_of(statement, names, count, clock))
    builtin, again, ours = [median(column) / operations for column in zip(*times)]
    return {"name": name, "goal": GOAL, "builtin": builtin, "fmmap": ours,
            "noise": median([one[1] / one[0] for one in times]),
            "ratio": median([one[2] / one[0] for one in times])}


def measure(count, chosen):
    """Print a line of JSON for each row, or each chosen one."""
    import fmmap
    import mmap
    content = text(TEXT)
    if not chosen or AT_ONCE in chosen:
        print(json.dumps(at_once([mmap, fmmap], content, count)), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        names = [names_for(module, folder, content) for module in (mmap, mmap, fmmap)]
        for operation in OPERATIONS:
            if not chosen or operation[0] in chosen:
                print(json.dumps(row(*operation, names, count)), flush=True)


# Two searches, in a row and at once: in two threads, and as a measure of what the machine can do at
# all in two processes. Each module's searches last as long.

AT_ONCE = "two searches on two cores"

searches = {}  # module -> its two; processes inherit it


class Search:
    """Some finds of an absent needle in a mapping of its own."""

    def __init__(self, module, content):
        self.mapping = module.mmap(-1, 4 * TEXT)
        self.mapping[:] = content * 4
        self.loops = 1
        while timeit.timeit(self, number=1) < LONG_ROUND:
            self.loops *= 2

    def __call__(self):
        for _ in range(self.loops):
            self.mapping.find(b"absentee", 0)


def run(module, numbers):
    for number in numbers:
        searches[module][number]()


def seconds(call, *parts):
    """That the parts take, which call starts and whose results wait."""
    start = time.perf_counter()
    for started in [call(*part) for part in parts]:
        started()
    return time.perf_counter() - start


def at_once(modules, content, count):
    """Least time at once, of least time in a row, of some rounds."""
    names = [module.__name__ for module in modules]
    for module in modules:
        searches[module.__name__] = [Search(module, content) for _ in range(2)]
    least = {}
    with multiprocessing.get_context("fork").Pool(2) as processes, \
            concurrent.futures.ThreadPoolExecutor(2) as threads:
        def thread(*arguments):
            return threads.submit(run, *arguments).result

        def process(*arguments):
            return processes.apply_async(run, arguments).get

        for _ in range(count * MORE_AT_ONCE):
            for title, call, name in [(name, thread, name) for name in names] + [
                    ("processes", process, names[-1])]:
                in_a_row = seconds(call, (name, [0, 1]))
                together = seconds(call, (name, [0]), (name, [1]))
                before = least.get(title, (in_a_row, together))
                least[title] = (min(before[0], in_a_row), min(before[1], together))
    ratios = {title: together / in_a_row for title, (in_a_row, together) in least.items()}
    return {"name": AT_ONCE, "goal": GOAL_AT_ONCE, "builtin": ratios[names[0]],
            "ratio": ratios[names[1]], "processes": ratios["processes"]}


# ---- On the host ------------------------------------------------------------------------------

def duration(seconds):
    for unit, size in (("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return "{:.3g} {}".format(seconds / size, unit)
    return "{:.3g} ns".format(seconds * 1e9)


def rows_of(interpreter, build, count, chosen=()):
    """Measure in a process of its own."""
    module = os.path.abspath(os.path.join(build, "python", interpreter.tag))
    process = subprocess.Popen(
        [interpreter.path, os.path.abspath(__file__), "--inside", str(count), *chosen],
        env=dict(os.environ, PYTHONPATH=module), stdout=subprocess.PIPE, universal_newlines=True)
    for line in process.stdout:
        yield json.loads(line)
    if process.wait() != 0:
        sys.exit("bench: {} ended with status {}".format(interpreter.name, process.returncode))


def shown(row):
    if row["name"] == AT_ONCE:
        return "{name:<32} {builtin:>10.2f} {ratio:>10.2f}   of their time in a row; " \
            "as two processes {processes:.2f}".format(**row)
    return "{:<32} {:>10} {:>10} {:>7.2f} {:>7.2f}".format(
        row["name"], duration(row["builtin"]), duration(row["fmmap"]), row["ratio"], row["noise"])


def report(interpreter, build, count):
    """Print one table; the rows that miss a goal."""
    print("\n{:<32} {:>10} {:>10} {:>7} {:>7}".format(
        interpreter.name, "builtin", "fmmap", "ratio", "noise"))
    tried = {}
    missed = []

    def show(rows):
        row = sorted(rows, key=lambda one: one["ratio"])[len(rows) // 2]
        misses = row["ratio"] > row["goal"]
        print(shown(row) + ("  slower" if misses else "") +
              ("  of {} processes".format(len(rows)) if len(rows) > 1 else ""), flush=True)
        if misses:
            missed.append("{:<16} {}".format(interpreter.name, shown(row)))

    for row in rows_of(interpreter, build, count):
        if row["goal"] < row["ratio"] <= row["goal"] * LUCK:
            tried[row["name"]] = [row]
        else:
            show([row])
    for _ in range(AGAIN if tried else 0):
        for row in rows_of(interpreter, build, count, tried):
            tried[row["name"]].append(row)
    for rows in tried.values():
        show(rows)
    return missed


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default="build/native", help="folder with the built modules")
    parser.add_argument("--profile", choices=ROUNDS, default="quick")
    parser.add_argument("--python", help="only this interpreter")
    parser.add_argument("--inside", type=int, help=argparse.SUPPRESS)
    parser.add_argument("chosen", nargs="*", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        measure(options.inside, options.chosen)
        return
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..",
                                    "conformance", "harness"))
    import interpreters
    found = [one for one in interpreters.find() if one.headers]
    if options.python:
        path = os.path.realpath(shutil.which(options.python) or options.python)
        found = [one for one in found if os.path.realpath(one.path) == path]
        if not found:
            sys.exit("bench: {} is none of the interpreters found".format(options.python))
    missed = []
    for interpreter in found:
        missed += report(interpreter, options.build, ROUNDS[options.profile])
    print("\nrows that miss their goal: {}".format(len(missed)))
    for row in missed:
        print("  " + row)


if __name__ == "__main__":
    main()
