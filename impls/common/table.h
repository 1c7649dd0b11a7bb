/* SPDX-License-Identifier: MPL-2.0
 *
 * Strategies that build a table of the needle, and so are worth preparing. Such a file has
 *
 *   struct table                                         what is known of the needle
 *   fill(table, needle, m, step)                         for `least` <= m
 *   follow(table, haystack, n, needle, m, step)          for `least` <= m <= n
 *
 * where step is as in mirror.h and `follow` answers with the offset of the first occurrence in
 * reading order, or FM_ABSENT. FM_TABLE_SEARCH makes the search of it, in one go and prepared, in
 * both directions; shorter needles go to memchr and memrchr. FM_TABLE_MEMBERS names it to
 * FM_STRATEGY. */
#ifndef FM_TABLE_H
#define FM_TABLE_H

#include "common/libc.h"
#include "common/mirror.h"
#include "strategy.h"

#define FM_TABLE_SEARCH(least, fill, follow)                                                       \
    FM_INLINE size_t search(const unsigned char *haystack, size_t n, const unsigned char *needle,  \
                            size_t m, ptrdiff_t step) {                                            \
        if (m < (least)) {                                                                         \
            return step > 0 ? fm_libc_memchr_find(haystack, n, needle, m)                          \
                            : fm_libc_memrchr_rfind(haystack, n, needle, m);                       \
        }                                                                                          \
        struct table table;                                                                        \
        fill(&table, needle, m, step);                                                             \
        return follow(&table, haystack, n, needle, m, step);                                       \
    }                                                                                              \
    FM_FIND_AND_RFIND(search)                                                                      \
                                                                                                   \
    struct searcher {                                                                              \
        const unsigned char *needle;                                                               \
        size_t m;                                                                                  \
        struct table forward;                                                                      \
        struct table reverse;                                                                      \
    };                                                                                             \
    static void prepare(void *memory, const unsigned char *needle, size_t m) {                     \
        struct searcher *searcher = memory;                                                        \
        searcher->needle = needle;                                                                 \
        searcher->m = m;                                                                           \
        if (m >= (least)) {                                                                        \
            fill(&searcher->forward, needle, m, 1);                                                \
            fill(&searcher->reverse, needle, m, -1);                                               \
        }                                                                                          \
    }                                                                                              \
    static size_t prepared_find(const void *memory, const unsigned char *haystack, size_t n) {     \
        const struct searcher *searcher = memory;                                                  \
        return searcher->m < (least) || searcher->m > n                                            \
                   ? find(haystack, n, searcher->needle, searcher->m)                              \
                   : follow(&searcher->forward, haystack, n, searcher->needle, searcher->m, 1);    \
    }                                                                                              \
    static size_t prepared_rfind(const void *memory, const unsigned char *haystack, size_t n) {    \
        const struct searcher *searcher = memory;                                                  \
        return searcher->m < (least) || searcher->m > n                                            \
                   ? rfind(haystack, n, searcher->needle, searcher->m)                             \
                   : follow(&searcher->reverse, haystack, n, searcher->needle, searcher->m, -1);   \
    }

#define FM_TABLE_MEMBERS                                                                           \
    .find = find, .rfind = rfind, .searcher_size = sizeof(struct searcher), .prepare = prepare,    \
    .prepared_find = prepared_find, .prepared_rfind = prepared_rfind

#endif
