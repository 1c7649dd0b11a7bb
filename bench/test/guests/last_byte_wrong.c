/* SPDX-License-Identifier: MPL-2.0 */
#include "plain.h"

static size_t find(const unsigned char *haystack, size_t n, const unsigned char *needle, size_t m) {
    return plain_find(haystack, n, needle, m > 1 ? m - 1 : m);
}

static size_t rfind(const unsigned char *haystack, size_t n, const unsigned char *needle,
                    size_t m) {
    return plain_rfind(haystack, n, needle, m > 1 ? m - 1 : m);
}

FM_STRATEGY(.summary = "does not compare the needle's last byte", .source = "test 1.0",
            .worst_case = "n*m", .find = find, .rfind = rfind);
