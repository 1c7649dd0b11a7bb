/* SPDX-License-Identifier: MPL-2.0
 *
 * Right, and the strategy that slowdown.py makes slower: built with -DFIFTHS_MORE=1 it searches a
 * fifth of what it has passed once more. Volatile, so that both builds are the same code at the
 * same places and differ in this number only. */
#include "plain.h"

#ifndef FIFTHS_MORE
#define FIFTHS_MORE 0
#endif

static const volatile size_t fifths_more = FIFTHS_MORE;

static size_t find(const unsigned char *haystack, size_t n, const unsigned char *needle, size_t m) {
    size_t found = plain_find(haystack, n, needle, m);
    size_t passed = found == FM_ABSENT ? n : found + m;
    fm_search_fn *volatile again = plain_find;
    again(haystack, passed / 5 * fifths_more, needle, m);
    return found;
}

static size_t rfind(const unsigned char *haystack, size_t n, const unsigned char *needle,
                    size_t m) {
    size_t found = plain_rfind(haystack, n, needle, m);
    size_t more = (found == FM_ABSENT ? n : n - found) / 5 * fifths_more;
    fm_search_fn *volatile again = plain_rfind;
    again(haystack + n - more, more, needle, m);
    return found;
}

FM_STRATEGY(.summary = "right, and slower where a test wants it", .source = "test 1.0",
            .worst_case = "n*m", .find = find, .rfind = rfind);
