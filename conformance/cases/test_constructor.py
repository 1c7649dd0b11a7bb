# SPDX-License-Identifier: MPL-2.0
"""The constructor: arguments, the order of their checks, and what a new mapping is like."""

import errno
import sys

from fmmap_cases import Index, Int, behaviour


# ---- Arguments -------------------------------------------------------------------------------

@behaviour("MM-NEW-001", needs=("python",))
def test_fileno_and_length_are_required(mmap, raises, file):
    """Leaving out the length, or everything, is a TypeError."""
    with raises(TypeError):
        mmap.mmap()
    with raises(TypeError):
        mmap.mmap(file(b"abc").fileno())


@behaviour("MM-NEW-001")
def test_fileno_and_length_suffice(opened, file):
    """The descriptor and the length are all that a mapping needs."""
    assert opened(file(b"abc").fileno(), 3)[:] == b"abc"


@behaviour("MM-NEW-002", needs=("python", "posix"))
def test_every_parameter_by_keyword(mmap, file):
    """On POSIX all parameters up to offset may be given by keyword, fileno included."""
    m = mmap.mmap(fileno=file(b"abc").fileno(), length=2, flags=mmap.MAP_PRIVATE,
                  prot=mmap.PROT_READ, access=0, offset=0)
    assert m[:] == b"ab"
    m.close()


@behaviour("MM-NEW-002", needs=("python", "windows"))
def test_every_parameter_by_keyword_on_windows(mmap, file):
    """On Windows all parameters up to offset may be given by keyword, tagname in place of flags."""
    m = mmap.mmap(fileno=file(b"abc").fileno(), length=2, tagname=None,
                  access=mmap.ACCESS_READ, offset=0)
    assert m[:] == b"ab"
    m.close()


@behaviour("MM-NEW-003", needs=("python", "posix"))
def test_every_parameter_by_position(mmap, file, granularity):
    """On POSIX the positions are fileno, length, flags, prot, access, offset."""
    f = file(b"." * granularity + b"abc")
    m = mmap.mmap(f.fileno(), 3, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE,
                  mmap.ACCESS_READ, granularity)
    assert m[:] == b"abc"
    m.close()


@behaviour("MM-NEW-003", needs=("python", "windows"))
def test_every_parameter_by_position_on_windows(mmap, file, granularity):
    """On Windows the positions are fileno, length, tagname, access, offset."""
    f = file(b"." * granularity + b"abc")
    m = mmap.mmap(f.fileno(), 3, None, mmap.ACCESS_READ, granularity)
    assert m[:] == b"abc"
    m.close()


@behaviour("MM-NEW-004", needs=("python",))
def test_unknown_keyword(mmap, file, raises):
    """An unknown keyword argument is a TypeError."""
    with raises(TypeError):
        mmap.mmap(file(b"abc").fileno(), 3, size=3)


@behaviour("MM-NEW-004", needs=("python", "posix"))
def test_too_many_arguments(mmap, file, raises):
    """A positional argument too many is a TypeError."""
    with raises(TypeError):
        mmap.mmap(file(b"abc").fileno(), 3, mmap.MAP_SHARED, mmap.PROT_READ, 0, 0, True)


@behaviour("MM-NEW-005", needs=("python",))
def test_fileno_of_a_wrong_type(mmap, raises):
    """A descriptor that is no integer is a TypeError."""
    for fileno in ("0", 0.0, None, b"0"):
        with raises(TypeError):
            mmap.mmap(fileno, 1)


@behaviour("MM-NEW-005", needs=("python",), level="observed")
def test_fileno_of_an_open_file(mmap, file, raises):
    """An open file object is no descriptor: TypeError."""
    with open(file(b"abc").path, "r+b") as stream:
        with raises(TypeError):
            mmap.mmap(stream, 1)


@behaviour("MM-NEW-006", needs=("python", "posix"), since="3.8", level="observed")
def test_arguments_go_through_index(mmap, file):
    """Descriptor, flags, prot and access accept any object with __index__."""
    m = mmap.mmap(Index(file(b"abc").fileno()), 3, flags=Index(mmap.MAP_PRIVATE),
                  prot=Index(mmap.PROT_READ), access=Index(0))
    assert m[:] == b"abc"
    m.close()


