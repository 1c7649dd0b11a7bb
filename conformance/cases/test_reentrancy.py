# SPDX-License-Identifier: MPL-2.0
"""Arguments whose conversion closes or resizes the mapping they are passed to.

Old interpreters read or write freed memory here, so every attempt runs where it may be lost.
"""

from fmmap_cases import behaviour

CLOSING = "https://github.com/python/cpython/issues/103987"
SHRINKING = "https://github.com/python/cpython/issues/157335"


class Acting:
    """An integer that acts when it is converted."""

    def __init__(self, value, act):
        self.value, self.act = value, act

    def __index__(self):
        self.act()
        return self.value


class ActingBuffer:
    """Bytes that act when they are asked for."""

    def __init__(self, data, act):
        self.data, self.act = data, act

    def __buffer__(self, flags):
        self.act()
        return memoryview(self.data)


def store(m, index, value):
    m[index] = value


def endings(dies, m, calls, value=1):
    """How calls end whose argument, an integer of that value, closes m when converted."""
    return {dies(call, m, Acting(value, m.close)) for call in calls}


# ---- Closing --------------------------------------------------------------------------------

@behaviour("MM-REENT-001", needs=("python",), since="3.11.4", reference=CLOSING)
def test_closing_from_an_index(anon, dies):
    """Closing while an index or slice bound is converted for reading is a ValueError."""
    calls = [lambda m, i: m[i], lambda m, i: m[i:], lambda m, i: m[:i], lambda m, i: m[i::-1],
             lambda m, i: m[::i], lambda m, i: m[i:6:2]]
    assert endings(dies, anon(b"abcdef"), calls) == {"raised:ValueError"}


@behaviour("MM-REENT-001", needs=("python",), since="3.11.4", reference=CLOSING)
def test_closing_from_an_index_in_every_access_mode(mmap, mapping, dies):
    """Closing while an index is converted is a ValueError in every access mode."""
    for access in (mmap.ACCESS_DEFAULT, mmap.ACCESS_READ, mmap.ACCESS_WRITE, mmap.ACCESS_COPY):
        m = mapping(b"abcdef", access=access)
        calls = [lambda m, i: m[i], lambda m, i: m[i:], lambda m, i: m[i::2]]
        assert endings(dies, m, calls) == {"raised:ValueError"}


@behaviour("MM-REENT-002", needs=("python",), since="3.11.4", reference=CLOSING)
def test_closing_from_a_size_or_an_end(anon, dies):
    """Closing while the size of read or the end of find is converted is a ValueError."""
    calls = [lambda m, i: m.read(i), lambda m, i: m.find(b"c", 0, i)]
    assert endings(dies, anon(b"abcdef"), calls, 4) == {"raised:ValueError"}


@behaviour("MM-REENT-003", needs=("python",), since="3.11.4", reference=CLOSING)
def test_closing_from_an_assigned_index(anon, dies):
    """Closing while the index or bounds of an assignment are converted is a ValueError."""
    calls = [lambda m, i: store(m, i, 0), lambda m, i: store(m, slice(i, 3), b"xy"),
             lambda m, i: store(m, slice(0, i), b"x"),
             lambda m, i: store(m, slice(i, None, -1), b"xy")]
    assert endings(dies, anon(b"abcdef"), calls) == {"raised:ValueError"}


@behaviour("MM-REENT-004", needs=("python",), since="3.11.4", reference=CLOSING)
def test_closing_from_move_and_write_byte(anon, dies):
    """Closing while the arguments of move or write_byte are converted is a ValueError."""
    calls = [lambda m, i: m.move(i, 2, 1), lambda m, i: m.move(0, i, 1),
             lambda m, i: m.move(0, 2, i), lambda m, i: m.write_byte(i)]
    assert endings(dies, anon(b"abcdef"), calls) == {"raised:ValueError"}


@behaviour("MM-REENT-005", needs=("python",), since="3.11.4", level="observed", reference=CLOSING)
def test_closing_from_search_bounds_and_values(anon, dies):
    """Closing while any bound of a search or an assigned value is converted is a ValueError."""
    calls = [lambda m, i: m.find(b"c", i), lambda m, i: m.rfind(b"c", i),
             lambda m, i: m.rfind(b"c", 0, i), lambda m, i: store(m, 0, i)]
    assert endings(dies, anon(b"abcdef"), calls) == {"raised:ValueError"}


