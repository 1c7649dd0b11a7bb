# SPDX-License-Identifier: MPL-2.0
"""What the module and its types are, beyond what conformance cases see."""
import gc
import inspect
import os
import subprocess
import sys
import textwrap

import fmmap
import pytest


def test_public_names():
    """Constants, mmap, error, and one name that a later mmap cannot take: finder."""
    names = {name for name in dir(fmmap) if not name.startswith("_")}
    assert names - {name for name in names if name.isupper()} == {"mmap", "error", "finder"}


def test_every_method_tells_its_signature():
    for kind in (fmmap.mmap, fmmap.finder):
        for name, member in vars(kind).items():
            if not name.startswith("_") and callable(member):
                assert inspect.signature(member).parameters["self"], name
                assert member.__doc__, name
    signature = str(inspect.signature(fmmap.mmap.flush))
    assert signature == "(self, offset=0, size=-1, /, *, flags=0)"


@pytest.mark.skipif(sys.version_info < (3, 10), reason="types do not take part before 3.10")
def test_mappings_take_part_in_garbage_collection():
    assert gc.is_tracked(fmmap.mmap(-1, 10))


@pytest.mark.parametrize("kind", [fmmap.mmap, fmmap.finder])
def test_types_are_immutable(kind):
    with pytest.raises(TypeError):
        kind.find = None
    with pytest.raises(TypeError):
        del kind.find


def test_subclass_iterates_as_mmap_does():
    class Plain(fmmap.mmap):
        pass

    class Own(fmmap.mmap):
        def __getitem__(self, index):
            if index < 2:
                return index * 10
            raise IndexError

    class Further(Plain):
        pass

    for kind in (Plain, Further):
        m = kind(-1, 2)
        m[:] = b"ab"
        assert list(m) == [b"a", b"b"]
        assert list(reversed(m)) == [b"b", b"a"]
        assert b"a" in m and 97 not in m
        assert m[0] == 97
    assert list(Own(-1, 5)) == [0, 10]


def test_exceptions_need_nothing_of_the_callers_namespaces():
    """Code without builtins, as templates and formulas run in, sees the same ones."""
    m = fmmap.mmap(-1, 3)
    names = {"__builtins__": {}, "m": m, "found": []}
    exec("for byte in m: found += [byte]", names)
    assert names["found"] == [b"\0"] * 3
    with pytest.raises(IndexError):
        exec("m[3]", names)


def run(code, *options):
    """Run code in a fresh interpreter that knows the module; what it printed."""
    environment = dict(os.environ, PYTHONPATH=os.path.dirname(fmmap.__file__))
    return subprocess.run([sys.executable, *options, "-c", textwrap.dedent(code)],
                          env=environment, check=True, text=True, stdout=subprocess.PIPE).stdout


def test_set_name_speaks_to_the_system_in_development_mode_only():
    code = """
        import fmmap
        m = fmmap.mmap(-1, 4096)
        try:
            print(m.set_name("name"))
            print("[anon_shmem:cpython:mmap:name]" in open("/proc/self/maps").read())
        except OSError as error:
            print("OSError", error.errno)
    """
    assert run(code) == "None\nFalse\n"
    assert run(code, "-X", "dev") in ("None\nTrue\n", "OSError 22\n")  # 22: an old kernel


SUBINTERPRETERS = """
    try:
        import _interpreters as interpreters
    except ImportError:
        import _xxsubinterpreters as interpreters
    import fmmap
    code = '''if True:
        import fmmap
        with fmmap.mmap(-1, 100) as m:
            m[:5] = b"hello"
            assert m.find(b"llo", 0) == 2
            assert list(fmmap.finder(b"l").finditer(m)) == [2, 3]
        leaked = fmmap.mmap(-1, 100)
    '''
    for _ in range(20):
        one = interpreters.create()
        failed = interpreters.run_string(one, code)
        assert failed is None, failed
        interpreters.destroy(one)
    m = fmmap.mmap(-1, 100)
    assert fmmap.finder(b"a").find(m) == -1
    print("fine")
"""


def test_sub_interpreters():
    assert run(SUBINTERPRETERS) == "fine\n"
