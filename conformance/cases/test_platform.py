# SPDX-License-Identifier: MPL-2.0
"""What differs between platforms, asked of the implementation and not of its name."""

from fmmap_cases import behaviour


@behaviour("MM-PLAT-001", level="observed",
           reference="https://github.com/python/cpython/issues/102974")
def test_changes_reach_a_new_mapping(opened, file):
    """Changes through one mapping are there in a mapping that is made later."""
    f = file(b"abcdef")
    m = opened(f.fileno(), 6)
    m[0:2] = b"XY"
    m.close()
    assert opened(f.fileno(), 6)[:] == b"XYcdef"


@behaviour("MM-PLAT-004")
def test_first_byte_of_a_file(opened, file):
    """The first byte of a mapped file can be read."""
    m = opened(file(b"c").fileno(), 1)
    assert m.read_byte() == 99


@behaviour("MM-PLAT-004", needs=("madvise",), since="3.8")
def test_advice_about_fresh_memory(mmap, anon, page):
    """Fresh anonymous memory can be advised and still reads as zeros."""
    m = anon(8 * page)
    assert m.madvise(mmap.MADV_NORMAL) is None
    assert m[0:3] == b"\0\0\0"


@behaviour("MM-PLAT-005", needs=("resize",))
def test_resize_by_its_effect(mapping):
    """Where resize works, it changes the length."""
    m = mapping(b"abcdef")
    m.resize(3)
    assert len(m) == 3


@behaviour("MM-PLAT-006", needs=("windows",))
def test_no_line_end_translation(opened, file):
    """On Windows the bytes of a file are mapped as they are, line ends included."""
    m = opened(file(b"one\r\ntwo\n").fileno(), 0)
    assert m.readline() == b"one\r\n"
    assert m[:] == b"one\r\ntwo\n"


@behaviour("MM-PLAT-002", needs=("python", "linux", "capi"), level="observed",
           reference="https://github.com/emscripten-core/emscripten/pull/14504")
def test_hole_in_a_mapping(anon, page, dies):
    """With its middle page unmapped, a mapping's other pages stay readable."""
    m = anon(b"x" * (3 * page))
    assert dies(read_around_a_hole, m, page) == "returned"


@behaviour("MM-PLAT-002", needs=("python", "linux", "capi"), level="observed",
           reference="https://github.com/emscripten-core/emscripten/pull/14504")
def test_touching_a_hole(anon, page, dies):
    """With its middle page unmapped, a mapping cannot be read or written there."""
    m = anon(b"x" * (3 * page))
    for touch in (lambda: m[page], lambda: m.move(2 * page - 1, 0, 1)):
        assert dies(act_with_a_hole, m, page, touch) == "SIGSEGV"


@behaviour("MM-PLAT-002", needs=("python", "linux", "capi", "msync"), since="3.8", level="observed",
           reference="https://github.com/rcore-os/tgoskits/pull/285")
def test_flushing_over_a_hole(anon, page, dies):
    """With its middle page unmapped, flush of a mapping is an OSError, but not beside the hole."""
    m = anon(b"x" * (3 * page))
    assert dies(act_with_a_hole, m, page, m.flush) == "raised:OSError"
    assert dies(act_with_a_hole, m, page, lambda: m.flush(0, page)) == "returned"


@behaviour("MM-FLUSH-004", needs=("python", "linux", "capi", "msync"), since="3.15",
           level="observed", reference="https://github.com/python/cpython/issues/138092")
def test_flushing_to_the_end_over_a_hole(anon, page, dies):
    """flush(offset) covers all that follows: with the last page unmapped it is an OSError."""
    m = anon(b"x" * (3 * page))
    assert dies(act_with_a_hole, m, page, lambda: m.flush(page), 2) == "raised:OSError"
    assert dies(act_with_a_hole, m, page, lambda: m.flush(page, page), 2) == "returned"


def act_with_a_hole(m, page, act, number=1):
    """Act once a page of m, its second unless told, is unmapped."""
    unmap(m, page, number)
    act()


def unmap(m, page, number=1):
    """Unmap a page of m behind its back: the C library and that page's address."""
    import ctypes
    libc = ctypes.CDLL(None)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int,
                          ctypes.c_int, ctypes.c_long]
    hole = ctypes.addressof((ctypes.c_char * len(m)).from_buffer(m)) + number * page
    assert libc.munmap(ctypes.c_void_p(hole), page) == 0
    return libc, hole


def read_around_a_hole(m, page):
    """Unmap the middle page of m, read the others, and give the middle one back."""
    libc, middle = unmap(m, page)
    assert m[0:page] == m[2 * page:] == b"x" * page
    private_anonymous, read_write = 0x22, 3
    assert libc.mmap(middle, page, read_write, private_anonymous, -1, 0) == middle
    assert m[page:2 * page] == b"\0" * page


@behaviour("MM-PLAT-003", needs=("prot", "exec", "madvise", "private"), since="3.8")
def test_executable_anonymous_memory(mmap, anon, page):
    """Executable anonymous memory can be made, written, advised and released."""
    every = mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC
    m = anon(2 * page, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=every)
    m[0:3] = b"abc"
    assert m[0:3] == b"abc"
    assert m.madvise(getattr(mmap, "MADV_FREE", mmap.MADV_DONTNEED)) is None
    assert m.close() is None


# ---- Huge pages of Linux, which the pool of the system may not have when they are touched ------

HUGE_PAGES = 0x22 | 0x40000 | 0x4000  # private, anonymous, MAP_HUGETLB, MAP_NORESERVE


@behaviour("MM-CLOSE-001", needs=("python", "hugetlb", "procfs"), level="observed",
           reference="https://man7.org/linux/man-pages/man2/mmap.2.html")
def test_closing_gives_huge_pages_back(opened):
    """close unmaps huge pages, also when the length is no multiple of their size."""
    for length in (1 << 30, (1 << 30) + 5):
        opened(-1, length, flags=HUGE_PAGES).close()
        with open("/proc/self/maps") as maps:
            left = "anon_hugepage" in maps.read()
        assert not left


@behaviour("MM-FAULT-005", needs=("python", "hugetlb", "procfs"), level="observed")
def test_touching_a_huge_page_that_is_missing(opened, dies):
    """Touching a huge page succeeds only if the system has one."""
    gone = ("SIGBUS", "raised:OSError")
    with open("/proc/meminfo") as memory, open("/proc/sys/vm/nr_overcommit_hugepages") as more:
        free = "HugePages_Free:        0\n" not in memory.read() or int(more.read()) > 0
    m = opened(-1, 1 << 30, flags=HUGE_PAGES)
    assert dies(m.read_byte) in (("returned",) + gone if free else gone)
