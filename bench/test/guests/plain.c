/* SPDX-License-Identifier: MPL-2.0 */
#include "plain.h"

#include <string.h>

size_t plain_find(const unsigned char *haystack, size_t n, const unsigned char *needle, size_t m) {
    for (size_t at = 0; m <= n && at <= n - m; at++) {
        if (m == 0 || (haystack[at] == needle[0] && memcmp(haystack + at, needle, m) == 0)) {
            return at;
        }
    }
    return FM_ABSENT;
}

size_t plain_rfind(const unsigned char *haystack, size_t n, const unsigned char *needle, size_t m) {
    for (size_t end = n; m <= end; end--) {
        size_t at = end - m;
        if (m == 0 || (haystack[at] == needle[0] && memcmp(haystack + at, needle, m) == 0)) {
            return at;
        }
    }
    return FM_ABSENT;
}

FM_STRATEGY(.summary = "right, and offers nothing but find and rfind", .source = "test 1.0",
            .worst_case = "n*m", .find = plain_find, .rfind = plain_rfind);
