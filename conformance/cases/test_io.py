# SPDX-License-Identifier: MPL-2.0
"""The position, and the file-like methods that use it."""

import io
import sys
import tarfile
import zipfile

from fmmap_cases import Index, behaviour


@behaviour("MM-IO-001")
def test_read_advances_by_what_it_returns(anon):
    """read(n) returns n bytes from the position and advances by as many."""
    m = anon(b"abcdef")
    assert m.read(2) == b"ab"
    assert m.tell() == 2
    assert m.read(3) == b"cde"
    assert m.tell() == 5


@behaviour("MM-IO-001")
def test_read_of_more_than_remains(anon):
    """Asking for more than remains returns the rest and moves to the end."""
    m = anon(b"abcdef")
    m.seek(4)
    assert m.read(100) == b"ef"
    assert m.tell() == 6
    assert m.read(1) == b""


@behaviour("MM-IO-002", since="3.6")
def test_read_without_a_size(anon):
    """read() returns everything from the position to the end."""
    m = anon(b"abcdef")
    m.seek(2)
    assert m.read() == b"cdef"
    assert m.tell() == 6


@behaviour("MM-IO-002")
def test_read_of_a_negative_size(anon):
    """read of any negative size returns everything to the end."""
    m = anon(b"abcdef")
    m.seek(3)
    assert m.read(-1) == b"def"
    m.seek(1)
    assert m.read(-42) == b"bcdef"


@behaviour("MM-IO-002", since="3.6")
def test_read_of_none(anon):
    """read(None) returns everything to the end."""
    m = anon(b"abcdef")
    assert m.read(None) == b"abcdef"
    assert m.tell() == 6


@behaviour("MM-IO-002", since="3.6")
def test_read_at_the_end(anon):
    """At the end read returns empty bytes, however it is asked."""
    m = anon(b"abcdef")
    m.seek(6)
    assert m.read() == b""
    assert m.read(3) == b""
    assert m.read(-1) == b""


@behaviour("MM-IO-003", level="observed")
def test_read_of_nothing(anon):
    """read(0) returns empty bytes and leaves the position."""
    m = anon(b"abcdef")
    m.seek(2)
    assert m.read(0) == b""
    assert m.tell() == 2


@behaviour("MM-IO-004", needs=("python",))
def test_read_size_of_a_wrong_type(anon, raises):
    """A size that is neither an integer nor None is a TypeError."""
    m = anon(b"abcdef")
    for size in ("1", b"1", 1.0, [1]):
        with raises(TypeError):
            m.read(size)
    assert m.tell() == 0


@behaviour("MM-IO-004", needs=("python",), since="3.7")
def test_read_size_goes_through_index(anon):
    """The size may be any object with __index__."""
    m = anon(b"abcdef")
    assert m.read(Index(2)) == b"ab"


@behaviour("MM-IO-004", needs=("python",), until="3.6")
def test_read_size_with_index_is_refused(anon, raises):
    """In 3.6 the size must be a real int: an object with __index__ is a TypeError."""
    m = anon(b"abcdef")
    with raises(TypeError):
        m.read(Index(2))


@behaviour("MM-IO-005", needs=("python",), level="observed")
def test_read_size_beyond_the_size_type(anon, raises):
    """A size beyond the size type, of either sign, is an OverflowError."""
    m = anon(b"abcdef")
    with raises(OverflowError):
        m.read(2 ** 70)
    with raises(OverflowError):
        m.read(-2 ** 70)


@behaviour("MM-IO-006", since="3.6")
def test_read_byte_gives_an_int(anon):
    """read_byte returns the byte at the position as an int and advances by one."""
    m = anon(b"a\x00\xff")
    assert m.read_byte() == 97
    assert m.read_byte() == 0
    assert m.read_byte() == 255
    assert m.tell() == 3


@behaviour("MM-IO-006")
def test_read_byte_at_the_end(anon, raises):
    """read_byte at the end is a ValueError and the position stays."""
    m = anon(b"a")
    m.seek(1)
    with raises(ValueError):
        m.read_byte()
    assert m.tell() == 1


@behaviour("MM-IO-007")
def test_readline_includes_the_newline(anon):
    """readline returns the bytes up to and including the next newline and advances past it."""
    m = anon(b"one\ntwo\n")
    assert m.readline() == b"one\n"
    assert m.tell() == 4
    assert m.readline() == b"two\n"


