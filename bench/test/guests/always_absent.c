/* SPDX-License-Identifier: MPL-2.0 */
#include "strategy.h"

static size_t absent(const unsigned char *haystack, size_t n, const unsigned char *needle,
                     size_t m) {
    (void)haystack, (void)n, (void)needle, (void)m;
    return FM_ABSENT;
}

FM_STRATEGY(.summary = "says that nothing is ever there", .source = "test 1.0",
            .worst_case = "none", .find = absent, .rfind = absent);
