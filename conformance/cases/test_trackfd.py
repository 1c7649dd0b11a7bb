# SPDX-License-Identifier: MPL-2.0
"""trackfd: whether a mapping keeps a duplicate of its descriptor."""

import os

from fmmap_cases import behaviour


@behaviour("MM-TFD-001", needs=("python", "trackfd"), since="3.13")
def test_trackfd_is_keyword_only(mmap, file, raises):
    """trackfd may not be given by position."""
    fileno = file(b"abc").fileno()
    with raises(TypeError):
        mmap.mmap(fileno, 3, mmap.MAP_SHARED, mmap.PROT_READ, 0, 0, False)


@behaviour("MM-TFD-001", needs=("python", "trackfd"), since="3.13")
def test_trackfd_is_a_truth_value(mmap, file):
    """trackfd is true unless given, and any truth value is accepted."""
    fileno = file(b"abc").fileno()
    for value in (True, 1, "yes", [0]):
        assert mmap.mmap(fileno, 2, trackfd=value).size() == 3
    for value in (False, 0, None, ""):
        assert mmap.mmap(fileno, 2, trackfd=value)[:] == b"ab"


@behaviour("MM-TFD-001", needs=("python",), until="3.12")
def test_trackfd_is_unknown(mmap, file, raises):
    """Before 3.13 there is no trackfd: TypeError."""
    with raises(TypeError):
        mmap.mmap(file(b"abc").fileno(), 3, trackfd=True)


@behaviour("MM-TFD-001", needs=("python", "windows"), since="3.13", until="3.14")
def test_trackfd_is_unknown_on_windows(mmap, file, raises):
    """On Windows there is no trackfd before 3.15: TypeError."""
    with raises(TypeError):
        mmap.mmap(file(b"abc").fileno(), 3, trackfd=True)


@behaviour("MM-TFD-002", needs=("trackfd",), since="3.13")
def test_data_is_reachable_without_descriptor(opened, file):
    """With trackfd false and the descriptor closed, every data method works."""
    f = file(b"abcdef\n")
    m = opened(f.fileno(), 7, trackfd=False)
    f.close()
    assert m.read(2) == b"ab"
    assert m.write(b"XY") == 2
    assert (m.read_byte(), m.readline(), m.tell()) == (101, b"f\n", 7)
    m.move(0, 2, 2)
    assert (m.find(b"Ye", 0), m[:], len(m)) == (3, b"XYXYef\n", 7)


@behaviour("MM-TFD-002", needs=("python", "posix", "trackfd"), since="3.13",
           reference="https://github.com/python/cpython/issues/78502")
def test_no_descriptor_is_held(mmap, file):
    """With trackfd false the mapping holds no descriptor: the next free one stays the same."""
    f = file(b"abc")
    free = os.dup(0)
    os.close(free)
    m = mmap.mmap(f.fileno(), 3, trackfd=False)
    assert os.dup(0) == free
    m.close()


@behaviour("MM-TFD-003", needs=("trackfd",), since="3.15")
def test_size_needs_the_descriptor(opened, file, raises):
    """With trackfd false size is a ValueError, whether or not the descriptor is still open."""
    f = file(b"abc")
    m = opened(f.fileno(), 3, trackfd=False)
    with raises(ValueError):
        m.size()
    f.close()
    with raises(ValueError):
        m.size()


@behaviour("MM-TFD-003", needs=("trackfd",), since="3.13", until="3.14")
def test_size_without_descriptor_is_a_system_error(opened, file, raises):
    """In 3.13 and 3.14 size with trackfd false is an OSError with EBADF."""
    m = opened(file(b"abc").fileno(), 3, trackfd=False)
    with raises(OSError, errno="EBADF"):
        m.size()


@behaviour("MM-TFD-004", needs=("trackfd", "resize"), since="3.13")
def test_resize_needs_the_descriptor(opened, file, raises):
    """With trackfd false resize is a ValueError for any size, and the file keeps its own."""
    f = file(b"abcdef")
    m = opened(f.fileno(), 6, trackfd=False)
    for size in (3, 6, 12):
        with raises(ValueError):
            m.resize(size)
    assert f.size() == 6
    assert m[:] == b"abcdef"


@behaviour("MM-TFD-004", needs=("trackfd", "resize"), since="3.13")
def test_resize_of_untracked_anonymous_memory(anon, raises, page):
    """With trackfd false anonymous memory cannot be resized either."""
    m = anon(2 * page, trackfd=False)
    with raises(ValueError):
        m.resize(page)
    assert len(m) == 2 * page


@behaviour("MM-TFD-005", needs=("trackfd",), since="3.13")
def test_flush_without_descriptor(opened, file):
    """With trackfd false flush still writes changes to the file."""
    f = file(b"abc")
    m = opened(f.fileno(), 3, trackfd=False)
    m[0:2] = b"XY"
    assert m.flush() is None
    assert f.read() == b"XYc"


@behaviour("MM-TFD-006", needs=("trackfd",), since="3.13")
def test_untracked_anonymous_memory(anon):
    """trackfd false goes with anonymous memory: its length and data are reachable."""
    m = anon(10, trackfd=False)
    m[0:3] = b"abc"
    assert len(m) == 10
    assert m[0:4] == b"abc\0"


@behaviour("MM-TFD-006", needs=("trackfd",), since="3.15")
def test_size_of_untracked_anonymous_memory(anon, raises):
    """size of anonymous memory with trackfd false is a ValueError."""
    m = anon(10, trackfd=False)
    with raises(ValueError):
        m.size()


@behaviour("MM-TFD-006", needs=("trackfd",), since="3.13", until="3.14")
def test_size_of_untracked_anonymous_memory_is_a_system_error(anon, raises):
    """In 3.13 and 3.14 size of anonymous memory with trackfd false is an OSError with EBADF."""
    m = anon(10, trackfd=False)
    with raises(OSError, errno="EBADF"):
        m.size()


@behaviour("MM-TFD-007", needs=("python", "trackfd"), since="3.15")
def test_renaming_the_mapped_file(mmap, file):
    """With trackfd false and the descriptor closed, the mapped file can be renamed."""
    f = file(b"abc")
    m = mmap.mmap(f.fileno(), 3, trackfd=False)
    f.close()
    os.rename(f.path, f.path + ".renamed")
    assert m[:] == b"abc"
    m.close()
    os.rename(f.path + ".renamed", f.path)


@behaviour("MM-TFD-007", needs=("python", "windows", "trackfd"), since="3.15")
def test_renaming_the_mapped_file_while_it_is_open(mmap, file, raises):
    """On Windows the mapped file cannot be renamed while its descriptor is open."""
    f = file(b"abc")
    m = mmap.mmap(f.fileno(), 3, trackfd=False)
    with raises(PermissionError):
        os.rename(f.path, f.path + ".renamed")
    m.close()


@behaviour("MM-TFD-008", needs=("trackfd", "resize"), since="3.13", level="observed")
def test_exports_come_before_trackfd(mapping, borrow, raises):
    """resize reports borrowed bytes before the missing descriptor."""
    m = mapping(b"abc", trackfd=False)
    view = borrow(m)
    with raises(BufferError):
        m.resize(2)
    view.release()
    with raises(ValueError):
        m.resize(2)


@behaviour("MM-TFD-008", needs=("trackfd", "resize"), since="3.13", level="observed")
def test_trackfd_comes_before_access(mmap, mapping, raises):
    """resize reports the missing descriptor before the access mode."""
    m = mapping(b"abc", trackfd=False, access=mmap.ACCESS_READ)
    with raises(ValueError):
        m.resize(2)
