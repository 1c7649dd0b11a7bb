# SPDX-License-Identifier: MPL-2.0
"""The library as a user gets it: what `make install` leaves under a prefix, used from C and C++."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "ref/example/fmgrep.c"
HEADER = ROOT / "ref/include/fmmap.h"
CC = os.environ.get("CC", "cc")
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]

PROGRAM = """
#include <fmmap.h>
int main(void) {
    fm_map *map;
    fm_options options = fm_options_default();
    ptrdiff_t index = 0;
    if (fm_open(-1, 10, &options, &map) != FM_OK || fm_write(map, "needle", 6) != FM_OK) {
        return 1;
    }
    if (fm_find(map, "dle", 3, 0, FM_UNBOUNDED, &index) != FM_OK || index != 3) {
        return 2;
    }
    fm_free(map);
    return fm_memrmem("aa", 2, "a", 1) == NULL;
}
"""


def run(*command, **settings):
    """Run a command that must succeed; its output without the last newline."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, universal_newlines=True, **settings)
    assert done.returncode == 0, f"{command}: exit status {done.returncode}\n{done.stdout}"
    return done.stdout.rstrip("\n")


def declared():
    """The names of all functions in the header."""
    return set(re.findall(r"\b(fm_\w+)\(", re.sub(r"/\*.*?\*/", "", HEADER.read_text(),
                                                  flags=re.DOTALL)))


def needs(program):
    if shutil.which(program) is None:
        pytest.fail(f"{program} is not installed")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A folder that the library is installed in, staged for the prefix /opt/fmmap."""
    root = tmp_path_factory.mktemp("root")
    run("make", "--no-print-directory", "install", f"DESTDIR={root}", "PREFIX=/opt/fmmap", cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")})
    return root


@pytest.fixture(scope="module")
def prefix(root):
    return root / "opt/fmmap"


@pytest.fixture(scope="module")
def flags(root):
    """What pkg-config says of it, each word with the staging folder put in front of its path."""
    needs("pkg-config")
    environment = dict(os.environ, PKG_CONFIG_PATH=str(root / "opt/fmmap/lib/pkgconfig"),
                       PKG_CONFIG_SYSROOT_DIR=str(root))

    def ask(*questions):
        return run("pkg-config", *questions, "fmmap", env=environment).split()
    return ask


def test_files(prefix):
    version = (ROOT / "ref/VERSION").read_text().strip()
    major = version.split(".")[0]
    library = prefix / "lib"
    assert (prefix / "include/fmmap.h").read_bytes() == HEADER.read_bytes()
    assert (library / "libfmmap.a").is_file()
    assert os.readlink(library / "libfmmap.so") == f"libfmmap.so.{major}"
    assert os.readlink(library / f"libfmmap.so.{major}") == f"libfmmap.so.{version}"
    dynamic = run("readelf", "-dW", library / "libfmmap.so")
    assert f"soname: [libfmmap.so.{major}]" in dynamic


def test_only_declared_functions_are_exported(prefix):
    symbols = run("nm", "-D", "--defined-only", prefix / "lib/libfmmap.so").splitlines()
    assert {line.split()[-1] for line in symbols} == declared()


def test_version_is_the_projects(flags):
    assert flags("--modversion") == [(ROOT / "ref/VERSION").read_text().strip()]


@pytest.mark.parametrize("standard", ["c11", "c17"])
def test_c(flags, prefix, tmp_path, standard):
    (tmp_path / "program.c").write_text(PROGRAM)
    run(CC, f"-std={standard}", *WARNINGS, tmp_path / "program.c", *flags("--cflags", "--libs"),
        f"-Wl,-rpath,{prefix}/lib", "-o", tmp_path / "program")
    run(tmp_path / "program")


def test_static(flags, prefix, tmp_path):
    (tmp_path / "program.c").write_text(PROGRAM)
    run(CC, tmp_path / "program.c", *flags("--cflags"), prefix / "lib/libfmmap.a", "-pthread",
        "-static", "-o", tmp_path / "program")
    run(tmp_path / "program")


@pytest.mark.skipif(shutil.which("ld.lld") is None, reason="needs lld")
@pytest.mark.parametrize("call", ["0", "fm_get(map, 0, &byte) != FM_FAULT"])
def test_static_without_unused_sections(flags, prefix, tmp_path, call):
    """lld drops what nothing refers to; the table of instructions that may fault stays."""
    (tmp_path / "program.c").write_text("""
