# SPDX-License-Identifier: MPL-2.0
"""Closing, what a closed mapping still does, and the context manager."""

import gc
import os
import warnings

from fmmap_cases import behaviour


@behaviour("MM-CLOSE-001")
def test_close_returns_none(mapping):
    """close returns None and marks the mapping closed."""
    m = mapping(b"abc")
    assert m.close() is None
    assert m.closed is True


@behaviour("MM-CLOSE-001")
def test_close_leaves_the_callers_descriptor(opened, file):
    """close does not close the caller's descriptor: the file can be mapped through it again."""
    f = file(b"abc")
    opened(f.fileno(), 3).close()
    assert opened(f.fileno(), 3)[:] == b"abc"


@behaviour("MM-CLOSE-001", needs=("python", "procfs"))
def test_close_unmaps(mmap, file):
    """close removes the file from the process's memory map."""
    f = file(b"abc")
    m = mmap.mmap(f.fileno(), 3)
    assert is_mapped(f.path)
    m.close()
    assert not is_mapped(f.path)


def is_mapped(path):
    """Whether the file is in this process's memory map."""
    with open("/proc/self/maps") as maps:
        return os.path.realpath(path) in maps.read()


@behaviour("MM-CLOSE-002")
def test_closing_twice(mapping):
    """Closing a closed mapping does nothing."""
    m = mapping(b"abc")
    m.close()
    assert m.close() is None
    assert m.closed is True


@behaviour("MM-CLOSE-003")
def test_closed_tells_the_state(mapping):
    """closed is False while the mapping is open and True afterwards."""
    m = mapping(b"abc")
    assert m.closed is False
    m.close()
    assert m.closed is True


@behaviour("MM-CLOSE-003", needs=("python",), level="observed")
def test_closed_cannot_be_assigned(anon, raises):
    """Assigning closed is an AttributeError."""
    m = anon(b"abc")
    with raises(AttributeError):
        m.closed = True
    assert m.closed is False


@behaviour("MM-CLOSE-004")
def test_methods_of_a_closed_mapping(mapping, raises):
    """Every data method of a closed mapping raises ValueError."""
    m = mapping(b"abc")
    m.close()
    for call in (lambda: m.find(b"a"), lambda: m.rfind(b"a"), lambda: m.flush(),
                 lambda: m.move(0, 1, 1), lambda: m.read(), lambda: m.read(1),
                 lambda: m.read_byte(), lambda: m.readline(), lambda: m.seek(0),
                 lambda: m.size(), lambda: m.tell(), lambda: m.write(b"x"),
                 lambda: m.write_byte(0)):
        with raises(ValueError):
            call()


@behaviour("MM-CLOSE-004")
def test_items_of_a_closed_mapping(mapping, raises):
    """Length, items and slices of a closed mapping raise ValueError."""
    m = mapping(b"abc")
    m.close()
    with raises(ValueError):
        len(m)
    with raises(ValueError):
        m[0]
    with raises(ValueError):
        m[0:2]
    with raises(ValueError):
        m[0] = 0
    with raises(ValueError):
        m[0:2] = b"xy"


@behaviour("MM-CLOSE-004", needs=("resize",))
def test_resize_of_a_closed_mapping(mapping, raises):
    """resize of a closed mapping raises ValueError."""
    m = mapping(b"abc")
    m.close()
    with raises(ValueError):
        m.resize(2)


@behaviour("MM-CLOSE-004", needs=("madvise",), since="3.8")
def test_madvise_of_a_closed_mapping(mmap, mapping, raises):
    """madvise of a closed mapping raises ValueError."""
    m = mapping(b"abc")
    m.close()
    with raises(ValueError):
        m.madvise(mmap.MADV_NORMAL)


@behaviour("MM-CLOSE-004", since="3.6")
def test_borrowing_from_a_closed_mapping(mapping, borrow, raises):
    """The bytes of a closed mapping cannot be borrowed: ValueError."""
    m = mapping(b"abc")
    m.close()
    with raises(ValueError):
        borrow(m)


@behaviour("MM-CLOSE-004", needs=("python",))
def test_protocols_of_a_closed_mapping(anon, raises):
    """Iteration, membership and __enter__ of a closed mapping raise ValueError."""
    m = anon(b"abc")
    m.close()
    with raises(ValueError):
        list(m)
    with raises(ValueError):
        b"a" in m
    with raises(ValueError):
        m.__enter__()


@behaviour("MM-CLOSE-004", needs=("python",))
def test_message_of_a_closed_mapping(anon, raises):
    """The text of the ValueError is "mmap closed or invalid"."""
    m = anon(b"abc")
    m.close()
    with raises(ValueError, match="mmap closed or invalid"):
        m.read()


@behaviour("MM-CLOSE-005", needs=("python",), level="observed")
def test_what_a_closed_mapping_still_does(anon):
    """closed, close, repr, str, comparison and hash of a closed mapping work."""
    m = anon(b"abc")
    number = hash(m)
    m.close()
    assert m.closed
    assert m.close() is None
    assert "mmap" in repr(m) and "mmap" in str(m)
    assert m == m and hash(m) == number


@behaviour("MM-CLOSE-005", needs=("python",), level="observed")
def test_exit_of_a_closed_mapping(anon):
    """__exit__ of a closed mapping works."""
    m = anon(b"abc")
    m.close()
    assert not m.__exit__(None, None, None)


