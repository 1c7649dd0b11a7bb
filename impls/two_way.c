/* SPDX-License-Identifier: MPL-2.0
 *
 * Two-way search, as common/two_way.c explains it. A prepared searcher holds both directions: a
 * needle read backwards has a critical position of its own. */
#include "strategy.h"

#include "common/two_way.h"

struct searcher {
    struct fm_two_way forward;
    struct fm_two_way reverse;
    size_t m;
};

static size_t find(const unsigned char *haystack, size_t n, const unsigned char *needle, size_t m) {
    if (m == 0) {
        return 0;
    }
    if (m > n) {
        return FM_ABSENT;
    }
    struct fm_two_way searcher;
    fm_two_way_prepare(&searcher, needle, m);
    return fm_two_way_find(&searcher, haystack, n, 0);
}

static size_t rfind(const unsigned char *haystack, size_t n, const unsigned char *needle,
                    size_t m) {
    if (m == 0) {
        return n;
    }
    if (m > n) {
        return FM_ABSENT;
    }
    struct fm_two_way searcher;
    fm_two_way_prepare_reverse(&searcher, needle, m);
    return fm_two_way_rfind(&searcher, haystack, n);
}

static void prepare(void *memory, const unsigned char *needle, size_t m) {
    struct searcher *searcher = memory;
    searcher->m = m;
    if (m > 0) {
        fm_two_way_prepare(&searcher->forward, needle, m);
        fm_two_way_prepare_reverse(&searcher->reverse, needle, m);
    }
}

static size_t prepared_find(const void *memory, const unsigned char *haystack, size_t n) {
    const struct searcher *searcher = memory;
    return searcher->m == 0 ? 0 : fm_two_way_find(&searcher->forward, haystack, n, 0);
}

static size_t prepared_rfind(const void *memory, const unsigned char *haystack, size_t n) {
    const struct searcher *searcher = memory;
    return searcher->m == 0 ? n : fm_two_way_rfind(&searcher->reverse, haystack, n);
}

FM_STRATEGY(.summary = "two-way: the right of a critical cut forwards, then its left backwards",
            .source = "Crochemore & Perrin, Two-way string-matching, J. ACM 38(3), 1991",
            .worst_case = "linear", .find = find, .rfind = rfind,
            .searcher_size = sizeof(struct searcher), .prepare = prepare,
            .prepared_find = prepared_find, .prepared_rfind = prepared_rfind);
