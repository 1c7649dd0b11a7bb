/* SPDX-License-Identifier: MPL-2.0
 *
 * Right, and the strategy that slowdown.py makes slower: built with -DFIFTH_MORE it searches a
 * fifth of what it has passed once more. */
#include "plain.h"

#ifdef FIFTH_MORE
static size_t more(fm_search_fn *volatile search, bool reverse, size_t found,
                   const unsigned char *haystack, size_t n, const unsigned char *needle, size_t m) {
    size_t passed = found == FM_ABSENT ? n : reverse ? n - found : found + m;
    size_t again = passed / 5;
    search(reverse ? haystack + n - again : haystack, again, needle, m);
    return found;
}
#else
#define more(search, reverse, found, haystack, n, needle, m) (found)
#endif

static size_t find(const unsigned char *haystack, size_t n, const unsigned char *needle, size_t m) {
    size_t found = plain_find(haystack, n, needle, m);
    return more(plain_find, false, found, haystack, n, needle, m);
}

static size_t rfind(const unsigned char *haystack, size_t n, const unsigned char *needle,
                    size_t m) {
    size_t found = plain_rfind(haystack, n, needle, m);
    return more(plain_rfind, true, found, haystack, n, needle, m);
}

FM_STRATEGY(.summary = "right, and slower where a test wants it", .source = "test 1.0",
            .worst_case = "n*m", .find = find, .rfind = rfind);
