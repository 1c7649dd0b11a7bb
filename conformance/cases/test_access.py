# SPDX-License-Identifier: MPL-2.0
"""Access modes, protection bits, sharing and copying on write."""

from fmmap_cases import behaviour


@behaviour("MM-ACC-001")
def test_read_only_refuses_every_change(mmap, opened, file, raises):
    """Of a read-only mapping every changing operation is a TypeError; the file stays as it was."""
    f = file(b"abcdef")
    m = opened(f.fileno(), 6, access=mmap.ACCESS_READ)
    with raises(TypeError):
        m[0] = 0
    with raises(TypeError):
        m[0:2] = b"XY"
    for change in (lambda: m.write(b"X"), lambda: m.write_byte(0), lambda: m.move(0, 3, 2)):
        with raises(TypeError):
            change()
    assert f.read() == b"abcdef"


@behaviour("MM-ACC-001")
def test_read_only_can_be_read(mmap, mapping):
    """A read-only mapping can be read in every way."""
    m = mapping(b"abcdef\n", access=mmap.ACCESS_READ)
    assert (m[0], m[1:3]) == (97, b"bc")
    assert (m.read(2), m.read_byte(), m.readline()) == (b"ab", 99, b"def\n")


@behaviour("MM-ACC-002", needs=("python",))
def test_message_of_a_read_only_mapping(mmap, mapping, raises):
    """The TypeError says that the memory map is read-only."""
    m = mapping(b"abc", access=mmap.ACCESS_READ)
    with raises(TypeError, match="can't modify a readonly memory map"):
        m.move(0, 1, 1)
    with raises(TypeError, match="can't modify a readonly memory map"):
        m[0] = 0


@behaviour("MM-ACC-002", level="observed")
def test_read_only_refuses_changes_of_nothing(mmap, mapping, raises):
    """A read-only mapping refuses even changes of no bytes, and before any range check."""
    m = mapping(b"abc", access=mmap.ACCESS_READ)
    with raises(TypeError):
        m[1:1] = b""
    for change in (lambda: m.write(b""), lambda: m.move(0, 0, 0), lambda: m.move(0, 0, 99),
                   lambda: m.write(b"far too long")):
        with raises(TypeError):
            change()


@behaviour("MM-ACC-003")
def test_write_access_writes_through(mmap, opened, file):
    """What is written through a write-through mapping is in the file after flush."""
    f = file(b"abcdef")
    m = opened(f.fileno(), 6, access=mmap.ACCESS_WRITE)
    m[0:2] = b"XY"
    m.flush()
    assert f.read() == b"XYcdef"


@behaviour("MM-ACC-004")
def test_copy_access_leaves_the_file(mmap, opened, file):
    """What is written to a copy-on-write mapping shows in it and never in the file."""
    f = file(b"abcdef")
    m = opened(f.fileno(), 6, access=mmap.ACCESS_COPY)
    m[0:2] = b"XY"
    m.flush()
    assert m[:] == b"XYcdef"
    assert f.read() == b"abcdef"


@behaviour("MM-ACC-004", needs=("resize",))
def test_copy_access_cannot_be_resized(mmap, mapping, raises):
    """A copy-on-write mapping cannot be resized: TypeError."""
    m = mapping(b"abcdef", access=mmap.ACCESS_COPY)
    with raises(TypeError):
        m.resize(3)
    assert len(m) == 6


@behaviour("MM-ACC-005")
def test_default_access_is_shared_and_writable(opened, file):
    """By default a mapping is readable, writable and shared with the file."""
    f = file(b"abcdef")
    m = opened(f.fileno(), 6)
    m.write(b"XY")
    m.flush()
    assert m[:] == b"XYcdef"
    assert f.read() == b"XYcdef"


@behaviour("MM-ACC-006", needs=("prot",))
def test_prot_without_write_is_read_only(mmap, mapping, raises):
    """Protection bits without write make the mapping read-only: TypeError, no fault."""
    m = mapping(b"abc", prot=mmap.PROT_READ)
    assert m[:] == b"abc"
    with raises(TypeError):
        m[0] = 0
    with raises(TypeError):
        m.write(b"X")


@behaviour("MM-ACC-006", needs=("prot",))
def test_prot_none_is_read_only(mmap, mapping, raises):
    """A mapping without any protection bit refuses writing with TypeError."""
    m = mapping(b"abc", prot=0)
    with raises(TypeError):
        m[0] = 0
    with raises(TypeError):
        m.write_byte(0)


@behaviour("MM-ACC-006", needs=("python", "prot"), since="3.9")
def test_prot_without_write_is_recorded(mmap, mapping):
    """Protection bits without write show as ACCESS_READ."""
    assert "access=ACCESS_READ" in repr(mapping(b"abc", prot=mmap.PROT_READ))
    assert "access=ACCESS_READ" in repr(mapping(b"abc", prot=0))


@behaviour("MM-ACC-006", needs=("prot", "exec"))
def test_prot_read_and_exec_is_read_only(mmap, mapping, raises):
    """Read and execute permission make a read-only mapping."""
    m = mapping(b"abc", prot=mmap.PROT_READ | mmap.PROT_EXEC)
    assert m[:] == b"abc"
    with raises(TypeError):
        m[0] = 0


