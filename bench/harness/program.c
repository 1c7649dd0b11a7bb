/* SPDX-License-Identifier: MPL-2.0 */
#include "program.h"

#include "gbench.h"
#include "strategy.h"

#include <stdio.h>
#include <time.h>
#if defined(__GLIBC__)
#include <gnu/libc-version.h>
#endif

const char *fmb_libc(char text[64]) {
#if defined(__GLIBC__)
    /* asked of the library in this process, which need not be the one compiled against */
    snprintf(text, 64, "glibc %s", gnu_get_libc_version());
#elif defined(__BIONIC__)
    snprintf(text, 64, "bionic");
#elif defined(__FreeBSD__)
    snprintf(text, 64, "FreeBSD libc, __FreeBSD_version %d", __FreeBSD_version);
#elif defined(__APPLE__)
    snprintf(text, 64, "Apple libSystem");
#elif defined(__linux__)
    snprintf(text, 64, "musl or another libc that does not tell its name");
#else
    snprintf(text, 64, "the system's libc");
#endif
    return text;
}

static size_t empty_search(const unsigned char *haystack, size_t n, const unsigned char *needle,
                           size_t m) {
    (void)haystack;
    (void)needle;
    return n - m;
}

/* Nanoseconds of a call that does nothing: what every figure of the tiny model includes. The least
 * of several measurements, since disturbance only adds. */
static double empty_call_ns(void) {
    enum { CALLS = 200000, ROUNDS = 7 };
    fm_search_fn *volatile search = empty_search;
    double least = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        struct timespec start, end;
        uint64_t sum = 0;
        clock_gettime(CLOCK_MONOTONIC, &start);
        for (int64_t left = CALLS; left > 0; left--) {
            sum += search(NULL, 2, NULL, 1) + 1;
            GB_KEEP(sum);
        }
        clock_gettime(CLOCK_MONOTONIC, &end);
        double ns =
            1e9 * (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec);
        least = ns / CALLS < least ? ns / CALLS : least;
    }
    return least;
}

void fmb_describe_program(void) {
    char text[64];
    gb_context("libc", fmb_libc(text));
#if defined(__clang__)
    gb_context("compiler", "clang " __clang_version__);
#else
    gb_context("compiler", "gcc " __VERSION__);
#endif
    gb_context("compiler_flags", FMB_FLAGS);
    gb_context("fmmap_version", FM_VERSION);
#if defined(__OPTIMIZE__)
    gb_context("harness_build_type", "release");
#else
    gb_context("harness_build_type", "debug");
#endif
    snprintf(text, sizeof text, "%.3g", empty_call_ns());
    gb_context("empty_call_ns", text);
}
