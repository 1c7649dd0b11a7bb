# SPDX-License-Identifier: MPL-2.0
"""flush: writing back the mapping or a range of it."""

import sys

from fmmap_cases import behaviour


@behaviour("MM-FLUSH-001", since="3.8")
def test_flush_returns_none(opened, file):
    """flush writes the whole mapping back and returns None."""
    f = file(b"abcdef")
    m = opened(f.fileno(), 6)
    m[0:2] = b"XY"
    assert m.flush() is None
    assert f.read() == b"XYcdef"


@behaviour("MM-FLUSH-001", needs=("python", "posix"), until="3.7",
           reference="https://github.com/python/cpython/pull/8692")
def test_flush_returns_zero(mapping):
    """Up to 3.7 flush returns 0 on POSIX."""
    assert mapping(b"abcdef").flush() == 0


@behaviour("MM-FLUSH-002", needs=("msync", "linux"), since="3.8",
           reference="https://github.com/python/cpython/pull/8692")
def test_failure_is_a_system_error(mapping, raises, page):
    """A failure of the system is an OSError."""
    m = mapping(b"." * (2 * page))
    with raises(OSError):
        m.flush(1, 1)


@behaviour("MM-FLUSH-003", needs=("msync",))
def test_flushing_a_range(opened, file, page):
    """flush(offset, size) writes a range back whose offset is aligned; its size need not be."""
    f = file(b"." * (2 * page))
    m = opened(f.fileno(), 0)
    m[page:page + 3] = b"abc"
    assert not m.flush(page, page)
    assert not m.flush(page, 3)
    assert not m.flush(0, 1)
    assert f.read()[page:page + 3] == b"abc"


@behaviour("MM-FLUSH-003", needs=("msync", "linux"),
           reference="https://github.com/python/cpython/issues/76979")
def test_offset_that_is_not_aligned(mapping, raises, page):
    """An offset that is no multiple of the page size is an OSError with EINVAL."""
    m = mapping(b"." * (2 * page))
    for offset in (1, page - 1, page + 1):
        with raises(OSError, errno="EINVAL"):
            m.flush(offset, 1)


@behaviour("MM-FLUSH-004", since="3.15",
           reference="https://github.com/python/cpython/issues/138092")
def test_offset_alone_flushes_to_the_end(opened, file, page):
    """flush(offset) writes back from there to the end."""
    f = file(b"." * (3 * page))
    m = opened(f.fileno(), 0)
    m[2 * page] = 97
    assert m.flush(page) is None
    assert f.read()[2 * page:2 * page + 1] == b"a"


@behaviour("MM-FLUSH-004", until="3.14",
           reference="https://github.com/python/cpython/issues/138092")
def test_offset_alone_means_the_whole_length(mapping, raises, page):
    """Up to 3.14 flush(offset) stands for the whole length: any offset above 0 is out of range."""
    m = mapping(b"." * (3 * page))
    with raises(ValueError):
        m.flush(page)
    assert not m.flush(0)


@behaviour("MM-FLUSH-005")
def test_range_outside_the_mapping(mapping, raises, page):
    """A range that passes the end, and a negative offset or size, are a ValueError."""
    m = mapping(b"." * (2 * page))
    for offset, size in ((0, 2 * page + 1), (page, page + 1), (3 * page, 0), (-page, page),
                         (-1, 1), (0, -2), (page, -page)):
        with raises(ValueError):
            m.flush(offset, size)


@behaviour("MM-FLUSH-005", level="observed")
def test_range_does_not_overflow(mapping, raises, page):
    """A range whose end would overflow is a ValueError."""
    m = mapping(b"." * (2 * page))
    for offset, size in ((page, sys.maxsize), (sys.maxsize, page), (sys.maxsize, sys.maxsize)):
        with raises(ValueError):
            m.flush(offset, size)


@behaviour("MM-FLUSH-005", since="3.15", level="observed")
def test_size_minus_one_means_to_the_end(mapping, page):
    """Size -1 means to the end."""
    m = mapping(b"." * (2 * page))
    assert m.flush(0, -1) is None
    assert m.flush(page, -1) is None


@behaviour("MM-FLUSH-005", since="3.6", until="3.13", level="observed")
def test_size_minus_one_is_out_of_range(mapping, raises, page):
    """Up to 3.13 size -1 is out of range."""
    m = mapping(b"." * (2 * page))
    with raises(ValueError):
        m.flush(0, -1)