@behaviour("MM-NEW-006", needs=("python",), level="observed")
def test_length_goes_through_index(mmap, file):
    """The length accepts any object with __index__."""
    m = mmap.mmap(file(b"abc").fileno(), Index(2))
    assert len(m) == 2
    m.close()


@behaviour("MM-NEW-006", needs=("python", "posix"), until="3.7", level="observed")
def test_index_objects_are_refused(mmap, file, raises):
    """Up to 3.7 descriptor, flags, prot and access must be real ints."""
    fileno = file(b"abc").fileno()
    with raises(TypeError):
        mmap.mmap(Index(fileno), 3)
    with raises(TypeError):
        mmap.mmap(fileno, 3, access=Index(mmap.ACCESS_READ))


@behaviour("MM-NEW-006", needs=("python",), since="3.10", level="observed")
def test_arguments_do_not_go_through_int(mmap, file, raises):
    """An object that has only __int__ is a TypeError."""
    fileno = file(b"abc").fileno()
    with raises(TypeError):
        mmap.mmap(Int(fileno), 3)
    with raises(TypeError):
        mmap.mmap(fileno, 3, access=Int(mmap.ACCESS_READ))


@behaviour("MM-NEW-007", needs=("python", "posix"))
def test_arguments_beyond_the_c_int(mmap, file, raises):
    """A descriptor, flags, prot or access beyond the C int is an OverflowError."""
    fileno = file(b"abc").fileno()
    for value in (2 ** 40, 2 ** 70, -2 ** 70):
        with raises(OverflowError):
            mmap.mmap(value, 1)
        for name in ("flags", "prot", "access"):
            with raises(OverflowError):
                mmap.mmap(fileno, 1, **{name: value})


@behaviour("MM-NEW-008")
def test_negative_length(opened, file, raises):
    """A negative length is an OverflowError."""
    fileno = file(b"abc").fileno()
    with raises(OverflowError):
        opened(fileno, -1)
    with raises(OverflowError):
        opened(fileno, -sys.maxsize)


@behaviour("MM-NEW-009", needs=("python",))
def test_length_beyond_the_size_type(opened, file, raises):
    """A length that does not fit the size type is an OverflowError."""
    with raises(OverflowError):
        opened(file(b"abc").fileno(), 2 ** 70)


@behaviour("MM-NEW-009", needs=("python",),
           reference="https://git.musl-libc.org/cgit/musl/commit/?id=da438ee1")
def test_length_just_beyond_the_size_type(opened, raises):
    """A length just beyond the size type is an OverflowError: it is not cut to one that fits."""
    for length in (sys.maxsize + 1, sys.maxsize + 2, 2 * sys.maxsize + 2, 2 * sys.maxsize + 3):
        with raises(OverflowError):
            opened(-1, length)


@behaviour("MM-NEW-010", needs=("python",))
def test_length_of_a_wrong_type(opened, file, raises):
    """A length that is no integer is a TypeError."""
    fileno = file(b"abc").fileno()
    for length in ("3", b"3", 3.0, None):
        with raises(TypeError):
            opened(fileno, length)


@behaviour("MM-NEW-011")
def test_negative_offset(opened, file, raises, granularity):
    """A negative offset is an OverflowError."""
    fileno = file(b"abc").fileno()
    with raises(OverflowError):
        opened(fileno, 1, offset=-1)
    with raises(OverflowError):
        opened(fileno, 1, offset=-granularity)


@behaviour("MM-NEW-011", needs=("python",))
def test_offset_that_is_no_file_offset(opened, file, raises):
    """An offset of None is a TypeError, one beyond the file offset type an OverflowError."""
    fileno = file(b"abc").fileno()
    with raises(TypeError):
        opened(fileno, 1, offset=None)
    with raises(OverflowError):
        opened(fileno, 1, offset=2 ** 70)


@behaviour("MM-NEW-012")
def test_unknown_access(opened, file, raises):
    """An access other than the four known ones is a ValueError."""
    fileno = file(b"abc").fileno()
    for access in (4, 123, -1):
        with raises(ValueError):
            opened(fileno, 1, access=access)


