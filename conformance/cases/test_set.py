# SPDX-License-Identifier: MPL-2.0
"""Assigning items and slices, and the refusal to delete them."""

from array import array

from fmmap_cases import Index, behaviour


@behaviour("MM-SET-001", since="3.6")
def test_item_assignment_stores_the_byte(anon):
    """Assigning an int from 0 to 255 to an index stores that byte there and nowhere else."""
    m = anon(b"abcd")
    m[1] = 0
    m[2] = 255
    assert m[:] == b"a\x00\xffd"


@behaviour("MM-SET-001")
def test_item_assignment_from_the_end(anon):
    """A negative index counts from the end in assignment."""
    m = anon(b"abcd")
    m[-1] = 122
    m[-4] = 121
    assert m[:] == b"ybcz"


@behaviour("MM-SET-002", since="3.6")
def test_item_value_out_of_range(anon, raises):
    """A value outside 0 to 255 is a ValueError and nothing is stored."""
    m = anon(b"abcd")
    for value in (256, -1, 1000, -256):
        with raises(ValueError):
            m[0] = value
    assert m[0] == 97


@behaviour("MM-SET-002", needs=("python",), level="observed")
def test_item_value_beyond_the_size_type(anon, raises):
    """A value too large for the size type is a TypeError."""
    m = anon(b"abcd")
    with raises(TypeError):
        m[0] = 2 ** 70


@behaviour("MM-SET-003", needs=("python",))
def test_item_value_of_a_wrong_type(anon, raises):
    """A value that is no integer is a TypeError, a bytes object of length 1 included."""
    m = anon(b"abcd")
    for value in (b"x", "x", 1.0, None, [1]):
        with raises(TypeError):
            m[0] = value
    assert m[:] == b"abcd"


@behaviour("MM-SET-003", needs=("python",))
def test_item_value_goes_through_index(anon):
    """The value may be any object with __index__."""
    m = anon(b"abcd")
    m[0] = Index(120)
    assert m[:] == b"xbcd"


@behaviour("MM-SET-004")
def test_assigned_index_out_of_range(anon, raises):
    """Assigning to an index outside the mapping is an IndexError."""
    m = anon(b"abcd")
    for index in (4, -5, 2 ** 31 - 1):
        with raises(IndexError):
            m[index] = 0


@behaviour("MM-SET-004", needs=("python",))
def test_assigned_index_of_a_wrong_type(anon, raises):
    """Assigning to an index that is no integer and no slice is a TypeError."""
    m = anon(b"abcd")
    for index in ("0", 0.0, None, (0,)):
        with raises(TypeError):
            m[index] = 0


@behaviour("MM-SET-005", needs=("python",), since="3.14.8", level="unspecified")
def test_bad_value_is_reported_before_bad_index(anon, raises):
    """With index and value both bad, the value's TypeError comes first."""
    m = anon(b"abcd")
    with raises(TypeError):
        m[4] = b"x"


@behaviour("MM-SET-005", needs=("python",), until="3.13.15", level="unspecified")
def test_bad_index_is_reported_before_bad_value(anon, raises):
    """Up to 3.13, with index and value both bad, the index's IndexError comes first."""
    m = anon(b"abcd")
    with raises(IndexError):
        m[4] = b"x"


@behaviour("MM-SET-006")
def test_slice_assignment_stores_the_bytes(anon):
    """Assigning bytes of the slice's length stores them and touches nothing else."""
    m = anon(b"abcdef")
    m[1:4] = b"XYZ"
    assert m[:] == b"aXYZef"


@behaviour("MM-SET-006")
def test_stepped_slice_assignment(anon):
    """Stepped and reversed slices take their bytes in the slice's order."""
    m = anon(b"abcdef")
    m[::2] = b"135"
    m[5:0:-2] = b"642"
    assert m[:] == b"123456"


@behaviour("MM-SET-006")
def test_slice_assignment_equals_that_of_lists(anon):
    """Every stepped slice assignment stores what it would store in a list."""
    wrong = []
    for step in (1, 2, 3, -1, -2, -3):
        for start in (None, 0, 1, 3, 5, -1, -4):
            m, twin = anon(b"abcde"), list(b"abcde")
            data = b"VWXYZ"[:len(twin[start::step])]
            m[start::step] = data
            twin[start::step] = data
            wrong += [] if m[:] == bytes(twin) else [(start, step)]
    assert wrong == []


