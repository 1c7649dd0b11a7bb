# SPDX-License-Identifier: MPL-2.0
"""madvise: advice to the system about the mapping or a range of it."""

import sys

from fmmap_cases import Index, behaviour


@behaviour("MM-MADV-001", needs=("madvise",), since="3.8")
def test_advice_about_the_whole_mapping(mmap, mapping, page):
    """madvise(option) applies to the whole mapping and returns None."""
    m = mapping(b"abc" + b"." * (2 * page))
    for option in (mmap.MADV_NORMAL, mmap.MADV_RANDOM, mmap.MADV_SEQUENTIAL, mmap.MADV_WILLNEED):
        assert m.madvise(option) is None
    assert m[0:3] == b"abc"


@behaviour("MM-MADV-001", needs=("madvise",), since="3.8")
def test_advice_about_anonymous_memory(mmap, anon, page):
    """Anonymous memory can be advised."""
    assert anon(2 * page).madvise(mmap.MADV_WILLNEED) is None


@behaviour("MM-MADV-002", needs=("madvise",), since="3.8")
def test_advice_about_a_range(mmap, mapping, page):
    """madvise(option, start) and madvise(option, start, length) apply to a range."""
    m = mapping(b"." * (3 * page))
    assert m.madvise(mmap.MADV_NORMAL, page) is None
    assert m.madvise(mmap.MADV_NORMAL, page, page) is None
    assert m.madvise(mmap.MADV_NORMAL, 0, 1) is None


@behaviour("MM-MADV-002", needs=("madvise",), since="3.8")
def test_range_that_passes_the_end(mmap, mapping, page):
    """A range that passes the end is cut there."""
    m = mapping(b"." * (2 * page))
    assert m.madvise(mmap.MADV_NORMAL, page, 100 * page) is None
    assert m.madvise(mmap.MADV_NORMAL, 0, sys.maxsize) is None


