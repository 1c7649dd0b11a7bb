/* SPDX-License-Identifier: MPL-2.0
 *
 * How the driver introduces the library: where it runs, its constants, what it is capable of.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "constants.h"
#include "files.h"
#include "fmmap.h"
#include "requests.h"
#include "wire.h"

#ifndef FM_VERSION
#define FM_VERSION "unknown"
#endif

enum { PROTOCOL = 1 };

static void able(const char *capability, bool is) {
    if (is)
        say("capability %s\n", capability);
}

static int named(const char *name) {
    return constant_named(name, strlen(name));
}

static bool opens(int fd, ptrdiff_t length, const fm_options *options) {
    fm_map *map = NULL;
    fm_status status = fm_open(fd, length, options, &map);
    if (status == FM_OK)
        fm_free(map);
    return status == FM_OK;
}

/* Anything but "there is no such operation" counts as having it. */
static bool has(fm_status status) {
    return status != FM_UNSUPPORTED;
}

static void probe(void) {
    bool posix = named("MAP_SHARED") >= 0;
    able("posix", posix);
    able("msync", posix);
    able("windows", !posix);
    able("private", named("MAP_PRIVATE") >= 0);
    able("prot", named("PROT_READ") >= 0);
    able("anon", opens(-1, 1, NULL));
    able("64bit", sizeof(void *) > 4);
    able("32bit", sizeof(void *) == 4);
#if defined(__linux__)
    able("linux", true);
#elif defined(__APPLE__)
    able("macos", true);
#elif defined(__FreeBSD__)
    able("freebsd", true);
#elif defined(__NetBSD__)
    able("netbsd", true);
#elif defined(__OpenBSD__)
    able("openbsd", true);
#elif defined(__sun)
    able("solaris", true);
#endif
    char path[PATH_SIZE];
    temporary_path(path);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_BINARY, 0600);
    fm_map *map = NULL;
    fm_options options = fm_options_default();
    if (fd >= 0 && write_all(fd, 0, (const unsigned char *)"12345678", 8)) {
        options.trackfd = false;
        able("trackfd", opens(fd, 8, &options));
        if (fm_open(fd, 8, NULL, &map) == FM_OK) {
            bool resizes = has(fm_resize(map, 4));
            void *data;
            size_t length;
            able("resize", resizes);
            able("mremap", resizes && posix);
            able("madvise", has(fm_advise(map, 0, 0, FM_UNBOUNDED)));
            bool borrows = fm_borrow(map, &data, &length, NULL) == FM_OK;
            able("exports", borrows);
            if (borrows)
                fm_release(map);
            fm_free(map);
        }
        struct stat info;
        /* off_t may have 32 bits */
        off_t large = sizeof(off_t) > 4 ? (off_t)((int64_t)5 << 30) : -1;
        if (large > 0 && ftruncate(fd, large) == 0 && fstat(fd, &info) == 0 &&
            info.st_size == large)
            able("largefile", true);
    }
    if (fd >= 0) {
        close(fd);
        unlink(path);
    }
    options = fm_options_default();
    if (posix && named("MAP_ANONYMOUS") >= 0) {
        options.flags = named("MAP_PRIVATE") | named("MAP_ANONYMOUS");
        if (fm_open(-1, 1, &options, &map) == FM_OK) {
            able("set_name", fm_set_name(map, "fmmap") == FM_OK);
            fm_free(map);
        }
        if (named("PROT_EXEC") >= 0) {
            options.prot = named("PROT_READ") | named("PROT_EXEC");
            able("exec", opens(-1, 1, &options));
        }
    }
}

const char *greeting(void) {
    begin_answer();
    say("fmmap-driver %d\n", PROTOCOL);
    say("implementation libfmmap %s\n", FM_VERSION);
    say("api 3.15\n");
    say("page %llu\n", (unsigned long long)fm_page_size());
    say("granularity %llu\n", (unsigned long long)fm_granularity());
    say("bits %d\n", (int)sizeof(void *) * CHAR_BIT);
#if defined(__x86_64__)
    say("arch x86_64\n");
#elif defined(__aarch64__)
    say("arch aarch64\n");
#elif defined(__i386__)
    say("arch i386\n");
#elif defined(__arm__)
    say("arch arm\n");
#elif defined(__s390x__)
    say("arch s390x\n");
#elif defined(__riscv)
    say("arch riscv\n");
#elif defined(__powerpc64__)
    say("arch ppc64\n");
#endif
#if defined(__GLIBC__)
    say("libc glibc headers %d.%d\n", __GLIBC__, __GLIBC_MINOR__);
#elif defined(__dietlibc__)
    say("libc dietlibc\n");
#elif defined(__KLIBC__)
    say("libc klibc\n");
#elif defined(__UCLIBC__)
    say("libc uclibc\n");
#elif defined(__linux__)
    say("libc unnamed (musl does not say)\n");
#endif
    fm_constant one;
    for (size_t i = 0; constant_at(i, &one); i++)
        say("constant %s %d\n", one.name, one.value);
    probe();
    return answer_text();
}