@behaviour("MM-REENT-005", needs=("python", "madvise"), since="3.11.4", level="observed",
           reference=CLOSING)
def test_closing_from_madvise(mmap, anon, dies, page):
    """Closing while the range of madvise is converted is a ValueError."""
    calls = [lambda m, i: m.madvise(mmap.MADV_NORMAL, i),
             lambda m, i: m.madvise(mmap.MADV_NORMAL, 0, i)]
    assert endings(dies, anon(2 * page), calls, page) == {"raised:ValueError"}


@behaviour("MM-REENT-006", needs=("python",), since="3.14.1", level="observed", reference=CLOSING)
def test_closing_from_seek(anon, dies):
    """Closing while the arguments of seek are converted is a ValueError."""
    calls = [lambda m, i: m.seek(i), lambda m, i: m.seek(0, i)]
    assert endings(dies, anon(b"abcdef"), calls) == {"raised:ValueError"}


@behaviour("MM-REENT-006", needs=("python",), since="3.15", level="observed", reference=CLOSING)
def test_closing_from_flush(anon, dies, page):
    """Closing while the arguments of flush are converted is a ValueError."""
    calls = [lambda m, i: m.flush(i), lambda m, i: m.flush(0, i),
             lambda m, i: m.flush(flags=i)]
    assert endings(dies, anon(2 * page), calls, 0) == {"raised:ValueError"}


@behaviour("MM-REENT-006", needs=("python", "resize"), since="3.14.1", level="observed",
           reference=CLOSING)
def test_closing_from_resize(mapping, dies):
    """Closing while the size of resize is converted is a ValueError."""
    calls = [lambda m, i: m.resize(i)]
    assert endings(dies, mapping(b"abcdef"), calls) == {"raised:ValueError"}


# ---- Shrinking ------------------------------------------------------------------------------

@behaviour("MM-REENT-007", needs=("python", "mremap"), since="3.14.8", reference=SHRINKING)
def test_shrinking_from_a_value(mapping, dies, page):
    """Shrinking while the assigned value is converted is an IndexError if the index is gone."""
    m = mapping(b"." * (4 * page))
    for index in (4 * page - 1, page):
        value = Acting(65, lambda: m.resize(page))
        assert dies(store, m, index, value) == "raised:IndexError"
        m.resize(4 * page)


@behaviour("MM-REENT-007", needs=("python", "mremap"), since="3.14.8", reference=SHRINKING)
def test_shrinking_from_a_value_writes_nothing(opened, file, raises, page):
    """Shrinking while the assigned value is converted: behind the new end nothing is written."""
    f = file(b"." * page)
    m = opened(f.fileno(), page)
    with raises(IndexError):
        m[page - 1] = Acting(65, lambda: m.resize(10))
    m.resize(page)
    assert f.read() == m[:] == b"." * 10 + b"\0" * (page - 10)


@behaviour("MM-REENT-007", needs=("python", "mremap"), since="3.14.8", reference=SHRINKING)
def test_negative_index_counts_from_the_new_end(mapping, page):
    """A negative index is resolved against the length after the value's conversion."""
    m = mapping(b"." * (2 * page))
    m[-1] = Acting(65, lambda: m.resize(page))
    assert len(m) == page
    assert m[:] == b"." * (page - 1) + b"A"


@behaviour("MM-REENT-008", needs=("python", "mremap", "buffer_abc"), since="3.14.8",
           reference=SHRINKING)
def test_shrinking_from_a_slice_source(mapping, dies, page):
    """Shrinking while the source of a slice is asked for its bytes is an IndexError."""
    m = mapping(b"." * (4 * page))
    source = ActingBuffer(b"x" * page, lambda: m.resize(page))
    assert dies(store, m, slice(3 * page, 4 * page), source) == "raised:IndexError"


@behaviour("MM-REENT-009", needs=("python", "mremap"), level="observed")
def test_shrinking_from_an_index(mapping, raises, page):
    """Shrinking while an index is converted: it is judged against the new length."""
    m = mapping(b"." * (2 * page))
    with raises(IndexError):
        m[Acting(page, lambda: m.resize(page))]
    assert len(m) == page


@behaviour("MM-REENT-009", needs=("python", "mremap"), level="observed")
def test_shrinking_from_a_slice_bound(mapping, page):
    """Shrinking while a slice bound is converted: the result is that much shorter."""
    m = mapping(b"." * (2 * page))
    assert m[page - 3:Acting(2 * page, lambda: m.resize(page))] == b"..."
    assert len(m) == page


