# SPDX-License-Identifier: MPL-2.0
"""Nothing is left behind: descriptors, references, memory, whether calls succeed or fail."""
import gc
import os
import sys
import weakref

import fmmap
import pytest

ROUNDS = 300


class Awkward:
    """An index or buffer whose conversion fails, or closes the mapping on the way."""

    def __init__(self, action):
        self.action = action

    def __index__(self):
        return self.action()


def failing():
    raise ZeroDivisionError


def drop(m):
    m.close()
    return 0


class Derived(fmmap.mmap):
    pass


def cycle(m):
    derived = Derived(-1, 10)
    derived.self = derived
    derived.view = memoryview(derived)


# Each gets a mapping of a page, of a file, with "line\n" over and over; most may raise.
BEHAVIOURS = {
    "nothing": lambda m: None,
    "not closed": lambda m: fmmap.mmap(-1, 10),
    "closed twice": lambda m: m.close() or m.close(),
    "with": lambda m: m.__enter__().__exit__(None, None, None),
    "bad descriptor": lambda m: fmmap.mmap(-2, 10),
    "bad arguments": lambda m: fmmap.mmap("x"),
    "bad length": lambda m: fmmap.mmap(-1, -1),
    "bad access": lambda m: fmmap.mmap(-1, 10, access=9),
    "past the end": lambda m: fmmap.mmap(m.descriptor, 0, offset=fmmap.PAGESIZE),
    "item": lambda m: m[3000],
    "item out of range": lambda m: m[1 << 20],
    "huge index": lambda m: m[1 << 80],
    "bad index": lambda m: m["x"],
    "failing index": lambda m: m[Awkward(failing)],
    "closing index": lambda m: m[Awkward(lambda: drop(m))],
    "slice": lambda m: m[5:3000],
    "stepped slice": lambda m: m[::-3],
    "failing slice": lambda m: m[Awkward(failing):],
    "set item": lambda m: m.__setitem__(3, 200),
    "set item to bytes": lambda m: m.__setitem__(3, b"x"),
    "set slice": lambda m: m.__setitem__(slice(0, 3), bytearray(b"abc")),
    "set slice of another size": lambda m: m.__setitem__(slice(0, 3), bytearray(b"abcd")),
    "set slice and close": lambda m: m.__setitem__(slice(Awkward(lambda: drop(m)), 3), b"abc"),
    "set slice to itself": lambda m: m.__setitem__(slice(None, None, -1), m),
    "iterate": lambda m: list(m),
    "contains": lambda m: b"x" in m,
    "view": lambda m: memoryview(m)[5:10].tobytes(),
    "view and close": lambda m: (memoryview(m), m.close()),
    "view of closed": lambda m: (m.close(), memoryview(m)),
    "read": lambda m: (m.read(10), m.read(), m.read()),
    "bad read": lambda m: m.read("x"),
    "readline": lambda m: [m.readline() for _ in range(5)],
    "read_byte": lambda m: m.read_byte(),
    "read_byte at the end": lambda m: (m.seek(0, 2), m.read_byte()),
    "write": lambda m: m.write(memoryview(b"abc")),
    "write a str": lambda m: m.write("abc"),
    "write too much": lambda m: m.write(bytearray(1 << 13)),
    "write_byte": lambda m: m.write_byte(300),
    "seek": lambda m: m.seek(-1),
    "find": lambda m: m.find(bytearray(b"line"), 3, 100),
    "find failing": lambda m: m.find(bytearray(b"line"), Awkward(failing)),
    "find closing": lambda m: m.find(bytearray(b"line"), Awkward(lambda: drop(m))),
    "rfind": lambda m: m.rfind(m, None, None),
    "find str": lambda m: m.find("x"),
    "find in much": lambda m: fmmap.mmap(-1, 1 << 18).rfind(bytearray(b"abc")),
    "move": lambda m: m.move(0, 1, 5000),
    "resize": lambda m: m.resize(100),
    "resize to nothing": lambda m: m.resize(0),
    "resize borrowed": lambda m: (memoryview(m), m.resize(100)),
    "flush": lambda m: m.flush(0, 100, flags=fmmap.MS_ASYNC),
    "flush with nonsense": lambda m: m.flush(flagges=1),
    "madvise": lambda m: m.madvise(fmmap.MADV_NORMAL, 0, None),
    "madvise nonsense": lambda m: m.madvise(12345),
    "size": lambda m: m.size(),
    "set_name": lambda m: m.set_name("name"),
    "repr": lambda m: repr(m),
    "truncated": lambda m: (os.ftruncate(m.descriptor, 0), m[:]),
    "finder": lambda m: fmmap.finder(bytearray(b"line")).count(m),
    "finder of nonsense": lambda m: fmmap.finder(5),
    "finditer": lambda m: list(fmmap.finder(b"line").finditer(m)),
    "finditer abandoned": lambda m: next(fmmap.finder(b"line").finditer(m)),
    "finditer twice round": lambda m: setattr(m, "it", fmmap.finder(b"line").finditer(m)),
    "subclass in a cycle": cycle,
}


class Mapping(fmmap.mmap):
    """Carries the descriptor that is behind it."""


def descriptors():
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_nothing_is_left(file, name):
    handle = file(fmmap.PAGESIZE)
    behaviour = BEHAVIOURS[name]
    dead = []

    def once():
        handle.seek(0)
        handle.write(b"line\n" * 800 + bytes(96))
        handle.flush()
        m = Mapping(handle.fileno(), 0)
        m.descriptor = handle.fileno()
        dead.append(weakref.ref(m))
        try:
            behaviour(m)
        except Exception:
            pass

    def count():
        gc.collect()
        alive = sum(reference() is not None for reference in dead)
        dead.clear()
        return alive, descriptors(), sys.getallocatedblocks()

    for _ in range(20):
        once()
    _, files, blocks = count()
    growth = []
    while not growth or growth[-1] >= ROUNDS // 2 and len(growth) < 4:
        for _ in range(ROUNDS):
            once()
        before = blocks
        alive, files_then, blocks = count()
        assert alive == 0
        assert files_then == files
        growth.append(blocks - before)
    # What leaks does so in each turn; a free-threaded build frees some blocks in a later one
    assert min(growth) < ROUNDS // 2, growth
