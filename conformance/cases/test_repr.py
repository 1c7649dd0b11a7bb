# SPDX-License-Identifier: MPL-2.0
"""The text of a mapping: state, access, length, position, offset."""

from fmmap_cases import behaviour


@behaviour("MM-REPR-001", needs=("python",), since="3.9")
def test_repr_of_an_open_mapping(anon):
    """repr names the state, access, length, position and offset in decimal."""
    text = repr(anon(1234))
    assert text.startswith("<mmap.mmap closed=False, access=ACCESS_DEFAULT, ")
    assert text.endswith("length=1234, pos=0, offset=0>")


@behaviour("MM-REPR-001", needs=("python",), since="3.9")
def test_str_is_repr(anon):
    """str of a mapping is its repr, open or closed."""
    m = anon(3)
    assert str(m) == repr(m)
    m.close()
    assert str(m) == repr(m)


@behaviour("MM-REPR-001", needs=("python",), until="3.8")
def test_repr_is_that_of_any_object(anon):
    """Before 3.9 repr is the plain one of an object."""
    assert repr(anon(3)).startswith("<mmap.mmap object at ")


@behaviour("MM-REPR-002", needs=("python",), since="3.9")
def test_repr_of_a_closed_mapping(anon):
    """repr of a closed mapping tells only that."""
    m = anon(3)
    m.close()
    assert repr(m) == "<mmap.mmap closed=True>"


@behaviour("MM-REPR-003", needs=("python",), since="3.9")
def test_repr_shows_the_access(mmap, mapping):
    """The access shown is the mode that was given."""
    for name in ("ACCESS_DEFAULT", "ACCESS_READ", "ACCESS_WRITE", "ACCESS_COPY"):
        m = mapping(b"abc", access=getattr(mmap, name))
        assert "access={},".format(name) in repr(m)


@behaviour("MM-REPR-003", needs=("python", "prot", "private"), since="3.9", level="observed")
def test_repr_shows_the_access_of_a_protection(mmap, mapping):
    """Without a mode, the access shown is what the protection bits leave; privacy shows not."""
    assert "access=ACCESS_READ," in repr(mapping(b"abc", prot=mmap.PROT_READ))
    assert "access=ACCESS_WRITE," in repr(mapping(b"abc", prot=mmap.PROT_WRITE))
    assert "access=ACCESS_DEFAULT," in repr(mapping(b"abc", flags=mmap.MAP_PRIVATE))


@behaviour("MM-REPR-004", needs=("python",), since="3.9")
def test_repr_follows_the_position(anon):
    """The position shown is the current one."""
    m = anon(b"abcdef")
    m.seek(2)
    assert "pos=2," in repr(m)
    m.read()
    assert "pos=6," in repr(m)


@behaviour("MM-REPR-004", needs=("python", "resize"), since="3.9")
def test_repr_follows_the_length(mapping):
    """The length shown is the current one."""
    m = mapping(b"abcdef")
    m.resize(4)
    assert "length=4," in repr(m)


@behaviour("MM-REPR-004", needs=("python",), since="3.9")
def test_repr_shows_the_offset(mmap, file, granularity):
    """The offset shown is the one given at construction."""
    m = mmap.mmap(file(b"." * (granularity + 3)).fileno(), 0, offset=granularity)
    assert "length=3, pos=0, offset={}>".format(granularity) in repr(m)
    m.close()


@behaviour("MM-REPR-005", needs=("python",), since="3.9", level="observed")
def test_repr_of_a_subclass(mmap):
    """For a subclass repr gives the bare name of its class."""
    class Special(mmap.mmap):
        pass
    assert repr(Special(-1, 3)).startswith("<Special closed=False, ")