#include <fmmap.h>
#include <stdio.h>
#include <unistd.h>
int main(void) {
    int fd = fileno(tmpfile());
    unsigned char byte = 0;
    fm_map *map;
    if (ftruncate(fd, 100) != 0 || fm_open(fd, 0, NULL, &map) != FM_OK) {
        return 1;
    }
    return ftruncate(fd, 0) != 0 || CALL;
}
""")
    run(CC, f"-DCALL={call}", tmp_path / "program.c", *flags("--cflags"),
        prefix / "lib/libfmmap.a", "-pthread", "-fuse-ld=lld", "-Wl,--gc-sections",
        "-o", tmp_path / "program")
    run(tmp_path / "program")


@pytest.mark.parametrize("standard", ["c++11", "c++17", "c++20"])
@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_cplusplus(flags, prefix, tmp_path, compiler, standard):
    needs(compiler)
    (tmp_path / "program.cc").write_text(PROGRAM)
    run(compiler, f"-std={standard}", *WARNINGS, tmp_path / "program.cc",
        *flags("--cflags", "--libs"), f"-Wl,-rpath,{prefix}/lib", "-o", tmp_path / "program")
    run(tmp_path / "program")


def test_a_library_loaded_late_catches_faults(prefix, tmp_path):
    """dlopen of the shared library, an operation on a truncated file, and dlclose."""
    (tmp_path / "late.c").write_text("""
#include <dlfcn.h>
#include <fmmap.h>
#include <stdlib.h>
#include <unistd.h>
int main(int argc, char **argv) {
    (void)argc;
    void *library = dlopen(argv[1], RTLD_NOW);
    char path[] = "/tmp/fmmap-late-XXXXXX";
    int fd = mkstemp(path);
    unsigned char byte;
    fm_map *map;
    if (!library || fd < 0 || unlink(path) != 0 || ftruncate(fd, 100) != 0) {
        return 1;
    }
    fm_status (*open_map)(int, ptrdiff_t, const fm_options *, fm_map **);
    fm_status (*get)(const fm_map *, ptrdiff_t, unsigned char *);
    *(void **)&open_map = dlsym(library, "fm_open");
    *(void **)&get = dlsym(library, "fm_get");
    if (open_map(fd, 0, NULL, &map) != FM_OK || ftruncate(fd, 0) != 0) {
        return 2;
    }
    if (get(map, 0, &byte) != FM_FAULT) {
        return 3;
    }
    dlclose(library);
    return get(map, 0, &byte) != FM_FAULT; /* the handler's code must still be there */
}
""")
    run(CC, tmp_path / "late.c", f"-I{prefix}/include", "-ldl", "-o", tmp_path / "late")
    run(tmp_path / "late", prefix / "lib/libfmmap.so")


@pytest.fixture(scope="module")
def fmgrep(flags, prefix, tmp_path_factory):
    program = tmp_path_factory.mktemp("example") / "fmgrep"
    run(CC, "-std=gnu11", *WARNINGS, EXAMPLE, *flags("--cflags", "--libs"),
        f"-Wl,-rpath,{prefix}/lib", "-o", program)
    return program


def grep(*command):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("needle", ["fm_status", "absent from all of it", "", "}", "é", "last"])
def test_example_prints_what_grep_prints(fmgrep, tmp_path, needle):
    (tmp_path / "text").write_text("first\né\n\nlast, without a newline: fm_status")
    files = [HEADER, tmp_path / "text"]
    for chosen in (files[:1], files[1:], files):
        status, out, err = grep(fmgrep, needle, *chosen)
        assert (status, out, err) == grep("grep", "-F", "--", needle, *chosen)


def test_example_counts(fmgrep, tmp_path):
    (tmp_path / "text").write_text("aaa aaa")
    (tmp_path / "empty").write_text("")
    assert grep(fmgrep, "-c", "aa", tmp_path / "text") == (0, b"2\n", b"")
    assert grep(fmgrep, "-c", "aa", tmp_path / "empty") == (1, b"0\n", b"")
    assert grep(fmgrep, "aa", tmp_path / "empty") == (1, b"", b"")


def test_example_complains(fmgrep, tmp_path):
    status, out, err = grep(fmgrep, "x", tmp_path / "missing")
    assert status == 2 and out == b"" and b"missing: No such file" in err
    assert grep(fmgrep, "x", tmp_path)[0] == 2
    assert grep(fmgrep)[0] == 2
    with open("/dev/full", "w") as full:
        done = subprocess.run([fmgrep, "fm_status", HEADER], stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 2 and b"standard output: No space left" in done.stderr


def test_every_function_has_a_manual_page(prefix):
    pages = prefix / "share/man/man3"
    for name in declared() | {"fmmap"}:
        text = (pages / f"{name}.3").read_text()
        while text.startswith(".so man3/"):
            text = (pages / text.strip().split("/")[1]).read_text()
        assert re.search(rf"^\.Nm {name}( ,)?$", text, re.MULTILINE), name
        assert name == "fmmap" or re.search(rf"^\.Fn {name}( |$)", text, re.MULTILINE), name


@pytest.mark.parametrize("page", sorted((ROOT / "ref/man").glob("*.3")), ids=lambda page: page.stem)
def test_manual_pages_are_well_formed(page):
    needs("groff")
    assert run("groff", "-mdoc", "-ww", "-z", "-Tutf8", page) == ""
    if shutil.which("mandoc"):
        assert run("mandoc", "-Tlint", "-Wwarning", page) == ""