@behaviour("MM-SET-006", needs=("python",),
           reference="https://github.com/pypy/pypy/issues/4006")
def test_slice_assignment_takes_any_bytes_like_object(anon):
    """The source of a slice assignment may be a bytearray, a memoryview or an array."""
    m = anon(b"abcdef")
    m[0:2] = bytearray(b"AB")
    m[2:4] = memoryview(b"CD")
    m[4:6] = array("B", [69, 70])
    assert m[:] == b"ABCDEF"


@behaviour("MM-SET-007")
def test_slice_assignment_of_another_length(anon, raises):
    """Bytes of another length than the slice are an IndexError, and nothing is written."""
    m = anon(b"abcdef")
    for data in (b"", b"xy", b"wxyz"):
        with raises(IndexError):
            m[1:4] = data
    assert m[:] == b"abcdef"


@behaviour("MM-SET-007")
def test_stepped_slice_assignment_of_another_length(anon, raises):
    """Bytes of another length than a stepped slice are an IndexError, and nothing is written."""
    m = anon(b"abcdef")
    with raises(IndexError):
        m[::2] = b"wxyz"
    with raises(IndexError):
        m[::-1] = b"x"
    assert m[:] == b"abcdef"


@behaviour("MM-SET-008", needs=("python",))
def test_slice_source_of_a_wrong_type(anon, raises):
    """A slice source that is not bytes-like is a TypeError."""
    m = anon(b"abcdef")
    for source in ("xyz", 3, None, [1, 2, 3]):
        with raises(TypeError):
            m[0:3] = source


@behaviour("MM-SET-009")
def test_empty_slice_takes_empty_bytes(anon):
    """Assigning empty bytes to an empty slice does nothing."""
    m = anon(b"abcdef")
    m[3:3] = b""
    m[5:2] = b""
    assert m[:] == b"abcdef"


@behaviour("MM-SET-009", level="observed")
def test_empty_slice_far_out_takes_empty_bytes(anon):
    """Assigning empty bytes to a slice that lies outside the mapping does nothing."""
    m = anon(b"abcdef")
    m[100:200] = b""
    m[-100:-50] = b""
    assert m[:] == b"abcdef"


@behaviour("MM-SET-010", needs=("python",), level="observed")
def test_wide_items_are_stored_as_raw_bytes(anon, raises):
    """An array of 16-bit items counts by its bytes and is stored as they lie in memory."""
    m = anon(b"abcdef")
    source = array("H", [0x0102, 0x0304])
    m[1:5] = source
    assert m[:] == b"a" + source.tobytes() + b"f"
    with raises(IndexError):
        m[1:3] = source


@behaviour("MM-SET-011", needs=("python",), level="observed")
def test_slice_source_that_is_not_contiguous(anon, raises):
    """A slice source whose bytes are not contiguous is a BufferError."""
    m = anon(b"abcdef")
    with raises(BufferError):
        m[0:3] = memoryview(b"uvwxyz")[::2]
    assert m[:] == b"abcdef"


@behaviour("MM-SET-012", since="3.6", level="observed")
def test_read_only_comes_before_range_and_value(mapping, mmap, raises):
    """A read-only mapping gives TypeError even where the index, value or length is wrong too."""
    m = mapping(b"abc", access=mmap.ACCESS_READ)
    with raises(TypeError):
        m[100] = 0
    with raises(TypeError):
        m[0] = 1000
    with raises(TypeError):
        m[0:2] = b"wxyz"


@behaviour("MM-SET-012", needs=("python",), level="observed")
def test_read_only_comes_before_the_type_of_the_index(mapping, mmap, raises):
    """A read-only mapping says so even where the index has a wrong type."""
    m = mapping(b"abc", access=mmap.ACCESS_READ)
    with raises(TypeError, match="readonly|read-only"):
        m["0"] = 0


@behaviour("MM-SET-013", needs=("python",))
def test_deletion_is_refused(anon, raises):
    """Deleting an item or a slice is a TypeError and changes nothing."""
    m = anon(b"abc")
    with raises(TypeError):
        del m[0]
    with raises(TypeError):
        del m[0:2]
    with raises(TypeError):
        del m[2:2]
    assert m[:] == b"abc"


@behaviour("MM-SET-013", needs=("python",))
def test_deletion_with_an_index_of_a_wrong_type(anon, raises):
    """Deletion is a TypeError whatever is given as index."""
    m = anon(b"abc")
    for index in ("0", None, 1.5):
        with raises(TypeError):
            del m[index]