@behaviour("MM-REENT-009", needs=("python", "mremap"), since="3.7", level="observed")
def test_shrinking_from_a_read_size(mapping, page):
    """Shrinking while the size of read is converted: the result is that much shorter."""
    m = mapping(b"." * (2 * page))
    m.seek(page - 10)
    assert m.read(Acting(10, lambda: m.resize(page - 5))) == b"....."


@behaviour("MM-REENT-009", needs=("python", "mremap"), level="observed")
def test_shrinking_from_a_search_bound(mapping, page):
    """Shrinking while a bound of find is converted: what was cut off is not found."""
    m = mapping(b"." * (2 * page - 1) + b"x")
    assert m.find(b"x", Acting(0, lambda: m.resize(page))) == -1
    assert len(m) == page


@behaviour("MM-REENT-009", needs=("python", "mremap"), level="observed")
def test_shrinking_from_move(mapping, raises, page):
    """Shrinking while an argument of move is converted: a range that is gone is a ValueError."""
    m = mapping(b"." * (2 * page))
    with raises(ValueError):
        m.move(0, page, Acting(page, lambda: m.resize(page)))
    assert len(m) == page


@behaviour("MM-REENT-009", needs=("python", "mremap", "madvise"), since="3.8", level="observed")
def test_shrinking_from_madvise(mmap, mapping, raises, page):
    """Shrinking while an argument of madvise is converted: a start that is gone is a ValueError."""
    m = mapping(b"." * (2 * page))
    with raises(ValueError):
        m.madvise(mmap.MADV_NORMAL, page, Acting(page, lambda: m.resize(page)))
    assert len(m) == page


# ---- Buffers --------------------------------------------------------------------------------

@behaviour("MM-REENT-010", needs=("python", "buffer_abc"), since="3.12", level="observed",
           reference=CLOSING)
def test_closing_from_a_needle_or_data(anon, dies):
    """Closing while a needle, data or a slice source is asked for its bytes is a ValueError."""
    m = anon(b"abcdef")
    data = ActingBuffer(b"ab", m.close)
    for call in (m.find, m.rfind, m.write, lambda data: store(m, slice(0, 2), data)):
        assert dies(call, data) == "raised:ValueError"


@behaviour("MM-REENT-010", needs=("python", "buffer_abc", "mremap"), since="3.12", level="observed")
def test_shrinking_from_data(mapping, dies, page):
    """Shrinking while data to write is asked for its bytes is a ValueError: they no longer fit."""
    m = mapping(b"." * (2 * page))
    data = ActingBuffer(b"x" * (2 * page), lambda: m.resize(page))
    assert dies(m.write, data) == "raised:ValueError"


@behaviour("MM-REENT-011", needs=("python", "exports"), level="observed")
def test_mapping_as_its_own_needle_cannot_be_closed(anon, raises):
    """While the mapping is its own needle, closing from a bound is a BufferError."""
    m = anon(b"abcdef")
    with raises(BufferError):
        m.find(m, Acting(0, m.close))
    assert m[:] == b"abcdef"


@behaviour("MM-REENT-011", needs=("python", "exports", "resize"), level="observed")
def test_mapping_as_its_own_needle_cannot_be_resized(mapping, raises):
    """While the mapping is its own needle, resizing from a bound is a BufferError."""
    m = mapping(b"abcdef")
    with raises(BufferError):
        m.rfind(m, 0, Acting(6, lambda: m.resize(3)))
    assert m[:] == b"abcdef"


@behaviour("MM-REENT-011", needs=("python",), level="unspecified",
           reference="https://github.com/youknowone/pyre/pull/1684")
def test_needle_that_changes_while_bounds_are_converted(anon):
    """A needle that is edited while a bound is converted is searched as edited."""
    m, needle = anon(b"abcdef"), bytearray(b"zz")

    def edit():
        needle[:] = b"cd"
    assert m.find(needle, Acting(0, edit)) == 2


@behaviour("MM-REENT-011", needs=("python", "cpython"), level="observed",
           reference="https://github.com/youknowone/pyre/pull/1684")
def test_needle_cannot_be_resized_while_bounds_are_converted(anon, raises):
    """A bytearray cannot be resized while it is the needle: BufferError."""
    m, needle = anon(b"abcdef"), bytearray(b"cd")
    with raises(BufferError):
        m.find(needle, Acting(0, needle.clear))
    assert m.find(needle) == 2
