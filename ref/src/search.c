/* SPDX-License-Identifier: MPL-2.0
 *
 * Searching memory, and the choice of the strategy that does it. */
#include "search.h"
#include "fmmap.h"

#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_STRATEGY "auto"

static fm_search_fn choose_and_find;
static fm_search_fn choose_and_rfind;

fm_search_fn *_Atomic fm_find_in_use = choose_and_find;
fm_search_fn *_Atomic fm_rfind_in_use = choose_and_rfind;
static const struct fm_strategy *_Atomic strategy_in_use;

/* "auto", or if the build left it out the first one that runs here. */
static const struct fm_strategy *default_strategy(void) {
    const struct fm_strategy *strategy = fm_strategy_by_name(DEFAULT_STRATEGY);
    if (strategy && fm_strategy_available(strategy)) {
        return strategy;
    }
    for (size_t i = 0; fm_strategies[i]; i++) {
        if (fm_strategy_available(fm_strategies[i])) {
            return fm_strategies[i];
        }
    }
    fputs("fmmap: built without any strategy that this machine can run\n", stderr);
    abort();
}

/* A strategy's functions, or those of whom it passes calls on to. */
static fm_search_fn *find_of(const struct fm_strategy *strategy) {
    const struct fm_kernel *chosen = strategy->choose ? strategy->choose() : NULL;
    return chosen ? chosen->find : strategy->find;
}

static fm_search_fn *rfind_of(const struct fm_strategy *strategy) {
    const struct fm_kernel *chosen = strategy->choose ? strategy->choose() : NULL;
    return chosen ? chosen->rfind : strategy->rfind;
}

/* Several threads may be the first to ask. All choose the same and none waits for another: it could
 * be one of lower priority, or be gone in the child of a fork. Only who stores its choice
 * complains. A pointer that does not choose any more is left alone: fm_use_strategy has been
 * quicker. */
const struct fm_strategy *fm_search_strategy(void) {
    const struct fm_strategy *stored = NULL, *strategy = atomic_load(&strategy_in_use);
    if (strategy) {
        return strategy;
    }
    const char *name = getenv("FM_STRATEGY");
    const struct fm_strategy *wanted = name ? fm_strategy_by_name(name) : NULL;
    strategy = wanted && fm_strategy_available(wanted) ? wanted : default_strategy();
    if (!atomic_compare_exchange_strong(&strategy_in_use, &stored, strategy)) {
        return stored; /* by another thread */
    }
    fm_search_fn *find = choose_and_find, *rfind = choose_and_rfind;
    atomic_compare_exchange_strong(&fm_find_in_use, &find, find_of(strategy));
    atomic_compare_exchange_strong(&fm_rfind_in_use, &rfind, rfind_of(strategy));
    if (name && *name && strategy != wanted) {
        fprintf(stderr, "fmmap: FM_STRATEGY=%s is %s; using %s\n", name,
                wanted ? "not available on this machine" : "no strategy of this build",
                strategy->name);
    }
    return strategy;
}

static size_t choose_and_find(const unsigned char *haystack, size_t n, const unsigned char *needle,
                              size_t m) {
    return fm_search_strategy()->find(haystack, n, needle, m);
}

static size_t choose_and_rfind(const unsigned char *haystack, size_t n, const unsigned char *needle,
                               size_t m) {
    return fm_search_strategy()->rfind(haystack, n, needle, m);
}

void *fm_memmem(const void *haystack, size_t n, const void *needle, size_t m) {
    size_t at = fm_search_find(haystack, n, needle, m);
    return at == FM_ABSENT ? NULL : (unsigned char *)haystack + at;
}

void *fm_memrmem(const void *haystack, size_t n, const void *needle, size_t m) {
    size_t at = fm_search_rfind(haystack, n, needle, m);
    return at == FM_ABSENT ? NULL : (unsigned char *)haystack + at;
}

const char *fm_strategy_in_use(void) {
    return fm_search_strategy()->name;
}

fm_status fm_use_strategy(const char *name) {
    const struct fm_strategy *strategy = fm_strategy_by_name(name);
    if (!strategy || !fm_strategy_available(strategy)) {
        return FM_STRATEGY_UNKNOWN;
    }
    fm_search_strategy(); /* so that a wrong FM_STRATEGY is reported all the same */
    atomic_store(&fm_find_in_use, find_of(strategy));
    atomic_store(&fm_rfind_in_use, rfind_of(strategy));
    atomic_store(&strategy_in_use, strategy);
    return FM_OK;
}

const char *fm_strategy_at(size_t n) {
    for (size_t i = 0; fm_strategies[i]; i++) {
        if (fm_strategy_available(fm_strategies[i]) && n-- == 0) {
            return fm_strategies[i]->name;
        }
    }
    return NULL;
}
