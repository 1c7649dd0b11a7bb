/* SPDX-License-Identifier: MPL-2.0
 *
 * Choice among the strategies that have a vector kernel. All of them build the same searcher. */
#ifndef FM_BEST_H
#define FM_BEST_H

#include <stdatomic.h>

#include "simd/pattern.h"
#include "strategy.h"

/* The available strategy with the widest vectors, or NULL if none has a kernel. */
static inline const struct fm_strategy *fm_best_vectors(void) {
    const struct fm_strategy *best = NULL;
    for (const struct fm_strategy *const *strategy = fm_strategies; *strategy; strategy++) {
        if ((*strategy)->kernel && fm_strategy_available(*strategy) &&
            (best == NULL || (*strategy)->kernel->width > best->kernel->width)) {
            best = *strategy;
        }
    }
    return best;
}

#endif
