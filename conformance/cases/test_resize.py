# SPDX-License-Identifier: MPL-2.0
"""resize: of files, of anonymous memory, and where it is refused."""

import sys

from fmmap_cases import behaviour


# ---- File mappings --------------------------------------------------------------------------

@behaviour("MM-RSZ-001", needs=("resize",))
def test_growing_extends_the_file(opened, file, page):
    """Growing a file mapping extends the mapping and the file."""
    f = file(b"abc")
    m = opened(f.fileno(), 3)
    m.resize(page + 10)
    assert len(m) == page + 10
    assert m.size() == page + 10
    assert f.size() == page + 10


@behaviour("MM-RSZ-001", needs=("resize",))
def test_shrinking_truncates_the_file(opened, file, page):
    """Shrinking a file mapping shortens the mapping and the file."""
    f = file(b"abc" + b"." * (2 * page))
    m = opened(f.fileno(), 0)
    m.resize(3)
    assert len(m) == 3
    assert m.size() == 3
    assert f.read() == b"abc"


@behaviour("MM-RSZ-002", needs=("resize",))
def test_resize_with_an_offset(opened, file, granularity):
    """Resizing a mapping with an offset sets the file to offset plus size and keeps its start."""
    f = file(b"a" * granularity + b"b" * granularity)
    m = opened(f.fileno(), granularity, offset=granularity)
    m.resize(10)
    assert m[:] == b"b" * 10
    assert f.read() == b"a" * granularity + b"b" * 10


@behaviour("MM-RSZ-003", needs=("resize",))
def test_content_is_kept(opened, file, page):
    """Bytes up to the smaller of both lengths are kept."""
    text = bytes(i % 251 for i in range(page + 100))
    m = opened(file(text).fileno(), 0)
    m.resize(3 * page)
    assert m[0:page + 100] == text
    m.resize(50)
    assert m[:] == text[:50]


@behaviour("MM-RSZ-003", needs=("resize",), level="observed")
def test_new_bytes_are_zero(opened, file, page):
    """New bytes of a file mapping are zero, within the last page too."""
    m = opened(file(b"abc").fileno(), 3)
    m.resize(2 * page)
    assert m[:] == b"abc" + b"\0" * (2 * page - 3)


@behaviour("MM-RSZ-003", needs=("resize",), level="observed",
           reference="https://github.com/gramineproject/gramine/pull/1818")
def test_bytes_that_were_cut_off_come_back_as_zero(opened, file, page):
    """Bytes of a file mapping that were cut off are zero when it grows again."""
    m = opened(file(b"x" * (2 * page)).fileno(), 0)
    m.resize(3)
    m.resize(2 * page)
    assert m[:] == b"xxx" + b"\0" * (2 * page - 3)


@behaviour("MM-RSZ-004", needs=("resize",), level="observed")
def test_rest_of_the_file_is_cut_off(opened, file, page):
    """Resizing a mapping of part of a file cuts the rest of the file off."""
    f = file(b"abc" + b"." * page)
    m = opened(f.fileno(), 2)
    m.resize(3)
    assert m[:] == b"abc"
    assert f.read() == b"abc"


@behaviour("MM-RSZ-005", needs=("resize",))
def test_read_only_and_copy_cannot_be_resized(mmap, opened, file, raises):
    """Read-only and copy-on-write mappings cannot be resized: TypeError, and nothing changes."""
    f = file(b"abcdef")
    for access in (mmap.ACCESS_READ, mmap.ACCESS_COPY):
        m = opened(f.fileno(), 6, access=access)
        for size in (3, 6, 12):
            with raises(TypeError):
                m.resize(size)
    assert f.read() == b"abcdef"


@behaviour("MM-RSZ-005", needs=("mremap", "prot"), level="observed")
def test_protection_decides_about_resize(mmap, opened, file, raises):
    """Protection bits without write forbid resizing; write permission alone allows it."""
    f = file(b"abcdef")
    with raises(TypeError):
        opened(f.fileno(), 6, prot=mmap.PROT_READ).resize(3)
    m = opened(f.fileno(), 6, prot=mmap.PROT_WRITE)
    m.resize(3)
    assert (len(m), f.size()) == (3, 3)


@behaviour("MM-RSZ-006", needs=("python", "not resize"), until="3.14",
           reference="https://github.com/python/cpython/issues/138205")
def test_system_without_resize(mmap, opened, file, raises):
    """Up to 3.14, where the system cannot resize, resize is a SystemError, after access checks."""
    f = file(b"abcdef")
    with raises(SystemError):
        opened(f.fileno(), 6).resize(3)
    for access in (mmap.ACCESS_READ, mmap.ACCESS_COPY):
        with raises(TypeError):
            opened(f.fileno(), 6, access=access).resize(3)
    assert f.read() == b"abcdef"


