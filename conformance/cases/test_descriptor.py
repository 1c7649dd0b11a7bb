# SPDX-License-Identifier: MPL-2.0
"""The descriptor: what can be mapped through one, and what a mapping keeps of it."""

import os
import socket

from fmmap_cases import behaviour


# ---- What can be mapped ----------------------------------------------------------------------

@behaviour("MM-NEW-016")
def test_bad_descriptor(opened, raises):
    """A descriptor that was never open is an OSError with EBADF."""
    with raises(OSError, errno="EBADF"):
        opened(-2, 1)


@behaviour("MM-NEW-016", level="observed")
def test_closed_descriptor(opened, file, raises):
    """A descriptor that has been closed is an OSError with EBADF, for length 0 too."""
    f = file(b"abc")
    fileno = f.fileno()
    f.close()
    with raises(OSError, errno="EBADF"):
        opened(fileno, 3)
    with raises(OSError, errno="EBADF"):
        opened(fileno, 0)


@behaviour("MM-NEW-025", needs=("python", "posix"), level="observed")
def test_length_zero_of_a_device(mmap, raises):
    """Length 0 of a descriptor that is no regular file is an OSError from the system."""
    with open(os.devnull, "r+b") as device:
        with raises(OSError):
            mmap.mmap(device.fileno(), 0)


@behaviour("MM-NEW-026", needs=("python", "posix"), level="observed")
def test_device_of_any_length(mmap, page):
    """The zero device can be mapped with any positive length, since it has no size to check."""
    with open("/dev/zero", "r+b") as device:
        m = mmap.mmap(device.fileno(), 2 * page + 1)
    assert m[:] == b"\0" * (2 * page + 1)
    m.close()


@behaviour("MM-NEW-027", needs=("python", "procfs"), level="observed")
def test_pseudo_file_is_empty(mmap, raises):
    """A pseudo-file that reports size 0 is an empty file: ValueError for length 0 and others."""
    with open("/proc/self/maps", "rb") as pseudo:
        for length in (0, 1):
            with raises(ValueError):
                mmap.mmap(pseudo.fileno(), length, access=mmap.ACCESS_READ)


@behaviour("MM-NEW-028", needs=("python", "linux"), level="observed")
def test_what_has_no_memory_to_map(mmap, raises, file):
    """A directory or a pipe is an OSError with ENODEV."""
    reader, writer = os.pipe()
    folder = os.open(os.path.dirname(file().path), os.O_RDONLY)
    for fileno in (folder, reader):
        with raises(OSError, errno="ENODEV"):
            mmap.mmap(fileno, 1, access=mmap.ACCESS_READ)
    for fileno in (folder, reader, writer):
        os.close(fileno)


@behaviour("MM-NEW-028", needs=("python", "linux"), level="observed",
           reference="https://github.com/rcore-os/tgoskits/pull/285")
def test_socket_has_no_memory_to_map(mmap, raises):
    """A socket is an OSError with ENODEV."""
    for connection in socket.socketpair():
        with raises(OSError, errno="ENODEV"):
            mmap.mmap(connection.fileno(), 1, access=mmap.ACCESS_READ)
        connection.close()


@behaviour("MM-NEW-028", needs=("python", "linux"), level="observed")
def test_path_descriptor(mmap, raises, file):
    """A descriptor that only names a path is an OSError with EBADF."""
    o_path = 0o10000000  # of <fcntl.h>, for interpreters whose os module lacks it
    fileno = os.open(file(b"abc").path, o_path)
    with raises(OSError, errno="EBADF"):
        mmap.mmap(fileno, 3, access=mmap.ACCESS_READ)
    os.close(fileno)


@behaviour("MM-NEW-040", needs=("windows", "anon"), level="observed")
def test_descriptor_zero_is_anonymous(opened):
    """On Windows descriptor 0 means anonymous memory."""
    assert opened(0, 10)[:] == b"\0" * 10


