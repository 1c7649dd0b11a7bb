# SPDX-License-Identifier: MPL-2.0
"""The type: subclassing, identity, weak references, collection, copying, operators."""

import collections.abc
import copy
import gc
import operator
import pickle
import weakref

from fmmap_cases import behaviour


@behaviour("MM-TYPE-001", needs=("python",))
def test_subclass_changes_the_arguments(mmap):
    """A subclass may override __new__ and call that of the type with other arguments."""
    class Anonymous(mmap.mmap):
        def __new__(cls, length):
            return super().__new__(cls, -1, 2 * length)
    m = Anonymous(length=5)
    assert len(m) == 10
    assert type(m) is Anonymous


@behaviour("MM-TYPE-002", needs=("python",), level="observed")
def test_subclass_has_attributes(mmap):
    """Instances of a plain subclass take attributes and are of the subclass."""
    class Plain(mmap.mmap):
        pass
    m = Plain(-1, 3)
    m.label = "mine"
    assert m.label == "mine"
    assert isinstance(m, Plain) and isinstance(m, mmap.mmap)


@behaviour("MM-TYPE-002", needs=("python",), level="observed")
def test_subclass_with_slots(mmap, raises):
    """Instances of a subclass that defines slots have those only."""
    class Slotted(mmap.mmap):
        __slots__ = ("label",)
    m = Slotted(-1, 3)
    m.label = "mine"
    with raises(AttributeError):
        m.other = 1
    assert m.label == "mine"


@behaviour("MM-TYPE-002", needs=("python",), level="observed")
def test_subclass_has_its_own_init(mmap):
    """A subclass may define __init__ for the arguments that __new__ accepts."""
    class Initialised(mmap.mmap):
        def __init__(self, fileno, length):
            self.given = (fileno, length)
    assert Initialised(-1, 3).given == (-1, 3)


@behaviour("MM-TYPE-003", needs=("python",), level="observed")
def test_no_unknown_attributes(anon, raises):
    """The type has no instance dictionary: an unknown attribute is an AttributeError."""
    m = anon(3)
    with raises(AttributeError):
        m.label = 1
    assert not hasattr(m, "__dict__")


@behaviour("MM-TYPE-004", needs=("python",), level="observed")
def test_type_is_immutable(mmap, raises):
    """Setting or deleting an attribute of the type is a TypeError."""
    with raises(TypeError):
        mmap.mmap.label = 1
    with raises(TypeError):
        mmap.mmap.find = None
    with raises(TypeError):
        del mmap.mmap.find


@behaviour("MM-TYPE-005", needs=("python", "weakref", "gc"))
def test_weak_reference(mmap):
    """A mapping can be weakly referenced; the reference ends with the mapping."""
    m = mmap.mmap(-1, 3)
    reference = weakref.ref(m)
    assert reference() is m
    del m
    gc.collect()
    assert reference() is None


@behaviour("MM-TYPE-005", needs=("python", "weakref", "gc"), level="observed")
def test_weak_reference_calls_back(mmap):
    """The callback of a weak reference runs when the mapping ends, not when it is closed."""
    ended = []
    m = mmap.mmap(-1, 3)
    reference = weakref.ref(m, ended.append)
    m.close()
    assert reference() is m
    assert ended == []
    del m
    gc.collect()
    assert ended == [reference]


@behaviour("MM-TYPE-005", needs=("python", "weakref", "gc"))
def test_weak_reference_to_a_subclass(mmap):
    """An instance of a subclass can be weakly referenced."""
    class Plain(mmap.mmap):
        pass
    m = Plain(-1, 3)
    reference = weakref.ref(m)
    assert reference() is m
    del m
    gc.collect()
    assert reference() is None


@behaviour("MM-TYPE-006", needs=("python", "gc", "cpython"), since="3.10", level="observed")
def test_type_takes_part_in_collection(anon):
    """Mappings are tracked by the collector."""
    assert gc.is_tracked(anon(3))


@behaviour("MM-TYPE-006", needs=("python", "gc", "weakref"), level="observed")
def test_cycle_through_a_subclass_is_collected(mmap):
    """An instance of a subclass in a cycle is collected."""
    class Plain(mmap.mmap):
        pass
    m = Plain(-1, 3)
    m.itself = m
    reference = weakref.ref(m)
    del m
    gc.collect()
    assert reference() is None


@behaviour("MM-TYPE-007", needs=("python", "gc"), level="observed")
def test_finalizer_runs_before_unmapping(mmap):
    """A subclass's finalizer may still use and close the mapping."""
    seen = []

    class Final(mmap.mmap):
        def __del__(self):
            seen.append((self.closed, self[:]))
            self.close()
    m = Final(-1, 3)
    m[:] = b"abc"
    del m
    gc.collect()
    assert seen == [(False, b"abc")]


@behaviour("MM-TYPE-008", needs=("python",), level="observed")
def test_copying_is_refused(anon, raises):
    """Copying and deep-copying are a TypeError."""
    m = anon(3)
    with raises(TypeError):
        copy.copy(m)
    with raises(TypeError):
        copy.deepcopy(m)


@behaviour("MM-TYPE-008", needs=("python",), level="observed")
def test_pickling_is_refused(anon, raises):
    """Pickling is a TypeError with every protocol."""
    m = anon(3)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with raises(TypeError):
            pickle.dumps(m, protocol)


@behaviour("MM-TYPE-009", needs=("python",), level="observed")
def test_name_of_the_type(mmap):
    """The type's name, qualified name and module are mmap, and its only base is object."""
    assert mmap.mmap.__name__ == "mmap"
    assert mmap.mmap.__qualname__ == "mmap"
    assert mmap.mmap.__module__ == "mmap"
    assert mmap.mmap.__bases__ == (object,)