@behaviour("MM-RSZ-007", needs=("python", "not resize"), since="3.15",
           reference="https://github.com/python/cpython/issues/138205")
def test_resize_is_absent_where_it_cannot_work(mmap):
    """Where the system cannot resize, there is no method resize."""
    assert not hasattr(mmap.mmap, "resize")


@behaviour("MM-RSZ-008", needs=("resize",))
def test_resize_leaves_the_position(opened, file, page, raises):
    """resize leaves the position, even beyond the new length, where seek cannot go."""
    m = opened(file(b"." * page).fileno(), 0)
    m.seek(page)
    m.resize(10)
    assert m.tell() == page
    with raises(ValueError):
        m.seek(11)
    m.seek(10)
    assert m.tell() == 10


@behaviour("MM-RSZ-009", needs=("resize",), level="observed")
def test_size_out_of_range(opened, file, raises, granularity):
    """A negative size, or one whose sum with the offset overflows, is a ValueError."""
    f = file(b"." * (granularity + 3))
    m = opened(f.fileno(), 3, offset=granularity)
    for size in (-1, -sys.maxsize, sys.maxsize):
        with raises(ValueError):
            m.resize(size)
    assert len(m) == 3
    assert f.size() == granularity + 3


@behaviour("MM-RSZ-009", needs=("python", "resize"), level="observed")
def test_size_beyond_the_size_type(mapping, raises):
    """A size beyond the size type is an OverflowError."""
    m = mapping(b"abc")
    with raises(OverflowError):
        m.resize(2 ** 70)


@behaviour("MM-RSZ-009", needs=("python", "resize"), level="observed")
def test_size_of_a_wrong_type(mapping, raises):
    """A size that is no integer is a TypeError."""
    m = mapping(b"abc")
    for size in ("3", 3.0, None, b"3"):
        with raises(TypeError):
            m.resize(size)
    with raises(TypeError):
        m.resize()


@behaviour("MM-RSZ-010", needs=("mremap",), level="unspecified")
def test_resize_to_nothing(mapping, raises):
    """resize(0) is an OSError with EINVAL and the mapping keeps its length."""
    m = mapping(b"abcdef")
    with raises(OSError, errno="EINVAL"):
        m.resize(0)
    assert len(m) == 6


@behaviour("MM-RSZ-011", needs=("windows", "resize"))
def test_resize_to_nothing_on_windows(mapping, raises):
    """On Windows resize(0) is an OSError, and item access afterwards does not crash."""
    m = mapping(b"abcdef")
    with raises(OSError):
        m.resize(0)
    assert first_item(m) in (97, "OSError", "ValueError")


def first_item(m):
    """The first byte of m, or the exception it gives."""
    try:
        return m[0]
    except Exception as error:
        return type(error).__name__


@behaviour("MM-RSZ-017", needs=("resize",), level="observed")
def test_resize_to_the_same_length(opened, file):
    """Resizing to the current length succeeds and changes nothing."""
    f = file(b"abcdef")
    m = opened(f.fileno(), 6)
    assert m.resize(6) is None
    assert m[:] == b"abcdef"
    assert f.read() == b"abcdef"


@behaviour("MM-RSZ-018", needs=("mremap", "64bit"), level="observed")
def test_file_that_cannot_grow_so_far(opened, file, raises):
    """When the file cannot be extended, resize is an OSError and the mapping stays as it was."""
    f = file(b"abcdef")
    m = opened(f.fileno(), 6)
    with raises(OSError):
        m.resize(sys.maxsize)
    assert m[:] == b"abcdef"
    assert (len(m), f.size()) == (6, 6)


@behaviour("MM-RSZ-018", needs=("mremap", "private"), level="observed")
def test_read_only_descriptor_of_a_private_mapping(mmap, opened, file, raises):
    """A private mapping of a descriptor opened for reading cannot be resized: OSError."""
    f = file(b"abcdef", "rb")
    m = opened(f.fileno(), 6, flags=mmap.MAP_PRIVATE)
    with raises(OSError):
        m.resize(3)
    assert m[:] == b"abcdef"
    assert f.size() == 6


@behaviour("MM-RSZ-019", needs=("mremap",), level="observed")
def test_resize_beside_another_mapping(opened, file, page):
    """On POSIX one of two mappings can be resized; the other keeps its length."""
    f = file(b"abc" + b"." * page)
    m, other = opened(f.fileno(), 0), opened(f.fileno(), 0)
    m.resize(3)
    assert (len(m), len(other)) == (3, page + 3)
    assert other.size() == 3
    assert other[0:3] == b"abc"