@behaviour("MM-MADV-002", needs=("madvise", "linux", "private"), since="3.8")
def test_advice_keeps_to_its_range(mmap, anon, page):
    """Destructive advice about one page leaves the pages beside it."""
    m = anon(b"x" * (3 * page), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    m.madvise(mmap.MADV_DONTNEED, page, page)
    assert m[:] == b"x" * page + b"\0" * page + b"x" * page


@behaviour("MM-MADV-002", needs=("madvise", "linux", "private"), since="3.8", level="observed")
def test_advice_ends_with_the_mapping(mmap, anon, page):
    """Destructive advice for more than the mapping leaves the memory beside it."""
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    row = [anon(b"x" * page, flags=flags) for _ in range(40)]  # once gaps are full: side by side
    for m in row[-3:]:
        m.madvise(mmap.MADV_DONTNEED, 0, 2 * page)
        m[:] = b"x" * page
    assert [m[:] == b"x" * page for m in row] == [True] * 40


@behaviour("MM-MADV-003", needs=("madvise",), since="3.8")
def test_start_out_of_bounds(mmap, mapping, raises, page):
    """A start that is negative, or at or past the length, is a ValueError."""
    m = mapping(b"." * (2 * page))
    for start in (-1, -page, 2 * page, 3 * page, sys.maxsize):
        with raises(ValueError):
            m.madvise(mmap.MADV_NORMAL, start)
        with raises(ValueError):
            m.madvise(mmap.MADV_NORMAL, start, 1)


@behaviour("MM-MADV-003", needs=("python", "madvise"), since="3.8")
def test_message_about_the_start(mmap, mapping, raises):
    """The text of the ValueError is "madvise start out of bounds"."""
    m = mapping(b"abc")
    with raises(ValueError, match="madvise start out of bounds"):
        m.madvise(mmap.MADV_NORMAL, 3)


@behaviour("MM-MADV-004", needs=("madvise",), since="3.8")
def test_negative_length(mmap, mapping, raises, page):
    """A negative length is a ValueError."""
    m = mapping(b"." * (2 * page))
    with raises(ValueError):
        m.madvise(mmap.MADV_NORMAL, 0, -1)
    with raises(ValueError):
        m.madvise(mmap.MADV_NORMAL, page, -page)


@behaviour("MM-MADV-004", needs=("madvise",), since="3.8")
def test_range_that_overflows(mmap, mapping, raises, page):
    """A start and length beyond the size type together are an OverflowError."""
    m = mapping(b"." * (2 * page))
    with raises(OverflowError):
        m.madvise(mmap.MADV_NORMAL, page, sys.maxsize)


@behaviour("MM-MADV-004", needs=("python", "madvise"), since="3.8")
def test_messages_about_the_length(mmap, mapping, raises, page):
    """The texts are "madvise length invalid" and "madvise length too large"."""
    m = mapping(b"." * (2 * page))
    with raises(ValueError, match="madvise length invalid"):
        m.madvise(mmap.MADV_NORMAL, 0, -1)
    with raises(OverflowError, match="madvise length too large"):
        m.madvise(mmap.MADV_NORMAL, page, sys.maxsize)


@behaviour("MM-MADV-004", needs=("python", "madvise"), since="3.8", level="observed")
def test_start_comes_before_length(mmap, mapping, raises):
    """A bad start is reported before a bad length."""
    m = mapping(b"abc")
    with raises(ValueError, match="start out of bounds"):
        m.madvise(mmap.MADV_NORMAL, 3, -1)


@behaviour("MM-MADV-005", needs=("madvise",), since="3.8", level="observed")
def test_length_zero(mmap, mapping, page):
    """Length 0 is accepted."""
    m = mapping(b"." * (2 * page))
    assert m.madvise(mmap.MADV_NORMAL, 0, 0) is None
    assert m.madvise(mmap.MADV_NORMAL, page, 0) is None


@behaviour("MM-MADV-006", needs=("madvise", "linux"), since="3.8", level="observed")
def test_start_that_is_not_aligned(mmap, mapping, raises, page):
    """A start that is no multiple of the page size is an OSError with EINVAL."""
    m = mapping(b"." * (2 * page))
    with raises(OSError, errno="EINVAL"):
        m.madvise(mmap.MADV_NORMAL, 1)
    with raises(OSError, errno="EINVAL"):
        m.madvise(mmap.MADV_NORMAL, page + 1, 1)


@behaviour("MM-MADV-006", needs=("madvise", "linux"), since="3.8", level="observed")
def test_unknown_option(mapping, raises):
    """An unknown or negative option is an OSError with EINVAL."""
    m = mapping(b"abc")
    for option in (9999, -1):
        with raises(OSError, errno="EINVAL"):
            m.madvise(option)


@behaviour("MM-MADV-007", needs=("madvise",), since="3.14.1")
def test_none_as_length(mmap, mapping, page):
    """None for length means the rest of the mapping."""
    m = mapping(b"." * (2 * page))
    assert m.madvise(mmap.MADV_NORMAL, 0, None) is None
    assert m.madvise(mmap.MADV_NORMAL, page, None) is None


@behaviour("MM-MADV-007", needs=("python", "madvise"), since="3.8", until="3.14.0")
def test_none_as_length_is_refused(mmap, mapping, raises):
    """Before 3.14.1 None is no length: TypeError."""
    m = mapping(b"abc")
    with raises(TypeError):
        m.madvise(mmap.MADV_NORMAL, 0, None)


@behaviour("MM-MADV-007", needs=("python", "madvise"), since="3.8")
def test_none_as_start_is_refused(mmap, mapping, raises):
    """None is no start: TypeError."""
    m = mapping(b"abc")
    with raises(TypeError):
        m.madvise(mmap.MADV_NORMAL, None)


@behaviour("MM-MADV-008", needs=("python", "madvise"), since="3.8")
def test_range_goes_through_index(mmap, mapping, page):
    """Start and length may be any objects with __index__."""
    m = mapping(b"." * (2 * page))
    assert m.madvise(mmap.MADV_NORMAL, Index(page), Index(page)) is None


@behaviour("MM-MADV-008", needs=("python", "madvise"), since="3.8")
def test_arguments_of_a_wrong_type(mmap, mapping, raises):
    """Arguments that are no integers are a TypeError, an option beyond the C int an overflow."""
    m = mapping(b"abc")
    for arguments in (("0",), (0, "0"), (0, 0, 1.0), (), (0, 0, 1, 1)):
        with raises(TypeError):
            m.madvise(*arguments)
    for option in (2 ** 40, 2 ** 70):
        with raises(OverflowError):
            m.madvise(option)


@behaviour("MM-MADV-009", needs=("madvise",), since="3.8", level="observed")
def test_read_only_mapping_may_be_advised(mmap, mapping):
    """A read-only mapping may be advised."""
    assert mapping(b"abc", access=mmap.ACCESS_READ).madvise(mmap.MADV_WILLNEED) is None


@behaviour("MM-MADV-010", needs=("madvise", "linux", "private"), since="3.8", level="observed",
           reference="https://github.com/RazrFalcon/memmap2-rs/issues/94")
def test_dontneed_drops_private_memory(mmap, anon, page):
    """MADV_DONTNEED makes private anonymous memory read as zeros."""
    m = anon(b"x" * page, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    m.madvise(mmap.MADV_DONTNEED)
    assert m[:] == b"\0" * page


@behaviour("MM-MADV-010", needs=("madvise", "linux", "private"), since="3.8", level="observed",
           reference="https://github.com/RazrFalcon/memmap2-rs/issues/94")
def test_dontneed_under_borrowed_bytes(mmap, anon, borrow, page):
    """MADV_DONTNEED is not refused for borrowed bytes: they become zero under the borrower."""
    m = anon(b"x" * page, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    view = borrow(m)
    m.madvise(mmap.MADV_DONTNEED)
    assert view.tobytes() == b"\0" * page
    view.release()


@behaviour("MM-MADV-010", needs=("madvise", "linux"), since="3.8", level="observed")
def test_dontneed_keeps_shared_memory(mmap, anon, page):
    """MADV_DONTNEED leaves the content of shared memory."""
    m = anon(b"x" * page)
    m.madvise(mmap.MADV_DONTNEED)
    assert m[:] == b"x" * page


@behaviour("MM-MADV-010", needs=("madvise", "linux", "fork"), since="3.8", level="observed")
def test_dontfork_keeps_memory_from_children(mmap, anon, dies, page):
    """Memory under MADV_DONTFORK is not there in a forked child: touching it is no success."""
    m = anon(b"x" * page)
    m.madvise(mmap.MADV_DONTFORK)
    assert dies(m.read_byte) in ("SIGSEGV", "raised:OSError")
    assert m[0] == 120


@behaviour("MM-MADV-011", needs=("python", "madvise"), since="3.8", level="observed")
def test_keywords_are_refused(mmap, mapping, raises):
    """madvise takes positional arguments only."""
    m = mapping(b"abc")
    with raises(TypeError):
        m.madvise(option=mmap.MADV_NORMAL)
    with raises(TypeError):
        m.madvise(mmap.MADV_NORMAL, start=0)
