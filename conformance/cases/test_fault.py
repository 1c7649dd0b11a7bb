# SPDX-License-Identifier: MPL-2.0
"""Memory the system cannot supply: a signal that ends the process, or an OSError."""

import os

from fmmap_cases import behaviour

# An implementation may catch the signal and raise OSError instead, as all do on Windows.
GONE = ("SIGBUS", "raised:OSError")
FORBIDDEN = ("SIGSEGV", "SIGBUS", "raised:OSError")


@behaviour("MM-FAULT-001", needs=("posix",), level="observed",
           reference="https://github.com/python/cpython/issues/84897")
def test_reading_beyond_a_truncated_file(opened, file, page, dies):
    """Reading a page wholly beyond the end of a truncated file never succeeds."""
    f = file(b"." * (2 * page))
    m = opened(f.fileno(), 2 * page)
    f.truncate(10)
    assert dies(lambda: m[page]) in GONE
    assert dies(lambda: m[page:]) in GONE
    assert dies(m.find, b"x", page) in GONE


@behaviour("MM-FAULT-001", needs=("posix",), level="observed",
           reference="https://github.com/python/cpython/issues/84897")
def test_writing_beyond_a_truncated_file(opened, file, page, dies):
    """Writing a page wholly beyond the end of a truncated file never succeeds."""
    f = file(b"." * (2 * page))
    m = opened(f.fileno(), 2 * page)
    f.truncate(10)
    m.seek(page)
    assert dies(m.write, b"x") in GONE
    assert dies(m.write_byte, 120) in GONE


@behaviour("MM-FAULT-001", needs=("posix",), level="observed")
def test_length_stays_over_a_truncated_file(opened, file, page):
    """The mapping reports its old length after the file was truncated."""
    f = file(b"." * (2 * page))
    m = opened(f.fileno(), 2 * page)
    f.truncate(10)
    assert len(m) == 2 * page
    assert m[0:10] == b"." * 10


@behaviour("MM-FAULT-002", needs=("posix",), level="observed")
def test_tail_of_the_last_page(opened, file, page):
    """Bytes of the last page beyond the new end of file read as zero; size is the new one."""
    f = file(b"." * (2 * page))
    m = opened(f.fileno(), 2 * page)
    f.truncate(10)
    assert m[0:page] == b"." * 10 + b"\0" * (page - 10)
    assert m.size() == 10


@behaviour("MM-FAULT-002", needs=("posix",), level="observed",
           reference="https://github.com/asterinas/asterinas/issues/2201")
def test_writing_to_the_tail_of_the_last_page(opened, file, page):
    """What is written to the last page beyond the end of file does not reach the file."""
    f = file(b"." * page)
    m = opened(f.fileno(), page)
    f.truncate(10)
    m[10:13] = b"abc"
    m.flush()
    assert f.read() == b"." * 10


@behaviour("MM-FAULT-002", needs=("posix",), level="observed",
           reference="https://github.com/gramineproject/gramine/pull/1818")
def test_shrinking_and_growing_the_file(opened, file, page):
    """A file that shrinks and grows again shows zeros through the mapping, not its old bytes."""
    f = file(b"." * (2 * page))
    m = opened(f.fileno(), 2 * page)
    f.truncate(10)
    f.truncate(2 * page)
    assert m[:] == b"." * 10 + b"\0" * (2 * page - 10)


@behaviour("MM-FAULT-002", needs=("posix",), level="observed",
           reference="https://github.com/gramineproject/gramine/pull/1818")
def test_what_the_file_gains_again(opened, file, page):
    """What a file that was truncated gains again shows through the mapping."""
    f = file(b"." * (2 * page))
    m = opened(f.fileno(), 2 * page)
    f.truncate(10)
    f.truncate(2 * page)
    f.write_at(page - 1, b"new")
    assert m[page - 2:page + 3] == b"\0new\0"