@behaviour("MM-RSZ-019", needs=("mremap",), level="observed")
def test_tail_of_another_mapping_faults(opened, file, page, dies):
    """Bytes another mapping lost to a resize cannot be read: a signal or an OSError."""
    f = file(b"." * (2 * page))
    m, other = opened(f.fileno(), 0), opened(f.fileno(), 0)
    m.resize(3)
    assert dies(lambda: other[2 * page - 1]) in ("SIGBUS", "raised:OSError")


@behaviour("MM-RSZ-020", needs=("windows", "resize"), since="3.11",
           reference="https://github.com/python/cpython/issues/85092")
def test_resize_beside_another_mapping_on_windows(opened, file, raises, page):
    """On Windows a map cannot shrink while another mapping of its file exists: OSError."""
    f = file(b"." * (2 * page))
    m, other = opened(f.fileno(), 0), opened(f.fileno(), 0)
    with raises(OSError):
        m.resize(page)
    assert (len(m), len(other), m[0:1], other[0:1]) == (2 * page, 2 * page, b".", b".")
    other.close()
    m.resize(page)
    assert f.size() == page


@behaviour("MM-RSZ-021", needs=("windows", "anon", "resize"), since="3.11",
           reference="https://github.com/python/cpython/issues/85092")
def test_resize_of_a_shared_tag(opened, raises, page):
    """On Windows resizing one of two mappings of a tag is an OSError and leaves both intact."""
    m = opened(-1, page, tagname="fmmap-resize")
    other = opened(-1, page, tagname="fmmap-resize")
    m[0:3] = b"abc"
    with raises(OSError):
        m.resize(2 * page)
    assert (len(m), len(other), m[0:3], other[0:3]) == (page, page, b"abc", b"abc")


@behaviour("MM-RSZ-023", needs=("resize",))
def test_resize_returns_none(mapping, page):
    """resize returns None and gives exactly the length asked for."""
    m = mapping(b"." * page)
    for size in (page + 1, 1, 2 * page - 1, 10):
        assert m.resize(size) is None
        assert len(m) == size


@behaviour("MM-RSZ-024", needs=("resize",))
def test_resize_after_the_descriptor_was_closed(opened, file, page):
    """After the caller closed the descriptor, resize still sets the file's size."""
    f = file(b"abc")
    m = opened(f.fileno(), 3)
    f.close()
    m.resize(page)
    assert f.size() == page
    m.resize(2)
    assert f.read() == b"ab"


# ---- Anonymous memory -----------------------------------------------------------------------

@behaviour("MM-RSZ-012", needs=("linux", "mremap"), since="3.14.1",
           reference="https://github.com/python/cpython/issues/138204")
def test_shared_anonymous_memory_cannot_grow(anon, raises, page):
    """Growing shared anonymous memory is a ValueError on Linux, even inside the same page."""
    m = anon(b"abc")
    for size in (4, page, 2 * page):
        with raises(ValueError):
            m.resize(size)
    assert m[:] == b"abc"


@behaviour("MM-RSZ-012", needs=("linux", "mremap"), since="3.13.8", until="3.13",
           reference="https://github.com/python/cpython/issues/138204")
def test_shared_anonymous_memory_cannot_grow_in_3_13(anon, raises, page):
    """Growing shared anonymous memory is a ValueError on Linux in the later releases of 3.13."""
    m = anon(b"abc")
    with raises(ValueError):
        m.resize(2 * page)
    assert m[:] == b"abc"


@behaviour("MM-RSZ-012", needs=("linux", "mremap"), until="3.13.7",
           reference="https://github.com/python/cpython/issues/138204")
def test_grown_shared_anonymous_memory_faults(anon, dies, page):
    """Before 3.13.8 shared anonymous memory seems to grow on Linux, and its new pages fault."""
    m = anon(page)
    m.resize(2 * page)
    assert len(m) == 2 * page
    assert dies(lambda: m[page]) == "SIGBUS"


@behaviour("MM-RSZ-013", needs=("anon", "windows", "resize"), since="3.11")
def test_anonymous_memory_grows_on_windows(anon, page):
    """On Windows anonymous memory grows, keeps its data, and the new part is zero."""
    m = anon(page)
    m[0:3] = b"abc"
    m.resize(2 * page)
    assert m[:] == b"abc" + b"\0" * (2 * page - 3)


@behaviour("MM-RSZ-013", needs=("mremap", "not linux"), since="3.11", level="unspecified")
def test_shared_anonymous_memory_grows_elsewhere(anon, page):
    """On other systems than Linux shared anonymous memory may grow with zeros."""
    m = anon(page)
    m[0:3] = b"abc"
    m.resize(2 * page)
    assert m[:] == b"abc" + b"\0" * (2 * page - 3)


