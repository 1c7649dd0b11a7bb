# SPDX-License-Identifier: MPL-2.0
"""fmmap.finder: what it answers, for every kind of haystack."""
import gc
import random
import re

import fmmap
import pytest

KIB = 1 << 10


def occurrences(needle, haystack):
    """Offsets without overlap, by plain bytes.find."""
    found, at = [], haystack.find(needle)
    while at != -1:
        found.append(at)
        at = haystack.find(needle, at + max(len(needle), 1))
    return found


@pytest.fixture(params=["mapping", "bytes", "bytearray", "memoryview"])
def haystack(request, mapping):
    make = {"mapping": mapping, "bytes": bytes, "bytearray": bytearray, "memoryview": memoryview}
    return make[request.param]


def test_answers(haystack):
    h = haystack(b"abcabcab")
    finder = fmmap.finder(b"abc")
    assert finder.find(h) == 0
    assert finder.rfind(h) == 3
    assert finder.count(h) == 2
    assert list(finder.finditer(h)) == [0, 3]
    assert fmmap.finder(b"absent").find(h) == -1
    assert fmmap.finder(b"absent").rfind(h) == -1
    assert fmmap.finder(b"absent").count(h) == 0
    assert list(fmmap.finder(b"absent").finditer(h)) == []


def test_matches_do_not_overlap(haystack):
    assert list(fmmap.finder(b"aa").finditer(haystack(b"aaaaa"))) == [0, 2]


def test_empty_needle_is_everywhere(haystack):
    finder = fmmap.finder(b"")
    h = haystack(b"abc")
    assert list(finder.finditer(h)) == [0, 1, 2, 3]
    assert finder.count(h) == 4
    assert finder.find(h) == 0
    assert finder.rfind(h) == 3


@pytest.mark.parametrize("needle", [b"", b"b", b"ab", b"abcab"])
def test_windows_are_those_of_bytes(haystack, needle):
    content = b"abcabcab"
    h = haystack(content)
    finder = fmmap.finder(needle)
    bounds = [None, 0, 1, 3, 8, 9, 100, -1, -5, -8, -9, 2 ** 62, -2 ** 62]
    for start in bounds:
        for end in bounds:
            window = (start, end)
            assert finder.find(h, *window) == content.find(needle, *window), window
            assert finder.rfind(h, *window) == content.rfind(needle, *window), window
            assert finder.count(h, *window) == content.count(needle, *window), window
            assert len(list(finder.finditer(h, *window))) == content.count(needle, *window)


def test_large_haystacks_agree_with_bytes(mapping):
    seed = random.randrange(1 << 32)
    choice = random.Random(seed)
    content = bytes(choice.choices(b"abc", weights=[8, 1, 1], k=300 * KIB))
    m = mapping(content)
    for length in (1, 2, 5, 20, 100):
        at = choice.randrange(len(content) - length)
        needle = content[at:at + length]
        finder = fmmap.finder(needle)
        assert finder.find(m) == content.find(needle) == m.find(needle), seed
        assert finder.rfind(m) == content.rfind(needle) == m.rfind(needle), seed
        assert list(finder.finditer(m)) == occurrences(needle, content), seed
        assert finder.count(m) == content.count(needle), seed


@pytest.mark.parametrize("length", [1, 2, 7, 100, 40 * KIB])
def test_matches_across_the_border_of_the_first_look(mapping, length):
    """Long searches look at the nearest 64 KiB first: a match may straddle that border."""
    needle = b"n" * (length - 1) + b"!"
    for border in (64 * KIB, 136 * KIB):  # from the front; from the back of 200 KiB
        for at in range(border - length - 1, border + 2, max(1, length // 7)):
            content = bytearray(200 * KIB)
            content[at:at + length] = needle
            m = mapping(bytes(content))
            assert m.find(needle, 0) == m.rfind(needle, 0) == at
            assert fmmap.finder(needle).find(m) == fmmap.finder(needle).rfind(m) == at
            m.close()


def test_position_plays_no_part(mapping):
    m = mapping(b"abcabc")
    m.seek(5)
    assert fmmap.finder(b"abc").find(m) == 0
    assert m.tell() == 5


def test_needle_is_kept_as_bytes(mapping):
    source = bytearray(b"abc")
    finder = fmmap.finder(source)
    source[:] = b"xyz"
    assert finder.needle == b"abc"
    assert type(finder.needle) is bytes
    assert fmmap.finder(mapping(b"abc")).needle == b"abc"
    assert fmmap.finder(needle=b"abc").needle == b"abc"
    assert repr(finder) == "fmmap.finder(b'abc')"


@pytest.mark.parametrize("bad", ["abc", 97, None, [97]])
def test_what_is_not_bytes_like_is_refused(bad):
    with pytest.raises(TypeError):
        fmmap.finder(bad)
    with pytest.raises(TypeError):
        fmmap.finder(b"a").find(bad)
    with pytest.raises(TypeError):
        fmmap.finder(b"a").finditer(bad)


def test_iterator_borrows_the_haystack_until_it_is_exhausted(mapping):
    m = mapping(b"abcabc")
    iterator = fmmap.finder(b"abc").finditer(m)
    assert next(iterator) == 0
    with pytest.raises(BufferError):
        m.close()
    assert list(iterator) == [3]
    m.close()
    with pytest.raises(StopIteration):
        next(iterator)


def test_iterator_that_goes_away_gives_the_haystack_back(mapping):
    m = mapping(b"abcabc")
    iterator = fmmap.finder(b"abc").finditer(m)
    del iterator
    gc.collect()
    m.close()


def test_iterator_keeps_bytes_alive():
    iterator = fmmap.finder(b"b").finditer(bytes(b"abc" * 10))
    gc.collect()
    assert list(iterator) == list(range(1, 30, 3))


def test_closed_haystack():
    m = fmmap.mmap(-1, 10)
    m.close()
    for method in ("find", "rfind", "count", "finditer"):
        with pytest.raises(ValueError):
            getattr(fmmap.finder(b"a"), method)(m)


def test_iterator_has_no_constructor():
    kind = type(fmmap.finder(b"a").finditer(b""))
    with pytest.raises(TypeError):
        kind()


def test_all_lines_of_a_mapping(mapping):
    content = b"one\ntwo\n\nthree"
    m = mapping(content)
    ends = [match.start() for match in re.finditer(b"\n", content)]
    assert list(fmmap.finder(b"\n").finditer(m)) == ends