@behaviour("MM-FLUSH-006", level="observed")
def test_flushing_nothing(mapping, page):
    """Size 0 succeeds at any aligned offset inside, the length included."""
    m = mapping(b"." * (2 * page))
    for offset in (0, page, 2 * page):
        assert not m.flush(offset, 0)


@behaviour("MM-FLUSH-007", needs=("msync",), since="3.15",
           reference="https://github.com/python/cpython/issues/63016")
def test_flags_of_flush(mmap, opened, file, page):
    """flags goes to msync: MS_SYNC, MS_ASYNC, MS_INVALIDATE and 0 work."""
    f = file(b"." * page)
    m = opened(f.fileno(), 0)
    for flags in (0, mmap.MS_SYNC, mmap.MS_ASYNC, mmap.MS_INVALIDATE,
                  mmap.MS_SYNC | mmap.MS_INVALIDATE):
        m[0] = 65 + flags
        assert m.flush(flags=flags) is None
        assert m.flush(0, page, flags=flags) is None
        assert f.read()[0] == 65 + flags


@behaviour("MM-FLUSH-008", needs=("msync", "linux"), since="3.15")
def test_flags_that_linux_refuses(mmap, mapping, raises):
    """MS_SYNC with MS_ASYNC, and unknown bits, are an OSError with EINVAL on Linux."""
    m = mapping(b"abc")
    for flags in (mmap.MS_SYNC | mmap.MS_ASYNC, 1 << 20):
        with raises(OSError, errno="EINVAL"):
            m.flush(flags=flags)


@behaviour("MM-FLUSH-008", needs=("msync", "linux"), since="3.15")
def test_asynchronous_and_invalidating_on_linux(mmap, mapping):
    """MS_ASYNC with MS_INVALIDATE is fine on Linux."""
    assert mapping(b"abc").flush(flags=mmap.MS_ASYNC | mmap.MS_INVALIDATE) is None


@behaviour("MM-FLUSH-008", needs=("msync", "linux"), since="3.15",
           reference="https://github.com/nanvix/nanvix/pull/2761")
def test_flags_for_anonymous_memory(mmap, anon, raises):
    """Of anonymous memory, too, MS_SYNC or MS_ASYNC is fine, and both are an OSError, EINVAL."""
    m = anon(b"abc")
    for flags in (mmap.MS_SYNC, mmap.MS_ASYNC):
        assert m.flush(flags=flags) is None
    with raises(OSError, errno="EINVAL"):
        m.flush(flags=mmap.MS_SYNC | mmap.MS_ASYNC)


@behaviour("MM-FLUSH-008", needs=("msync", "freebsd"), since="3.15")
def test_asynchronous_and_invalidating_on_freebsd(mmap, mapping, raises):
    """MS_ASYNC with MS_INVALIDATE is an OSError with EINVAL on FreeBSD."""
    m = mapping(b"abc")
    with raises(OSError, errno="EINVAL"):
        m.flush(flags=mmap.MS_ASYNC | mmap.MS_INVALIDATE)


@behaviour("MM-FLUSH-009", needs=("python",), since="3.15", level="observed")
def test_flags_of_a_wrong_type(mapping, raises):
    """Flags that are no integer are a TypeError, beyond the C int an OverflowError."""
    m = mapping(b"abc")
    for flags in ("1", None, 1.0):
        with raises(TypeError):
            m.flush(flags=flags)
    for flags in (2 ** 40, 2 ** 70):
        with raises(OverflowError):
            m.flush(flags=flags)


@behaviour("MM-FLUSH-009", needs=("python",), since="3.15", level="observed")
def test_flags_are_keyword_only(mapping, raises):
    """flags may not be given by position, nor offset and size by keyword."""
    m = mapping(b"abc")
    with raises(TypeError):
        m.flush(0, 3, 0)
    with raises(TypeError):
        m.flush(offset=0)
    with raises(TypeError):
        m.flush(size=3)


@behaviour("MM-FLUSH-009", needs=("python",), until="3.14", level="observed")
def test_keywords_are_refused(mapping, raises):
    """Up to 3.14 flush takes no keyword."""
    for keywords in ({"flags": 0}, {"offset": 0}, {"size": 3}):
        with raises(TypeError):
            mapping(b"abc").flush(**keywords)


