# SPDX-License-Identifier: MPL-2.0
"""Iteration, membership and unpacking: the old sequence protocol."""

import collections.abc

from fmmap_cases import behaviour


@behaviour("MM-ITER-001", needs=("python",))
def test_iteration_yields_bytes(anon):
    """Iterating a mapping yields bytes objects of length 1, not ints."""
    m = anon(b"cab")
    assert list(m) == [b"c", b"a", b"b"]
    assert tuple(m) == (b"c", b"a", b"b")
    assert [item for item in m] == [b"c", b"a", b"b"]


@behaviour("MM-ITER-001", needs=("python",))
def test_unpacking_yields_bytes(anon):
    """Unpacking, enumerate, zip, sorted and max take bytes objects of length 1."""
    m = anon(b"cab")
    first, *rest = m
    assert (first, rest) == (b"c", [b"a", b"b"])
    assert list(enumerate(m)) == [(0, b"c"), (1, b"a"), (2, b"b")]
    assert list(zip(m, "xyz")) == [(b"c", "x"), (b"a", "y"), (b"b", "z")]
    assert sorted(m) == [b"a", b"b", b"c"]
    assert max(m) == b"c"


@behaviour("MM-ITER-002", needs=("python",))
def test_reversed_yields_bytes(anon):
    """reversed yields bytes objects of length 1 from the end."""
    assert list(reversed(anon(b"cab"))) == [b"b", b"a", b"c"]


@behaviour("MM-ITER-003", needs=("python",), level="observed")
def test_membership_of_single_bytes(anon):
    """A bytes object of length 1 is in the mapping if that byte occurs."""
    m = anon(b"foobar")
    assert b"b" in m
    assert b"x" not in m


@behaviour("MM-ITER-003", needs=("python",), level="observed",
           reference="https://github.com/python/cpython/issues/140300")
def test_membership_of_anything_else(anon):
    """An int, longer or empty bytes and a str are never in a mapping."""
    m = anon(b"foobar")
    for item in (98, b"oba", b"foobar", b"", "b", None):
        assert item not in m


@behaviour("MM-ITER-004", needs=("python",), level="unspecified")
def test_iteration_of_a_subclass(mmap):
    """A subclass, even an empty one, iterates as the type itself does."""
    class Empty(mmap.mmap):
        pass
    m = Empty(-1, 2)
    m[:] = b"ab"
    assert list(m) == [b"a", b"b"]
    assert b"a" in m


@behaviour("MM-ITER-004", needs=("python",), level="observed")
def test_iteration_of_a_subclass_with_its_own_items(mmap):
    """A subclass that defines __getitem__ iterates what that gives."""
    class Tens(mmap.mmap):
        def __getitem__(self, index):
            if index == 3:
                raise IndexError
            return 10 * index
    m = Tens(-1, 10)
    assert list(m) == [0, 10, 20]
    assert 20 in m


@behaviour("MM-ITER-005", needs=("python",), level="observed")
def test_iteration_is_live(anon):
    """Iteration sees what is written meanwhile and does not use the position."""
    m = anon(b"abc")
    m.seek(2)
    items = iter(m)
    assert next(items) == b"a"
    m[1] = 120
    assert next(items) == b"x"
    assert m.tell() == 2


@behaviour("MM-ITER-005", needs=("python",), level="observed")
def test_iteration_over_a_mapping_that_is_closed(anon, raises):
    """Iteration raises ValueError once the mapping is closed."""
    m = anon(b"abc")
    items = iter(m)
    next(items)
    m.close()
    with raises(ValueError):
        next(items)


@behaviour("MM-ITER-005", needs=("python",), level="observed")
def test_reversed_of_a_closed_mapping(anon, raises):
    """reversed of a closed mapping is a ValueError at once."""
    m = anon(b"abc")
    m.close()
    with raises(ValueError):
        reversed(m)


@behaviour("MM-ITER-006", needs=("python",), level="observed")
def test_bytes_uses_the_buffer(anon, raises):
    """bytes and bytearray of a mapping use its buffer; of its iterator they are a TypeError."""
    m = anon(b"abc")
    assert bytes(m) == b"abc"
    assert bytearray(m) == bytearray(b"abc")
    with raises(TypeError):
        bytes(iter(m))


@behaviour("MM-ITER-007", needs=("python",), level="observed")
def test_no_iteration_methods(mmap):
    """The type has no __iter__, __contains__ or __reversed__."""
    names = ("__iter__", "__contains__", "__reversed__")
    assert [name for name in names if hasattr(mmap.mmap, name)] == []


@behaviour("MM-ITER-007", needs=("python",), level="observed")
def test_abstract_base_classes(anon):
    """A mapping is Sized and Hashable, and no Iterable, Container or Sequence."""
    m, abstract = anon(3), collections.abc
    assert isinstance(m, abstract.Sized) and isinstance(m, abstract.Hashable)
    assert not isinstance(m, (abstract.Iterable, abstract.Container, abstract.Sequence))


@behaviour("MM-ITER-008", needs=("python", "capi"))
def test_sequence_and_mapping_checks(anon):
    """Both the sequence and the mapping check of the C API are true."""
    import ctypes
    m = ctypes.py_object(anon(3))
    assert ctypes.pythonapi.PySequence_Check(m) == 1
    assert ctypes.pythonapi.PyMapping_Check(m) == 1
