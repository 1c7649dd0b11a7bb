/* SPDX-License-Identifier: MPL-2.0 */
#include "plain.h"

/* Right in the process that checks it, which calls it once; wrong when called more often. */
static int calls;

static size_t find(const unsigned char *haystack, size_t n, const unsigned char *needle, size_t m) {
    return calls++ < 1 ? plain_find(haystack, n, needle, m) : FM_ABSENT;
}

static size_t rfind(const unsigned char *haystack, size_t n, const unsigned char *needle,
                    size_t m) {
    return calls++ < 1 ? plain_rfind(haystack, n, needle, m) : FM_ABSENT;
}

FM_STRATEGY(.summary = "right once", .source = "test 1.0", .worst_case = "n*m", .find = find,
            .rfind = rfind);