@behaviour("MM-CLOSE-006", needs=("python",), since="3.14.1", level="unspecified")
def test_conversion_comes_before_closed(anon, raises):
    """An argument of a wrong type is reported before the mapping's being closed."""
    m = anon(b"abc")
    m.close()
    for call in (lambda: m.find(1), lambda: m.read("1"), lambda: m.seek("1"),
                 lambda: m.write(1), lambda: m.move(0, 0, "1")):
        with raises(TypeError):
            call()


@behaviour("MM-CLOSE-006", needs=("python",), until="3.13", level="unspecified")
def test_closed_comes_before_conversion(anon, raises):
    """Up to 3.13 the mapping's being closed is reported before an argument of a wrong type."""
    m = anon(b"abc")
    m.close()
    for call in (lambda: m.find(1), lambda: m.read("1"), lambda: m.seek("1"),
                 lambda: m.write(1), lambda: m.move(0, 0, "1")):
        with raises(ValueError):
            call()


@behaviour("MM-CLOSE-006", needs=("python",), level="unspecified")
def test_closed_comes_before_the_type_of_an_index(anon, raises):
    """Indexing a closed mapping is a ValueError even with an index of a wrong type."""
    m = anon(b"abc")
    m.close()
    with raises(ValueError):
        m["0"]


@behaviour("MM-CLOSE-007", needs=("python",))
def test_with_yields_and_closes(anon):
    """A with-block yields the mapping itself and closes it at the end."""
    m = anon(b"abc")
    with m as same:
        assert same is m
        assert not m.closed
    assert m.closed


@behaviour("MM-CLOSE-007", needs=("python",))
def test_with_lets_an_exception_pass(anon, raises):
    """An exception passes through the with-block, which still closes the mapping."""
    m = anon(b"abc")
    with raises(KeyError):
        with m:
            raise KeyError("mine")
    assert m.closed


@behaviour("MM-CLOSE-008", needs=("python",), level="observed")
def test_closing_inside_the_with_block(anon):
    """A mapping may be closed inside its with-block."""
    with anon(b"abc") as m:
        m.close()
    assert m.closed


@behaviour("MM-CLOSE-008", needs=("python",), level="observed")
def test_entering_a_closed_mapping(anon, raises):
    """Entering a with-block with a closed mapping is a ValueError."""
    m = anon(b"abc")
    m.close()
    with raises(ValueError):
        with m:
            pass


@behaviour("MM-CLOSE-009", needs=("python",), since="3.14.1", level="observed")
def test_exit_wants_three_arguments(anon, raises):
    """__exit__ takes exactly three arguments."""
    m = anon(b"abc")
    with raises(TypeError):
        m.__exit__()
    with raises(TypeError):
        m.__exit__(None, None, None, None)
    assert not m.closed


@behaviour("MM-CLOSE-009", needs=("python",), until="3.13", level="observed")
def test_exit_takes_any_arguments(anon):
    """Up to 3.13 __exit__ takes any arguments."""
    m = anon(b"abc")
    m.__exit__()
    m.__exit__(1, 2, 3, 4)
    assert m.closed


@behaviour("MM-CLOSE-010", needs=("python",), since="3.11", level="observed")
def test_exit_bypasses_an_overridden_close(mmap):
    """Leaving a with-block closes the mapping without a subclass's close."""
    with stubborn(mmap)(-1, 3) as m:
        pass
    assert m.closed
    assert m.calls == 0


@behaviour("MM-CLOSE-010", needs=("python",), until="3.10", level="observed")
def test_exit_calls_an_overridden_close(mmap):
    """Up to 3.10 leaving a with-block calls a subclass's close."""
    with stubborn(mmap)(-1, 3) as m:
        pass
    assert not m.closed
    assert m.calls == 1


def stubborn(mmap):
    """A mapping class whose close only counts."""
    class Stubborn(mmap.mmap):
        calls = 0

        def close(self):
            self.calls += 1
    return Stubborn


@behaviour("MM-CLOSE-011", level="observed")
def test_closing_in_a_child_process(mapping, child):
    """Closing in a forked child leaves the parent's mapping open and intact."""
    m = mapping(b"abc")
    assert child(m.close) is None
    assert m.closed is False
    assert m[:] == b"abc"


@behaviour("MM-CLOSE-012", needs=("python", "procfs", "gc"))
def test_dropping_an_open_mapping(mmap, file):
    """A mapping dropped without close is unmapped and gives its descriptor back."""
    f = file(b"abc")
    before = os.listdir("/proc/self/fd")
    m = mmap.mmap(f.fileno(), 3)
    assert is_mapped(f.path)
    del m
    gc.collect()
    gc.collect()
    assert not is_mapped(f.path)
    assert len(os.listdir("/proc/self/fd")) == len(before)


@behaviour("MM-CLOSE-012", needs=("python", "gc"))
def test_dropping_an_open_mapping_warns_of_nothing(mmap):
    """A mapping dropped without close gives no ResourceWarning."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        mmap.mmap(-1, 3)
        gc.collect()
    assert [entry.category for entry in caught] == []


@behaviour("MM-CLOSE-013")
def test_close_keeps_shared_changes(opened, file):
    """After close the file holds what was written through a shared mapping."""
    f = file(b"abc")
    m = opened(f.fileno(), 3)
    m[0:2] = b"XY"
    m.close()
    assert f.read() == b"XYc"


@behaviour("MM-CLOSE-013")
def test_close_drops_the_changes_of_a_copy(mmap, opened, file):
    """After close nothing is left of what was written to a copy-on-write mapping."""
    f = file(b"abc")
    m = opened(f.fileno(), 3, access=mmap.ACCESS_COPY)
    m[0:2] = b"XY"
    m.close()
    assert f.read() == b"abc"
