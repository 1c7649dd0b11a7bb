# SPDX-License-Identifier: MPL-2.0
"""Long calls let other threads run, and one call is atomic all the same."""
import errno
import itertools
import os
import random
import subprocess
import sys
import sysconfig
import threading
import time

import fmmap
import pytest

MIB = 1 << 20


def in_thread(function):
    """Start the function; wait() gives its result or raises what it raised."""
    outcome = []

    def run():
        try:
            outcome.append((function(), None))
        except BaseException as error:
            outcome.append((None, error))

    thread = threading.Thread(target=run)
    thread.start()

    def wait():
        thread.join()
        result, error = outcome[0]
        if error is not None:
            raise error
        return result
    wait.running = thread.is_alive
    return wait


@pytest.fixture
def big():
    """Fresh memory, large enough for a search or copy to last some milliseconds."""
    with fmmap.mmap(-1, 256 * MIB) as m:
        yield m


SEARCHES = {
    "find": lambda m: m.find(b"absent") == -1,
    "rfind": lambda m: m.rfind(b"absent") == -1,
    "find of a mutable needle": lambda m: m.find(bytearray(b"absent")) == -1,
    "finder.find": lambda m: fmmap.finder(b"absent").find(m) == -1,
    "finder.count": lambda m: fmmap.finder(b"absent").count(m) == 0,
    "finder.finditer": lambda m: list(fmmap.finder(b"absent").finditer(m)) == [],
}


@pytest.mark.parametrize("name", SEARCHES)
def test_close_and_resize_are_refused_during(big, name):
    call = in_thread(lambda: SEARCHES[name](big))
    refused = False
    while call.running() and not refused:
        try:
            big.resize(len(big))  # changes nothing
        except BufferError:
            refused = True
    assert refused  # so this thread ran during the call
    try:
        big.close()
    except BufferError:
        pass
    else:
        assert not call.running()
    assert call()
    big.close()


def test_reading_goes_on_during_a_large_read(big):
    big[200 * MIB:200 * MIB + 3] = b"abc"
    reading = in_thread(lambda: big.read(200 * MIB))
    while reading.running() and big.tell() == 0:
        pass
    assert big.read(3) == b"abc"
    assert len(reading()) == 200 * MIB
    assert big.tell() == 200 * MIB + 3


