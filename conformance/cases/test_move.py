# SPDX-License-Identifier: MPL-2.0
"""move: copying inside a mapping."""

import sys

from fmmap_cases import Index, behaviour


@behaviour("MM-MOVE-001")
def test_move_copies_inside_the_mapping(anon):
    """move(dest, src, count) copies count bytes from src to dest and returns None."""
    m = anon(b"abcdefgh")
    assert m.move(0, 5, 3) is None
    assert m[:] == b"fghdefgh"


@behaviour("MM-MOVE-001")
def test_overlapping_move_forward(anon, page):
    """A move to a later overlapping place is as if through a temporary copy."""
    text = bytes(i % 251 for i in range(page))
    m = anon(text)
    m.move(3, 0, page - 3)
    assert m[:] == text[:3] + text[:-3]


@behaviour("MM-MOVE-001")
def test_overlapping_move_backward(anon, page):
    """A move to an earlier overlapping place is as if through a temporary copy."""
    text = bytes(i % 251 for i in range(page))
    m = anon(text)
    m.move(0, 3, page - 3)
    assert m[:] == text[3:] + text[-3:]


@behaviour("MM-MOVE-002")
def test_every_move_equals_slicing(anon):
    """Every move in range gives what slicing and joining gives."""
    text = b"abcde"
    m = anon(text)
    size, wrong = len(text), []
    for dest in range(size + 1):
        for src in range(size + 1):
            for count in range(size - max(dest, src) + 1):
                m[:] = text
                m.move(dest, src, count)
                expected = text[:dest] + text[src:src + count] + text[dest + count:]
                wrong += [] if m[:] == expected else [(dest, src, count)]
    assert wrong == []


@behaviour("MM-MOVE-003")
def test_negative_arguments(anon, raises):
    """A negative dest, src or count is a ValueError."""
    m = anon(b"abcdef")
    for arguments in ((-1, 0, 1), (0, -1, 1), (0, 0, -1), (-1, -1, -1)):
        with raises(ValueError):
            m.move(*arguments)
    assert m[:] == b"abcdef"


@behaviour("MM-MOVE-004")
def test_ranges_past_the_end(anon, raises):
    """A source or destination that passes the end is a ValueError, and nothing is moved."""
    m = anon(b"abcdef")
    for arguments in ((0, 0, 7), (5, 0, 2), (0, 5, 2), (7, 0, 1), (0, 7, 1)):
        with raises(ValueError):
            m.move(*arguments)
    assert m[:] == b"abcdef"


@behaviour("MM-MOVE-004")
def test_ranges_do_not_overflow(anon, dies):
    """Arguments of any magnitude are a ValueError: sums do not overflow."""
    m, most = anon(b"abcdef"), sys.maxsize
    for arguments in ((most, 0, 1), (0, most, 1), (0, 0, most), (1, 2, most), (most, most, most)):
        assert dies(m.move, *arguments) == "raised:ValueError"


@behaviour("MM-MOVE-005")
def test_move_of_nothing(anon):
    """A count of 0 is allowed and changes nothing."""
    m = anon(b"abcdef")
    m.move(0, 3, 0)
    assert m[:] == b"abcdef"


@behaviour("MM-MOVE-005", level="observed")
def test_move_of_nothing_at_the_end(anon, raises):
    """A count of 0 is allowed with dest and src up to the length, and a ValueError beyond."""
    m = anon(b"abcdef")
    assert m.move(6, 6, 0) is None
    with raises(ValueError):
        m.move(7, 0, 0)
    with raises(ValueError):
        m.move(0, 7, 0)


@behaviour("MM-MOVE-006")
def test_move_in_a_read_only_mapping(mmap, mapping, raises):
    """move in a read-only mapping is a TypeError, even out of range or of nothing."""
    m = mapping(b"abcdef", access=mmap.ACCESS_READ)
    for arguments in ((0, 3, 2), (0, 0, 0), (0, 0, 100), (-1, 0, 1)):
        with raises(TypeError):
            m.move(*arguments)


@behaviour("MM-MOVE-007", needs=("python",))
def test_arguments_of_a_wrong_count_or_type(anon, raises):
    """Other than three arguments, or one that is no integer, is a TypeError."""
    m = anon(b"abcdef")
    for arguments in ((), (0,), (0, 1), (0, 1, 1, 1), ("0", 1, 1), (0, 1.0, 1), (0, 1, None)):
        with raises(TypeError):
            m.move(*arguments)


@behaviour("MM-MOVE-007", needs=("python",), level="observed")
def test_arguments_beyond_the_size_type(anon, raises):
    """An argument beyond the size type is an OverflowError."""
    m = anon(b"abcdef")
    for arguments in ((2 ** 70, 0, 0), (0, 2 ** 70, 0), (0, 0, -2 ** 70)):
        with raises(OverflowError):
            m.move(*arguments)


@behaviour("MM-MOVE-007", needs=("python",))
def test_arguments_go_through_index(anon):
    """The arguments may be any objects with __index__."""
    m = anon(b"abcdef")
    m.move(Index(0), Index(4), Index(2))
    assert m[:] == b"efcdef"


@behaviour("MM-MOVE-008", level="observed")
def test_move_leaves_the_position(anon):
    """move neither uses nor moves the position."""
    m = anon(b"abcdef")
    m.seek(3)
    m.move(0, 4, 2)
    assert m.tell() == 3
    assert m[:] == b"efcdef"
