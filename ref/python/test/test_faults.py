# SPDX-License-Identifier: MPL-2.0
"""A file that somebody else truncates: OSError from the operation that meets it, and no more."""
import errno
import gc
import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
import tracemalloc

import fmmap
import pytest

MIB = 1 << 20
LENGTH = 64 * MIB
ROUNDS = int(os.environ.get("FM_ROUNDS", "12"))  # of each operation
DATA = bytes(LENGTH)

FIRST, LAST = MIB, LENGTH - MIB  # where an operation that goes up, or down, has just begun

# Operation and a byte that it touches early, though not first
OPERATIONS = {
    "find": (FIRST, lambda m: m.find(b"absent")),
    "rfind": (LAST, lambda m: m.rfind(b"absent")),
    "find of one byte": (FIRST, lambda m: m.find(b"x")),
    "read": (FIRST, lambda m: m.read()),
    "readline": (FIRST, lambda m: m.readline()),
    "slice": (FIRST, lambda m: m[:]),
    "stepped slice": (FIRST, lambda m: m[::4096]),
    "write": (FIRST, lambda m: m.write(DATA)),
    "slice assignment": (FIRST, lambda m: m.__setitem__(slice(0, LENGTH), DATA)),
    "move": (FIRST, lambda m: m.move(0, LENGTH // 2, LENGTH // 2)),
    "finder.count": (FIRST, lambda m: fmmap.finder(b"absent").count(m)),
    "finder.finditer": (FIRST, lambda m: list(fmmap.finder(b"absent").finditer(m))),
}


class Truncator:
    """Another process that truncates the file as soon as somebody has touched a byte of it.

    The file is made of holes, so a page comes into memory when it is touched, and mincore(2) tells.
    An operation that touches the byte and then raises was running when the file was truncated.
    """

    CODE = """if True:
        import ctypes, mmap, os, sys
        descriptor, length = map(int, sys.argv[1:])
        libc = ctypes.CDLL(None, use_errno=True)
        libc.mmap.restype = ctypes.c_void_p
        libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int,
                              ctypes.c_int, ctypes.c_long]
        libc.mincore.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p]
        start = libc.mmap(None, length, mmap.PROT_READ, mmap.MAP_SHARED, descriptor, 0)
        resident = ctypes.create_string_buffer(1)
        for line in sys.stdin:
            page = start + int(line) // mmap.PAGESIZE * mmap.PAGESIZE
            print("watching", flush=True)
            while True:
                if libc.mincore(page, 1, resident) != 0:
                    sys.exit("mincore failed")
                if resident.raw[0] & 1:
                    break
            os.ftruncate(descriptor, 0)
            print("truncated", flush=True)
    """

    def __init__(self, handle, length, newline=None):
        handle.truncate(length)
        self.handle = handle
        self.length = length
        self.newline = newline  # offset of one in the file, or None
        self.process = subprocess.Popen(
            [sys.executable, "-c", self.CODE, str(handle.fileno()), str(length)], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[handle.fileno()], bufsize=1)

    def meets(self, offset, operation):
        """Run the operation on a fresh mapping; whether it met a truncation on its way."""
        self.handle.truncate(self.length)
        if self.newline is not None:
            os.pwrite(self.handle.fileno(), b"\n", self.newline)
        with fmmap.mmap(self.handle.fileno(), 0) as m:
            self.process.stdin.write("{}\n".format(offset))
            assert self.process.stdout.readline() == "watching\n"
            met = False
            try:
                operation(m)
            except OSError as error:
                assert error.errno == errno.EFAULT
                met = True
            assert self.process.stdout.readline() == "truncated\n"
            assert len(m) == self.length and not m.closed and m.tell() == 0 or not met
        return met

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


@pytest.fixture
def truncator(file):
    opened = []

    def make(*arguments):
        opened.append(Truncator(file(0), *arguments))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def unrelated_work():
    """A thread that works all the time; in the end it must have worked, and rightly."""
    stop = threading.Event()
    rounds = []
    block = bytes(range(256)) * 16
    expected = hashlib.sha256(block).hexdigest()

    def work():
        while not stop.is_set():
            rounds.append(hashlib.sha256(bytearray(block)).hexdigest() == expected)

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()
    assert rounds and all(rounds)


def meet(truncator, offset, operation, rounds):
    """Repeat until the truncation met the running operation that often. It ends too early where
    the other process gets no processor in time; one in a thousand meets on any machine."""
    met = attempts = 0
    while met < rounds:
        attempts += 1
        met += truncator.meets(offset, operation)
        assert met * 1000 >= attempts - 1000, "the truncation hardly ever meets it"
    print("{} of {} calls met a truncation on their way".format(met, attempts))


@pytest.mark.parametrize("name", OPERATIONS)
def test_truncation_meets_running_operation(truncator, unrelated_work, name):
    meet(truncator(LENGTH), *OPERATIONS[name], rounds=ROUNDS)


def test_line_that_is_lost_while_it_is_copied(truncator):
    """The bytes object that was made for it is given back."""
    length = MIB - 100
    newline = length // fmmap.PAGESIZE * fmmap.PAGESIZE

    def readline(m):
        m.madvise(fmmap.MADV_RANDOM)  # so that the system brings no page before its time
        assert len(m.readline()) == newline + 1

    one = truncator(length, newline)
    last = newline - 1  # in the last page before; behind it the search is over and the copy begins
    tracemalloc.start()
    meet(one, last, readline, rounds=1)
    gc.collect()
    before, _ = tracemalloc.get_traced_memory()
    meet(one, last, readline, rounds=10)
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < length


SMALL_OPERATIONS = {
    "item": lambda m: m[0],
    "item assignment": lambda m: m.__setitem__(0, 1),
    "iteration": lambda m: next(iter(m)),
    "read_byte": lambda m: m.read_byte(),
    "write_byte": lambda m: m.write_byte(1),
    "read": lambda m: m.read(16),
    "write": lambda m: m.write(b"x"),
    "short slice": lambda m: m[0:20],
    "shorter slice": lambda m: m[0:10],
    "shortest slice": lambda m: m[0:3],
    "slice": lambda m: m[0:1000],
    "slice assignment": lambda m: m.__setitem__(slice(0, 3), b"abc"),
    "needle in it": lambda m: b"abc" and fmmap.mmap(-1, 4096).find(m),
    "data in it": lambda m: fmmap.mmap(-1, 1 << 20).write(m),
    "finder of it": lambda m: fmmap.finder(m),
}


@pytest.mark.parametrize("name", SMALL_OPERATIONS)
def test_operation_on_missing_page(file, name):
    handle = file(fmmap.PAGESIZE)
    with fmmap.mmap(handle.fileno(), 0) as m:
        handle.truncate(0)
        with pytest.raises(OSError) as caught:
            SMALL_OPERATIONS[name](m)
        assert caught.value.errno == errno.EFAULT
        assert m.tell() == 0


LENGTHS = [*range(1, 300), 511, 512, 513, 1000, 4095, 4096]


def test_ranges_that_end_before_a_missing_page_are_whole(file):
    handle = file(3 * fmmap.PAGESIZE)
    content = bytes(random.Random(1).choices(range(1, 10), k=fmmap.PAGESIZE))  # no newline
    with fmmap.mmap(handle.fileno(), 0) as m:
        m[:fmmap.PAGESIZE] = content
        handle.truncate(fmmap.PAGESIZE)
        for length in LENGTHS:
            start = fmmap.PAGESIZE - length
            expected = content[start:]
            assert m[start:fmmap.PAGESIZE] == expected
            m.seek(start)
            assert m.read(length) == expected
            m[fmmap.PAGESIZE - 1] = ord("\n")
            m.seek(start)
            assert m.readline() == expected[:-1] + b"\n"
            m[fmmap.PAGESIZE - 1] = content[-1]


def test_ranges_that_reach_into_a_missing_page_are_missing(file):
    handle = file(3 * fmmap.PAGESIZE)
    with fmmap.mmap(handle.fileno(), 0) as m:
        handle.truncate(fmmap.PAGESIZE)
        for length in LENGTHS:
            start = fmmap.PAGESIZE - length
            m.seek(start)
            for call in (lambda: m[start:start + length + 1], lambda: m.read(length + 1),
                         m.readline):
                with pytest.raises(OSError) as caught:
                    call()
                assert caught.value.errno == errno.EFAULT
                assert m.tell() == start


def test_ranges_that_begin_near_the_end_of_a_missing_page_are_missing(file):
    """The C library then reads from in front of the range, still in that page."""
    handle = file(2 * fmmap.PAGESIZE)
    with fmmap.mmap(handle.fileno(), 0) as m:
        handle.truncate(0)
        for start in range(fmmap.PAGESIZE - 130, fmmap.PAGESIZE):
            m.seek(start)
            for call in (m.readline, m.read, lambda: m.find(b"x"), lambda: m[start]):
                with pytest.raises(OSError) as caught:
                    call()
                assert caught.value.errno == errno.EFAULT
                assert m.tell() == start


def test_file_that_grows_back_is_readable_again(file):
    handle = file(fmmap.PAGESIZE)
    with fmmap.mmap(handle.fileno(), 0) as m:
        handle.truncate(0)
        with pytest.raises(OSError):
            m[0]
        handle.truncate(fmmap.PAGESIZE)
        assert m[0] == 0
        m[0] = 7
        assert m.read(2) == b"\7\0"


def test_fault_outside_the_module_still_ends_the_process():
    code = """
import sys, tempfile
sys.path.insert(0, {!r})
import fmmap
with tempfile.TemporaryFile() as handle:
    handle.truncate(fmmap.PAGESIZE)
    m = fmmap.mmap(handle.fileno(), 0)
    handle.truncate(0)
    bytes(memoryview(m))
"""
    ended = subprocess.run([sys.executable, "-c", code.format(os.path.dirname(fmmap.__file__))],
                           stderr=subprocess.PIPE)
    assert ended.returncode == -signal.SIGBUS
