# SPDX-License-Identifier: MPL-2.0
"""Long calls let other threads run, and one call is atomic all the same."""
import os
import threading

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
        done = threading.Event()

        def write():
            for turn in range(60):
                m[:] = contents[turn % 2]
                m.move(0, length // 2, length // 2)
            done.set()

        writing = in_thread(write)
        copies = 0
        while not done.is_set():
            assert m[:] in contents
            copies += 1
        writing()
        assert copies


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