def test_large_copies_are_atomic():
    length = 4 * MIB
    contents = [bytes([value]) * length for value in b"ab"]
    with fmmap.mmap(-1, length) as m:
        m[:] = contents[0]
        enough = threading.Event()

        def write():
            for content in itertools.cycle(contents):
                m[:] = content
                m.move(0, length // 2, length // 2)
                if enough.is_set():
                    break

        writing = in_thread(write)
        try:
            for _ in range(60):
                assert m[:] in contents
        finally:
            enough.set()
        writing()


@pytest.mark.parametrize("disturb", ["close", "resize", "write", "madvise"])
def test_what_disturbs_a_large_copy_waits_for_it(disturb):
    length = 64 * MIB
    m = fmmap.mmap(-1, length, flags=fmmap.MAP_PRIVATE)
    m[:] = bytes(range(1, 129)) * (length // 128)
    reading = in_thread(m.read)
    while reading.running() and m.tell() == 0:
        pass
    if disturb == "close":
        m.close()
    elif disturb == "resize":
        m.resize(MIB)
    elif disturb == "write":
        m[-1] = 0
    else:
        m.madvise(fmmap.MADV_DONTNEED)
    assert b"\0" not in reading()
    m.close()


def test_resize_waits_for_flush_and_size(file):
    handle = file(MIB)
    with fmmap.mmap(handle.fileno(), 0) as m:
        def look():
            for turn in range(30):
                m[0] = turn
                m.flush()
                assert m.size() in (MIB, 2 * MIB)

        looking = [in_thread(look) for _ in range(3)]
        for turn in range(30):
            m.resize((1 + turn % 2) * MIB)
        for wait in looking:
            wait()


def test_calls_that_never_pause_do_not_keep_resize_waiting(file):
    """There is always one that has not ended yet, so waiting for that alone would last for ever."""
    handle = file(2 * fmmap.PAGESIZE)
    enough = threading.Event()

    def ask():
        while not enough.is_set():
            m.size()

    with fmmap.mmap(handle.fileno(), 0) as m:
        asking = [in_thread(ask) for _ in range(3)]
        resizing = in_thread(lambda: [m.resize(2 * fmmap.PAGESIZE) for _ in range(20)])
        deadline = time.monotonic() + 60  # it takes milliseconds
        while resizing.running() and time.monotonic() < deadline:
            time.sleep(0.01)
        in_time = not resizing.running()
        enough.set()
        for wait in [*asking, resizing]:
            wait()
    assert in_time


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_child_of_a_fork_during_a_copy_can_write(big):
    reading = in_thread(lambda: big.read())
    while reading.running() and big.tell() == 0:
        pass
    child = os.fork()
    if child == 0:
        big[0] = 1
        big.close()
        os._exit(7)
    assert os.waitpid(child, 0)[1] >> 8 == 7
    assert len(reading()) == len(big)


def test_needle_may_change_during_a_search(big):
    needle = bytearray(b"\1" * 64)
    searching = in_thread(lambda: [big.find(needle) for _ in range(3)])
    value = 0
    while searching.running():
        value = (value + 1) % 250
        needle[:] = bytes([value + 1]) * 64
    assert searching() == [-1] * 3


def test_finder_is_shared(big):
    finder = fmmap.finder(b"needle")
    big[100 * MIB:100 * MIB + 6] = b"needle"
    searches = [in_thread(lambda: finder.find(big)) for _ in range(4)]
    assert [search() for search in searches] == [100 * MIB] * 4


def test_one_iterator_in_two_threads_is_refused(big):
    iterator = fmmap.finder(b"absent").finditer(big)
    first = in_thread(lambda: next(iterator, None))
    met = False
    while first.running() and not met:
        try:
            next(iterator)
        except ValueError:
            met = True
        except StopIteration:
            break
    first()
    assert met


# What a thread may do to a mapping that all share, of lines that say "line"
USES = {
    "find": lambda m: m.find(b"ine\nl", 0),
    "find a mutable needle": lambda m: m.rfind(bytearray(b"\nline"), 0),
    "find itself": lambda m: m.find(m),
    "count": lambda m: fmmap.finder(b"line").count(m),
    "iterate over matches": lambda m: sum(1 for _ in fmmap.finder(b"line").finditer(m, -100)),
    "slice": lambda m: m[10:5000],
    "stepped slice": lambda m: m[::-7],
    "long slice": lambda m: m[:],
    "assign": lambda m: m.__setitem__(slice(0, 5000), b"line\n" * 1000),
    "assign itself": lambda m: m.__setitem__(slice(None), m),
    "stepped assignment": lambda m: m.__setitem__(slice(0, 50, 5), b"l" * 10),
    "item": lambda m: m.__setitem__(0, m[5]),
    "iterate": lambda m: next(iter(m)),
    "read": lambda m: (m.seek(5), m.read(100), m.read_byte(), m.readline()),
    "write": lambda m: (m.seek(-100, 2), m.write(b"line\n"), m.write_byte(108)),
    "move": lambda m: m.move(0, 5, 1000),
    "view": lambda m: memoryview(m)[5:10].tobytes(),
    "resize": lambda m: m.resize(random.choice((1 << 16, 3 << 20))),
    "flush": lambda m: m.flush(),
    "advise": lambda m: m.madvise(fmmap.MADV_WILLNEED),
    "size": lambda m: (m.size(), len(m), m.tell(), repr(m), m.closed),
    "close": lambda m: m.close(),
}


def test_everything_at_once(file):
    """No crash, no error but those of a mapping that others close and resize, no foreign bytes."""
    handle = file(3 << 20)
    handle.write(b"line\n" * 10000)
    handle.flush()
    seed = int(os.environ.get("FM_SEED", random.getrandbits(32)))
    print("FM_SEED={}".format(seed))
    for one in USES.values():  # alone all succeed; on a busy machine closing may never, below
        one(fmmap.mmap(handle.fileno(), 0))
    shared = [fmmap.mmap(handle.fileno(), 0)]
    start = threading.Barrier(8)
    done = []

    def use(number):
        chance = random.Random(seed + number)
        start.wait()
        for _ in range(200):
            name = chance.choice(list(USES))
            if name == "close" and chance.random() < 0.8:
                continue
            m = shared[0]
            try:
                result = USES[name](m)
                done.append(name)
            except (ValueError, IndexError, BufferError):
                continue
            except OSError as error:  # another mapping of the file was made shorter
                assert error.errno == errno.EFAULT
                continue
            if isinstance(result, bytes):
                assert set(result) <= set(b"\0line\n"), (name, result[:100])
            if m.closed:
                shared[0] = fmmap.mmap(handle.fileno(), 0)

    for wait in [in_thread(lambda number=number: use(number)) for number in range(8)]:
        wait()
    assert len(done) > 100  # of 1,600


@pytest.mark.skipif(not sysconfig.get_config_var("Py_GIL_DISABLED"), reason="has a global lock")
def test_import_leaves_the_global_lock_off():
    code = "import sys, fmmap; sys.exit(sys._is_gil_enabled())"
    environment = dict(os.environ, PYTHONPATH=os.path.dirname(fmmap.__file__))
    environment.pop("PYTHON_GIL", None)
    subprocess.run([sys.executable, "-W", "error", "-c", code], env=environment, check=True)
