/* SPDX-License-Identifier: MPL-2.0
 *
 * The strategy in use. A search costs one indirect call: the two pointers are the strategy's own
 * functions. They start at functions that choose first, so no caller needs to initialise. */
#ifndef FM_SEARCH_H
#define FM_SEARCH_H

#include "strategy.h"

#include <stdatomic.h>

extern fm_search_fn *_Atomic fm_find_in_use;
extern fm_search_fn *_Atomic fm_rfind_in_use;

static inline size_t fm_search_find(const void *haystack, size_t n, const void *needle, size_t m) {
    return atomic_load_explicit(&fm_find_in_use, memory_order_relaxed)(haystack, n, needle, m);
}

static inline size_t fm_search_rfind(const void *haystack, size_t n, const void *needle, size_t m) {
    return atomic_load_explicit(&fm_rfind_in_use, memory_order_relaxed)(haystack, n, needle, m);
}

/* The strategy in use, chosen now if this is the first question. */
const struct fm_strategy *fm_search_strategy(void);

#endif