@behaviour("MM-ACC-007", needs=("prot",), level="observed")
def test_prot_write_alone_can_be_written(mmap, opened, file):
    """Write permission alone gives a mapping that can be written."""
    f = file(b"abc")
    m = opened(f.fileno(), 3, prot=mmap.PROT_WRITE)
    m[0:2] = b"XY"
    m.close()
    assert f.read() == b"XYc"


@behaviour("MM-ACC-007", needs=("python", "prot"), since="3.9", level="observed")
def test_prot_write_alone_is_recorded(mmap, mapping):
    """Write permission alone shows as ACCESS_WRITE."""
    assert "access=ACCESS_WRITE" in repr(mapping(b"abc", prot=mmap.PROT_WRITE))


@behaviour("MM-ACC-007", needs=("prot",), level="unspecified")
def test_prot_write_alone_can_be_read(mmap, mapping, dies):
    """Where the hardware implies it, a mapping with write permission alone can be read."""
    m = mapping(b"abc", prot=mmap.PROT_WRITE)
    assert dies(m.read_byte) == "returned"


@behaviour("MM-ACC-008", needs=("python", "prot"), since="3.9", level="observed")
def test_prot_read_and_write_is_the_default(mmap, mapping):
    """Read and write permission show as ACCESS_DEFAULT."""
    m = mapping(b"abc", prot=mmap.PROT_READ | mmap.PROT_WRITE)
    assert "access=ACCESS_DEFAULT" in repr(m)


@behaviour("MM-ACC-008", needs=("prot",), level="observed")
def test_prot_read_and_write_can_be_written(mmap, mapping):
    """Read and write permission give a mapping that can be read and written."""
    m = mapping(b"abc", prot=mmap.PROT_READ | mmap.PROT_WRITE)
    m[0] = 120
    assert m[:] == b"xbc"


