# SPDX-License-Identifier: MPL-2.0
"""Length, and reading items and slices."""

import sys

from fmmap_cases import Index, Int, behaviour


@behaviour("MM-GET-001", since="3.6")
def test_item_is_an_int(anon):
    """Indexing gives the byte as an int from 0 to 255."""
    m = anon(b"\x00a\x80\xff")
    assert m[0] == 0
    assert m[1] == 97
    assert m[2] == 128
    assert m[3] == 255


@behaviour("MM-GET-001")
def test_negative_index_counts_from_the_end(anon):
    """A negative index counts from the end."""
    m = anon(b"abc")
    assert m[-1] == 99
    assert m[-3] == 97


@behaviour("MM-GET-002")
def test_index_out_of_range(anon, raises):
    """An index of the length or more, or below its negative, is an IndexError."""
    m = anon(b"abc")
    for index in (3, 4, -4, 2 ** 31 - 1, -2 ** 31):
        with raises(IndexError):
            m[index]


@behaviour("MM-GET-002", needs=("python",), level="observed")
def test_index_beyond_the_size_type(anon, raises):
    """An index too large for the size type is an IndexError as well."""
    m = anon(b"abc")
    with raises(IndexError):
        m[2 ** 70]
    with raises(IndexError):
        m[-2 ** 70]


@behaviour("MM-GET-003", needs=("python",))
def test_index_of_a_wrong_type(anon, raises):
    """An index that is no integer and no slice is a TypeError."""
    m = anon(b"abc")
    for index in ("0", b"0", 0.0, None, (0,), Ellipsis, Int()):
        with raises(TypeError):
            m[index]


@behaviour("MM-GET-004", needs=("python",), level="observed")
def test_index_goes_through_index(anon):
    """Indexes and slice bounds may be any object with __index__."""
    m = anon(b"abcdef")
    assert m[Index(1)] == 98
    assert m[Index(1):Index(-1):Index(2)] == b"bd"


@behaviour("MM-GET-004", needs=("python",), level="observed")
def test_exception_of_index_propagates(anon, raises):
    """An exception raised by __index__ comes through unchanged."""
    m = anon(b"abc")
    with raises(KeyError):
        m[Index(KeyError("mine"))]
    with raises(KeyError):
        m[:Index(KeyError("mine"))]


@behaviour("MM-GET-005")
def test_slice_gives_bytes(anon):
    """A slice gives the bytes of its range; absent bounds are the ends."""
    m = anon(b"abcdef")
    assert m[1:3] == b"bc"
    assert m[:2] == b"ab"
    assert m[4:] == b"ef"
    assert m[:] == b"abcdef"


@behaviour("MM-GET-005")
def test_slice_bounds_count_from_the_end(anon):
    """Negative slice bounds count from the end."""
    m = anon(b"abcdef")
    assert m[-2:] == b"ef"
    assert m[:-2] == b"abcd"
    assert m[-4:-2] == b"cd"


@behaviour("MM-GET-005")
def test_slice_bounds_clamp(anon):
    """Slice bounds beyond the ends clamp to them."""
    m = anon(b"abcdef")
    assert m[4:100] == b"ef"
    assert m[-100:2] == b"ab"
    assert m[100:] == b""


@behaviour("MM-GET-005")
def test_empty_slice(anon):
    """A slice whose range is empty gives empty bytes."""
    m = anon(b"abcdef")
    assert m[3:3] == b""
    assert m[4:2] == b""
    assert m[6:] == b""


@behaviour("MM-GET-006")
def test_stepped_slices_equal_those_of_bytes(anon):
    """Every stepped and reversed slice gives what the same slice of bytes gives."""
    text = b"abcde"
    m = anon(text)
    bounds = [None, 0, 1, 3, 5, 9, -1, -4, -9]
    steps = [1, 2, 3, 7, -1, -2, -3, -7]
    wrong = [(a, b, c) for a in bounds for b in bounds for c in steps if m[a:b:c] != text[a:b:c]]
    assert wrong == []


@behaviour("MM-GET-006")
def test_slice_with_the_largest_step(anon):
    """The largest int as step takes only the first byte of the range."""
    m = anon(b"abcde")
    assert m[::sys.maxsize] == b"a"
    assert m[1:4:sys.maxsize] == b"b"
    assert m[::-sys.maxsize] == b"e"


@behaviour("MM-GET-007", level="observed")
def test_slice_step_zero(anon, raises):
    """A slice step of 0 is a ValueError."""
    m = anon(b"abcde")
    with raises(ValueError):
        m[::0]


@behaviour("MM-GET-007", needs=("python",), level="observed")
def test_slice_bound_of_a_wrong_type(anon, raises):
    """A slice bound that is no integer is a TypeError."""
    m = anon(b"abcde")
    with raises(TypeError):
        m["1":]
    with raises(TypeError):
        m[:2.0]


@behaviour("MM-GET-007", needs=("python",), level="observed")
def test_slice_bound_beyond_the_size_type(anon):
    """Slice bounds beyond the size type clamp like any other."""
    m = anon(b"abcde")
    assert m[3:2 ** 70] == b"de"
    assert m[-2 ** 70:2] == b"ab"


@behaviour("MM-GET-008", level="observed")
def test_slices_and_reads_are_copies(anon):
    """Bytes that were sliced or read do not follow later changes of the mapping."""
    m = anon(b"abc")
    sliced = m[:]
    data = m.read(3)
    m[0] = 120
    assert sliced == b"abc"
    assert data == b"abc"


@behaviour("MM-GET-008", needs=("python",), level="observed")
def test_slices_and_reads_are_exact_bytes(anon):
    """Slices and reads give bytes objects, and no others."""
    m = anon(b"abc\n")
    assert type(m[1:]) is bytes
    assert type(m[::2]) is bytes
    assert type(m.readline()) is bytes
    assert type(m.read()) is bytes


@behaviour("MM-GET-009", level="observed")
def test_indexing_does_not_move_the_position(anon):
    """Reading items and slices leaves the position."""
    m = anon(b"abcdef")
    m.seek(2)
    m[4], m[1:3], m[::-1]
    assert m.tell() == 2


@behaviour("MM-GET-010", needs=("python", "capi"), level="observed")
def test_sequence_item_is_bytes(anon):
    """The C API's sequence getter gives a bytes object of length 1."""
    import ctypes
    getter = ctypes.pythonapi.PySequence_GetItem
    getter.restype, getter.argtypes = ctypes.py_object, [ctypes.py_object, ctypes.c_ssize_t]
    assert getter(anon(b"abc"), 1) == b"b"


@behaviour("MM-GET-011")
def test_len_is_the_mapped_length(anon, page):
    """len gives the mapped length in bytes."""
    assert len(anon(b"abc")) == 3
    assert len(anon(page + 1)) == page + 1


@behaviour("MM-GET-011", needs=("python",), level="observed")
def test_mapping_is_true(anon):
    """An open mapping is truthy, whatever its bytes."""
    assert bool(anon(1)) is True


@behaviour("MM-GET-011", needs=("python",))
def test_len_and_truth_after_close(anon, raises):
    """len and truth of a closed mapping are a ValueError."""
    m = anon(b"abc")
    m.close()
    with raises(ValueError):
        len(m)
    with raises(ValueError):
        bool(m)
