/* SPDX-License-Identifier: MPL-2.0
 *
 * Part of simd/kernel.h: what follows when the first starts are done, from cheap to thorough. */
#ifndef FM_FAR_H
#define FM_FAR_H

#include "simd/byte.h"
#include "simd/hunt.h"
#include "simd/near.h"

/* Starts that search_near looks at before anything is chosen: the wider a vector, the longer it
 * takes for better probes to pay for their choice; not so long if they are chosen already. The
 * first of them are looked at by code of their own. And the longest needle for that: comparing a
 * long candidate may take long, and its ends and middle say little of it. */
#define NEAR ((size_t)(VEC_BYTES == 64 ? 16384 : VEC_BYTES == 32 ? 4096 : 1024))
#define NEAR_PREPARED ((size_t)512)
#define NEARER 512
#define NEAR_NEEDLE 256

/* A byte that is looked for alone may cost so many units of work, and one for every 2^RARE_RATE
 * starts passed over, before it counts as not rare here: the first one, and one that is rare
 * elsewhere. Neither was among the NEAREST starts. */
#define LEAD_ALLOWANCE 8
#define RARE_ALLOWANCE 2
#define RARE_RATE 12

/* Needle bytes to choose probes from, for k starts. */
#define CHOOSE_FROM(k) (16 + ((k) < 8192 ? (k) / 64 : 128))

/* Starts that pay for learning from false candidates where the near starts were misleading. A
 * search of fewer is brief: two-way finishes it sooner. */
#define LEARN_STARTS(m) (32 * (m))

/* Shortest needle that is worth a table of leaps, and starts that pay for building it. */
#define LEAP_NEEDLE 512
#define LEAP_STARTS(m) (8192 + 16 * lesser(m, FM_LEAP_LONGEST))

/* Leaps over the starts of `range`, as far as they pay. */
KERNEL size_t leap(const unsigned char *haystack, const struct fm_leap *table, bool reverse,
                   struct range *range) {
    return (reverse ? fm_leap_rfind : fm_leap_find)(table, haystack, &range->from, &range->to);
}

OUTLINE size_t leap_unprepared(const unsigned char *haystack, const unsigned char *needle, size_t m,
                               bool reverse, struct range *range) {
    struct fm_leap table;
    fm_leap_prepare(&table, needle, m, reverse);
    return leap(haystack, &table, reverse, range);
}

/* Search for the needle's byte at `rare` alone, which often is nowhere, and compare where it is
 * found, until that was in vain too often: `*range` is what is left. */
KERNEL size_t search_rare(const unsigned char *haystack, const unsigned char *needle, size_t m,
                          size_t rare, size_t allowance, bool reverse, struct range *range) {
    const size_t length = range->to - range->from;
    size_t from = range->from;
    size_t to = range->to;
    size_t spent = 0;
    while (to - from >= VEC_BYTES && spent <= allowance + ((length - (to - from)) >> RARE_RATE)) {
        size_t at = (reverse ? rfind_far_byte : find_far_byte)(haystack + from + rare, to - from,
                                                               needle[rare]);
        if (at == FM_ABSENT) {
            *range = reverse ? (struct range){from, from} : (struct range){to, to};
            return FM_ABSENT;
        }
        if (equal(haystack + from + at, needle, m, &spent)) {
            return from + at;
        }
        to = reverse ? from + at : to;
        from = reverse ? from : from + at + 1;
    }
    *range = (struct range){from, to};
    return FM_ABSENT;
}

/* The starts after the first `done` of k, in the direction of the search. */
KERNEL struct range without_first(size_t k, size_t done, bool reverse) {
    return reverse ? (struct range){0, k - done} : (struct range){done, k};
}

/* The starts of k that are done, in that direction, where `range` is left. */
KERNEL size_t done_before(struct range range, size_t k, bool reverse) {
    return reverse ? k - range.to : range.from;
}

/* `prepared` is the needle's searcher, or NULL; here and below. */
KERNEL size_t near_starts(const struct fm_searcher *prepared) {
    return prepared ? NEAR_PREPARED : NEAR;
}

/* Whether it was false candidates that ended the search of the near starts: so many that other
 * bytes must make the difference. */
KERNEL bool misled(size_t m, size_t done, const struct fm_searcher *prepared) {
    return m <= NEAR_NEEDLE && done < near_starts(prepared);
}

/* The needle's first byte alone, as it is not near. Here and below, `*done` starts are done
 * before and, if FM_ABSENT, after. m >= 2. */
KERNEL size_t search_lead(const unsigned char *haystack, size_t k, const unsigned char *needle,
                          size_t m, bool reverse, size_t *done) {
    struct range range = without_first(k, *done, reverse);
    size_t found = search_rare(haystack, needle, m, 0, LEAD_ALLOWANCE, reverse, &range);
    *done = done_before(range, k, reverse);
    return found;
}

/* What may get over most starts at once: leaps if the needle is long, else a rare byte that is not
 * near. Neither if false candidates misled the search. */
KERNEL size_t search_lightly(const unsigned char *haystack, size_t k, const unsigned char *needle,
                             size_t m, const struct fm_searcher *prepared, bool reverse,
                             size_t *done) {
    if (misled(m, *done, prepared)) {
        return FM_ABSENT;
    }
    struct range range = without_first(k, *done, reverse);
    size_t found = FM_ABSENT;
    if (m < LEAP_NEEDLE) {
        size_t rare =
            prepared ? prepared->pattern.rare : fm_pattern_rare(needle, m, CHOOSE_FROM(k), reverse);
        if (rare < m && k >= NEAREST && !is_near(haystack, k, needle, rare, reverse)) {
            found = search_rare(haystack, needle, m, rare, RARE_ALLOWANCE, reverse, &range);
        }
    } else if (prepared) {
        found = leap(haystack, &prepared->leap[reverse], reverse, &range);
    } else if (k - *done >= LEAP_STARTS(m)) {
        found = leap_unprepared(haystack, needle, m, reverse, &range);
    }
    *done = done_before(range, k, reverse);
    return found;
}

/* The rest, by everything there is. */
KERNEL size_t search_thoroughly(const unsigned char *haystack, size_t k,
                                const unsigned char *needle, size_t m,
                                const struct fm_searcher *prepared, bool reverse, bool bounded,
                                size_t done) {
    const bool hard = misled(m, done, prepared);
    const bool brief = hard && bounded && k < LEARN_STARTS(m);
    struct fm_pattern pattern;
    if (prepared) {
        pattern = prepared->pattern;
    } else {
        fm_pattern_choose(&pattern, needle, m, hard ? m : CHOOSE_FROM(k), reverse);
    }
    return hunt(haystack, &pattern, brief, reverse, bounded, without_first(k, done, reverse));
}

#endif