@behaviour("MM-NEW-013", needs=("posix",))
def test_access_excludes_flags_and_prot(mmap, opened, file, raises):
    """A non-default access together with other flags or prot than the default is a ValueError."""
    fileno = file(b"abc").fileno()
    with raises(ValueError):
        opened(fileno, 3, flags=mmap.MAP_PRIVATE, access=mmap.ACCESS_WRITE)
    with raises(ValueError):
        opened(fileno, 3, prot=mmap.PROT_READ, access=mmap.ACCESS_READ)


@behaviour("MM-NEW-014", needs=("posix",), level="observed")
def test_access_goes_with_default_flags_and_prot(mmap, opened, file):
    """Default flags or prot spelled out go with any access: values are compared."""
    fileno = file(b"abc").fileno()
    both = mmap.PROT_READ | mmap.PROT_WRITE
    assert opened(fileno, 3, flags=mmap.MAP_SHARED, access=mmap.ACCESS_READ)[:] == b"abc"
    assert opened(fileno, 3, prot=both, access=mmap.ACCESS_COPY)[:] == b"abc"


@behaviour("MM-NEW-015", needs=("posix",), level="observed")
def test_default_access_goes_with_any_flags_and_prot(mmap, opened, file):
    """The default access given as 0 combines with any flags and prot."""
    m = opened(file(b"abc").fileno(), 3, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ, access=0)
    assert m[:] == b"abc"


# ---- Length and offset against the size of the file ------------------------------------------

@behaviour("MM-NEW-017")
def test_empty_file(opened, file, raises):
    """An empty file with length 0 is a ValueError that says so."""
    with raises(ValueError, match="cannot mmap an empty file"):
        opened(file(b"").fileno(), 0)


@behaviour("MM-NEW-017")
def test_empty_file_read_only(mmap, opened, file, raises):
    """An empty file opened for reading is refused in the same way."""
    with raises(ValueError, match="cannot mmap an empty file"):
        opened(file(b"", "rb").fileno(), 0, access=mmap.ACCESS_READ)


@behaviour("MM-NEW-018", needs=("posix",), level="observed")
def test_empty_file_with_a_length(opened, file, raises, page):
    """An empty file with a positive length is a ValueError."""
    fileno = file(b"").fileno()
    with raises(ValueError):
        opened(fileno, 1)
    with raises(ValueError):
        opened(fileno, page)


@behaviour("MM-NEW-019", needs=("posix",))
def test_length_beyond_the_file(opened, file, raises):
    """More bytes than the file holds are a ValueError, and the file keeps its size."""
    f = file(b"abc")
    with raises(ValueError):
        opened(f.fileno(), 4)
    assert f.read() == b"abc"


@behaviour("MM-NEW-019", needs=("posix",))
def test_length_beyond_the_file_read_only(mmap, opened, file, raises, page):
    """More bytes than the file holds are a ValueError in every access mode."""
    fileno = file(b"." * page).fileno()
    for access in (mmap.ACCESS_READ, mmap.ACCESS_WRITE, mmap.ACCESS_COPY):
        with raises(ValueError):
            opened(fileno, page + 1, access=access)


@behaviour("MM-NEW-020", needs=("windows",))
def test_length_beyond_the_file_grows_it(opened, file):
    """On Windows mapping more bytes than the file holds grows the file."""
    f = file(b"abc")
    m = opened(f.fileno(), 10)
    assert len(m) == 10
    m.close()
    assert f.size() == 10


@behaviour("MM-NEW-021")
def test_length_zero_maps_the_whole_file(opened, file, page):
    """Length 0 maps the whole file."""
    m = opened(file(b"." * page + b"abc").fileno(), 0)
    assert len(m) == page + 3
    assert m[page:] == b"abc"


@behaviour("MM-NEW-021")
def test_length_zero_maps_from_the_offset(opened, file, granularity):
    """Length 0 with an offset maps from there to the end of the file."""
    m = opened(file(b"." * granularity + b"abc").fileno(), 0, offset=granularity)
    assert len(m) == 3
    assert m[:] == b"abc"