@behaviour("MM-NEW-040", needs=("python", "posix", "fork"), level="observed")
def test_descriptor_zero_is_ordinary(mmap, file):
    """On POSIX descriptor 0 is a descriptor like any other."""
    os.dup2(file(b"abc").fileno(), 0)
    assert mmap.mmap(0, 3)[:] == b"abc"


@behaviour("MM-NEW-041", needs=("python", "windows"))
def test_descriptor_of_a_socket(mmap, raises):
    """On Windows the number of a socket is an OSError."""
    with socket.socket() as connection:
        with raises(OSError):
            mmap.mmap(connection.fileno(), 10)


# ---- Modes of the descriptor -----------------------------------------------------------------

@behaviour("MM-NEW-031", needs=("posix",), level="observed")
def test_read_only_descriptor_cannot_be_written(opened, file, raises):
    """A shared writable mapping of a descriptor opened for reading is a PermissionError."""
    with raises(PermissionError):
        opened(file(b"abc", "rb").fileno(), 3)


@behaviour("MM-NEW-031", needs=("posix",), level="observed")
def test_read_only_descriptor_can_be_read(mmap, opened, file):
    """A descriptor opened for reading can be mapped for reading, as a copy and privately."""
    fileno = file(b"abc", "rb").fileno()
    assert opened(fileno, 3, access=mmap.ACCESS_READ)[:] == b"abc"
    assert opened(fileno, 3, access=mmap.ACCESS_COPY)[:] == b"abc"
    assert opened(fileno, 3, flags=mmap.MAP_PRIVATE)[:] == b"abc"


@behaviour("MM-NEW-032", needs=("linux",), level="observed")
def test_write_only_descriptor(mmap, opened, file, raises):
    """A descriptor opened only for writing cannot be mapped in any access mode."""
    f = file(b"")
    write_only = f.reopen("wb")
    f.write_at(0, b"abc")
    for access in (0, mmap.ACCESS_READ, mmap.ACCESS_WRITE, mmap.ACCESS_COPY):
        with raises(PermissionError):
            opened(write_only.fileno(), 3, access=access)


@behaviour("MM-NEW-031", needs=("linux",), level="observed",
           reference="https://github.com/rcore-os/tgoskits/pull/285")
def test_errno_of_a_mode_that_forbids_the_mapping(mmap, opened, file, raises):
    """A mapping that the descriptor's mode forbids is an OSError with EACCES."""
    f = file(b"")
    write_only, read_only = f.reopen("wb"), f.reopen("rb")
    f.write_at(0, b"abc")
    with raises(OSError, errno="EACCES"):
        opened(write_only.fileno(), 3, access=mmap.ACCESS_READ)
    with raises(OSError, errno="EACCES"):
        opened(read_only.fileno(), 3, access=mmap.ACCESS_WRITE)


# ---- What the mapping keeps of it ------------------------------------------------------------

@behaviour("MM-NEW-029", needs=("python", "posix"), level="observed")
def test_failure_leaks_no_descriptor(mmap, file, raises):
    """A construction that fails leaves no descriptor behind."""
    f = file(b"abc", "rb")
    before = open_descriptors()
    for _ in range(3):
        with raises(OSError):
            mmap.mmap(f.fileno(), 3)
    assert open_descriptors() == before


def open_descriptors():
    """Numbers of this process's open descriptors."""
    return [fileno for fileno in range(256) if is_open(fileno)]


def is_open(fileno):
    try:
        os.fstat(fileno)
    except OSError:
        return False
    return True


@behaviour("MM-NEW-033")
def test_descriptor_may_be_closed(opened, file):
    """The caller may close the descriptor at once: data and size stay reachable."""
    f = file(b"abc")
    m = opened(f.fileno(), 2)
    f.close()
    m[0] = 120
    assert m[:] == b"xb"
    assert m.size() == 3