@behaviour("MM-ACC-009", needs=("prot", "exec"), level="unspecified")
def test_executable_and_writable(mmap, mapping):
    """A mapping may be readable, writable and executable, unless the system forbids it."""
    m = mapping(b"abc", prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    m[0] = 120
    assert m[:] == b"xbc"


@behaviour("MM-ACC-010", needs=("private",))
def test_private_mapping_copies_on_write(mmap, opened, file):
    """What is written to a private mapping shows in it and never in the file."""
    f = file(b"abcdef")
    m = opened(f.fileno(), 6, flags=mmap.MAP_PRIVATE)
    m[0:2] = b"XY"
    m.flush()
    assert m[:] == b"XYcdef"
    assert f.read() == b"abcdef"


@behaviour("MM-ACC-010", needs=("private", "mremap"))
def test_private_mapping_can_be_resized(mmap, opened, file, page):
    """A private mapping can be resized, which sets the file's size."""
    f = file(b"." * page)
    m = opened(f.fileno(), page, flags=mmap.MAP_PRIVATE)
    m.resize(2 * page)
    assert len(m) == 2 * page
    assert f.size() == 2 * page


@behaviour("MM-ACC-010", needs=("python", "private"), since="3.9")
def test_private_mapping_is_recorded_as_default(mmap, mapping):
    """A private mapping shows as ACCESS_DEFAULT."""
    assert "access=ACCESS_DEFAULT" in repr(mapping(b"abc", flags=mmap.MAP_PRIVATE))


@behaviour("MM-ACC-011", needs=("linux",), level="observed")
def test_flags_without_sharing(opened, file, raises):
    """Flags that are neither shared nor private are refused by the system with EINVAL."""
    with raises(OSError, errno="EINVAL"):
        opened(file(b"abc").fileno(), 3, flags=0)


@behaviour("MM-ACC-011", needs=("linux", "anon"), level="observed",
           reference="https://github.com/rcore-os/tgoskits/pull/285")
def test_anonymous_memory_is_either_shared_or_private(mmap, opened, raises):
    """Anonymous memory that is both or neither shared and private is refused with EINVAL."""
    for sharing in (0, mmap.MAP_SHARED | mmap.MAP_PRIVATE):
        with raises(OSError, errno="EINVAL"):
            opened(-1, 3, flags=sharing | mmap.MAP_ANONYMOUS)


@behaviour("MM-ACC-011", needs=("linux",), level="unspecified",
           reference="https://man7.org/linux/man-pages/man2/mmap.2.html")
def test_file_that_is_both_shared_and_private(mmap, opened, file):
    """A file mapped with both flags is shared: Linux reads them as MAP_SHARED_VALIDATE."""
    f = file(b"abcdef")
    m = opened(f.fileno(), 6, flags=mmap.MAP_SHARED | mmap.MAP_PRIVATE)
    m[0:2] = b"XY"
    assert f.read() == b"XYcdef"


@behaviour("MM-ACC-008", needs=("prot", "anon"), level="observed",
           reference="https://cygwin.com/cgit/newlib-cygwin/commit/?id=677e3150")
def test_recycled_memory_has_its_own_protection(mmap, opened, page):
    """Memory mapped after other memory was closed has its own protection and is zeroed."""
    for protection in (mmap.PROT_READ, 0, mmap.PROT_READ | mmap.PROT_WRITE):
        opened(-1, page, prot=protection).close()
        m = opened(-1, page)
        m[0] = 97
        assert m[0:2] == b"a\0"
        m.close()


@behaviour("MM-ACC-012", level="observed")
def test_shared_mappings_see_each_other(opened, file):
    """Two shared mappings of one file see each other's writes at once."""
    f = file(b"abcdef")
    again = f.reopen("r+b")
    first, second = opened(f.fileno(), 6), opened(again.fileno(), 6)
    first[0:2] = b"XY"
    assert second[:] == b"XYcdef"
    second[5] = 90
    assert first[:] == b"XYcdeZ"


@behaviour("MM-ACC-012", level="observed",
           reference="https://github.com/emscripten-core/emscripten/issues/21706")
def test_file_and_mapping_see_each_other(opened, file):
    """Writes to the file show in the mapping at once, and the reverse, without flush."""
    f = file(b"abcdef")
    m = opened(f.fileno(), 6)
    m[0:2] = b"XY"
    assert f.read() == b"XYcdef"
    f.write_at(4, b"98")
    assert m[:] == b"XYcd98"


@behaviour("MM-ACC-013", level="unspecified")
def test_untouched_pages_of_a_copy_follow_the_file(mmap, opened, file):
    """A page of a copy-on-write mapping that was not touched shows later changes of the file."""
    f = file(b"abcdef")
    m = opened(f.fileno(), 6, access=mmap.ACCESS_COPY)
    f.write_at(0, b"XY")
    assert m[:] == b"XYcdef"


@behaviour("MM-ACC-013", level="observed")
def test_a_copy_is_never_visible_to_others(mmap, opened, file):
    """What is written to a copy-on-write mapping is seen by no other mapping of the file."""
    f = file(b"abcdef")
    copy = opened(f.fileno(), 6, access=mmap.ACCESS_COPY)
    other = opened(f.fileno(), 6, access=mmap.ACCESS_COPY)
    shared = opened(f.fileno(), 6)
    copy[0:2] = b"XY"
    assert other[:] == b"abcdef"
    assert shared[:] == b"abcdef"


@behaviour("MM-ACC-014", level="observed")
def test_closing_without_flush_loses_nothing(opened, file):
    """Closing a shared mapping without flush keeps its changes in the file."""
    f = file(b"abcdef")
    m = opened(f.fileno(), 6)
    m[2:4] = b"XY"
    m.close()
    assert f.read() == b"abXYef"


@behaviour("MM-ACC-015", needs=("posix",), level="observed")
def test_append_mode_does_not_matter(opened, file):
    """Writes through a mapping go to their place even if the descriptor appends."""
    f = file(b"abcdef", "a+b")
    m = opened(f.fileno(), 6)
    m.write(b"XY")
    m.close()
    assert f.read() == b"XYcdef"


@behaviour("MM-ACC-016", needs=("anon", "posix"), level="observed")
def test_anonymous_flag_with_a_descriptor(mmap, opened, file, raises):
    """MAP_ANONYMOUS with a descriptor maps zeros, yet checks and reports the file's size."""
    f = file(b"abcdef")
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    m = opened(f.fileno(), 3, flags=flags)
    assert m[:] == b"\0\0\0"
    assert m.size() == 6
    with raises(ValueError):
        opened(f.fileno(), 7, flags=flags)


@behaviour("MM-ACC-016", needs=("anon", "posix", "mremap"), level="observed")
def test_anonymous_flag_with_a_descriptor_and_resize(mmap, opened, file):
    """Resizing a MAP_ANONYMOUS mapping that has a descriptor truncates the file."""
    f = file(b"abcdef")
    m = opened(f.fileno(), 6, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    m.resize(3)
    assert len(m) == 3
    assert f.read() == b"abc"


@behaviour("MM-ACC-017", needs=("posix", "private"), since="3.13", level="observed")
def test_other_flags_are_passed_on(mmap, mapping):
    """Further flags of the system are passed on with shared and private mappings."""
    names = ("MAP_POPULATE", "MAP_STACK", "MAP_NORESERVE")
    for extra in [getattr(mmap, name) for name in names if hasattr(mmap, name)]:
        assert mapping(b"abc", flags=mmap.MAP_PRIVATE | extra)[:] == b"abc"
        assert mapping(b"abc", flags=mmap.MAP_SHARED | extra)[:] == b"abc"


@behaviour("MM-ACC-017", needs=("linux", "anon"), level="unspecified")
def test_fixed_address(mmap, opened, raises):
    """MAP_FIXED is an OSError with EPERM: the address is always 0, which nobody should map."""
    fixed = 0x10  # MAP_FIXED of <sys/mman.h>
    with raises(OSError, errno="EPERM"):
        opened(-1, 1, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | fixed)
