# SPDX-License-Identifier: MPL-2.0
"""Page size and granularity, offsets, size against length, and files beyond 4 GiB."""

import os
import sys

from fmmap_cases import behaviour

GIB = 1 << 30


@behaviour("MM-SIZE-001")
def test_page_size_and_granularity(page, granularity):
    """Page size and granularity are positive, and the granularity is a multiple of the page."""
    assert page > 0
    assert granularity > 0
    assert granularity % page == 0


@behaviour("MM-SIZE-001", needs=("posix",))
def test_granularity_is_the_page_size(page, granularity):
    """On POSIX the granularity is the page size."""
    assert granularity == page


@behaviour("MM-SIZE-001", needs=("python", "exports"), level="observed",
           reference="https://github.com/emscripten-core/emscripten/issues/4835")
def test_memory_begins_at_a_page(anon, mapping, page):
    """Mapped memory begins at a multiple of the page size."""
    import ctypes
    for m in (anon(3), mapping(b"abc"), anon(page + 1)):
        assert ctypes.addressof(ctypes.c_char.from_buffer(m)) % page == 0


@behaviour("MM-SIZE-002")
def test_offset_is_where_the_mapping_begins(opened, file, granularity):
    """Index 0 of a mapping is the file's byte at the offset."""
    f = file(b"a" * granularity + b"b" * granularity + b"cde")
    m = opened(f.fileno(), granularity + 2, offset=granularity)
    assert m[0] == 98
    assert m[granularity:] == b"cd"
    assert opened(f.fileno(), 3, offset=2 * granularity)[:] == b"cde"


@behaviour("MM-SIZE-002", reference="https://github.com/emscripten-core/emscripten/issues/10094")
def test_writing_honours_the_offset(opened, file, granularity):
    """What is written to a mapping with an offset lands there in the file."""
    f = file(b"." * (granularity + 3))
    m = opened(f.fileno(), 3, offset=granularity)
    m[:] = b"abc"
    m.flush()
    assert f.read() == b"." * granularity + b"abc"


@behaviour("MM-SIZE-002", reference="https://github.com/emscripten-core/emscripten/issues/10094")
def test_closing_honours_the_offset(opened, file, granularity):
    """What was written to a mapping with an offset lands there though only close follows."""
    f = file(b"." * (granularity + 6))
    m = opened(f.fileno(), 3, offset=granularity)
    m[:] = b"abc"
    m.close()
    assert f.read() == b"." * granularity + b"abc..."


