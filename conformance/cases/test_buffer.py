# SPDX-License-Identifier: MPL-2.0
"""The buffer protocol: views of the mapped memory, and what they forbid meanwhile."""

import collections.abc
import gc
import hashlib
import os
import re
import socket
import struct
import time
import zlib
from array import array

from fmmap_cases import behaviour


@behaviour("MM-BUF-001", needs=("python",))
def test_view_is_one_row_of_bytes(anon):
    """A view is one-dimensional, contiguous, of unsigned bytes, and knows its mapping."""
    m = anon(b"abc")
    with memoryview(m) as view:
        assert (view.format, view.itemsize, view.ndim) == ("B", 1, 1)
        assert (view.shape, view.contiguous, view.nbytes) == ((3,), True, 3)
        assert view.obj is m


@behaviour("MM-BUF-001")
def test_borrowed_bytes_are_those_of_the_mapping(anon, borrow):
    """The borrowed bytes are the mapped memory itself: as long, and following its changes."""
    m = anon(b"abc")
    view = borrow(m)
    m[0] = 120
    assert len(view) == 3
    assert view.tobytes() == b"xbc"
    view.release()


@behaviour("MM-BUF-002", since="3.6")
def test_view_is_read_only_as_the_access(mmap, mapping, borrow):
    """The borrowed bytes are read-only exactly when the mapping is ACCESS_READ."""
    modes = (mmap.ACCESS_READ, mmap.ACCESS_WRITE, mmap.ACCESS_COPY, 0)
    views = [borrow(mapping(b"abc", access=access)) for access in modes]
    assert [view.readonly for view in views] == [True, False, False, False]
    for view in views:
        view.release()


@behaviour("MM-BUF-002", needs=("prot", "private"), since="3.6", level="observed")
def test_view_is_read_only_as_the_protection(mmap, mapping, borrow):
    """Protection bits without write give a read-only view, a private mapping a writable one."""
    read_only = borrow(mapping(b"abc", prot=mmap.PROT_READ))
    private = borrow(mapping(b"abc", flags=mmap.MAP_PRIVATE))
    assert read_only.readonly is True
    assert private.readonly is False
    read_only.release()
    private.release()


@behaviour("MM-BUF-003", needs=("python",), level="observed")
def test_writing_through_a_view(mmap, file):
    """Writing through a view changes the mapping and the shared file."""
    f = file(b"abc")
    m = mmap.mmap(f.fileno(), 3)
    with memoryview(m) as view:
        view[0:2] = b"XY"
    assert m[:] == b"XYc"
    m.close()
    assert f.read() == b"XYc"


@behaviour("MM-BUF-003", needs=("python",), level="observed")
def test_writing_through_a_view_of_a_read_only_mapping(mmap, mapping, raises, file):
    """A view of a read-only mapping cannot be written, and readinto is refused: TypeError."""
    m = mapping(b"abc", access=mmap.ACCESS_READ)
    with memoryview(m) as view:
        with raises(TypeError):
            view[0] = 0
    with open(file(b"xyz").path, "rb") as stream:
        with raises(TypeError):
            stream.readinto(m)
    assert m[:] == b"abc"


@behaviour("MM-BUF-004", since="3.6")
def test_borrowed_bytes_forbid_close(anon, borrow, raises):
    """While bytes are borrowed close is a BufferError and the mapping stays open and usable."""
    m = anon(b"abc")
    view = borrow(m)
    with raises(BufferError):
        m.close()
    assert m.closed is False
    assert m[:] == b"abc"
    view.release()


@behaviour("MM-BUF-004", needs=("python",))
def test_slice_of_a_view_forbids_close(anon, raises):
    """A slice of a view forbids close even when the view itself is gone."""
    m = anon(b"abc")
    view = memoryview(m)
    part = view[1:]
    view.release()
    with raises(BufferError, match="cannot close exported pointers exist"):
        m.close()
    part.release()
    m.close()


@behaviour("MM-BUF-004", needs=("python", "exports", "refcount", "capi"), level="observed",
           reference="https://github.com/python/cpython/issues/115635")
def test_array_over_the_memory_forbids_close(anon, raises):
    """An array laid over the mapped memory forbids close for as long as it lives."""
    import ctypes
    m = anon(b"abc")
    array_type = ctypes.c_char * len(m)
    array = array_type.from_buffer(m)
    with raises(BufferError):
        m.close()
    del array
    m.close()


