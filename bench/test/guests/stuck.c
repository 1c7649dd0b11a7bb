/* SPDX-License-Identifier: MPL-2.0 */
#include "strategy.h"

static size_t spin(const unsigned char *haystack, size_t n, const unsigned char *needle, size_t m) {
    (void)haystack, (void)n, (void)needle, (void)m;
    for (volatile int forever = 1; forever;) {
    }
    return FM_ABSENT;
}

FM_STRATEGY(.summary = "never answers", .source = "test 1.0", .worst_case = "endless", .find = spin,
            .rfind = spin);