@behaviour("MM-SIZE-003", needs=("posix",), level="observed")
def test_offset_that_is_not_aligned(opened, file, raises, granularity):
    """An offset that is no multiple of the granularity is an OSError with EINVAL."""
    fileno = file(b"." * (2 * granularity)).fileno()
    for offset in (1, granularity - 1, granularity // 2):
        with raises(OSError, errno="EINVAL"):
            opened(fileno, 1, offset=offset)


@behaviour("MM-SIZE-003", needs=("posix",), level="observed")
def test_offset_of_anonymous_memory_that_is_not_aligned(anon, raises):
    """An offset that is no multiple of the granularity is refused for anonymous memory too."""
    with raises(OSError, errno="EINVAL"):
        anon(1, offset=1)


@behaviour("MM-SIZE-004", level="observed")
def test_offset_of_anonymous_memory(anon, granularity):
    """An aligned offset of anonymous memory changes nothing of the memory."""
    m = anon(3, offset=granularity)
    assert m[:] == b"\0\0\0"
    assert len(m) == 3


@behaviour("MM-SIZE-004", needs=("linux", "64bit"), level="observed",
           reference="https://sourceware.org/bugzilla/show_bug.cgi?id=21270")
def test_far_offset_of_anonymous_memory(anon, granularity):
    """An aligned offset of anonymous memory may have as many bits as there are."""
    for offset in (2 ** 32, 2 ** 44 - granularity, 2 ** 44, sys.maxsize + 1 - granularity):
        assert anon(3, offset=offset)[:] == b"\0\0\0"


@behaviour("MM-SIZE-004", needs=("python",), since="3.9", level="observed")
def test_offset_of_anonymous_memory_is_recorded(anon, granularity):
    """The offset given for anonymous memory shows in the repr."""
    assert "offset={}".format(granularity) in repr(anon(3, offset=granularity))


@behaviour("MM-SIZE-005")
def test_length_is_the_mapped_length(opened, file, raises):
    """The length is what was mapped: indexing at it is an IndexError though the file goes on."""
    m = opened(file(b"abcdef").fileno(), 3)
    assert len(m) == 3
    with raises(IndexError):
        m[3]
    assert m[2:6] == b"c"


@behaviour("MM-SIZE-006")
def test_size_is_that_of_the_file(opened, file, granularity):
    """size gives the file's size, not the mapping's length, whatever the offset."""
    f = file(b"." * (granularity + 10))
    assert opened(f.fileno(), 3).size() == granularity + 10
    assert opened(f.fileno(), 3, offset=granularity).size() == granularity + 10


@behaviour("MM-SIZE-006", needs=("posix",), level="observed")
def test_size_follows_the_file(opened, file, page):
    """size follows the file as it grows and shrinks by other means, while the length stays."""
    f = file(b"." * page)
    m = opened(f.fileno(), 3)
    f.truncate(3 * page)
    assert m.size() == 3 * page
    f.truncate(10)
    assert m.size() == 10
    assert len(m) == 3


@behaviour("MM-SIZE-007", since="3.15")
def test_size_of_anonymous_memory(anon, page):
    """size of anonymous memory is its length."""
    assert anon(3).size() == 3
    assert anon(page + 1).size() == page + 1


@behaviour("MM-SIZE-007", needs=("posix",), until="3.14")
def test_size_of_anonymous_memory_is_a_system_error(anon, raises):
    """On POSIX up to 3.14 size of anonymous memory is an OSError with EBADF."""
    m = anon(3)
    with raises(OSError, errno="EBADF"):
        m.size()


@behaviour("MM-SIZE-007", needs=("windows",))
def test_size_of_anonymous_memory_on_windows(anon):
    """On Windows size of anonymous memory is its length in every version."""
    assert anon(3).size() == 3


@behaviour("MM-SIZE-008", needs=("posix",), level="observed")
def test_size_of_an_unlinked_file(opened, file):
    """size works after the descriptor was closed and the file unlinked."""
    f = file(b"abcdef")
    m = opened(f.fileno(), 3)
    f.close()
    f.unlink()
    assert m.size() == 6


@behaviour("MM-SIZE-009", needs=("python", "linux"), level="observed")
def test_size_of_a_device(mmap, page):
    """size of a mapped character device is what the system says of it: 0."""
    with open("/dev/zero", "r+b") as device:
        m = mmap.mmap(device.fileno(), page)
    assert m.size() == 0
    assert len(m) == page


# ---- Large files ----------------------------------------------------------------------------

@behaviour("MM-SIZE-010", needs=("largefile",))
def test_offset_beyond_4_gib(opened, file, granularity):
    """The tail of a file beyond 5 GiB is reached through an offset."""
    f = file(b"")
    offset = 5 * GIB + granularity
    f.truncate(offset)
    f.write_at(offset, b"tail")
    m = opened(f.fileno(), 0, offset=offset)
    assert m[:] == b"tail"


@behaviour("MM-SIZE-010", needs=("python", "memfd", "64bit"), level="observed",
           reference="https://sourceware.org/bugzilla/show_bug.cgi?id=18877")
def test_offset_around_16_tib(mmap, granularity):
    """Offsets around 2 ** 44, the page 2 ** 32, reach their bytes."""
    fileno = os.memfd_create("fmmap")
    os.ftruncate(fileno, 2 ** 44 + granularity)
    for offset in (2 ** 44 - granularity, 2 ** 44):
        os.pwrite(fileno, b"at %x" % offset, offset)
        m = mmap.mmap(fileno, granularity, offset=offset)
        assert m.readline().rstrip(b"\0") == b"at %x" % offset
    os.close(fileno)


@behaviour("MM-SIZE-011", needs=("largefile",))
def test_small_mapping_of_a_large_file(mmap, opened, file, page):
    """A small mapping of a file of 6 GiB works, and size gives the whole size."""
    f = file(b"abc")
    f.truncate(6 * GIB)
    m = opened(f.fileno(), page, access=mmap.ACCESS_READ)
    assert m[0:4] == b"abc\0"
    assert m.size() == 6 * GIB
    assert len(m) == page


@behaviour("MM-SIZE-012", needs=("largefile", "64bit"))
def test_slices_across_2_gib(mmap, opened, file):
    """A whole file just over 2 GiB can be mapped and sliced across that border."""
    m = opened(straddling(file, 2 * GIB).fileno(), 0, access=mmap.ACCESS_READ)
    assert len(m) == 2 * GIB + 3
    assert m[2 * GIB - 4:2 * GIB + 3] == b"\0abcdef"
    assert m[2 * GIB] == 100


@behaviour("MM-SIZE-012", needs=("largefile", "64bit"))
def test_slices_across_4_gib(mmap, opened, file):
    """A whole file just over 4 GiB can be mapped and sliced across that border."""
    m = opened(straddling(file, 4 * GIB).fileno(), 0, access=mmap.ACCESS_READ)
    assert len(m) == 4 * GIB + 3
    assert m[4 * GIB - 4:4 * GIB + 3] == b"\0abcdef"
    assert m[-3] == 100


def straddling(file, border):
    """A file with holes whose last six bytes, abcdef, lie across the border."""
    f = file(b"")
    f.truncate(border - 3)
    f.write_at(border - 3, b"abcdef")
    return f


@behaviour("MM-SIZE-013", needs=("largefile", "64bit"), level="observed")
def test_position_beyond_4_gib(mmap, opened, file):
    """seek, tell and read work beyond 4 GiB."""
    m = opened(straddling(file, 4 * GIB).fileno(), 0, access=mmap.ACCESS_READ)
    m.seek(4 * GIB - 3)
    assert m.tell() == 4 * GIB - 3
    assert m.read(100) == b"abcdef"
    m.seek(-2, 2)
    assert m.tell() == 4 * GIB + 1


@behaviour("MM-SIZE-013", needs=("largefile", "64bit"), level="observed")
def test_searching_beyond_4_gib(mmap, opened, file):
    """find and rfind give indexes beyond 4 GiB."""
    m = opened(straddling(file, 4 * GIB).fileno(), 0, access=mmap.ACCESS_READ)
    assert m.find(b"bcde", 4 * GIB - 10) == 4 * GIB - 2
    assert m.rfind(b"cd", 4 * GIB - 10) == 4 * GIB - 1
    assert m.find(b"f", -3) == 4 * GIB + 2


@behaviour("MM-SIZE-014", needs=("32bit", "largefile"))
def test_large_file_on_a_32_bit_host(opened, file, raises, page):
    """On a 32-bit host only a window of a file beyond the size type can be mapped."""
    f = file(b"abc")
    f.truncate(5 * GIB)
    with raises(OverflowError):
        opened(f.fileno(), 5 * GIB)
    with raises(ValueError):
        opened(f.fileno(), 0)
    assert opened(f.fileno(), page)[0:3] == b"abc"


@behaviour("MM-SIZE-015", needs=("python", "64bit", "procfs", "rlimit"), since="3.13",
           level="observed")
def test_read_of_more_than_memory_holds(anon, raises):
    """A read that memory cannot hold is a MemoryError and leaves the position."""
    m = anon(GIB)
    leave_little_memory()
    with raises(MemoryError):
        m.read()
    assert m.tell() == 0
    assert m.read(3) == b"\0\0\0"


@behaviour("MM-SIZE-015", needs=("python", "64bit", "procfs", "rlimit"), level="observed")
def test_slice_of_more_than_memory_holds(anon, raises):
    """A slice, plain or stepped, that memory cannot hold is a MemoryError; the mapping lives on."""
    m = anon(GIB)
    leave_little_memory()
    with raises(MemoryError):
        m[:]
    with raises(MemoryError):
        m[::-1]
    assert m[0:3] == b"\0\0\0"


def leave_little_memory():
    """Let this process's address space grow by 64 MiB at most."""
    import resource
    with open("/proc/self/statm") as statm:
        pages = int(statm.read().split()[0])
    limit = pages * resource.getpagesize() + (64 << 20)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


@behaviour("MM-SIZE-016", level="observed")
def test_padding_of_the_last_page_is_out_of_reach(opened, file, raises, page):
    """A mapping shorter than a page gives no access to the rest of the page."""
    m = opened(file(b"abc").fileno(), 3)
    with raises(IndexError):
        m[page - 1]
    with raises(IndexError):
        m[3] = 0
    assert m[0:page] == b"abc"


@behaviour("MM-SIZE-016", level="observed")
def test_writing_never_extends_the_file(opened, file, raises):
    """Writing past the mapping's end is refused and the file keeps its size."""
    f = file(b"abc")
    m = opened(f.fileno(), 3)
    m.seek(2)
    with raises(ValueError):
        m.write(b"XY")
    m.close()
    assert f.read() == b"abc"


@behaviour("MM-SIZE-009", needs=("python", "linux", "64bit"), level="observed")
def test_device_of_an_impossible_length(mmap, raises):
    """A device mapped with a length beyond the address space is an OSError with ENOMEM."""
    with open("/dev/zero", "r+b") as device:
        with raises(OSError, errno="ENOMEM"):
            mmap.mmap(device.fileno(), sys.maxsize // 65536 * 65536)
