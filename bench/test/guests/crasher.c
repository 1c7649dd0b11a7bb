/* SPDX-License-Identifier: MPL-2.0 */
#include "strategy.h"

#include <stdlib.h>

static size_t crash(const unsigned char *haystack, size_t n, const unsigned char *needle,
                    size_t m) {
    (void)haystack, (void)n, (void)needle, (void)m;
    abort();
}

FM_STRATEGY(.summary = "crashes", .source = "test 1.0", .worst_case = "none", .find = crash,
            .rfind = crash);
