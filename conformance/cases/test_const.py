# SPDX-License-Identifier: MPL-2.0
"""Module constants."""

from fmmap_cases import behaviour


def missing(module, names):
    """Which of the names, separated by blanks, are no int of the module."""
    return [name for name in names.split() if not isinstance(getattr(module, name, None), int)]


@behaviour("MM-CONST-001")
def test_access_constants(mmap):
    """ACCESS_READ, ACCESS_WRITE and ACCESS_COPY are 1, 2 and 3."""
    assert (mmap.ACCESS_READ, mmap.ACCESS_WRITE, mmap.ACCESS_COPY) == (1, 2, 3)


@behaviour("MM-CONST-001", since="3.7")
def test_default_access_constant(mmap):
    """ACCESS_DEFAULT is 0."""
    assert mmap.ACCESS_DEFAULT == 0


@behaviour("MM-CONST-002", needs=("posix",))
def test_posix_constants(mmap):
    """Sharing and protection constants exist on POSIX."""
    assert missing(mmap, "MAP_SHARED MAP_PRIVATE PROT_READ PROT_WRITE PROT_EXEC") == []


@behaviour("MM-CONST-002", needs=("posix",))
def test_anonymous_constants(mmap):
    """MAP_ANON and MAP_ANONYMOUS exist and are equal."""
    assert missing(mmap, "MAP_ANON MAP_ANONYMOUS") == []
    assert mmap.MAP_ANON == mmap.MAP_ANONYMOUS


@behaviour("MM-CONST-002", needs=("posix",))
def test_protection_constants_are_distinct_bits(mmap):
    """The protection constants are distinct bits, and so are shared and private."""
    bits = (mmap.PROT_READ, mmap.PROT_WRITE, mmap.PROT_EXEC)
    assert sorted(bits) == [1, 2, 4]
    assert mmap.MAP_SHARED != mmap.MAP_PRIVATE


@behaviour("MM-CONST-003", needs=("linux",))
def test_linux_map_constants(mmap):
    """MAP_DENYWRITE and MAP_EXECUTABLE exist on Linux."""
    assert missing(mmap, "MAP_DENYWRITE MAP_EXECUTABLE") == []


@behaviour("MM-CONST-003", needs=("linux",), since="3.10")
def test_populate_constant(mmap):
    """MAP_POPULATE exists on Linux."""
    assert missing(mmap, "MAP_POPULATE") == []


@behaviour("MM-CONST-003", needs=("linux",), since="3.11")
def test_stack_constant(mmap):
    """MAP_STACK exists on Linux."""
    assert missing(mmap, "MAP_STACK") == []


@behaviour("MM-CONST-003", needs=("linux",), since="3.13")
def test_noreserve_constant(mmap):
    """MAP_NORESERVE exists on Linux."""
    assert missing(mmap, "MAP_NORESERVE") == []


@behaviour("MM-CONST-004", needs=("madvise",), since="3.8")
def test_advice_constants(mmap):
    """The five advices of POSIX exist and are distinct."""
    names = "MADV_NORMAL MADV_RANDOM MADV_SEQUENTIAL MADV_WILLNEED MADV_DONTNEED"
    assert missing(mmap, names) == []
    assert len({getattr(mmap, name) for name in names.split()}) == 5


@behaviour("MM-CONST-004", needs=("madvise", "linux"), since="3.8")
def test_free_constant(mmap):
    """MADV_FREE exists on Linux."""
    assert missing(mmap, "MADV_FREE") == []


@behaviour("MM-CONST-005", needs=("madvise", "linux"), since="3.8")
def test_linux_advice_constants(mmap):
    """The advices of Linux exist and are positive."""
    names = ("MADV_REMOVE MADV_DONTFORK MADV_DOFORK MADV_HWPOISON MADV_MERGEABLE MADV_UNMERGEABLE"
             " MADV_HUGEPAGE MADV_NOHUGEPAGE MADV_DONTDUMP MADV_DODUMP")
    assert missing(mmap, names) == []
    assert min(getattr(mmap, name) for name in names.split()) > 0


