/* SPDX-License-Identifier: MPL-2.0
 *
 * Naive search: try every offset, compare byte by byte, stop at the first difference. It is the
 * oracle of every test of the project, so it stays this plain. */
#include "strategy.h"

static bool occurs_at(const unsigned char *position, const unsigned char *needle, size_t m) {
    for (size_t i = 0; i < m; i++) {
        if (position[i] != needle[i]) {
            return false;
        }
    }
    return true;
}

static size_t find(const unsigned char *haystack, size_t n, const unsigned char *needle, size_t m) {
    if (m > n) {
        return FM_ABSENT;
    }
    for (size_t offset = 0; offset <= n - m; offset++) {
        if (occurs_at(haystack + offset, needle, m)) {
            return offset;
        }
    }
    return FM_ABSENT;
}

static size_t rfind(const unsigned char *haystack, size_t n, const unsigned char *needle,
                    size_t m) {
    if (m > n) {
        return FM_ABSENT;
    }
    for (size_t offset = n - m + 1; offset-- > 0;) {
        if (occurs_at(haystack + offset, needle, m)) {
            return offset;
        }
    }
    return FM_ABSENT;
}

FM_STRATEGY(.summary = "every offset, byte by byte",
            .source = "folklore; Charras & Lecroq, Handbook of Exact String Matching, ch. 2",
            .worst_case = "n*m: a^n with needle a^(m-1) b", .find = find, .rfind = rfind);