@behaviour("MM-IO-007")
def test_readline_at_the_end(anon):
    """readline at the end returns empty bytes."""
    m = anon(b"one\n")
    m.readline()
    assert m.readline() == b""
    assert m.tell() == 4


@behaviour("MM-IO-007", needs=("python",))
def test_readline_takes_no_argument(anon, raises):
    """readline with an argument is a TypeError."""
    m = anon(b"one\n")
    with raises(TypeError):
        m.readline(2)


@behaviour("MM-IO-008", level="observed")
def test_readline_begins_at_the_position(anon):
    """readline begins at the position, even in the middle of a line."""
    m = anon(b"one\ntwo\n")
    m.seek(2)
    assert m.readline() == b"e\n"


@behaviour("MM-IO-008", level="observed")
def test_readline_ends_at_line_feeds_only(anon):
    """Carriage returns and NULs are ordinary bytes of a line, and a line may be empty."""
    m = anon(b"a\r\nb\rc\0d\n\ne")
    lines = [m.readline() for _ in range(4)]
    assert lines == [b"a\r\n", b"b\rc\0d\n", b"\n", b"e"]


@behaviour("MM-IO-008", level="observed")
def test_readline_without_a_final_newline(anon):
    """A last line without newline is returned as it is."""
    m = anon(b"one\nrest")
    m.readline()
    assert m.readline() == b"rest"
    assert m.tell() == 8


@behaviour("MM-IO-008", level="observed")
def test_readline_longer_than_a_page(anon, page):
    """A line may be longer than a page."""
    m = anon(b"x" * (2 * page) + b"\ny")
    assert m.readline() == b"x" * (2 * page) + b"\n"
    assert m.readline() == b"y"


@behaviour("MM-IO-009", since="3.6")
def test_write_stores_and_counts(anon):
    """write stores the bytes at the position, advances, and returns their number."""
    m = anon(b"abcdef")
    m.seek(1)
    assert m.write(b"XYZ") == 3
    assert m.tell() == 4
    assert m[:] == b"aXYZef"


@behaviour("MM-IO-009", needs=("python",))
def test_write_takes_any_bytes_like_object(anon):
    """The data may be a bytearray or a memoryview."""
    m = anon(b"abcdef")
    assert m.write(bytearray(b"XY")) == 2
    assert m.write(memoryview(b"..Z..")[2:3]) == 1
    assert m[:] == b"XYZdef"


@behaviour("MM-IO-010")
def test_write_of_more_than_fits(anon, raises):
    """write of more than fits is a ValueError, writes nothing and leaves the position."""
    m = anon(b"abcdef")
    m.seek(4)
    with raises(ValueError):
        m.write(b"XYZ")
    assert m.tell() == 4
    assert m[:] == b"abcdef"


@behaviour("MM-IO-010")
def test_write_up_to_the_end(anon):
    """write of exactly what remains fits."""
    m = anon(b"abcdef")
    m.seek(4)
    assert m.write(b"XY") == 2
    assert m[:] == b"abcdXY"
    assert m.tell() == 6


@behaviour("MM-IO-011", since="3.6")
def test_write_of_nothing(anon):
    """write of empty data returns 0 and changes nothing."""
    m = anon(b"abcdef")
    m.seek(2)
    assert m.write(b"") == 0
    assert m.tell() == 2


@behaviour("MM-IO-011", since="3.6", level="observed")
def test_write_of_nothing_at_the_end(anon):
    """write of empty data returns 0 at the very end of the mapping too."""
    m = anon(b"abcdef")
    m.seek(6)
    assert m.write(b"") == 0
    assert m.tell() == 6


@behaviour("MM-IO-012", needs=("python",))
def test_write_of_a_wrong_type(anon, raises):
    """write of something that is not bytes-like is a TypeError."""
    m = anon(b"abcdef")
    for data in ("abc", 1, None, [1]):
        with raises(TypeError):
            m.write(data)
    assert m[:] == b"abcdef"


