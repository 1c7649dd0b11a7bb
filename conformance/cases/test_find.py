# SPDX-License-Identifier: MPL-2.0
"""Searching: find and rfind, their window, and what they accept as needle and bounds."""

import threading
import time
from array import array

from fmmap_cases import Index, Int, behaviour


@behaviour("MM-FIND-001")
def test_find_gives_the_lowest_index(anon):
    """find returns the lowest index at which the whole needle occurs."""
    m = anon(b"one two one two")
    assert m.find(b"two") == 4
    assert m.find(b"one") == 0


@behaviour("MM-FIND-001")
def test_find_gives_minus_one_when_absent(anon):
    """find returns -1 when the needle does not occur."""
    m = anon(b"one two one two")
    assert m.find(b"three") == -1
    assert m.find(b"two ones") == -1


@behaviour("MM-FIND-002")
def test_rfind_gives_the_highest_index(anon):
    """rfind returns the highest index at which the whole needle occurs."""
    m = anon(b"one two one two")
    assert m.rfind(b"two") == 12
    assert m.rfind(b"one") == 8


@behaviour("MM-FIND-002")
def test_rfind_gives_minus_one_when_absent(anon):
    """rfind returns -1 when the needle does not occur."""
    m = anon(b"one two one two")
    assert m.rfind(b"three") == -1
    assert m.rfind(b"two ones") == -1