@behaviour("MM-TYPE-010", needs=("python",), level="observed")
def test_equality_is_identity(anon):
    """A mapping equals itself and nothing else, equal content and bytes included."""
    m, twin = anon(b"abc"), anon(b"abc")
    assert m == m
    assert m != twin
    assert m != b"abc"
    assert len({m, twin, m}) == 2


@behaviour("MM-TYPE-010", needs=("python",), level="observed")
def test_equality_and_hash_after_close(anon):
    """Equality and hash do not change with closing."""
    m = anon(b"abc")
    number = hash(m)
    m.close()
    assert m == m
    assert hash(m) == number


@behaviour("MM-TYPE-010", needs=("python",), level="observed")
def test_no_ordering(anon, raises):
    """Ordering comparisons are a TypeError."""
    m, twin = anon(b"abc"), anon(b"abd")
    for compare in (operator.lt, operator.le, operator.gt, operator.ge):
        with raises(TypeError):
            compare(m, twin)


@behaviour("MM-TYPE-011", needs=("python",), since="3.6.6")
def test_no_concatenation(anon, raises):
    """Concatenation to a mapping is a TypeError."""
    m = anon(b"abc")
    with raises(TypeError):
        m + m
    with raises(TypeError):
        m + b"x"
    with raises(TypeError):
        m += b"x"
    with raises(TypeError):
        [] + m


@behaviour("MM-TYPE-011", needs=("python",), since="3.6.6")
def test_no_repetition(anon, raises):
    """Repetition of a mapping is a TypeError."""
    m = anon(b"abc")
    with raises(TypeError):
        m * 2
    with raises(TypeError):
        2 * m
    with raises(TypeError):
        m *= 2


@behaviour("MM-TYPE-012", needs=("python",), level="observed")
def test_overridden_methods_influence_no_others(mmap):
    """Methods that a subclass overrides do not influence the others, nor slicing and views."""
    class Liar(mmap.mmap):
        def __len__(self):
            return 1

        def tell(self):
            return 2

        def size(self):
            return 1
    m = Liar(-1, 6)
    m[0:6] = b"abcdef"
    assert m[:] == b"abcdef"
    assert m[-1] == 102
    assert m.read() == b"abcdef"
    assert memoryview(m).nbytes == 6


@behaviour("MM-TYPE-013", needs=("python",))
def test_error_is_oserror(mmap):
    """The module's error is OSError itself."""
    assert mmap.error is OSError


@behaviour("MM-TYPE-014", needs=("python",), level="observed")
def test_type_is_not_generic(mmap, raises):
    """Subscripting the type is a TypeError."""
    with raises(TypeError):
        mmap.mmap[int]
    assert not hasattr(mmap.mmap, "__class_getitem__")


@behaviour("MM-TYPE-015", needs=("python", "cpython"), since="3.14.1", level="observed")
def test_text_signatures(mmap):
    """Methods have text signatures with positional-only arguments; flush has flags by keyword."""
    expected = {"find": "($self, view, start=None, end=None, /)", "read": "($self, n=None, /)",
                "seek": "($self, pos, whence=0, /)", "write": "($self, bytes, /)",
                "write_byte": "($self, byte, /)", "move": "($self, dest, src, count, /)"}
    assert {name: getattr(mmap.mmap, name).__text_signature__ for name in expected} == expected


@behaviour("MM-TYPE-015", needs=("python", "cpython"), since="3.15", level="observed")
def test_text_signature_of_flush(mmap):
    """flush has its flags by keyword only."""
    signature = mmap.mmap.flush.__text_signature__
    assert signature == "($self, offset=0, size=-1, /, *, flags=0)"


@behaviour("MM-TYPE-016", needs=("python", "subinterpreters"), since="3.10", level="observed")
def test_subinterpreter(mmap):
    """The module works in a sub-interpreter, beside the main one."""
    here = mmap.mmap(-1, 3)
    code = "\n".join(["import sys", "sys.path[:] = {!r}", "import {} as mmap",
                      "m = mmap.mmap(-1, 3)", "m[:] = b'abc'", "assert m.find(b'c') == 2"])
    run_in_subinterpreter(code, mmap.__name__)
    here[:] = b"xyz"
    assert here[:] == b"xyz"


def run_in_subinterpreter(code, name):
    """Run code, which imports the module of that name, in an interpreter of its own."""
    import sys
    try:
        import _interpreters as interpreters
    except ImportError:
        import _xxsubinterpreters as interpreters
    number = interpreters.create()
    failure = interpreters.run_string(number, code.format(sys.path, name))
    assert failure is None
    interpreters.destroy(number)


@behaviour("MM-TYPE-017", needs=("python", "gc"))
def test_ending_in_every_state(mmap, file, raises):
    """An object can end while closed, after a construction that failed, and after its views."""
    closed = mmap.mmap(-1, 3)
    closed.close()
    for _ in range(3):
        with raises(ValueError):
            mmap.mmap(file(b"abc").fileno(), 100)
    viewed = mmap.mmap(-1, 3)
    memoryview(viewed).release()
    del closed, viewed
    gc.collect()
    assert mmap.mmap(-1, 3)[:] == b"\0\0\0"


@behaviour("MM-TYPE-017", needs=("python", "gc"))
def test_object_that_was_never_constructed(mmap, raises):
    """A mapping whose __new__ failed in a subclass leaves nothing that harms the collector."""
    class Failing(mmap.mmap):
        def __new__(cls):
            made = super().__new__(cls, -1, 3)
            raise KeyError(len(made))
    with raises(KeyError):
        Failing()
    gc.collect()
    assert issubclass(Failing, collections.abc.Sized)
