# SPDX-License-Identifier: MPL-2.0
"""Anonymous memory, and the tag names of Windows."""

import subprocess
import sys

from fmmap_cases import behaviour


@behaviour("MM-ANON-001")
def test_anonymous_memory_is_zeroed(anon, page):
    """Descriptor -1 maps zeroed memory of the given length."""
    assert anon(page + 3)[:] == b"\0" * (page + 3)


@behaviour("MM-ANON-001")
def test_anonymous_memory_byte_by_byte(anon):
    """Every byte of anonymous memory can be written and read back with any value."""
    m = anon(256)
    for value in range(256):
        m[value] = value
    assert [m[value] for value in range(256)] == list(range(256))
    assert [m.read_byte() for _ in range(256)] == list(range(256))


@behaviour("MM-ANON-002")
def test_anonymous_memory_of_one_byte(anon):
    """An anonymous mapping of one byte works."""
    m = anon(1)
    m.write_byte(255)
    assert m[:] == b"\xff"
    assert len(m) == 1


@behaviour("MM-ANON-002", level="observed",
           reference="https://github.com/jart/cosmopolitan/commit/d3279d3c")
def test_odd_lengths_do_not_overlap(anon, page):
    """Mappings of odd lengths made one after the other share no byte."""
    maps = [anon(length) for length in (1, page - 1, page + 1, 3, 2 * page + 7, 5)]
    for number, m in enumerate(maps):
        m[:] = bytes([number]) * len(m)
    assert [set(m[:]) for m in maps] == [{number} for number in range(6)]


@behaviour("MM-ANON-003")
def test_anonymous_memory_is_shared_with_children(anon, child):
    """What a forked child writes to shared anonymous memory is seen by the parent."""
    m = anon(b"abc")
    child(lambda: m.write(b"XY"))
    assert m[:] == b"XYc"


@behaviour("MM-ANON-003", needs=("private",))
def test_private_anonymous_memory_is_copied(mmap, anon, child):
    """What a forked child writes to private anonymous memory is not seen by the parent."""
    m = anon(b"abc", flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    assert child(lambda: (m.write(b"XY"), m[:])) == (2, b"XYc")
    assert m[:] == b"abc"


@behaviour("MM-ANON-003", needs=("posix", "private"))
def test_anonymous_flag_may_be_left_out(mmap, opened):
    """Descriptor -1 alone asks for anonymous memory: the flag need not be given."""
    m = opened(-1, 3, flags=mmap.MAP_PRIVATE)
    m[0] = 97
    assert m[:] == b"a\0\0"


@behaviour("MM-ANON-004", needs=("anon",))
def test_writable_anonymous_memory(mmap, opened):
    """Default, write and copy access make writable anonymous memory."""
    for access in (0, mmap.ACCESS_WRITE, mmap.ACCESS_COPY):
        m = opened(-1, 3, access=access)
        m[0:2] = b"ab"
        assert m[:] == b"ab\0"


@behaviour("MM-ANON-004", needs=("anon",))
def test_read_only_anonymous_memory(mmap, opened, raises):
    """Read access makes zeroes that cannot be written."""
    m = opened(-1, 3, access=mmap.ACCESS_READ)
    assert m[:] == b"\0\0\0"
    with raises(TypeError):
        m[0] = 1


@behaviour("MM-ANON-005", needs=("python", "posix"), level="observed")
def test_anonymous_memory_keeps_no_zero_device(anon):
    """Anonymous memory keeps no descriptor, whatever it is made from."""
    import os
    free = os.dup(0)
    os.close(free)
    m = anon(3)
    assert os.dup(0) == free
    assert m[:] == b"\0\0\0"


@behaviour("MM-ANON-006", needs=("windows",))
def test_equal_tags_share_memory(opened):
    """On Windows two mappings with one tag share memory, and with another do not."""
    first = opened(-1, 10, tagname="fmmap-a")
    second = opened(-1, 10, tagname="fmmap-a")
    other = opened(-1, 10, tagname="fmmap-b")
    first[0:3] = b"abc"
    assert second[0:3] == b"abc"
    assert other[0:3] == b"\0\0\0"


@behaviour("MM-ANON-007", needs=("python", "windows"))
def test_tag_of_a_wrong_type(mmap, raises):
    """On Windows a tag that is neither a string nor None is a TypeError."""
    for tag in (1, b"tag", 1.0):
        with raises(TypeError):
            mmap.mmap(-1, 10, tagname=tag)


@behaviour("MM-ANON-007", needs=("python", "windows"), since="3.13")
def test_message_about_a_tag(mmap, raises):
    """On Windows the TypeError names the argument."""
    with raises(TypeError, match="tagname"):
        mmap.mmap(-1, 10, tagname=1)


@behaviour("MM-ANON-007", needs=("windows",), since="3.13")
def test_tag_beyond_ascii(opened):
    """On Windows tags may hold any characters."""
    first = opened(-1, 10, tagname="fmmap-\u00e9\u0416")
    second = opened(-1, 10, tagname="fmmap-\u00e9\u0416")
    first[0] = 97
    assert second[0] == 97


@behaviour("MM-ANON-008", needs=("python", "posix"), level="observed")
def test_tag_is_unknown_on_posix(mmap, raises):
    """On POSIX tagname is an unknown keyword: TypeError."""
    with raises(TypeError):
        mmap.mmap(-1, 10, tagname="fmmap")


@behaviour("MM-ANON-009", needs=("windows",))
def test_larger_mapping_of_a_tag(opened):
    """On Windows reopening a tag with a larger length does not crash."""
    first = opened(-1, 1000, tagname="fmmap-grow")
    assert larger_mapping(opened, "fmmap-grow", 5000) in (0, "OSError", "PermissionError")
    assert first[0] == 0


def larger_mapping(opened, tag, length):
    """The last byte of a mapping of that tag and length, or the exception it gives."""
    try:
        return opened(-1, length, tagname=tag)[length - 1]
    except Exception as error:
        return type(error).__name__


@behaviour("MM-ANON-010", needs=("python", "windows", "cpython"))
def test_memory_of_a_tag_counts(mmap):
    """On Windows a mapping with a tag reports more memory for itself than one without."""
    plain = sys.getsizeof(mmap.mmap(-1, 100))
    assert sys.getsizeof(mmap.mmap(-1, 100, tagname="fmmap")) > plain


@behaviour("MM-ANON-011", needs=("python", "windows"))
def test_tag_across_processes(mmap):
    """On Windows a child process that opens the tag sees the parent's bytes."""
    m = mmap.mmap(-1, 3, tagname="fmmap-child")
    m[:] = b"abc"
    code = "import mmap; print(mmap.mmap(-1, 3, tagname='fmmap-child')[:].decode())"
    assert subprocess.check_output([sys.executable, "-c", code]).split() == [b"abc"]
