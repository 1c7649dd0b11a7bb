/* SPDX-License-Identifier: MPL-2.0 */
#include "plain.h"

enum { TIMES = 4 };

static size_t repeatedly(fm_search_fn *volatile search, const unsigned char *haystack, size_t n,
                         const unsigned char *needle, size_t m) {
    size_t found = FM_ABSENT;
    for (int i = 0; i < TIMES; i++) {
        found = search(haystack, n, needle, m);
    }
    return found;
}

static size_t find(const unsigned char *haystack, size_t n, const unsigned char *needle, size_t m) {
    return repeatedly(plain_find, haystack, n, needle, m);
}

static size_t rfind(const unsigned char *haystack, size_t n, const unsigned char *needle,
                    size_t m) {
    return repeatedly(plain_rfind, haystack, n, needle, m);
}

FM_STRATEGY(.summary = "plain, four times over", .source = "test 1.0", .worst_case = "n*m",
            .find = find, .rfind = rfind);
