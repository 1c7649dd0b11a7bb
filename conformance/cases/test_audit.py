# SPDX-License-Identifier: MPL-2.0
"""Audit events."""

import sys

from fmmap_cases import behaviour


def recorded(act):
    """The mmap events, with their arguments, that act raises."""
    events, active = [], [True]

    def hook(event, arguments):
        if active and event.startswith("mmap."):
            events.append((event, arguments))
    sys.addaudithook(hook)
    try:
        act()
    finally:
        active.clear()  # a hook cannot be removed
    return events


@behaviour("MM-AUDIT-001", needs=("python", "audit"), since="3.8")
def test_construction_raises_an_event(mmap, file):
    """Construction raises mmap.__new__ with descriptor, length, access and offset."""
    fileno = file(b"abc").fileno()
    events = recorded(lambda: mmap.mmap(fileno, 3, access=mmap.ACCESS_READ).close())
    assert events == [("mmap.__new__", (fileno, 3, mmap.ACCESS_READ, 0))]


@behaviour("MM-AUDIT-002", needs=("python", "audit"), since="3.8", level="observed")
def test_arguments_are_as_passed(mmap, file, granularity):
    """A length of 0 stays 0 in the event, and the offset is that given."""
    fileno = file(b"." * (granularity + 3)).fileno()
    events = recorded(lambda: mmap.mmap(fileno, 0, offset=granularity).close())
    assert events == [("mmap.__new__", (fileno, 0, mmap.ACCESS_DEFAULT, granularity))]


@behaviour("MM-AUDIT-002", needs=("python", "audit", "prot"), since="3.8", level="observed")
def test_access_is_the_recorded_one(mmap, file):
    """The access in the event is the one derived from the protection bits."""
    fileno = file(b"abc").fileno()
    events = recorded(lambda: mmap.mmap(fileno, 3, prot=mmap.PROT_READ).close())
    assert events == [("mmap.__new__", (fileno, 3, mmap.ACCESS_READ, 0))]


@behaviour("MM-AUDIT-003", needs=("python", "audit", "posix"), since="3.8", level="observed")
def test_rejected_arguments_raise_no_event(mmap, raises):
    """Arguments that are refused raise no event."""
    def act():
        with raises(OverflowError):
            mmap.mmap(-1, -1)
        with raises(OverflowError):
            mmap.mmap(-1, 1, offset=-1)
        with raises(ValueError):
            mmap.mmap(-1, 1, access=9)
        with raises(ValueError):
            mmap.mmap(-1, 1, flags=mmap.MAP_PRIVATE, access=mmap.ACCESS_READ)
        with raises(TypeError):
            mmap.mmap(-1, "1")
    assert recorded(act) == []


@behaviour("MM-AUDIT-003", needs=("python", "audit"), since="3.8", level="observed")
def test_event_comes_before_the_file_is_looked_at(mmap, file, raises):
    """A bad descriptor and an empty file raise the event before they are refused."""
    fileno = file(b"").fileno()

    def act():
        with raises(OSError):
            mmap.mmap(-2, 3)
        with raises(ValueError):
            mmap.mmap(fileno, 0)
    assert [arguments[:2] for _, arguments in recorded(act)] == [(-2, 3), (fileno, 0)]


@behaviour("MM-AUDIT-004", needs=("python", "audit"), since="3.8", level="observed")
def test_hook_that_raises(mmap, file, raises):
    """A hook that raises stops the construction with its exception."""
    active = [True]

    def refuse(event, arguments):
        if active and event == "mmap.__new__":
            raise KeyError("refused")
    fileno = file(b"abc").fileno()
    sys.addaudithook(refuse)
    with raises(KeyError):
        mmap.mmap(fileno, 3)
    active.clear()
    assert mmap.mmap(fileno, 3)[:] == b"abc"


@behaviour("MM-AUDIT-005", needs=("python", "audit"), since="3.8", level="observed")
def test_no_other_event(mapping):
    """No method raises an event."""
    m = mapping(b"abcdef\n")

    def act():
        m.read(1), m.readline(), m.seek(0), m.write(b"x"), m.find(b"x"), m.flush(), m.size()
        m[0], m[0:2], m.move(0, 1, 2), m.close()
    assert recorded(act) == []
