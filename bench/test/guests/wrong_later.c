/* SPDX-License-Identifier: MPL-2.0 */
#include "strategy.h"

/* Right in the process that checks it, which calls it a few times; wrong when called more often. */
static int calls;

static size_t find(const unsigned char *haystack, size_t n, const unsigned char *needle, size_t m) {
    return calls++ < 100 ? fm_strategy_by_name("memmem")->find(haystack, n, needle, m) : FM_ABSENT;
}

static size_t rfind(const unsigned char *haystack, size_t n, const unsigned char *needle,
                    size_t m) {
    return calls++ < 100 ? fm_strategy_by_name("memmem")->rfind(haystack, n, needle, m) : FM_ABSENT;
}

FM_STRATEGY(.summary = "right a hundred times", .source = "test 1.0", .worst_case = "linear",
            .find = find, .rfind = rfind);
