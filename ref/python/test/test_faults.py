# SPDX-License-Identifier: MPL-2.0
"""A file that somebody else truncates: OSError from the operation that meets it, and no more."""
import errno
import hashlib
import os
import random
import signal
import subprocess
import sys
import threading

import fmmap
import pytest

MIB = 1 << 20
LENGTH = 64 * MIB
ROUNDS = int(os.environ.get("FM_ROUNDS", "12"))  # of each operation
DATA = bytes(LENGTH)

OPERATIONS = {
    "find": lambda m: m.find(b"absent"),
    "rfind": lambda m: m.rfind(b"absent"),
    "find of one byte": lambda m: m.find(b"x"),
    "read": lambda m: m.read(),
    "readline": lambda m: m.readline(),
    "slice": lambda m: m[:],
    "stepped slice": lambda m: m[::4096],
    "write": lambda m: m.write(DATA),
    "slice assignment": lambda m: m.__setitem__(slice(0, LENGTH), DATA),
    "move": lambda m: m.move(0, LENGTH // 2, LENGTH // 2),
    "finder.count": lambda m: fmmap.finder(b"absent").count(m),
    "finder.finditer": lambda m: list(fmmap.finder(b"absent").finditer(m)),
}


class Truncator:
    """Another process that truncates the file to nothing as soon as it is asked to."""

    CODE = "import os, sys\nwhile os.read(0, 1): os.ftruncate({0}, 0); os.write(1, b'.')"

    def __init__(self, descriptor):
        self.process = subprocess.Popen(
            [sys.executable, "-c", self.CODE.format(descriptor)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, pass_fds=[descriptor], bufsize=0)

    def start(self):
        self.process.stdin.write(b".")

    def wait(self):
        assert self.process.stdout.read(1) == b"."

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


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


@pytest.mark.parametrize("name", OPERATIONS)
def test_truncation_meets_running_operation(file, unrelated_work, name):
    handle = file(LENGTH)
    truncator = Truncator(handle.fileno())
    try:
        for _ in range(ROUNDS):
            handle.truncate(LENGTH)
            with fmmap.mmap(handle.fileno(), 0) as m:
                truncator.start()
                with pytest.raises(OSError) as caught:
                    while True:  # until the truncation has happened during or before the call
                        m.seek(0)
                        OPERATIONS[name](m)
                assert caught.value.errno == errno.EFAULT
                truncator.wait()
                assert len(m) == LENGTH and not m.closed
    finally:
        truncator.close()


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
