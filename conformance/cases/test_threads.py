# SPDX-License-Identifier: MPL-2.0
"""Threads on one mapping: each call is atomic, and the interpreter lock is not held needlessly."""

import threading
import time

from fmmap_cases import behaviour

COUNT = 8  # threads


@behaviour("MM-THR-001", needs=("python",))
def test_readers_share_the_bytes(anon, threads):
    """Concurrent read and read_byte hand out every byte exactly once."""
    text = bytes(range(256)) * 8
    m = anon(text)
    per_thread = len(text) // COUNT // 4

    def work(i):
        if i % 2:
            return b"".join(m.read(2) for _ in range(2 * per_thread))
        return bytes(m.read_byte() for _ in range(4 * per_thread))
    assert sorted(b"".join(threads(work, COUNT))) == sorted(text)


@behaviour("MM-THR-002", needs=("python",))
def test_readers_share_the_lines(anon, threads):
    """Concurrent readline hands out every line exactly once, whole."""
    lines = [b"%d\n" % number for number in range(COUNT * 100)]
    m = anon(b"".join(lines))
    taken = threads(lambda i: [m.readline() for _ in range(100)], COUNT)
    assert sorted(sum(taken, [])) == sorted(lines)


@behaviour("MM-THR-003", needs=("python",))
def test_writers_share_the_space(anon, threads):
    """Concurrent write and write_byte lose and overlap nothing."""
    m = anon(COUNT * 300)

    def work(i):
        letter = bytes([65 + i])
        for _ in range(100):
            m.write(2 * letter)
            m.write_byte(letter[0])
    threads(work, COUNT)
    assert m.tell() == COUNT * 300
    assert [m[:].count(65 + i) for i in range(COUNT)] == [300] * COUNT


@behaviour("MM-THR-004", needs=("python",))
def test_moves_at_the_same_time(anon, threads, page):
    """Concurrent moves do not crash and leave only bytes that were there."""
    m = anon(b"ab" * page)

    def work(i):
        for k in range(200):
            m.move((i + k) % page, page, page)
    threads(work, COUNT)
    assert set(m[:]) <= set(b"ab")


@behaviour("MM-THR-005", needs=("python",))
def test_relative_seeks_add_up(anon, threads):
    """Concurrent relative seeks add up exactly."""
    m = anon(COUNT * 500)

    def work(i):
        for _ in range(500):
            m.seek(1, 1)
    threads(work, COUNT)
    assert m.tell() == COUNT * 500


@behaviour("MM-THR-006", needs=("python",))
def test_slices_are_atomic(anon, threads):
    """Whole-slice assignment and reading never see each other half done."""
    size = 256
    m = anon(size)

    def work(i):
        letter = bytes([65 + i])
        seen = set()
        for _ in range(200):
            m[:] = letter * size
            seen.add(len(set(m[:])))
        return seen
    assert set().union(*threads(work, COUNT)) == {1}


@behaviour("MM-THR-007", needs=("python",))
def test_items_and_iteration(anon, threads):
    """Concurrent item assignment, reading and iteration work on whole bytes."""
    m = anon(b"a" * 64)

    def work(i):
        for k in range(64):
            m[k] = 97 + i % 2
            assert m[k] in (97, 98)
            assert set(m) <= {b"a", b"b"}
    threads(work, COUNT)
    assert set(m[:]) <= set(b"ab")


@behaviour("MM-THR-008", needs=("python", "mremap", "private"), since="3.15")
def test_resizing_to_the_same_size(mmap, anon, threads, page):
    """Concurrent resize to one size, with item access in between, works."""
    m = anon(page, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)

    def work(i):
        m.resize(2 * page)
        m[page + i] = 65 + i
        return (len(m), m.size(), m[page + i])
    assert threads(work, COUNT) == [(2 * page, 2 * page, 65 + i) for i in range(COUNT)]


@behaviour("MM-THR-009", needs=("python",))
def test_closing_at_the_same_time(anon, threads):
    """Concurrent calls of close all succeed."""
    m = anon(b"abc")
    assert threads(lambda i: m.close(), COUNT) == [None] * COUNT
    assert m.closed


@behaviour("MM-THR-010", needs=("python",))
def test_searching_what_each_thread_wrote(anon, threads):
    """Concurrent write, find and rfind agree on what each thread wrote."""
    m = anon(COUNT * 20)

    def work(i):
        word = b"Thread-%02d" % i
        m[20 * i + 5:20 * i + 5 + len(word)] = word
        return (m.find(word, 0), m.rfind(word, 0))
    assert threads(work, COUNT) == [(20 * i + 5, 20 * i + 5) for i in range(COUNT)]