@behaviour("MM-FIND-001")
def test_find_in_a_page_of_near_misses(anon, page):
    """find skips any number of places where only the last byte of the needle differs."""
    m = anon(b"aaab" * (page // 4) + b"aaac")
    assert m.find(b"aaac") == page
    assert m.rfind(b"aaab") == page - 4


@behaviour("MM-FIND-001")
def test_find_a_needle_across_a_page_border(anon, page):
    """find sees an occurrence that begins on one page and ends on the next."""
    m = anon(2 * page)
    m[page - 3:page + 4] = b"border!"
    assert m.find(b"border!") == page - 3
    assert m.rfind(b"border!") == page - 3


@behaviour("MM-FIND-001")
def test_find_far_into_a_large_mapping(anon):
    """find gives the right index wherever the only occurrence lies in a large mapping."""
    m, needle = anon(1 << 22), b"needle"
    places = [(1 << bits) + shift for bits in range(8, 22) for shift in (-7, -3, 0, 5)]
    wrong = [place for place in places if only_place(m, needle, place, m.find) != place]
    assert wrong == []


@behaviour("MM-FIND-002")
def test_rfind_far_from_the_end_of_a_large_mapping(anon):
    """rfind gives the right index wherever the only occurrence lies in a large mapping."""
    size, needle = 1 << 22, b"needle"
    m = anon(size)
    places = [size - (1 << bits) + shift for bits in range(8, 22) for shift in (-7, -3, 0, 5)]
    wrong = [place for place in places if only_place(m, needle, place, m.rfind) != place]
    assert wrong == []


def only_place(m, needle, place, search):
    """What search answers while the needle lies at that place of m only."""
    m[place:place + len(needle)] = needle
    found = search(needle)
    m[place:place + len(needle)] = b"\0" * len(needle)
    return found


@behaviour("MM-FIND-001")
def test_find_the_first_of_many_in_a_large_mapping(anon):
    """Of occurrences all over a large mapping find gives the first and rfind the last."""
    size = 1 << 22
    m = anon(size)
    for place in range(size // 8 + 1, size - size // 8, size // 16):
        m[place:place + 2] = b"xy"
    assert m.find(b"xy") == size // 8 + 1
    assert m.rfind(b"xy") == size // 8 + 1 + 11 * (size // 16)
    assert m.find(b"xy", size // 4) == size // 4 + 1
    assert m.rfind(b"xy", 0, size // 4) == size // 4 - size // 16 + 1


@behaviour("MM-FIND-003")
def test_find_starts_at_the_position(anon):
    """Without start, find begins at the current position and not at 0."""
    m = anon(b"abcabcabc")
    m.seek(1)
    assert m.find(b"abc") == 3
    assert m.find(b"abc", 0) == 0


@behaviour("MM-FIND-003")
def test_rfind_is_bounded_below_by_the_position(anon):
    """Without start, the current position is the lower bound of rfind's window."""
    m = anon(b"abcabc   ")
    m.seek(3)
    assert m.rfind(b"abc") == 3
    m.seek(4)
    assert m.rfind(b"abc") == -1


@behaviour("MM-FIND-004")
def test_window_ends_at_the_length(anon):
    """Without end, the window reaches to the length of the mapping."""
    m = anon(b"....x")
    assert m.find(b"x", 2) == 4
    assert m.rfind(b"x", 2) == 4


@behaviour("MM-FIND-005")
def test_bounds_follow_slice_rules(anon):
    """start and end count from the end when negative and clamp, as in bytes.find."""
    text = b"abcab"
    m = anon(text)
    bounds = range(-7, 8)
    wrong = [(s, e) for s in bounds for e in bounds
             if m.find(b"ab", s, e) != text.find(b"ab", s, e)]
    assert wrong == []


@behaviour("MM-FIND-005")
def test_rfind_bounds_follow_slice_rules(anon):
    """rfind's start and end mean what they mean for bytes.rfind, for every pair."""
    text = b"abcab"
    m = anon(text)
    bounds = range(-7, 8)
    wrong = [(s, e) for s in bounds for e in bounds
             if m.rfind(b"ab", s, e) != text.rfind(b"ab", s, e)]
    assert wrong == []


@behaviour("MM-FIND-006")
def test_reversed_window_holds_nothing(anon):
    """A window whose end lies before its start gives -1."""
    m = anon(b"abcabc")
    assert m.find(b"a", 4, 2) == -1
    assert m.rfind(b"a", 4, 2) == -1


@behaviour("MM-FIND-006", level="observed")
def test_reversed_window_has_no_empty_needle(anon):
    """Not even the empty needle is found in a window whose end lies before its start."""
    m = anon(b"abcabc")
    assert m.find(b"", 4, 2) == -1
    assert m.rfind(b"", 4, 2) == -1


@behaviour("MM-FIND-007")
def test_match_lies_wholly_inside_the_window(anon):
    """An occurrence that begins inside the window but ends after it does not count."""
    m = anon(b"..needle..")
    assert m.find(b"needle", 0, 7) == -1
    assert m.find(b"needle", 0, 8) == 2


@behaviour("MM-FIND-007")
def test_rfind_match_lies_wholly_inside_the_window(anon):
    """rfind's end limits where an occurrence may end, and its start where it may begin."""
    m = anon(b"..needle..")
    assert m.rfind(b"needle", 3) == -1
    assert m.rfind(b"needle", 2, 7) == -1
    assert m.rfind(b"needle", 2, 8) == 2


@behaviour("MM-FIND-008")
def test_empty_needle_is_found_at_the_effective_start(anon):
    """find gives the effective start of the window for an empty needle."""
    m = anon(b"abcdef")
    m.seek(2)
    assert m.find(b"") == 2
    assert m.find(b"", 3) == 3
    assert m.find(b"", -2, 6) == 4


@behaviour("MM-FIND-008")
def test_empty_needle_is_found_at_the_effective_end(anon):
    """rfind gives the effective end of the window for an empty needle."""
    m = anon(b"abcdef")
    assert m.rfind(b"") == 6
    assert m.rfind(b"", 1, 4) == 4
    assert m.rfind(b"", 0, 100) == 6


@behaviour("MM-FIND-008")
def test_empty_needle_at_the_very_end(anon):
    """An empty needle is found by both methods when the window begins at the length."""
    m = anon(b"abcdef")
    assert m.find(b"", 6) == 6
    assert m.rfind(b"", 6) == 6


@behaviour("MM-FIND-009", since="3.15",
           reference="https://github.com/python/cpython/issues/151021")
def test_empty_needle_with_start_past_the_end(anon):
    """An empty needle is not found when the window would begin beyond the length."""
    m = anon(b"abcdef")
    assert m.find(b"", 7) == -1
    assert m.rfind(b"", 7) == -1
    assert m.find(b"", 100) == -1


@behaviour("MM-FIND-009", until="3.14",
           reference="https://github.com/python/cpython/issues/151021")
def test_empty_needle_with_start_past_the_end_clamps(anon):
    """Up to 3.14 a start beyond the length is clamped, so an empty needle gives the length."""
    m = anon(b"abcdef")
    assert m.find(b"", 7) == 6
    assert m.rfind(b"", 100) == 6


@behaviour("MM-FIND-010", needs=("mremap",), since="3.15", level="observed",
           reference="https://github.com/python/cpython/issues/151021")
def test_empty_needle_with_position_past_the_end(mapping, page):
    """An empty needle is not found when shrinking has left the position beyond the length."""
    m = mapping(b"." * page)
    m.seek(page)
    m.resize(10)
    assert m.find(b"") == -1
    assert m.rfind(b"") == -1


@behaviour("MM-FIND-010", needs=("mremap",), until="3.14", level="observed")
def test_empty_needle_with_position_past_the_end_clamps(mapping, page):
    """Up to 3.14 a position left beyond the length is clamped for an empty needle."""
    m = mapping(b"." * page)
    m.seek(page)
    m.resize(10)
    assert m.find(b"") == 10
    assert m.rfind(b"") == 10


@behaviour("MM-FIND-011")
def test_nul_bytes_are_ordinary(anon):
    """NUL bytes in needle and data are matched exactly and end nothing."""
    m = anon(b"ab\0cX ab\0cd\0")
    assert m.find(b"ab\0cd") == 6
    assert m.rfind(b"\0c") == 8
    assert m.find(b"d\0\0") == -1


@behaviour("MM-FIND-011", level="observed")
def test_every_byte_value_is_found(anon):
    """Each of the 256 byte values is found at its own place by both methods."""
    m = anon(bytes(range(256)))
    values = [bytes([value]) for value in range(256)]
    assert [m.find(value) for value in values] == list(range(256))
    assert [m.rfind(value) for value in values] == list(range(256))


@behaviour("MM-FIND-011", level="observed")
def test_high_bytes_are_compared_unsigned(anon):
    """A needle of bytes of 0x80 and above is told from its neighbours in value."""
    m = anon(b"\x7f\x80\xff\x80\x81\xff\x80\x80")
    assert m.find(b"\xff\x80\x80") == 5
    assert m.rfind(b"\x80\xff") == 1
    assert m.find(b"\x81\x80") == -1


@behaviour("MM-FIND-012")
def test_needle_longer_than_the_mapping(anon):
    """A needle longer than the mapping is not found."""
    m = anon(b"hello")
    assert m.find(b"hellohello") == -1
    assert m.rfind(b"hellohello") == -1


@behaviour("MM-FIND-012", level="observed")
def test_needle_longer_than_the_window(anon):
    """A needle longer than the window is not found, though it occurs around the window."""
    m = anon(b"hellohello")
    assert m.find(b"hello", 0, 4) == -1
    assert m.rfind(b"hello", 6) == -1


@behaviour("MM-FIND-012", level="observed")
def test_needle_equal_to_the_content(anon):
    """A needle equal to the whole content is found at 0."""
    m = anon(b"hello")
    assert m.find(b"hello") == 0
    assert m.rfind(b"hello") == 0


@behaviour("MM-FIND-013")
def test_match_at_index_zero(anon):
    """An occurrence at index 0 is found by both methods."""
    m = anon(b"start....")
    assert m.find(b"start") == 0
    assert m.rfind(b"start") == 0


@behaviour("MM-FIND-013")
def test_match_ending_at_the_end(anon):
    """An occurrence that ends exactly where the window ends is found by both methods."""
    m = anon(b"....finish")
    assert m.find(b"finish") == 4
    assert m.rfind(b"finish") == 4
    assert m.find(b"fin", 0, 7) == 4


@behaviour("MM-FIND-014")
def test_search_stays_inside_the_window(file, opened, dies, page):
    """A search whose window ends with the last page the file can supply does not fault."""
    f = file(b"." * (2 * page))
    m = opened(f.fileno(), 2 * page)
    f.truncate(page)
    assert dies(m.find, b"fo", page - 40, page) == "returned"
    assert dies(m.rfind, b"fo", page - 40, page) == "returned"


@behaviour("MM-FIND-014", needs=("python", "prot", "exports"), since="3.12",
           reference="https://github.com/python/cpython/issues/105235")
def test_search_touches_nothing_behind_the_mapping(anon, dies, page):
    """A search that ends at an inaccessible page answers and does not fault."""
    m = anon(2 * page)
    assert dies(search_before_a_guard, m, page) == "returned"


def search_before_a_guard(m, page):
    """Search the first page of m once the second has been made inaccessible."""
    import ctypes
    start = ctypes.addressof((ctypes.c_char * len(m)).from_buffer(m))
    no_access = 0
    assert ctypes.CDLL(None).mprotect(ctypes.c_void_p(start + page), page, no_access) == 0
    for needle in (b"f", b"fo", b"foo", b"f" * 40, b"\0f", b"\0" * 40 + b"f"):
        assert m.find(needle, page - 70, page) == -1
        assert m.rfind(needle, page - 70, page) == -1
        assert m.find(needle, 0, page) == -1


@behaviour("MM-FIND-015", needs=("python",))
def test_needle_may_be_any_bytes_like_object(anon):
    """The needle may be a bytearray, a memoryview or an array, taken by its raw bytes."""
    m = anon(b"..abcd..")
    assert m.find(bytearray(b"bc")) == 3
    assert m.rfind(memoryview(b"xbcx")[1:3]) == 3
    assert m.find(array("H", bytearray(b"abcd"))) == 2


@behaviour("MM-FIND-015", needs=("python",), level="observed")
def test_needle_may_be_another_mapping(anon):
    """The needle may be another mapping, or the mapping itself."""
    m = anon(b"..abcd..")
    assert m.find(anon(b"cd")) == 4
    assert m.rfind(m) == 0


@behaviour("MM-FIND-016", needs=("python",))
def test_needle_of_a_wrong_type(anon, raises):
    """A needle that is not bytes-like is a TypeError."""
    m = anon(b"1234")
    for needle in ("1", 1, None, [49]):
        with raises(TypeError):
            m.find(needle)
        with raises(TypeError):
            m.rfind(needle)


@behaviour("MM-FIND-016", needs=("python",), level="observed")
def test_needle_that_is_not_contiguous(anon, raises):
    """A needle whose bytes are not contiguous is a BufferError."""
    m = anon(b"1234")
    with raises(BufferError):
        m.find(memoryview(b"1234")[::2])
    with raises(BufferError):
        m.rfind(memoryview(b"1234")[::2])


@behaviour("MM-FIND-017", needs=("python",))
def test_bounds_of_a_wrong_type(anon, raises):
    """Bounds that are no integers are a TypeError."""
    m = anon(b"1234")
    for bound in (b"1", "1", 1.0):
        with raises(TypeError):
            m.find(b"1", bound)
        with raises(TypeError):
            m.rfind(b"1", 0, bound)


@behaviour("MM-FIND-017", needs=("python",), level="observed")
def test_bounds_do_not_go_through_int(anon, raises):
    """An object that has only __int__ is no bound: TypeError."""
    m = anon(b"1234")
    with raises(TypeError):
        m.find(b"1", Int())
    with raises(TypeError):
        m.rfind(b"1", 0, Int())


@behaviour("MM-FIND-017", needs=("python",), level="observed")
def test_bounds_go_through_index(anon):
    """Bounds may be any object with __index__."""
    m = anon(b"11111")
    assert m.find(b"1", Index(2)) == 2
    assert m.rfind(b"1", Index(0), Index(-1)) == 3


@behaviour("MM-FIND-017", needs=("python",), level="observed")
def test_bounds_beyond_the_size_type(anon, raises):
    """Bounds beyond the size type are an OverflowError."""
    m = anon(b"1234")
    with raises(OverflowError):
        m.find(b"1", 2 ** 70)
    with raises(OverflowError):
        m.rfind(b"1", 0, -2 ** 70)


@behaviour("MM-FIND-018", since="3.14.1", level="observed")
def test_none_bounds_count_as_absent(anon):
    """None for start means the position, None for end the length."""
    m = anon(b"abcabc")
    m.seek(1)
    assert m.find(b"abc", None) == 3
    assert m.find(b"abc", 0, None) == 0
    assert m.rfind(b"b", None, None) == 4


@behaviour("MM-FIND-018", needs=("python",), until="3.14.0", level="observed")
def test_none_bounds_are_refused(anon, raises):
    """Before 3.14.1 None is no bound: TypeError."""
    m = anon(b"abcabc")
    with raises(TypeError):
        m.find(b"abc", None)
    with raises(TypeError):
        m.rfind(b"abc", 0, None)


@behaviour("MM-FIND-019", since="3.14.1", level="unspecified")
def test_end_is_honoured_when_start_is_none(anon):
    """With start None, an explicit end still bounds the window."""
    m = anon(b"....x")
    assert m.find(b"x", None, 3) == -1
    assert m.rfind(b"x", None, 3) == -1


@behaviour("MM-FIND-020", level="observed")
def test_searching_moves_nothing(anon):
    """Neither method moves the position or changes the content."""
    m = anon(b"abcabc")
    m.seek(2)
    m.find(b"c")
    m.rfind(b"c")
    assert m.tell() == 2
    assert m[:] == b"abcabc"


@behaviour("MM-FIND-020", level="observed")
def test_searching_a_read_only_mapping(mapping, mmap):
    """Both methods work on a read-only mapping."""
    m = mapping(b"abcabc", access=mmap.ACCESS_READ)
    assert m.find(b"c") == 2
    assert m.rfind(b"c") == 5


@behaviour("MM-FIND-021")
def test_overlapping_occurrences(anon):
    """Of overlapping occurrences, find gives the first and rfind the last."""
    m = anon(b".aaaaa.")
    assert m.find(b"aaa") == 1
    assert m.rfind(b"aaa") == 3


@behaviour("MM-FIND-021")
def test_partial_match_that_overlaps_the_match(anon):
    """A partial match that fails does not hide an occurrence that begins inside it."""
    m = anon(b"xxxxxA..wi.d.abaabaab")
    assert m.find(b"xxxxA") == 1
    assert m.find(b".d.") == 10
    assert m.rfind(b"abaab") == 16


@behaviour("MM-FIND-022", needs=("python",), since="3.11", level="observed",
           reference="https://github.com/python/cpython/issues/86138")
def test_hostile_needle_is_searched_in_linear_time(anon):
    """A periodic needle in periodic data does not make find quadratic: it ends in seconds."""
    size = 1 << 20
    m = anon(b"a" * size)
    assert m.find(b"a" * (size // 4) + b"b" + b"a" * (size // 4)) == -1


@behaviour("MM-FIND-022", needs=("python",), level="unspecified",
           reference="https://github.com/python/cpython/issues/155716")
def test_hostile_needle_is_searched_in_linear_time_backward(anon):
    """The time rfind needs for a hostile needle grows as the data, not as their square."""
    def took(size):
        m, half = anon(b"a" * size), b"a" * (size // 40)
        before = time.perf_counter()
        assert m.rfind(half + b"b" + half) == -1
        return time.perf_counter() - before
    assert took(1 << 16) < 8 * took(1 << 14) + 0.005


@behaviour("MM-FIND-022", needs=("python", "threads"), level="unspecified",
           reference="https://github.com/python/cpython/issues/139237")
def test_other_threads_run_while_searching(anon):
    """Other threads run while a large mapping is searched."""
    m, turns = anon(1 << 26), [0]

    def count():
        while turns[0] >= 0:
            turns[0] += 1
            time.sleep(0.001)
    counter = threading.Thread(target=count, daemon=True)
    counter.start()
    m.find(b"absent")
    before = turns[0]
    m.find(b"absent")
    during, turns[0] = turns[0] - before, -10 ** 9
    counter.join()
    assert during > 2


@behaviour("MM-FIND-023")
def test_empty_window_finds_only_the_empty_needle(anon):
    """A window of no bytes holds the empty needle and nothing else."""
    m = anon(b"abcabc")
    assert m.find(b"a", 0, 0) == -1
    assert m.rfind(b"a", 3, 3) == -1
    assert m.find(b"", 3, 3) == 3
    assert m.rfind(b"", 0, 0) == 0
