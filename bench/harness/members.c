/* SPDX-License-Identifier: MPL-2.0
 *
 * `guests.def` is written by the build from the names of the files that only the benchmark links:
 * one FM_MEMBER(name) a line, none if there are none. */
#include "members.h"

#include <stdlib.h>
#include <string.h>

#define FM_MEMBER(member) extern const struct fm_strategy fm_strategy_##member;
#include "guests.def"
#undef FM_MEMBER

static const struct fm_strategy *const guests[] = {
#define FM_MEMBER(member) &fm_strategy_##member,
#include "guests.def"
#undef FM_MEMBER
    NULL,
};

static size_t count(const struct fm_strategy *const *list) {
    size_t length = 0;
    while (list[length]) {
        length++;
    }
    return length;
}

static int by_name(const void *a, const void *b) {
    const struct fm_strategy *const *first = a, *const *second = b;
    return strcmp((*first)->name, (*second)->name);
}

const struct fm_strategy *const *fmb_members(void) {
    static const struct fm_strategy **all;
    size_t own = count(fm_strategies), foreign = count(guests);
    if (!all && (all = calloc(own + foreign + 1, sizeof *all))) {
        memcpy(all, fm_strategies, own * sizeof *all);
        memcpy(all + own, guests, foreign * sizeof *all);
        qsort(all, own + foreign, sizeof *all, by_name);
    }
    return all;
}

const char *fmb_origin(const struct fm_strategy *strategy) {
    for (const struct fm_strategy *const *guest = guests; *guest; guest++) {
        if (*guest == strategy) {
            return strategy->source;
        }
    }
    return "fmmap";
}
