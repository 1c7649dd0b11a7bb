# SPDX-License-Identifier: MPL-2.0
"""Fork, exec and other processes."""

import os
import subprocess
import sys

from fmmap_cases import behaviour


@behaviour("MM-FORK-001")
def test_shared_anonymous_memory_carries_both_ways(anon, child):
    """Shared anonymous memory carries writes from parent to child and back."""
    m = anon(b"abcdef")

    def answer():
        seen = m[:]
        m[3:6] = b"XYZ"
        return seen
    assert child(answer) == b"abcdef"
    assert m[:] == b"abcXYZ"


@behaviour("MM-FORK-001", needs=("python", "fork"))
def test_writes_of_the_parent_reach_a_running_child(anon):
    """What the parent writes after the fork is seen by the child."""
    m, (reader, writer) = anon(b"abc"), os.pipe()
    pid = os.fork()
    if pid == 0:
        os.read(reader, 1)
        os._exit(0 if m[:] == b"XYc" else 1)
    m[0:2] = b"XY"
    os.write(writer, b"!")
    assert os.waitpid(pid, 0)[1] == 0


@behaviour("MM-FORK-001")
def test_shared_file_mapping_carries_to_the_parent(opened, file, child):
    """What a child writes through a shared mapping of a file reaches the parent and the file."""
    f = file(b"abcdef")
    m = opened(f.fileno(), 6)
    assert child(lambda: m.write(b"XY")) == 2
    assert m[:] == b"XYcdef"
    assert f.read() == b"XYcdef"


@behaviour("MM-FORK-002")
def test_copies_do_not_carry(mmap, opened, file, child):
    """What a child writes to a copy-on-write mapping does not reach the parent."""
    f = file(b"abcdef")
    m = opened(f.fileno(), 6, access=mmap.ACCESS_COPY)
    m[5] = 90
    assert child(lambda: (m.write(b"XY"), m[:])) == (2, b"XYcdeZ")
    assert m[:] == b"abcdeZ"
    assert f.read() == b"abcdef"


@behaviour("MM-FORK-002", needs=("private",))
def test_private_memory_does_not_carry(mmap, anon, child):
    """What a child writes to private memory does not reach the parent."""
    m = anon(b"abc", flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    child(lambda: m.write(b"XY"))
    assert m[:] == b"abc"


@behaviour("MM-FORK-003", level="observed")
def test_position_and_state_are_per_process(anon, child):
    """Position and closed state are of each process after fork."""
    m = anon(b"abcdef")
    m.seek(2)
    assert child(lambda: (m.read(2), m.tell(), m.close(), m.closed)) == (b"cd", 4, None, True)
    assert m.tell() == 2
    assert m.closed is False


@behaviour("MM-FORK-004", needs=("python",))
def test_another_process_sees_the_file(mmap, file):
    """A process that maps the same file sees the writes, and its own are seen."""
    f = file(b"abcdef")
    m = mmap.mmap(f.fileno(), 6)
    m[0:2] = b"XY"
    code = "\n".join(["import sys", "sys.path[:] = {!r}".format(sys.path),
                      "import {} as mmap".format(mmap.__name__),
                      "f = open({!r}, 'r+b')".format(f.path), "m = mmap.mmap(f.fileno(), 0)",
                      "assert m[:] == b'XYcdef'", "m[4:6] = b'98'"])
    assert subprocess.call([sys.executable, "-c", code]) == 0
    assert m[:] == b"XYcd98"


@behaviour("MM-FORK-004")
def test_two_descriptors_of_one_file(opened, file):
    """Mappings over two descriptors of one file see each other's writes."""
    f = file(b"abcdef")
    again = f.reopen("r+b")
    first, second = opened(f.fileno(), 6), opened(again.fileno(), 6)
    first.write(b"XY")
    second[5] = 90
    assert first[:] == second[:] == b"XYcdeZ"


@behaviour("MM-FORK-005", needs=("python", "posix"), level="observed")
def test_duplicate_is_not_inherited_across_exec(mmap, file):
    """The mapping's own descriptor is not open in a program that is executed."""
    f = file(b"abc")
    own = os.dup(0)
    os.close(own)
    m = mmap.mmap(f.fileno(), 3)
    code = "import os; os.fstat({})".format(own)
    command = [sys.executable, "-c", code]
    assert os.fstat(own).st_size == 3
    with open(os.devnull, "w") as null:
        assert subprocess.call(command, close_fds=False, stderr=null) == 1
    m.close()