@behaviour("MM-SET-014", needs=("python",), since="3.14.8", level="unspecified")
def test_deletion_out_of_range_is_a_type_error(anon, raises):
    """Deleting an index outside the mapping is a TypeError like any deletion."""
    m = anon(b"abc")
    with raises(TypeError):
        del m[3]


@behaviour("MM-SET-014", needs=("python",), until="3.13.15", level="unspecified")
def test_deletion_out_of_range_is_an_index_error(anon, raises):
    """Up to 3.13 deleting an index outside the mapping is an IndexError."""
    m = anon(b"abc")
    with raises(IndexError):
        del m[3]


@behaviour("MM-SET-015", needs=("python",), level="observed")
def test_overlapping_self_assignment_forward(anon, page):
    """Assigning a view of the mapping to a later overlapping slice copies as if through a copy."""
    text = bytes(i % 251 for i in range(page))
    m = anon(text)
    with memoryview(m) as view:
        m[7:] = view[:-7]
    assert m[:] == text[:7] + text[:-7]


@behaviour("MM-SET-015", needs=("python",), level="observed")
def test_overlapping_self_assignment_backward(anon, page):
    """Assigning a view of the mapping to an earlier overlapping slice is as if through a copy."""
    text = bytes(i % 251 for i in range(page))
    m = anon(text)
    with memoryview(m) as view:
        m[:-7] = view[7:]
    assert m[:] == text[7:] + text[-7:]


@behaviour("MM-SET-015", needs=("python",), level="observed")
def test_whole_self_assignment(anon):
    """Assigning the mapping to its own whole slice changes nothing."""
    m = anon(b"abcdef")
    m[:] = m
    assert m[:] == b"abcdef"


@behaviour("MM-SET-016", needs=("python",), level="unspecified")
def test_reversing_onto_itself(anon):
    """Assigning the mapping to its own reversed slice reverses it."""
    m = anon(b"abcdef")
    m[::-1] = m
    assert m[:] == b"fedcba"


@behaviour("MM-SET-017", level="observed")
def test_assignment_does_not_move_the_position(anon):
    """Assigning items and slices leaves the position."""
    m = anon(b"abcdef")
    m.seek(2)
    m[5] = 0
    m[0:2] = b"xy"
    m[::-1] = b"abcdef"
    assert m.tell() == 2


@behaviour("MM-SET-018", needs=("python", "capi"), level="observed")
def test_sequence_setter_stores_one_byte(anon):
    """The C API's sequence setter takes a bytes object of length 1."""
    m = anon(b"abc")
    assert sequence_setter()(m, 1, b"X") == 0
    assert m[:] == b"aXc"


@behaviour("MM-SET-018", needs=("python", "capi"), level="observed")
def test_sequence_setter_refuses_other_values(anon, raises):
    """The C API's sequence setter gives IndexError for any other value and for a bad index."""
    m = anon(b"abc")
    for index, value in ((1, 88), (1, b"XY"), (1, "X"), (3, b"X")):
        with raises(IndexError):
            sequence_setter()(m, index, value)
    assert m[:] == b"abc"


@behaviour("MM-SET-018", needs=("python", "capi"), level="observed")
def test_sequence_setter_checks_range_then_value_then_access(mapping, mmap, raises):
    """The C API's sequence setter checks the range, then the value, and then the access mode."""
    m = mapping(b"abc", access=mmap.ACCESS_READ)
    with raises(IndexError):
        sequence_setter()(m, 3, b"X")
    with raises(IndexError):
        sequence_setter()(m, 0, 88)
    with raises(TypeError):
        sequence_setter()(m, 0, b"X")


def sequence_setter():
    """PySequence_SetItem of this interpreter."""
    import ctypes
    setter = ctypes.pythonapi.PySequence_SetItem
    setter.argtypes = [ctypes.py_object, ctypes.c_ssize_t, ctypes.py_object]
    return setter


@behaviour("MM-SET-019", needs=("python",), since="3.14.8",
           reference="https://github.com/python/cpython/issues/157335")
def test_closing_while_the_value_is_converted(anon, dies):
    """A mapping closed by the conversion of the assigned value refuses the store."""
    m = anon(b"abc")
    assert dies(store_a_closer, m) == "raised:ValueError"


def store_a_closer(m):
    """Assign a value that closes the mapping when it is converted."""
    class Closer:
        def __index__(self):
            m.close()
            return 1
    m[0] = Closer()
