/* SPDX-License-Identifier: MPL-2.0
 *
 * The vector search on the widest instruction set that this CPU can run, without a bound on its
 * work: what vectors alone can do. `auto` is the same with the bound. */
#include "simd/best.h"

static const struct fm_strategy *best(void) {
    static _Atomic(const struct fm_strategy *) chosen;
    const struct fm_strategy *strategy = atomic_load_explicit(&chosen, memory_order_relaxed);
    if (strategy == NULL) {
        strategy = fm_best_vectors();
        atomic_store_explicit(&chosen, strategy, memory_order_relaxed);
    }
    return strategy;
}

static bool available(void) {
    return fm_best_vectors() != NULL;
}

static size_t find(const unsigned char *haystack, size_t n, const unsigned char *needle, size_t m) {
    return best()->find(haystack, n, needle, m);
}

static size_t rfind(const unsigned char *haystack, size_t n, const unsigned char *needle,
                    size_t m) {
    return best()->rfind(haystack, n, needle, m);
}

static void prepare(void *searcher, const unsigned char *needle, size_t m) {
    best()->prepare(searcher, needle, m);
}

static size_t prepared_find(const void *searcher, const unsigned char *haystack, size_t n) {
    return best()->prepared_find(searcher, haystack, n);
}

static size_t prepared_rfind(const void *searcher, const unsigned char *haystack, size_t n) {
    return best()->prepared_rfind(searcher, haystack, n);
}

FM_STRATEGY(.summary = "the vector search on the widest instruction set of this CPU",
            .source = "the simd_ strategies", .worst_case = "n*m, as the simd_ strategies",
            .available = available, .find = find, .rfind = rfind,
            .searcher_size = sizeof(struct fm_searcher), .prepare = prepare,
            .prepared_find = prepared_find, .prepared_rfind = prepared_rfind);