@behaviour("MM-CONST-006", needs=("madvise", "freebsd"), since="3.8")
def test_freebsd_advice_constants(mmap):
    """The advices of FreeBSD exist."""
    assert missing(mmap, "MADV_NOSYNC MADV_AUTOSYNC MADV_NOCORE MADV_CORE MADV_PROTECT "
                         "MADV_FREE") == []


@behaviour("MM-CONST-007", needs=("madvise", "macos"), since="3.10", level="observed")
def test_macos_advice_constants(mmap):
    """The advices of macOS exist."""
    assert missing(mmap, "MADV_FREE_REUSABLE MADV_FREE_REUSE") == []


@behaviour("MM-CONST-007", needs=("macos",), since="3.13", level="observed")
def test_macos_map_constants(mmap):
    """The flags that every supported macOS defines exist."""
    assert missing(mmap, "MAP_NOEXTEND MAP_HASSEMAPHORE MAP_NOCACHE MAP_JIT MAP_NORESERVE "
                         "MAP_RESILIENT_CODESIGN MAP_RESILIENT_MEDIA") == []


@behaviour("MM-CONST-008", needs=("freebsd",), since="3.12", level="observed")
def test_freebsd_map_constant(mmap):
    """MAP_ALIGNED_SUPER exists on FreeBSD."""
    assert missing(mmap, "MAP_ALIGNED_SUPER") == []


@behaviour("MM-CONST-008", needs=("openbsd",), since="3.12", level="observed")
def test_openbsd_map_constant(mmap):
    """MAP_CONCEAL exists on OpenBSD."""
    assert missing(mmap, "MAP_CONCEAL") == []


@behaviour("MM-CONST-009", needs=("msync",), since="3.15")
def test_flush_constants(mmap):
    """MS_SYNC, MS_ASYNC and MS_INVALIDATE exist."""
    assert missing(mmap, "MS_SYNC MS_ASYNC MS_INVALIDATE") == []


@behaviour("MM-CONST-010")
def test_size_constants(mmap):
    """PAGESIZE and ALLOCATIONGRANULARITY exist."""
    assert missing(mmap, "PAGESIZE ALLOCATIONGRANULARITY") == []


@behaviour("MM-CONST-011", needs=("python",), level="observed")
def test_upper_case_names_are_ints(mmap):
    """Every upper-case name of the module is an int."""
    names = [name for name in dir(mmap) if name.isupper()]
    assert missing(mmap, " ".join(names)) == []
    assert len(names) >= 5


@behaviour("MM-CONST-012", needs=("python",))
def test_public_names(mmap):
    """The public names are the constants, mmap and error, and there is no __all__."""
    public = [name for name in dir(mmap) if not name.startswith("_") and not name.isupper()]
    assert sorted(public) == ["error", "mmap"]
    assert not hasattr(mmap, "__all__")


@behaviour("MM-CONST-013", needs=("madvise", "openbsd"), since="3.15", level="unspecified")
def test_openbsd_advice_constants(mmap):
    """MADV_FREE and MADV_SPACEAVAIL of OpenBSD exist; the latter is in no CPython."""
    assert missing(mmap, "MADV_FREE MADV_SPACEAVAIL") == []


@behaviour("MM-CONST-014", needs=("madvise", "solaris"), since="3.15", level="unspecified")
def test_solaris_advice_constants(mmap):
    """The advices of Solaris exist, though in no CPython."""
    assert missing(mmap, "MADV_FREE MADV_ACCESS_DEFAULT MADV_ACCESS_LWP MADV_ACCESS_MANY "
                         "MADV_ACCESS_MANY_PSET MADV_PURGE") == []


@behaviour("MM-CONST-015", needs=("madvise", "linux"), since="3.8", level="unspecified")
def test_linux_advice_constants_for_fork(mmap):
    """MADV_WIPEONFORK and MADV_KEEPONFORK of Linux exist, though in no CPython."""
    assert missing(mmap, "MADV_WIPEONFORK MADV_KEEPONFORK") == []