@behaviour("MM-NEW-033", needs=("resize",))
def test_descriptor_may_be_closed_before_resize(opened, file, page):
    """The caller may close the descriptor: the mapping can still be resized."""
    f = file(b"abc")
    m = opened(f.fileno(), 3)
    f.close()
    m.resize(page)
    assert m.size() == page


@behaviour("MM-NEW-034", needs=("python", "posix"), level="observed")
def test_descriptor_is_duplicated(mmap, file):
    """A file mapping holds one descriptor of its own until it is closed."""
    f = file(b"abc")
    before = open_descriptors()
    m = mmap.mmap(f.fileno(), 3)
    assert len(open_descriptors()) == len(before) + 1
    m.close()
    assert open_descriptors() == before


@behaviour("MM-NEW-034", needs=("python", "posix"), level="observed")
def test_duplicate_is_not_inheritable(mmap, file):
    """The mapping's own descriptor is not inheritable, even if the caller's is."""
    f = file(b"abc")
    os.set_inheritable(f.fileno(), True)
    before = open_descriptors()
    m = mmap.mmap(f.fileno(), 3)
    own, = set(open_descriptors()) - set(before)
    assert os.get_inheritable(own) is False
    m.close()


@behaviour("MM-NEW-034", needs=("python", "posix"), level="observed")
def test_anonymous_memory_holds_no_descriptor(anon):
    """An anonymous mapping holds no descriptor."""
    before = open_descriptors()
    m = anon(1)
    assert open_descriptors() == before
    m.close()


@behaviour("MM-NEW-035", needs=("python", "rlimit"), level="observed")
def test_no_descriptor_left_to_duplicate(mmap, file, raises):
    """With no free descriptor left, construction is an OSError with EMFILE."""
    f = file(b"abc")
    use_up_descriptors()
    with raises(OSError, errno="EMFILE"):
        mmap.mmap(f.fileno(), 3)


@behaviour("MM-NEW-035", needs=("python", "rlimit", "trackfd"), since="3.13", level="observed")
def test_no_descriptor_needed_without_trackfd(mmap, file):
    """With no free descriptor left, construction with trackfd false succeeds."""
    f = file(b"abc")
    use_up_descriptors()
    assert mmap.mmap(f.fileno(), 3, trackfd=False)[:] == b"abc"


def use_up_descriptors():
    """Forbid this process any further descriptor."""
    import resource
    probe = os.dup(0)
    os.close(probe)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (probe, hard))


@behaviour("MM-NEW-036", needs=("python", "posix"), level="observed")
def test_file_position_is_left_alone(mmap, file):
    """On POSIX construction neither uses nor moves the descriptor's file position."""
    f = file(b"abcdef")
    os.lseek(f.fileno(), 4, os.SEEK_SET)
    m = mmap.mmap(f.fileno(), 0)
    assert m[:] == b"abcdef"
    assert os.lseek(f.fileno(), 0, os.SEEK_CUR) == 4
    m.close()


@behaviour("MM-NEW-036", needs=("python", "windows"), level="observed")
def test_file_position_is_rewound(mmap, file):
    """On Windows construction moves the descriptor's file position to 0."""
    f = file(b"abcdef")
    os.lseek(f.fileno(), 4, os.SEEK_SET)
    mmap.mmap(f.fileno(), 0).close()
    assert os.lseek(f.fileno(), 0, os.SEEK_CUR) == 0


@behaviour("MM-NEW-038", needs=("python",), level="observed")
def test_buffered_data_is_not_mapped(mmap, file):
    """Data still in a user-space buffer is not part of the mapping until it is flushed."""
    with open(file(b"abc").path, "r+b") as stream:
        m = mmap.mmap(stream.fileno(), 3)
        stream.write(b"XY")
        assert m[:] == b"abc"
        stream.flush()
        assert m[:] == b"XYc"
    m.close()