@behaviour("MM-FAULT-003", needs=("posix", "prot"), level="observed")
def test_memory_without_any_permission(mmap, mapping, dies):
    """Reading a mapping without any permission never succeeds, though it can be made."""
    m = mapping(b"abc", prot=0)
    assert dies(lambda: m[0]) in FORBIDDEN
    assert dies(m.read, 3) in FORBIDDEN
    assert len(m) == 3
    assert m.tell() == 0


@behaviour("MM-FAULT-003", needs=("python", "prot"), level="observed")
def test_memory_without_any_permission_can_be_closed(mmap, mapping):
    """repr and close of a mapping without any permission work."""
    m = mapping(b"abc", prot=0)
    assert "mmap" in repr(m)
    m.close()
    assert m.closed


@behaviour("MM-FAULT-004", needs=("windows", "python", "capi"), since="3.13",
           reference="https://github.com/python/cpython/issues/118209")
def test_inaccessible_page_on_windows(anon, page, raises):
    """On Windows every access to an inaccessible page is an OSError."""
    import ctypes
    m = anon(2 * page)
    start = ctypes.addressof((ctypes.c_char * len(m)).from_buffer(m))
    no_access, before = 1, ctypes.c_ulong()  # PAGE_NOACCESS
    assert ctypes.windll.kernel32.VirtualProtect(ctypes.c_void_p(start + page), page, no_access,
                                                 ctypes.byref(before))
    m.seek(page)
    for access in (m.read, m.read_byte, m.readline, lambda: m.write(b"x"),
                   lambda: m.write_byte(0), lambda: m[page], lambda: m[page:],
                   lambda: m.move(page, 0, 1), lambda: m.find(b"x", page),
                   lambda: m.rfind(b"x", page), lambda: list(m)):
        with raises(OSError):
            access()


@behaviour("MM-FAULT-005", needs=("python", "linux", "mounts"), level="observed")
def test_sparse_file_on_a_full_disk(mmap, dies, file, page):
    """Writing to a hole of a file for which the disk has no room never succeeds."""
    folder = file().path + ".disk"
    mount_a_disk(folder, 8 * page)
    with open(os.path.join(folder, "sparse"), "w+b") as f:
        f.truncate(100 * page)
        m = mmap.mmap(f.fileno(), 100 * page)
        assert dies(m.write, b"x" * (100 * page)) in GONE


def mount_a_disk(folder, size):
    """Mount a new file system of that many bytes, for this process only."""
    import ctypes
    libc, user, group = ctypes.CDLL(None, use_errno=True), os.getuid(), os.getgid()
    new_mounts_and_users = 0x00020000 | 0x10000000  # CLONE_NEWNS, CLONE_NEWUSER of <sched.h>
    assert libc.unshare(new_mounts_and_users) == 0
    for name, line in (("setgroups", "deny"), ("uid_map", "0 {} 1".format(user)),
                       ("gid_map", "0 {} 1".format(group))):
        with open("/proc/self/" + name, "w") as stream:
            stream.write(line)
    os.mkdir(folder)
    options = "size={}".format(size).encode()
    assert libc.mount(b"none", folder.encode(), b"tmpfs", 0, options) == 0


@behaviour("MM-FAULT-006", needs=("mremap",), level="observed")
def test_after_a_failed_resize_to_nothing(mapping, raises, dies):
    """After a resize(0) that failed, access succeeds only if the file was not truncated."""
    m = mapping(b"abcdef")
    with raises(OSError):
        m.resize(0)
    kept = m.size() == 6
    assert (kept, dies(m.read_byte)) in [(True, "returned")] + [(False, how) for how in GONE]


@behaviour("MM-FAULT-001", needs=("python", "posix"), level="observed",
           reference="https://github.com/python/cpython/issues/119817")
def test_device_that_cannot_be_written(mmap, raises):
    """A device that has no memory is refused when it is mapped, not when it is touched."""
    with open(os.devnull, "r+b") as device:
        with raises(OSError):
            mmap.mmap(device.fileno(), 10)