@behaviour("MM-BUF-005", needs=("resize",), since="3.6", level="observed")
def test_borrowed_bytes_forbid_resize(mapping, borrow, raises, page):
    """While bytes are borrowed resize is a BufferError, whatever the new size."""
    m = mapping(b"." * page)
    view = borrow(m)
    for size in (page, page // 2, 2 * page):
        with raises(BufferError):
            m.resize(size)
    assert len(m) == page
    view.release()


@behaviour("MM-BUF-005", needs=("resize",), since="3.6", level="observed")
def test_borrowed_bytes_come_before_access(mmap, mapping, borrow, raises):
    """resize of a read-only mapping reports borrowed bytes before the access mode."""
    m = mapping(b"abc", access=mmap.ACCESS_READ)
    view = borrow(m)
    with raises(BufferError):
        m.resize(2)
    view.release()


@behaviour("MM-BUF-005", needs=("python", "resize", "exports"), level="observed")
def test_conversion_comes_before_borrowed_bytes(mapping, raises):
    """resize converts its argument before it looks for views."""
    m = mapping(b"abc")
    with memoryview(m):
        with raises(TypeError):
            m.resize("2")


@behaviour("MM-BUF-006")
def test_close_after_the_last_release(anon, borrow):
    """Releasing the last of many borrowers makes close work again."""
    m = anon(b"abc")
    views = [borrow(m) for _ in range(100)]
    for view in views:
        view.release()
    assert m.close() is None


@behaviour("MM-BUF-006", since="3.6")
def test_close_before_the_last_release(anon, borrow, raises):
    """As long as one of many borrowers is left, close is a BufferError."""
    m = anon(b"abc")
    views = [borrow(m) for _ in range(3)]
    for view in views[1:]:
        view.release()
    with raises(BufferError):
        m.close()
    views[0].release()
    m.close()


@behaviour("MM-BUF-006", needs=("resize",))
def test_resize_after_the_last_release(mapping, borrow, page):
    """Releasing the last borrower makes resize work again."""
    m = mapping(b"." * page)
    borrow(m).release()
    m.resize(2 * page)
    assert len(m) == 2 * page


@behaviour("MM-BUF-007", needs=("python", "gc"), level="observed")
def test_view_keeps_the_mapping_alive(mmap, file):
    """A view alone keeps the memory mapped."""
    m = mmap.mmap(file(b"abc").fileno(), 3)
    view = memoryview(m)
    del m
    gc.collect()
    assert view.tobytes() == b"abc"
    view.release()


@behaviour("MM-BUF-008", since="3.6", level="observed")
def test_no_borrowing_from_a_closed_mapping(anon, borrow, raises):
    """Borrowing from a closed mapping is a ValueError."""
    m = anon(b"abc")
    m.close()
    with raises(ValueError):
        borrow(m)


@behaviour("MM-BUF-009", needs=("python", "exports"), level="observed")
def test_leaving_a_with_block_with_a_view(anon, raises):
    """Leaving a with-block while a view is alive is a BufferError; the mapping stays open."""
    m = anon(b"abc")
    with raises(BufferError):
        with m:
            view = memoryview(m)
    assert not m.closed
    view.release()


@behaviour("MM-BUF-009", needs=("python", "exports"), level="observed")
def test_leaving_a_with_block_with_a_view_and_an_exception(anon, raises):
    """The BufferError is chained to the exception that was leaving the block."""
    m = anon(b"abc")
    with raises(BufferError) as refusal:
        with m:
            view = memoryview(m)
            raise KeyError("mine")
    assert isinstance(refusal.value.__context__, KeyError)
    view.release()


@behaviour("MM-BUF-010", needs=("python",))
def test_regular_expression_on_a_mapping(anon):
    """A regular expression searches the mapping directly."""
    m = anon(b"..abc123..")
    found = re.search(b"[0-9]+", m)
    assert found.span() == (5, 8)
    assert found.group() == b"123"


@behaviour("MM-BUF-010", needs=("python", "refcount"), level="observed")
def test_finished_match_does_not_pin(anon, raises):
    """A match object does not forbid close; asking it for text afterwards fails."""
    m = anon(b"..abc123..")
    found = re.search(b"[0-9]+", m)
    m.close()
    with raises((TypeError, ValueError)):
        found.group()


@behaviour("MM-BUF-011", needs=("python", "exports", "refcount"), level="observed")
def test_live_match_iterator_pins(anon, raises):
    """A live match iterator forbids close until it is gone."""
    m = anon(b"1 2 3")
    numbers = re.finditer(b"[0-9]", m)
    next(numbers)
    with raises(BufferError):
        m.close()
    del numbers
    m.close()


@behaviour("MM-BUF-012", needs=("python", "exports", "threads", "posix"), level="observed")
def test_blocking_read_pins(anon, threads, raises):
    """While another thread is blocked filling the mapping, close is a BufferError."""
    m = anon(b"abc")
    here, there = socket.socketpair()
    here.settimeout(5)

    def work(i):
        if i == 0:
            return here.recv_into(m)
        time.sleep(0.2)
        with raises(BufferError):
            m.close()
        return there.send(b"XY")
    assert threads(work, 2) == [2, 2]
    assert m[:] == b"XYc"
    here.close()
    there.close()


@behaviour("MM-BUF-013", needs=("python",), level="observed")
def test_builtin_consumers(anon):
    """bytes, bytearray, str, int, concatenation and bytes methods accept a mapping."""
    m = anon(b"123")
    assert bytes(m) == b"123"
    assert bytearray(m) == bytearray(b"123")
    assert str(m, "ascii") == "123"
    assert int(m) == 123
    assert b"0" + m == b"0123"
    assert bytearray(b"0") + m == bytearray(b"0123")
    assert b"012345".find(m) == 1


@behaviour("MM-BUF-013", needs=("python",), level="observed")
def test_formatting_of_bytes(anon):
    """A mapping can be formatted into bytes."""
    assert b"<%b>" % anon(b"123") == b"<123>"


@behaviour("MM-BUF-013", needs=("python",), level="observed")
def test_library_consumers(anon):
    """struct, checksums and hashes accept a mapping."""
    m = anon(b"1234")
    assert struct.unpack("4B", m) == (49, 50, 51, 52)
    assert zlib.crc32(m) == zlib.crc32(b"1234")
    assert hashlib.sha256(m).digest() == hashlib.sha256(b"1234").digest()
    assert hashlib.sha1(m).digest() == hashlib.sha1(b"1234").digest()


@behaviour("MM-BUF-013", needs=("python",), level="observed")
def test_files_accept_a_mapping(anon, file):
    """write of a file and os.write accept a mapping."""
    m, f = anon(b"123"), file(b"")
    with open(f.path, "ab") as stream:
        assert stream.write(m) == 3
    assert os.write(f.fileno(), m) == 3
    assert f.read() == b"123"


@behaviour("MM-BUF-014", needs=("python", "exports", "buffer_abc"), since="3.12", level="observed")
def test_python_level_buffer_methods(anon):
    """The type has __buffer__ and __release_buffer__ and is recognised by the Buffer ABC."""
    m = anon(b"abc")
    view = m.__buffer__(0)
    assert view.tobytes() == b"abc"
    m.__release_buffer__(view)
    m.close()
    assert isinstance(m, collections.abc.Buffer)


@behaviour("MM-BUF-015", needs=("python",), level="observed")
def test_needle_and_data_are_released(anon):
    """A bytearray given as needle or data can be resized afterwards."""
    m, data = anon(b"abcdef"), bytearray(b"ab")
    m.find(data)
    m.rfind(data)
    m.write(data)
    m[0:2] = data
    data.append(0)
    assert len(data) == 3


@behaviour("MM-BUF-015", needs=("python",), level="observed")
def test_needle_and_data_are_released_on_errors(mmap, mapping, anon, raises):
    """A bytearray given as needle or data can be resized after a call that failed."""
    m, data = anon(b"abc"), bytearray(b"far too long")
    read_only = mapping(b"abc", access=mmap.ACCESS_READ)
    with raises(TypeError):
        m.find(data, "0")
    with raises(ValueError):
        m.write(data)
    with raises(IndexError):
        m[0:2] = data
    with raises(TypeError):
        read_only.write(data)
    m.close()
    with raises(ValueError):
        m.find(data)
    data.append(0)


@behaviour("MM-BUF-016", needs=("python",), level="observed")
def test_mapping_is_its_own_needle_and_data(anon):
    """A mapping is found in itself at 0, and written to itself changes nothing."""
    m = anon(b"abcdef")
    assert m.find(m) == 0
    assert m.rfind(m) == 0
    assert m.write(m) == 6
    assert m[:] == b"abcdef"
    m.close()


@behaviour("MM-BUF-016", needs=("python", "exports", "resize"), level="observed")
def test_mapping_as_its_own_needle_cannot_be_resized(mapping, raises):
    """resize during a search for the mapping in itself is a BufferError."""
    m = mapping(b"abcdef")

    class Resizer:
        def __index__(self):
            m.resize(3)
            return 0
    with raises(BufferError):
        m.find(m, Resizer())
    assert m[:] == b"abcdef"


@behaviour("MM-BUF-018", needs=("python",))
def test_view_compares_by_content(anon):
    """A view equals bytes of the same content."""
    m = anon(b"abc")
    with memoryview(m) as view:
        assert view == b"abc"
        assert view != b"abd"


@behaviour("MM-BUF-018", needs=("python",), level="observed")
def test_view_can_be_cast(anon):
    """A view may be cast to wider items and written through the cast."""
    m = anon(b"\0" * 8)
    with memoryview(m) as view, view.cast("H") as wide:
        wide[1] = 0x4241
    assert m[:] == b"\0\0" + array("H", [0x4241]).tobytes() + b"\0" * 4


@behaviour("MM-BUF-008", needs=("python", "exports"), level="observed",
           reference="https://github.com/python/cpython/issues/142665")
def test_view_that_is_released_while_it_is_sliced(anon, dies):
    """A view released by the conversion of a bound of its own slice does no harm."""
    m = anon(b"abcdef")
    view = memoryview(m)

    class Releaser:
        def __index__(self):
            view.release()
            m.close()
            return 1
    ending = dies(lambda: view[Releaser():])
    assert ending in ("raised:ValueError", "raised:BufferError")


@behaviour("MM-BUF-017", needs=("exports",), until="2.7")
def test_buffer_of_python_2(anon, borrow, raises):
    """Python 2's buffer of a mapping is read-only, shows its changes and does not pin it."""
    m = anon(b"abc")
    view = borrow(m)
    m[1:2] = b"B"
    assert view.readonly
    assert view.tobytes() == b"aBc"
    m.close()
    with raises(TypeError):
        view.tobytes()
