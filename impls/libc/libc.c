/* SPDX-License-Identifier: MPL-2.0
 *
 * Another C library's search functions as a strategy: forwards its memmem; backwards its memrchr
 * and memcmp, as no libc has a function for that. Compiled once for each library that lift.sh took
 * functions from. FM_LIBC is the prefix it gave them, FM_LIBC_VERSION names the library,
 * FM_LIBC_CPU the feature of the CPU that they need, if any. */
#include "strategy.h"

void *FM_PASTE(FM_LIBC, _memmem)(const void *haystack, size_t n, const void *needle, size_t m);
void *FM_PASTE(FM_LIBC, _memrchr)(const void *bytes, int byte, size_t n);
int FM_PASTE(FM_LIBC, _memcmp)(const void *a, const void *b, size_t n);

/* Empty needles are not the library's business: klibc before 2.0.12 answers them with "absent". */
static size_t find(const unsigned char *haystack, size_t n, const unsigned char *needle, size_t m) {
    if (m == 0) {
        return 0;
    }
    if (m > n) {
        return FM_ABSENT;
    }
    const unsigned char *occurrence = FM_PASTE(FM_LIBC, _memmem)(haystack, n, needle, m);
    return occurrence == NULL ? FM_ABSENT : (size_t)(occurrence - haystack);
}

static size_t rfind(const unsigned char *haystack, size_t n, const unsigned char *needle,
                    size_t m) {
    if (m == 0) {
        return n;
    }
    size_t starts = n < m ? 0 : n - m + 1; /* offsets left at which the needle could start */
    while (starts > 0) {
        /* As char: dietlibc compares the int with a char. All others convert it to unsigned char.
         */
        const unsigned char *first = FM_PASTE(FM_LIBC, _memrchr)(haystack, (char)needle[0], starts);
        if (first == NULL) {
            return FM_ABSENT;
        }
        starts = (size_t)(first - haystack);
        if (FM_PASTE(FM_LIBC, _memcmp)(first + 1, needle + 1, m - 1) == 0) {
            return starts;
        }
    }
    return FM_ABSENT;
}

static bool available(void) {
#ifdef FM_LIBC_CPU
    return __builtin_cpu_supports(FM_LIBC_CPU);
#else
    return true;
#endif
}

FM_STRATEGY(.summary = "that libc's memmem; backwards its memrchr and memcmp",
            .source = FM_LIBC_VERSION,
            .worst_case = FM_LIBC_WORST_CASE "; backwards n*m: a^n with needle a^(m-1) b",
            .available = available, .find = find, .rfind = rfind);