@behaviour("MM-THR-011", needs=("python", "mremap"), since="3.15")
def test_resize_and_flush_of_a_file(mmap, file, threads, page):
    """Concurrent resize and flush leave the file at the new size."""
    f = file(b"." * page)
    m = mmap.mmap(f.fileno(), page)

    def work(i):
        if i % 2:
            m.resize(2 * page)
        m.flush()
    threads(work, COUNT)
    assert (len(m), f.size()) == (2 * page, 2 * page)


@behaviour("MM-THR-012", needs=("python", "exports"))
def test_export_count_is_exact(anon, threads, raises):
    """Concurrent views are counted exactly: close is refused until the last is released."""
    m = anon(b"abc")
    views = threads(lambda i: [memoryview(m) for _ in range(100)][-1], COUNT)
    for view in views:
        with raises(BufferError):
            m.close()
        view.release()
    assert m.close() is None


@behaviour("MM-THR-013", needs=("python",), since="3.11.4", level="observed")
def test_closing_under_users(anon, threads):
    """Closing while other threads use the mapping gives them ValueError, or is refused."""
    m = anon(b"a" * 256)

    def work(i):
        if i == 0:
            time.sleep(0.01)
            return close_when_possible(m)
        return use_until_closed(m)
    assert threads(work, COUNT) == ["closed"] + ["ValueError"] * (COUNT - 1)


def close_when_possible(m):
    """Close m as soon as nobody borrows its bytes."""
    deadline = time.time() + 5
    while time.time() < deadline:
        try:
            m.close()
            return "closed"
        except BufferError:
            time.sleep(0)
    return "borrowed"


def use_until_closed(m):
    """Use m until it raises; the exception's name."""
    deadline = time.time() + 8
    while time.time() < deadline:
        try:
            m[0], m[:], m.find(b"b", 0), m.seek(0), m.write(b"x")
            m[1:3] = b"ab"
        except Exception as error:
            return type(error).__name__
    return "nothing"


@behaviour("MM-THR-013", needs=("python", "mremap"), since="3.14.1", level="observed")
def test_resizing_under_users(mapping, threads, page):
    """Resizing while other threads use the mapping gives them IndexError at worst."""
    m = mapping(b"a" * (2 * page))

    def work(i):
        for k in range(100):
            if i == 0:
                m.resize((1 + k % 2) * page)
                continue
            try:
                m[2 * page - 1] = m[0]
            except IndexError:
                pass
        return "done"
    assert threads(work, COUNT) == ["done"] * COUNT


@behaviour("MM-THR-014", needs=("python", "threads", "linux"), since="3.12", level="observed",
           reference="https://github.com/python/cpython/pull/98146")
def test_lock_is_released_while_mapping(mmap):
    """Other threads run while a large mapping is made and populated, and taken down."""
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE
    shares = [longest_pause(lambda: mmap.mmap(-1, 1 << 26, flags=flags).close())
              for _ in range(3)]
    assert min(shares) < 0.5


@behaviour("MM-THR-014", needs=("python", "threads", "private"), level="unspecified",
           reference="https://github.com/python/cpython/pull/98146")
def test_lock_is_released_while_searching(mmap):
    """Other threads run while a large mapping is searched."""
    m = mmap.mmap(-1, 1 << 26, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    shares = [longest_pause(lambda: m.find(b"absent")) for _ in range(3)]
    assert min(shares) < 0.5


def longest_pause(act):
    """The longest time another thread waited for its turn while act ran, as a share of that."""
    pauses, ended, started = [0.0], threading.Event(), time.perf_counter()

    def watch():
        before = time.perf_counter()
        while not ended.is_set():
            time.sleep(0.001)
            now = time.perf_counter()
            pauses.append(now - before)
            before = now
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        act()
    finally:
        took = time.perf_counter() - started
        ended.set()
        watcher.join()
    return max(pauses) / took


@behaviour("MM-THR-015", needs=("python", "set_name"), since="3.15", level="observed")
def test_naming_at_the_same_time(anon, threads):
    """Concurrent set_name calls all succeed."""
    m = anon(3)
    assert threads(lambda i: m.set_name("thread-{}".format(i)), COUNT) == [None] * COUNT


@behaviour("MM-THR-010", needs=("python",), level="observed",
           reference="https://sourceware.org/bugzilla/show_bug.cgi?id=29863")
def test_searching_what_changes_meanwhile(anon, threads, page):
    """A search of bytes that change meanwhile answers -1 or a place inside, and never crashes."""
    m = anon(b"ab" * page)

    def work(i):
        if i % 2:
            return {m.find(b"abb", 0) for _ in range(200)} | {m.rfind(b"aab", 0)}
        for k in range(2000):
            m[k % page] = 97 + k % 2
        return set()
    places = set().union(*threads(work, COUNT))
    assert min(places) >= -1 and max(places) <= 2 * page - 3
