/* SPDX-License-Identifier: MPL-2.0
 *
 * The C library's search functions, as far as this one has them, and the searches that are made of
 * them by hand. The only place that asks which library it is.
 *
 * The library never sees an empty needle: klibc before 2.0.12 answers it with "absent". */
#ifndef FM_LIBC_H
#define FM_LIBC_H

#include <string.h>

#include "strategy.h"

/* memmem is in POSIX.1-2024; Windows has none. */
#if defined(_WIN32)
#define FM_LIBC_HAS_MEMMEM 0
#else
#define FM_LIBC_HAS_MEMMEM 1
#endif

/* memrchr is a GNU extension. dietlibc's compares the int it was given to a char, so it misses
 * bytes above 127; macOS, Solaris and Windows have none. */
#if (defined(__linux__) && !defined(__dietlibc__)) || defined(__FreeBSD__) ||                      \
    defined(__OpenBSD__) || defined(__NetBSD__) || defined(__DragonFly__)
#define FM_LIBC_HAS_MEMRCHR 1
#else
#define FM_LIBC_HAS_MEMRCHR 0
#endif

/* The last `byte` in bytes[0, n), or NULL. */
static inline const unsigned char *fm_libc_memrchr(const unsigned char *bytes, unsigned char byte,
                                                   size_t n) {
#if FM_LIBC_HAS_MEMRCHR
    return memrchr(bytes, byte, n);
#else
    while (n-- > 0) {
        if (bytes[n] == byte) {
            return bytes + n;
        }
    }
    return NULL;
#endif
}

/* The leftmost occurrence: the needle's first byte by memchr, the rest by memcmp. n*m for a^n with
 * the needle a^(m-1) b. */
static inline size_t fm_libc_memchr_find(const unsigned char *haystack, size_t n,
                                         const unsigned char *needle, size_t m) {
    if (m == 0) {
        return 0;
    }
    const size_t starts = n < m ? 0 : n - m + 1; /* offsets at which the needle could start */
    for (size_t offset = 0; offset < starts; offset++) {
        const unsigned char *first = memchr(haystack + offset, needle[0], starts - offset);
        if (first == NULL) {
            return FM_ABSENT;
        }
        offset = (size_t)(first - haystack);
        if (memcmp(first + 1, needle + 1, m - 1) == 0) {
            return offset;
        }
    }
    return FM_ABSENT;
}

/* The leftmost occurrence by memmem, or as above where the library has none. */
static inline size_t fm_libc_memmem_find(const unsigned char *haystack, size_t n,
                                         const unsigned char *needle, size_t m) {
#if FM_LIBC_HAS_MEMMEM
    if (m == 0) {
        return 0;
    }
    if (m > n) {
        return FM_ABSENT;
    }
    const unsigned char *occurrence = memmem(haystack, n, needle, m);
    return occurrence == NULL ? FM_ABSENT : (size_t)(occurrence - haystack);
#else
    return fm_libc_memchr_find(haystack, n, needle, m);
#endif
}

/* The rightmost occurrence, its first byte by memrchr. */
static inline size_t fm_libc_memrchr_rfind(const unsigned char *haystack, size_t n,
                                           const unsigned char *needle, size_t m) {
    if (m == 0) {
        return n;
    }
    size_t starts = n < m ? 0 : n - m + 1; /* offsets left at which the needle could start */
    while (starts > 0) {
        const unsigned char *first = fm_libc_memrchr(haystack, needle[0], starts);
        if (first == NULL) {
            return FM_ABSENT;
        }
        starts = (size_t)(first - haystack);
        if (memcmp(first + 1, needle + 1, m - 1) == 0) {
            return starts;
        }
    }
    return FM_ABSENT;
}

#endif
