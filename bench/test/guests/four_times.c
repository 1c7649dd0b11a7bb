/* SPDX-License-Identifier: MPL-2.0 */
#include "strategy.h"

enum { TIMES = 4 };

static size_t find(const unsigned char *haystack, size_t n, const unsigned char *needle, size_t m) {
    fm_search_fn *volatile search = fm_strategy_by_name("naive")->find;
    size_t found = FM_ABSENT;
    for (int i = 0; i < TIMES; i++) {
        found = search(haystack, n, needle, m);
    }
    return found;
}

static size_t rfind(const unsigned char *haystack, size_t n, const unsigned char *needle,
                    size_t m) {
    fm_search_fn *volatile search = fm_strategy_by_name("naive")->rfind;
    size_t found = FM_ABSENT;
    for (int i = 0; i < TIMES; i++) {
        found = search(haystack, n, needle, m);
    }
    return found;
}

FM_STRATEGY(.summary = "naive, four times over", .source = "test 1.0", .worst_case = "n*m",
            .find = find, .rfind = rfind);
