/* SPDX-License-Identifier: MPL-2.0
 *
 * Prepared search: the strategy, its searcher and a copy of the needle in one block. */
#include "fmmap.h"
#include "search.h"

#include <stdlib.h>
#include <string.h>

struct fm_finder {
    fm_prepared_fn *prepared_find; /* NULL: the strategy has no prepared search */
    fm_prepared_fn *prepared_rfind;
    fm_search_fn *find;
    fm_search_fn *rfind;
    const unsigned char *needle; /* behind the searcher, in the same block */
    size_t m;
    _Alignas(max_align_t) unsigned char searcher[]; /* strategy->searcher_size bytes */
};

fm_status fm_finder_new(const void *needle, size_t m, fm_finder **out) {
    const struct fm_strategy *strategy = fm_search_strategy();
    const struct fm_kernel *chosen = strategy->choose ? strategy->choose() : NULL;
    size_t overhead = sizeof(fm_finder) + strategy->searcher_size;
    if (m > PTRDIFF_MAX - overhead) {
        return FM_NO_MEMORY;
    }
    fm_finder *finder = malloc(overhead + m);
    if (!finder) {
        return FM_NO_MEMORY;
    }
    unsigned char *copy = finder->searcher + strategy->searcher_size;
    if (m > 0) {
        memcpy(copy, needle, m);
    }
    finder->prepared_find = chosen ? chosen->prepared_find : strategy->prepared_find;
    finder->prepared_rfind = chosen ? chosen->prepared_rfind : strategy->prepared_rfind;
    finder->find = strategy->find;
    finder->rfind = strategy->rfind;
    finder->needle = copy;
    finder->m = m;
    if (strategy->prepare) {
        strategy->prepare(finder->searcher, copy, m);
    }
    *out = finder;
    return FM_OK;
}

void fm_finder_free(fm_finder *finder) {
    free(finder);
}

size_t fm_finder_find(const fm_finder *finder, const void *haystack, size_t n) {
    return finder->prepared_find ? finder->prepared_find(finder->searcher, haystack, n)
                                 : finder->find(haystack, n, finder->needle, finder->m);
}

size_t fm_finder_rfind(const fm_finder *finder, const void *haystack, size_t n) {
    return finder->prepared_rfind ? finder->prepared_rfind(finder->searcher, haystack, n)
                                  : finder->rfind(haystack, n, finder->needle, finder->m);
}

size_t fm_finder_count(const fm_finder *finder, const void *haystack, size_t n) {
    if (finder->m == 0) {
        return n + 1;
    }
    fm_matches matches = fm_matches_of(finder, haystack, n);
    size_t count = 0;
    while (fm_matches_next(&matches) != FM_NPOS) {
        count++;
    }
    return count;
}

fm_matches fm_matches_of(const fm_finder *finder, const void *haystack, size_t n) {
    return (fm_matches){.finder = finder, .haystack = haystack, .n = n, .next = 0};
}

size_t fm_matches_next(fm_matches *matches) {
    if (matches->next > matches->n) {
        return FM_NPOS;
    }
    const unsigned char *rest = matches->haystack;
    if (matches->next > 0) {
        rest += matches->next;
    }
    size_t at = fm_finder_find(matches->finder, rest, matches->n - matches->next);
    if (at == FM_NPOS) {
        matches->next = matches->n + 1;
        return FM_NPOS;
    }
    at += matches->next;
    matches->next = at + (matches->finder->m > 0 ? matches->finder->m : 1);
    return at;
}
