# SPDX-License-Identifier: MPL-2.0
"""Measure every operation of the module against the interpreter's own mmap, for each Python found.

Short rounds of both are interleaved. A row shows the median time of one operation and the median
of the rounds' ratios: below 1 the module is faster. Times are the process's own processor time, so
that a busy machine disturbs little.
"""
import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import timeit

PAGE = 4096
TEXT = 1 << 20
GOAL = 1.05  # no operation is to be slower than this ratio
ROUND = 0.001  # seconds, about, that one round of one operation lasts

# name, statement, operations in it. m: a mapping of 64 KiB of text; t: of 1 MiB; both shared and
# of a file with words and lines; M: the class.
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


def names_for(module, folder):
    """What the statements see; its own files, so that neither module warms the other's."""
    content = text(TEXT)
    names = {"M": module.mmap, "word": content[100:116], "hundred": range(100),
             "content": content[:1 << 16], "needle": content[:99] + b"\0"}
    for name, size in (("m", 1 << 16), ("t", TEXT), ("r", PAGE)):
        path = os.path.join(folder, module.__name__ + name)
        with open(path, "wb") as file:
            file.write(content[:size])
        descriptor = os.open(path, os.O_RDWR)
        names[name] = module.mmap(descriptor, 0)
        names.setdefault("fd", descriptor)
    return names


def rounds_of(statement, names, count):
    """Timers of both modules with the number of loops that fills a round of the builtin."""
    timers = [timeit.Timer(statement, timer=time.process_time, globals=one) for one in names]
    loops = 1
    while timers[0].timeit(loops) < ROUND:
        loops *= 2
    for timer in timers:
        timer.timeit(loops)  # what compiles while it runs has done so now
    for _ in range(count):
        yield [timer.timeit(loops) / loops for timer in timers]


def median(values):
    return sorted(values)[len(values) // 2]


def measure(count):
    import fmmap
    import mmap
    with tempfile.TemporaryDirectory() as folder:
        names = [names_for(module, folder) for module in (mmap, fmmap)]
        for name, statement, operations in OPERATIONS:
            times = list(rounds_of(statement, names, count))
            row = {"name": name, "ratio": median([ours / theirs for theirs, ours in times])}
            row["builtin"], row["fmmap"] = [median(column) / operations for column in zip(*times)]
            print(json.dumps(row), flush=True)


# ---- On the host ------------------------------------------------------------------------------

def duration(seconds):
    for unit, size in (("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return "{:.3g} {}".format(seconds / size, unit)
    return "{:.3g} ns".format(seconds * 1e9)


def report(interpreter, build, count):
    """Print one table; the rows that miss the goal."""
    module = os.path.abspath(os.path.join(build, "python", interpreter.tag))
    process = subprocess.Popen(
        [interpreter.path, os.path.abspath(__file__), "--inside", "--rounds", str(count)],
        env=dict(os.environ, PYTHONPATH=module), stdout=subprocess.PIPE, universal_newlines=True)
    print("\n{:<32} {:>10} {:>10} {:>7}".format(interpreter.name, "builtin", "fmmap", "ratio"))
    missed = []
    for line in process.stdout:
        row = json.loads(line)
        mark = "  slower" if row["ratio"] > GOAL else ""
        print("{:<32} {:>10} {:>10} {:>7.2f}{}".format(
            row["name"], duration(row["builtin"]), duration(row["fmmap"]), row["ratio"], mark),
            flush=True)
        if mark:
            missed.append((interpreter.name, row["name"], row["ratio"]))
    if process.wait() != 0:
        sys.exit("bench: {} ended with status {}".format(interpreter.name, process.returncode))
    return missed


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default="build/native", help="folder with the built modules")
    parser.add_argument("--rounds", type=int, default=51, help="of each operation")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        measure(options.rounds)
        return
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..",
                                    "conformance", "harness"))
    import interpreters
    missed = []
    for interpreter in interpreters.find():
        if interpreter.headers:
            missed += report(interpreter, options.build, options.rounds)
    print("\n{} rows slower than {} times the builtin{}".format(
        len(missed), GOAL, ":" if missed else ""))
    for interpreter, name, ratio in missed:
        print("  {:<20} {:<32} {:.2f}".format(interpreter, name, ratio))


if __name__ == "__main__":
    main()