@behaviour("MM-RSZ-014", needs=("mremap", "private"),
           reference="https://github.com/python/cpython/issues/110243")
def test_private_anonymous_memory_grows(mmap, anon, page):
    """Private anonymous memory grows, keeps its data, and the new part is zero."""
    m = anon(page, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    m[0:3] = b"abc"
    m.resize(50 * page)
    assert len(m) == 50 * page
    assert m[:] == b"abc" + b"\0" * (50 * page - 3)


@behaviour("MM-RSZ-015", needs=("mremap", "private"))
def test_anonymous_memory_shrinks(mmap, anon, page):
    """Anonymous memory, shared or private, shrinks and keeps the start of its data."""
    for flags in (mmap.MAP_SHARED, mmap.MAP_PRIVATE):
        m = anon(2 * page, flags=flags | mmap.MAP_ANONYMOUS)
        m[0:3] = b"abc"
        m.resize(page)
        assert m[:] == b"abc" + b"\0" * (page - 3)
        m.resize(2)
        assert m[:] == b"ab"


@behaviour("MM-RSZ-015", needs=("windows", "resize"), since="3.11")
def test_anonymous_memory_shrinks_on_windows(anon, page):
    """On Windows anonymous memory shrinks and keeps the start of its data."""
    m = anon(2 * page)
    m[0:3] = b"abc"
    m.resize(page)
    assert m[:] == b"abc" + b"\0" * (page - 3)


@behaviour("MM-RSZ-015", needs=("linux", "mremap"), since="3.14.1")
def test_shared_anonymous_memory_cannot_grow_back(anon, raises, page):
    """Shared anonymous memory that shrank cannot grow back to its old size on Linux."""
    m = anon(2 * page)
    m.resize(page)
    with raises(ValueError):
        m.resize(2 * page)
    assert len(m) == page


@behaviour("MM-RSZ-016", needs=("mremap", "private"), level="unspecified")
def test_growing_again_inside_a_page(mmap, anon, page):
    """Private anonymous memory that shrank and grows again inside a page shows zeros there."""
    m = anon(b"x" * page, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    m.resize(3)
    m.resize(6)
    assert m[:] == b"xxx\0\0\0"


@behaviour("MM-RSZ-017", needs=("mremap", "private"), level="observed")
def test_resize_of_anonymous_memory_to_the_same_length(mmap, anon):
    """Anonymous memory, shared or private, can be resized to its current length."""
    for flags in (mmap.MAP_SHARED, mmap.MAP_PRIVATE):
        m = anon(b"abcdef", flags=flags | mmap.MAP_ANONYMOUS)
        assert m.resize(6) is None
        assert m[:] == b"abcdef"


# ---- The order of the checks ----------------------------------------------------------------

@behaviour("MM-RSZ-025", needs=("mremap",), level="observed")
def test_access_comes_before_range(mmap, mapping, raises):
    """The access mode is reported before a size out of range."""
    m = mapping(b"abc", access=mmap.ACCESS_READ)
    with raises(TypeError):
        m.resize(-1)


@behaviour("MM-RSZ-025", needs=("mremap",), since="3.6", level="observed")
def test_exports_come_before_access_and_range(mmap, mapping, borrow, raises):
    """Borrowed bytes are reported before the access mode and a size out of range."""
    m = mapping(b"abc", access=mmap.ACCESS_COPY)
    view = borrow(m)
    with raises(BufferError):
        m.resize(-1)
    view.release()


@behaviour("MM-RSZ-025", needs=("python", "mremap"), since="3.14.1", level="observed")
def test_conversion_comes_before_closed(mapping, raises):
    """An argument of a wrong type is reported before the mapping's being closed."""
    m = mapping(b"abc")
    m.close()
    with raises(TypeError):
        m.resize("3")


@behaviour("MM-RSZ-025", needs=("python", "mremap"), until="3.13", level="observed")
def test_closed_comes_before_conversion(mapping, raises):
    """Up to 3.13 the mapping's being closed is reported before an argument of a wrong type."""
    m = mapping(b"abc")
    m.close()
    with raises(ValueError):
        m.resize("3")


@behaviour("MM-RSZ-025", needs=("linux", "mremap"), since="3.14.1", level="observed")
def test_range_comes_before_shared_growth(anon, raises):
    """A negative size of shared anonymous memory is a ValueError, and the memory stays."""
    m = anon(b"abc")
    with raises(ValueError):
        m.resize(-1)
    assert m[:] == b"abc"