@behaviour("MM-NEW-022")
def test_length_zero_with_an_offset_past_the_end(opened, file, raises, granularity):
    """Length 0 with an offset past the end of the file is a ValueError, however large it is."""
    fileno = file(b"." * granularity).fileno()
    for offset in (2 * granularity, 1024 * granularity, 2 ** 40 * granularity):
        with raises(ValueError):
            opened(fileno, 0, offset=offset)


@behaviour("MM-NEW-022", level="observed")
def test_length_zero_with_an_offset_at_the_end(opened, file, raises, granularity):
    """Length 0 with an offset equal to the file's size is a ValueError."""
    with raises(ValueError):
        opened(file(b"." * granularity).fileno(), 0, offset=granularity)


@behaviour("MM-NEW-023", needs=("posix",), level="observed")
def test_offset_and_length_beyond_the_file(opened, file, raises, granularity):
    """An offset and length that together pass the file's end are a ValueError."""
    fileno = file(b"." * (2 * granularity)).fileno()
    with raises(ValueError):
        opened(fileno, granularity + 1, offset=granularity)
    with raises(ValueError):
        opened(fileno, 1, offset=2 * granularity)


@behaviour("MM-NEW-023", needs=("posix",), level="observed")
def test_offset_and_length_do_not_overflow(opened, file, raises, granularity):
    """The largest length with an offset is a ValueError: the sum is not computed."""
    fileno = file(b"." * (2 * granularity)).fileno()
    with raises(ValueError):
        opened(fileno, sys.maxsize, offset=granularity)


@behaviour("MM-NEW-023", needs=("posix", "64bit"), level="observed",
           reference="https://sourceware.org/bugzilla/show_bug.cgi?id=18877")
def test_largest_offset(opened, file, raises, granularity):
    """The largest aligned offset is a ValueError like any other past the end of the file."""
    fileno = file(b"." * granularity).fileno()
    largest = sys.maxsize // granularity * granularity
    for length in (0, 1, granularity, sys.maxsize):
        with raises(ValueError):
            opened(fileno, length, offset=largest)


@behaviour("MM-NEW-024", needs=("32bit", "largefile"))
def test_length_zero_of_a_file_too_large(opened, file, raises):
    """On a 32-bit host a whole file beyond the size type is a ValueError."""
    f = file(b"")
    f.truncate(5 << 30)
    with raises(ValueError):
        opened(f.fileno(), 0)


@behaviour("MM-NEW-025", needs=("posix", "anon"), level="observed")
def test_length_zero_of_anonymous_memory(opened, raises):
    """Length 0 of anonymous memory is refused by the system."""
    with raises(OSError, errno="EINVAL"):
        opened(-1, 0)


# ---- The order of the checks -----------------------------------------------------------------

@behaviour("MM-NEW-030", needs=("python", "posix"), level="observed")
def test_conversion_comes_first(mmap, raises):
    """An argument of a wrong type is reported before a bad length, offset or access."""
    with raises(TypeError):
        mmap.mmap(-2, -1, access="9", offset=-1)


@behaviour("MM-NEW-030", needs=("posix",), level="observed")
def test_length_and_offset_come_before_access(mmap, opened, raises):
    """A negative length or offset is reported before a bad access or an access conflict."""
    with raises(OverflowError):
        opened(-2, -1, access=9)
    with raises(OverflowError):
        opened(-2, 1, offset=-1, flags=mmap.MAP_PRIVATE, access=mmap.ACCESS_READ)


@behaviour("MM-NEW-030", needs=("posix",), level="observed")
def test_access_comes_before_the_descriptor(mmap, opened, raises):
    """A bad access or access conflict is reported before a bad descriptor."""
    with raises(ValueError):
        opened(-2, 1, access=9)
    with raises(ValueError):
        opened(-2, 1, flags=mmap.MAP_PRIVATE, access=mmap.ACCESS_READ)