@behaviour("MM-IO-012", needs=("python",))
def test_write_of_data_that_is_not_contiguous(anon, raises):
    """write of bytes that are not contiguous is a BufferError."""
    m = anon(b"abcdef")
    with raises(BufferError):
        m.write(memoryview(b"uvwxyz")[::2])
    assert m[:] == b"abcdef"


@behaviour("MM-IO-013")
def test_write_to_a_read_only_mapping(mapping, mmap, raises):
    """write to a read-only mapping is a TypeError, before the range and for no data too."""
    m = mapping(b"abc", access=mmap.ACCESS_READ)
    for data in (b"x", b"", b"far too long"):
        with raises(TypeError):
            m.write(data)


@behaviour("MM-IO-013", needs=("python",), level="observed")
def test_write_converts_before_it_refuses(mapping, mmap, raises):
    """write to a read-only mapping looks at the type of the data first."""
    m = mapping(b"abc", access=mmap.ACCESS_READ)
    with raises(TypeError, match="bytes-like|buffer"):
        m.write("x")
    with raises(TypeError, match="readonly|read-only"):
        m.write(b"x")


@behaviour("MM-IO-014", since="3.6")
def test_write_byte_stores_and_advances(anon):
    """write_byte stores an int at the position, advances by one and returns None."""
    m = anon(b"abc")
    assert m.write_byte(0) is None
    assert m.write_byte(255) is None
    assert m.tell() == 2
    assert m[:] == b"\x00\xffc"


@behaviour("MM-IO-014")
def test_write_byte_at_the_end(anon, raises):
    """write_byte at the end is a ValueError and the position stays."""
    m = anon(b"abc")
    m.seek(3)
    with raises(ValueError):
        m.write_byte(0)
    assert m.tell() == 3


@behaviour("MM-IO-015", needs=("python",), level="observed")
def test_write_byte_out_of_range(anon, raises):
    """write_byte of an int outside 0 to 255 is an OverflowError and stores nothing."""
    m = anon(b"abc")
    for value in (256, -1, 2 ** 70):
        with raises(OverflowError):
            m.write_byte(value)
    assert m[:] == b"abc"
    assert m.tell() == 0


@behaviour("MM-IO-016", needs=("python",))
def test_write_byte_of_a_wrong_type(anon, raises):
    """write_byte of bytes, str or float is a TypeError."""
    m = anon(b"abc")
    for value in (b"x", "x", 1.0):
        with raises(TypeError):
            m.write_byte(value)
    assert m[:] == b"abc"


@behaviour("MM-IO-017")
def test_write_byte_to_a_read_only_mapping(mapping, mmap, raises):
    """write_byte to a read-only mapping is a TypeError, at the end of it too."""
    m = mapping(b"abc", access=mmap.ACCESS_READ)
    with raises(TypeError):
        m.write_byte(0)
    m.seek(3)
    with raises(TypeError):
        m.write_byte(0)


@behaviour("MM-IO-018")
def test_tell_starts_at_zero(anon):
    """The position starts at 0."""
    assert anon(1).tell() == 0


@behaviour("MM-IO-018")
def test_tell_follows_every_reader_and_writer(anon):
    """tell follows read, readline, read_byte, write, write_byte and seek."""
    m = anon(b"ab\ncdefghi")
    told = []
    for step in (lambda: m.read(1), m.readline, m.read_byte, lambda: m.write(b"XY"),
                 lambda: m.write_byte(0), lambda: m.seek(0)):
        step()
        told.append(m.tell())
    assert told == [1, 3, 4, 6, 7, 0]


@behaviour("MM-IO-019")
def test_seek_is_absolute(anon):
    """seek(pos) and seek(pos, 0) set the position."""
    m = anon(b"abcdef")
    m.seek(4)
    assert m.tell() == 4
    m.seek(1, 0)
    assert m.tell() == 1


@behaviour("MM-IO-019")
def test_seek_from_the_position(anon):
    """seek(d, 1) moves relative to the position, in both directions."""
    m = anon(b"abcdef")
    m.seek(3)
    m.seek(2, 1)
    assert m.tell() == 5
    m.seek(-4, 1)
    assert m.tell() == 1


@behaviour("MM-IO-019")
def test_seek_from_the_end(anon):
    """seek(d, 2) moves relative to the end."""
    m = anon(b"abcdef")
    m.seek(-2, 2)
    assert m.tell() == 4
    m.seek(-6, 2)
    assert m.tell() == 0