@behaviour("MM-NEW-043", needs=("macos",), level="observed")
def test_file_is_flushed_before_mapping(opened, file):
    """On macOS a file just written is complete in the mapping, flushed to its device first."""
    f = file(b"")
    f.write_at(0, b"abc")
    assert opened(f.fileno(), 0)[:] == b"abc"


@behaviour("MM-NEW-044")
def test_mapping_a_file_twice(opened, file):
    """Two mappings of one file have positions and closed states of their own."""
    f = file(b"abc")
    first, second = opened(f.fileno(), 3), opened(f.fileno(), 3)
    first.seek(2)
    assert second.tell() == 0
    first.close()
    assert second.closed is False
    assert second[:] == b"abc"


# ---- Files in memory, seals and limits -------------------------------------------------------

@behaviour("MM-NEW-045", needs=("python", "memfd"))
def test_memory_file(mmap, raises):
    """A memory file behaves as a regular file: size checks, size and sharing apply."""
    fileno = os.memfd_create("fmmap")
    with raises(ValueError):
        mmap.mmap(fileno, 0)
    os.ftruncate(fileno, 10)
    m, other = mmap.mmap(fileno, 0), mmap.mmap(fileno, 5)
    m[0:3] = b"abc"
    assert (other[0:3], m.size(), len(m)) == (b"abc", 10, 10)
    os.close(fileno)


@behaviour("MM-NEW-045", needs=("python", "memfd", "resize"))
def test_memory_file_is_resized(mmap, page):
    """Resizing a mapping of a memory file sets the file's size."""
    fileno = os.memfd_create("fmmap")
    os.ftruncate(fileno, 10)
    m = mmap.mmap(fileno, 0)
    m.resize(2 * page)
    assert os.fstat(fileno).st_size == 2 * page
    os.close(fileno)


@behaviour("MM-NEW-046", needs=("python", "memfd", "linux"), level="observed")
def test_write_seal_forbids_a_writable_mapping(mmap, raises):
    """A memory file sealed against writing refuses a shared writable mapping with EPERM."""
    fileno = sealed_memory_file(F_SEAL_WRITE)
    with raises(OSError, errno="EPERM"):
        mmap.mmap(fileno, 0)
    assert mmap.mmap(fileno, 0, access=mmap.ACCESS_COPY)[:] == b"\0" * 10
    os.close(fileno)


@behaviour("MM-NEW-046", needs=("python", "memfd", "linux", "mremap"), level="observed")
def test_grow_seal_forbids_resize(mmap, raises, page):
    """A file that may not grow gives OSError with EPERM to resize; the mapping stays usable."""
    fileno = sealed_memory_file(F_SEAL_GROW)
    m = mmap.mmap(fileno, 0)
    with raises(OSError, errno="EPERM"):
        m.resize(page)
    assert (len(m), m.size(), m[:]) == (10, 10, b"\0" * 10)
    os.close(fileno)


@behaviour("MM-NEW-046", needs=("python", "linux", "mremap", "rlimit"), level="observed")
def test_file_size_limit_forbids_resize(mmap, file, raises, page):
    """A limit of the file size gives OSError with EFBIG to resize; the mapping stays usable."""
    import resource
    import signal
    m = mmap.mmap(file(b"abc").fileno(), 3)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (page, page))
    with raises(OSError, errno="EFBIG"):
        m.resize(2 * page)
    assert (len(m), m.size(), m[:]) == (3, 3, b"abc")


# Of <fcntl.h>; the fcntl module has them from Python 3.8 on
F_ADD_SEALS, F_SEAL_GROW, F_SEAL_WRITE = 1033, 4, 8


def sealed_memory_file(seal):
    """Descriptor of a memory file of 10 bytes with that seal."""
    import fcntl
    allow_sealing = 2  # MFD_ALLOW_SEALING
    fileno = os.memfd_create("fmmap", allow_sealing)
    os.ftruncate(fileno, 10)
    fcntl.fcntl(fileno, F_ADD_SEALS, seal)
    return fileno
