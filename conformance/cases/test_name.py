# SPDX-License-Identifier: MPL-2.0
"""set_name: naming anonymous memory."""

import subprocess
import sys

from fmmap_cases import behaviour

LIMIT = 66  # bytes: 80 of the kernel, less the prefix and the terminator


@behaviour("MM-NAME-001", needs=("set_name",), since="3.15")
def test_naming_anonymous_memory(anon):
    """set_name of anonymous memory returns None."""
    assert anon(3).set_name("fmmap-test") is None


@behaviour("MM-NAME-002", needs=("set_name",), since="3.15")
def test_longest_name(anon, raises):
    """A name may have 66 bytes and no more: ValueError."""
    m = anon(3)
    assert m.set_name("x" * LIMIT) is None
    with raises(ValueError):
        m.set_name("x" * (LIMIT + 1))


@behaviour("MM-NAME-002", needs=("set_name",), since="3.15", level="observed")
def test_length_of_a_name_is_in_bytes(anon, raises):
    """The limit of a name counts the bytes of its UTF-8, not its characters."""
    m = anon(3)
    assert m.set_name("\u00e9" * (LIMIT // 2)) is None
    with raises(ValueError):
        m.set_name("\u00e9" * (LIMIT // 2) + "x")


@behaviour("MM-NAME-003", needs=("set_name",), since="3.15")
def test_naming_a_file_mapping(mapping, raises):
    """A mapping of a file cannot be named: ValueError."""
    m = mapping(b"abc")
    with raises(ValueError):
        m.set_name("fmmap-test")


@behaviour("MM-NAME-003", needs=("set_name", "private"), since="3.15", level="observed")
def test_naming_a_private_file_mapping(mmap, mapping, raises):
    """A private mapping of a file cannot be named either."""
    m = mapping(b"abc", flags=mmap.MAP_PRIVATE)
    with raises(ValueError):
        m.set_name("fmmap-test")


@behaviour("MM-NAME-003", needs=("python", "set_name"), since="3.15", level="observed")
def test_length_comes_before_kind(mapping, raises):
    """A name too long is reported before the mapping's being none of anonymous memory."""
    m = mapping(b"abc")
    with raises(ValueError, match="too long"):
        m.set_name("x" * (LIMIT + 1))


@behaviour("MM-NAME-004", needs=("python", "set_name"), since="3.15", level="observed")
def test_name_of_a_wrong_type(anon, raises):
    """A name that is no str is a TypeError, and so is a keyword."""
    m = anon(3)
    for name in (b"name", 1, None):
        with raises(TypeError):
            m.set_name(name)
    with raises(TypeError):
        m.set_name(name="fmmap-test")


@behaviour("MM-NAME-004", needs=("python", "set_name"), since="3.15", level="observed")
def test_name_that_cannot_be_passed_on(anon, raises):
    """A name with a NUL is a ValueError, one that cannot be encoded a UnicodeEncodeError."""
    m = anon(3)
    with raises(ValueError):
        m.set_name("a\0b")
    with raises(UnicodeEncodeError):
        m.set_name("\ud800")
    assert m.set_name("") is None


@behaviour("MM-NAME-005", needs=("set_name", "linux"), since="3.15", level="unspecified")
def test_name_on_a_kernel_without_names(anon):
    """Outside development mode a kernel that knows no names makes no difference."""
    assert anon(3).set_name("fmmap-test") is None


@behaviour("MM-NAME-006", needs=("python", "set_name", "procfs", "vma_names"), since="3.15",
           level="observed")
def test_name_shows_in_the_memory_map(mmap):
    """In development mode the name shows in the process's memory map behind its prefix."""
    code = "\n".join(["import sys", "sys.path[:] = {!r}", "import {} as mmap",
                      "m = mmap.mmap(-1, 3)", "m.set_name('fmmap-test')",
                      "print(open('/proc/self/maps').read())"])
    command = [sys.executable, "-X", "dev", "-c", code.format(sys.path, mmap.__name__)]
    assert b":mmap:fmmap-test]" in subprocess.check_output(command)


@behaviour("MM-NAME-007", needs=("python", "not linux"), since="3.15", level="observed")
def test_name_on_other_systems(anon, raises):
    """On other systems than Linux set_name is absent or a NotImplementedError."""
    with raises((AttributeError, NotImplementedError)):
        anon(3).set_name("fmmap-test")


@behaviour("MM-NAME-008", needs=("set_name",), since="3.15", level="unspecified")
def test_naming_closed_anonymous_memory(anon, raises):
    """Naming closed memory is a ValueError like any other use of it."""
    m = anon(3)
    m.close()
    with raises(ValueError):
        m.set_name("fmmap-test")


@behaviour("MM-NAME-008", needs=("set_name",), since="3.15", level="observed")
def test_naming_a_closed_file_mapping(mapping, raises):
    """Naming a closed mapping of a file is a ValueError."""
    m = mapping(b"abc")
    m.close()
    with raises(ValueError):
        m.set_name("fmmap-test")


@behaviour("MM-NAME-009", needs=("set_name",), since="3.15", level="observed")
def test_naming_read_only_memory(mmap, anon):
    """Read-only anonymous memory may be named."""
    m = anon(3, access=mmap.ACCESS_READ)
    assert m.set_name("fmmap-test") is None