@behaviour("MM-IO-019")
def test_seek_to_the_end(anon):
    """The length itself is a legal position."""
    m = anon(b"abcdef")
    m.seek(6)
    assert m.tell() == 6
    m.seek(0, 2)
    assert m.tell() == 6


@behaviour("MM-IO-020", since="3.13")
def test_seek_returns_the_position(anon):
    """seek returns the new absolute position."""
    m = anon(b"abcdef")
    assert m.seek(4) == 4
    assert m.seek(-1, 1) == 3
    assert m.seek(-6, 2) == 0


@behaviour("MM-IO-020", needs=("python",), until="3.12")
def test_seek_returns_none(anon):
    """Up to 3.12 seek returns None."""
    m = anon(b"abcdef")
    assert m.seek(4) is None


@behaviour("MM-IO-021")
def test_seek_out_of_range(anon, raises):
    """A target below 0 or above the length is a ValueError, and the position stays."""
    m = anon(b"abcdef")
    m.seek(3)
    for distance, whence in ((-1, 0), (7, 0), (4, 1), (-4, 1), (1, 2), (-7, 2)):
        with raises(ValueError):
            m.seek(distance, whence)
    assert m.tell() == 3


@behaviour("MM-IO-021", level="observed")
def test_seek_does_not_overflow(anon, raises):
    """A target whose sum would overflow is a ValueError as well."""
    m = anon(b"abcdef")
    m.seek(3)
    for distance in (sys.maxsize, -sys.maxsize):
        with raises(ValueError):
            m.seek(distance, 1)
        with raises(ValueError):
            m.seek(distance, 2)
    assert m.tell() == 3


@behaviour("MM-IO-022")
def test_seek_with_an_unknown_whence(anon, raises):
    """A whence other than 0, 1 and 2 is a ValueError, and the position stays."""
    m = anon(b"abcdef")
    m.seek(3)
    for whence in (3, -1, 7):
        with raises(ValueError):
            m.seek(0, whence)
    assert m.tell() == 3


@behaviour("MM-IO-023", needs=("python",))
def test_seek_argument_of_a_wrong_type(anon, raises):
    """A position or whence that is no integer is a TypeError."""
    m = anon(b"abcdef")
    for wrong in ("1", b"1", 1.0, None):
        with raises(TypeError):
            m.seek(wrong)
        with raises(TypeError):
            m.seek(0, wrong)


@behaviour("MM-IO-023", needs=("python",), level="observed")
def test_seek_argument_too_large(anon, raises):
    """A position beyond the size type or a whence beyond the C int is an OverflowError."""
    m = anon(b"abcdef")
    with raises(OverflowError):
        m.seek(2 ** 70)
    for whence in (2 ** 40, 2 ** 70, -2 ** 70):
        with raises(OverflowError):
            m.seek(0, whence)


@behaviour("MM-IO-023", needs=("python",))
def test_seek_position_goes_through_index(anon):
    """The position may be any object with __index__."""
    m = anon(b"abcdef")
    m.seek(Index(2))
    assert m.tell() == 2


@behaviour("MM-IO-023", needs=("python",), since="3.8")
def test_seek_whence_goes_through_index(anon):
    """The whence may be any object with __index__."""
    m = anon(b"abcdef")
    m.seek(-2, Index(2))
    assert m.tell() == 4


@behaviour("MM-IO-024", needs=("python",), since="3.13")
def test_seekable(anon):
    """seekable is always True."""
    assert anon(1).seekable() is True


@behaviour("MM-IO-024", needs=("python",), since="3.13", level="observed")
def test_seekable_after_close(anon):
    """seekable is True even of a closed mapping."""
    m = anon(1)
    m.close()
    assert m.seekable() is True


@behaviour("MM-IO-024", needs=("python",), until="3.12")
def test_seekable_is_absent(anon):
    """Up to 3.12 there is no seekable."""
    assert not hasattr(anon(1), "seekable")


@behaviour("MM-IO-025", needs=("python",), level="observed")
def test_no_full_file_object(anon):
    """A mapping lacks the rest of a file object's interface."""
    m = anon(1)
    absent = ["readable", "writable", "readlines", "readinto", "fileno", "truncate", "name",
              "mode", "__next__", "writelines", "isatty"]
    assert [name for name in absent if hasattr(m, name)] == []