@behaviour("MM-FLUSH-010")
def test_flushing_what_cannot_be_written(mmap, mapping):
    """flush of a read-only or copy-on-write mapping succeeds and does nothing."""
    for access in (mmap.ACCESS_READ, mmap.ACCESS_COPY):
        m = mapping(b"abcdef", access=access)
        assert not m.flush()
        assert not m.flush(0, 6)


@behaviour("MM-FLUSH-010", needs=("msync", "prot"), level="observed")
def test_flushing_what_cannot_be_written_checks_the_range_only(mmap, mapping, raises, page):
    """flush of a mapping that cannot be written checks the range but not its alignment."""
    kinds = ({"access": mmap.ACCESS_READ}, {"access": mmap.ACCESS_COPY}, {"prot": mmap.PROT_READ})
    for m in [mapping(b"." * page, **kind) for kind in kinds]:
        assert not m.flush(1, 1)
        with raises(ValueError):
            m.flush(0, page + 1)
        with raises(ValueError):
            m.flush(-1, 1)


@behaviour("MM-FLUSH-010", needs=("msync",), since="3.15", level="observed")
def test_flushing_what_cannot_be_written_ignores_flags(mmap, mapping):
    """flush of a read-only mapping does not look at the flags."""
    assert mapping(b"abc", access=mmap.ACCESS_READ).flush(flags=1 << 20) is None


@behaviour("MM-FLUSH-011", needs=("private",), level="observed")
def test_flushing_a_private_mapping(mmap, opened, file):
    """flush of a private mapping succeeds and leaves the file as it was."""
    f = file(b"abcdef")
    m = opened(f.fileno(), 6, flags=mmap.MAP_PRIVATE)
    m[0:2] = b"XY"
    assert not m.flush()
    assert f.read() == b"abcdef"


@behaviour("MM-FLUSH-012", needs=("python",))
def test_arguments_of_a_wrong_count_or_type(mapping, raises):
    """Too many arguments, or one that is no integer, are a TypeError."""
    m = mapping(b"abc")
    for arguments in ((0, 3, 0), ("0", 3), (0, 3.0), (None, 3), (0, b"3")):
        with raises(TypeError):
            m.flush(*arguments)


@behaviour("MM-FLUSH-012", needs=("python",), since="3.15")
def test_none_as_size(mapping, raises):
    """None is no size: TypeError."""
    m = mapping(b"abc")
    with raises(TypeError):
        m.flush(0, None)


@behaviour("MM-FLUSH-012", needs=("python",), until="3.13")
def test_none_as_size_up_to_3_13(mapping, raises):
    """Up to 3.13 None is no size either."""
    m = mapping(b"abc")
    with raises(TypeError):
        m.flush(0, None)


@behaviour("MM-FLUSH-013")
def test_flushing_anonymous_memory(anon):
    """flush of anonymous memory succeeds."""
    m = anon(b"abc")
    assert not m.flush()
    assert m[:] == b"abc"


@behaviour("MM-FLUSH-013", needs=("anon", "private"),
           reference="https://github.com/emscripten-core/emscripten/issues/16350")
def test_flushing_private_anonymous_memory(mmap, anon):
    """flush of private anonymous memory succeeds and leaves its bytes."""
    m = anon(b"abc", flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    assert not m.flush()
    assert m[:] == b"abc"


@behaviour("MM-FLUSH-014", needs=("linux",), level="observed")
def test_flushing_over_a_truncated_file(opened, file, page):
    """flush of a mapping whose file was truncated under it succeeds on Linux."""
    f = file(b"." * (2 * page))
    m = opened(f.fileno(), 0)
    f.truncate(10)
    assert not m.flush()


@behaviour("MM-FLUSH-015", needs=("python", "refcount"), level="observed")
def test_ending_a_mapping_does_not_flush(mmap, file):
    """Neither close nor the end of the object calls flush."""
    calls = []

    class Counting(mmap.mmap):
        def flush(self, *arguments):
            calls.append(arguments)
    f = file(b"abc")
    Counting(f.fileno(), 3).close()
    m = Counting(f.fileno(), 3)
    m[0] = 120
    del m
    assert calls == []
    assert f.read() == b"xbc"


@behaviour("MM-FLUSH-016", needs=("msync", "linux"), since="3.8", level="unspecified")
def test_the_system_checks_what_it_is_told_to_write_back(mapping, raises):
    """The system refuses a flush that is not aligned, unless a sandbox suppresses flushing."""
    m = mapping(b"abc")
    with raises(OSError, errno="EINVAL"):
        m.flush(1, 1)