@behaviour("MM-NEW-030", needs=("posix",), level="observed")
def test_file_size_comes_before_the_system(opened, file, raises, granularity):
    """A length beyond the file is reported before what the system would refuse."""
    f = file(b"." * granularity, "rb")
    with raises(ValueError):
        opened(f.fileno(), granularity, offset=1)


# ---- What there is after construction --------------------------------------------------------

@behaviour("MM-NEW-037")
def test_fresh_mapping(opened, file, page):
    """A new mapping is open, at position 0, and exactly as long as was asked."""
    m = opened(file(b"." * (2 * page)).fileno(), page + 1)
    assert m.closed is False
    assert m.tell() == 0
    assert len(m) == page + 1


@behaviour("MM-NEW-039", needs=("python",), level="observed")
def test_initialising_again_does_nothing(anon):
    """Calling __init__ of an existing mapping, with any arguments, changes nothing."""
    m = anon(b"abc")
    m.__init__(-1, 100)
    m.__init__("anything", at="all")
    assert m[:] == b"abc"


@behaviour("MM-NEW-042", needs=("posix", "anon", "64bit"), level="observed")
def test_length_beyond_the_address_space(opened, raises):
    """A length beyond what any address space holds is an OSError with ENOMEM."""
    with raises(OSError, errno="ENOMEM"):
        opened(-1, sys.maxsize - sys.maxsize % 65536 - 65536)


@behaviour("MM-NEW-042", needs=("python", "procfs", "rlimit"), level="observed",
           reference="https://github.com/python/cpython/issues/126715")
def test_mappings_until_nothing_is_left(mmap, raises):
    """Mappings can be made until the system refuses with ENOMEM, and again once all are closed."""
    import resource
    mappings, size, room = [], 1 << 20, 64 << 20
    used = mapped_bytes()
    resource.setrlimit(resource.RLIMIT_AS, (used + room, used + room))
    with raises(OSError, errno="ENOMEM"):
        for _ in range(room // size + 1):
            mappings.append(mmap.mmap(-1, size))
    for m in mappings:
        m.close()
    again = [mmap.mmap(-1, size) for _ in mappings[8:]]  # the interpreter may need some memory
    assert len(again) > 8


@behaviour("MM-NEW-042", needs=("python", "posix", "anon", "private"), level="observed",
           reference="https://github.com/python/cpython/issues/126715")
def test_very_many_mappings(mmap):
    """70,000 mappings can be made, or ENOMEM says when to stop; once closed, as many again."""
    count = how_many(mmap, 70000)
    assert count > 1000
    assert abs(how_many(mmap, 70000) - count) < 100


def how_many(mmap, most):
    """How many mappings can be made at once, at most so many; ENOMEM is the only excuse."""
    read, write = mmap.PROT_READ, mmap.PROT_WRITE
    private, made, count = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, [None] * most, 0
    try:
        while count < most:  # neighbours with the same protection would become one
            prot = read | write if count % 2 else read
            made[count] = mmap.mmap(-1, 1, flags=private, prot=prot)
            count += 1
    except OSError as error:
        assert error.errno == errno.ENOMEM
    for number in range(count):
        made[number].close()
    return count


@behaviour("MM-NEW-029", needs=("python", "procfs"), level="observed",
           reference="https://github.com/WebAssembly/wasi-libc/commit/85d67013")
def test_failure_leaks_no_memory(mmap, file, raises):
    """A construction that fails leaves no memory behind."""
    f, size = file(b""), 1 << 24
    write_only = f.reopen("wb")
    f.truncate(size)
    before = mapped_bytes()
    for _ in range(100):
        with raises(OSError):
            mmap.mmap(write_only.fileno(), size, access=mmap.ACCESS_COPY)
    assert mapped_bytes() < before + 50 * size


def mapped_bytes():
    """The size of this process's address space."""
    import resource
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[0]) * resource.getpagesize()


@behaviour("MM-NEW-029", needs=("python", "posix"), level="observed")
def test_failure_of_the_system(mmap, file, raises):
    """A failure of the system is the OSError subclass of its errno and names no file."""
    with raises(PermissionError) as refusal:
        mmap.mmap(file(b"abc", "rb").fileno(), 3)
    assert refusal.value.filename is None
