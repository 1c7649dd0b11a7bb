/* SPDX-License-Identifier: MPL-2.0 */
#include "plain.h"
#include "work.h"

static size_t find(const unsigned char *haystack, size_t n, const unsigned char *needle, size_t m) {
    work((double)n * (double)n / 10);
    return plain_find(haystack, n, needle, m);
}

static size_t rfind(const unsigned char *haystack, size_t n, const unsigned char *needle,
                    size_t m) {
    work((double)n * (double)n / 10);
    return plain_rfind(haystack, n, needle, m);
}

FM_STRATEGY(.summary = "right, after n*n/10 ns of work", .source = "test 1.0", .worst_case = "n*n",
            .find = find, .rfind = rfind);