@behaviour("MM-IO-026", needs=("python",), level="observed")
def test_tar_reads_from_a_mapping(mapping):
    """A tar archive in a mapping can be read through it."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        member = tarfile.TarInfo("hello")
        member.size = 5
        archive.addfile(member, io.BytesIO(b"world"))
    with tarfile.open(fileobj=mapping(packed.getvalue()), mode="r:") as archive:
        assert archive.extractfile("hello").read() == b"world"


@behaviour("MM-IO-026", needs=("python",), since="3.13", level="observed")
def test_zip_reads_from_a_mapping(mapping):
    """A zip archive in a mapping can be read through it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("hello", b"world")
    with zipfile.ZipFile(mapping(packed.getvalue())) as archive:
        assert archive.read("hello") == b"world"


@behaviour("MM-IO-027")
def test_readers_and_writers_share_one_position(anon):
    """Reading continues where writing ended, and the reverse."""
    m = anon(b"abcdef")
    m.write(b"XY")
    assert m.read(2) == b"cd"
    m.write_byte(90)
    assert m[:] == b"XYcdZf"


@behaviour("MM-IO-028", needs=("mremap",), since="3.6")
def test_reading_beyond_a_shrunken_end(mapping, page, raises):
    """With the position beyond the length, read and readline give nothing, read_byte ValueError."""
    m = mapping(b"." * page)
    m.seek(page)
    m.resize(10)
    assert m.tell() == page
    assert m.read() == b""
    assert m.readline() == b""
    with raises(ValueError):
        m.read_byte()


@behaviour("MM-IO-028", needs=("mremap",))
def test_writing_beyond_a_shrunken_end(mapping, page, raises):
    """With the position beyond the length, write and write_byte are ValueErrors."""
    m = mapping(b"." * page)
    m.seek(page)
    m.resize(10)
    with raises(ValueError):
        m.write(b"x")
    with raises(ValueError):
        m.write_byte(0)


@behaviour("MM-IO-028", needs=("mremap",), level="observed")
def test_empty_write_beyond_a_shrunken_end(mapping, page, raises):
    """With the position beyond the length, even an empty write is a ValueError."""
    m = mapping(b"." * page)
    m.seek(page)
    m.resize(10)
    with raises(ValueError):
        m.write(b"")


@behaviour("MM-IO-028", needs=("mremap",), level="observed")
def test_relative_seek_from_beyond_a_shrunken_end(mapping, page, raises):
    """With the position beyond the length, a relative seek must land inside again."""
    m = mapping(b"." * page)
    m.seek(page)
    m.resize(10)
    with raises(ValueError):
        m.seek(-1, 1)
    m.seek(5 - page, 1)
    assert m.tell() == 5


@behaviour("MM-IO-029", needs=("python",))
def test_argument_counts(anon, raises):
    """Too few or too many arguments are a TypeError for every method."""
    m = anon(b"abcdef")
    calls = [("close", 1), ("find", 0), ("find", 4), ("flush", 3), ("move", 2), ("move", 4),
             ("read", 2), ("read_byte", 1), ("readline", 1), ("rfind", 0), ("rfind", 4),
             ("seek", 0), ("seek", 3), ("size", 1), ("tell", 1), ("write", 0), ("write", 2),
             ("write_byte", 0), ("write_byte", 2)]
    for name, count in calls:
        with raises(TypeError):
            getattr(m, name)(*[0] * count)


@behaviour("MM-IO-029", needs=("python",), level="observed")
def test_keywords_are_refused(anon, raises):
    """Keyword arguments are a TypeError for every method, the flags of flush excepted."""
    m = anon(b"abcdef")
    calls = [("find", {"sub": b"a"}), ("find", {"view": b"a"}), ("read", {"n": 1}),
             ("seek", {"pos": 1}), ("move", {"dest": 0, "src": 0, "count": 1}),
             ("write", {"bytes": b"x"}), ("write_byte", {"byte": 1}), ("flush", {"offset": 0})]
    for name, keywords in calls:
        with raises(TypeError):
            getattr(m, name)(**keywords)
