/* SPDX-License-Identifier: MPL-2.0
 *
 * The registry of strategies. `strategies.def` is written by the build from the names of the
 * strategy files: one `FM_MEMBER(name)` a line, sorted. */
#include "strategy.h"

#include <string.h>

#define FM_MEMBER(member) extern const struct fm_strategy fm_strategy_##member;
#include "strategies.def"
#undef FM_MEMBER

const struct fm_strategy *const fm_strategies[] = {
#define FM_MEMBER(member) &fm_strategy_##member,
#include "strategies.def"
#undef FM_MEMBER
    NULL,
};

const struct fm_strategy *fm_strategy_by_name(const char *name) {
    for (const struct fm_strategy *const *strategy = fm_strategies; *strategy; strategy++) {
        if (strcmp((*strategy)->name, name) == 0) {
            return *strategy;
        }
    }
    return NULL;
}

bool fm_strategy_available(const struct fm_strategy *strategy) {
    return strategy->available == NULL || strategy->available();
}
