/* SPDX-License-Identifier: MPL-2.0
 *
 * Leaps for long needles: Horspool's search (R. N. Horspool, Software: Practice and Experience 10,
 * 1980) over hashes of eight bytes, like T. Lecroq, Fast exact string matching algorithms,
 * Information Processing Letters 102, 2007.
 *
 * The leading gram of a window is the eight bytes that the search reaches last: those at its end
 * going forward, at its begin in reverse. An occurrence that overlaps the gram has it somewhere in
 * the needle; the table knows the place that is nearest, so every start nearer than that is passed
 * over. A gram that the needle does not have passes over m - 7 starts.
 *
 * Two grams may share a slot: the slot then has the smaller shift, which is always safe. So is the
 * cap on shifts: all grams of a very long needle would fill the table with short ones.
 *
 * Invariant: no occurrence starts in the part of the range that was given up. Worst case: m
 * compares a start; the search gives up when its leaps are shorter than PAYS on average. */
#include "common/leap.h"

#include <string.h>

#include "strategy.h"

#define GRAM 8

/* Starts that a window must pass over on average: at less, sweeping with vectors is as fast. */
#define PAYS 192

/* Windows that are tried before the average counts. */
#define TRIAL 16

#define INLINE static inline __attribute__((always_inline))

INLINE size_t slot(const unsigned char *gram) {
    uint64_t bytes;
    memcpy(&bytes, gram, sizeof bytes);
    return bytes * UINT64_C(11400714819323198485) >> 53; /* Fibonacci hashing to 11 bits */
}

_Static_assert(FM_LEAP_SLOTS == 1 << (64 - 53), "slots of the hash");

void fm_leap_prepare(struct fm_leap *leap, const unsigned char *needle, size_t m, bool reverse) {
    const size_t last = m - GRAM; /* place of the leading gram, counted in the search's direction */
    const size_t longest = last + 1 < FM_LEAP_LONGEST ? last + 1 : FM_LEAP_LONGEST;
    for (size_t i = 0; i < FM_LEAP_SLOTS; i++) {
        leap->shift[i] = (uint16_t)longest;
    }
    leap->needle = needle;
    leap->m = m;
    /* from far to near: the nearest place stays */
    for (size_t shift = longest - 1; shift > 0; shift--) {
        size_t place = last - shift;
        leap->shift[slot(needle + (reverse ? last - place : place))] = (uint16_t)shift;
    }
    uint16_t *own = &leap->shift[slot(needle + (reverse ? 0 : last))];
    leap->retry = *own;
    *own = 0;
}

INLINE size_t search(const struct fm_leap *leap, const unsigned char *haystack, size_t *from,
                     size_t *to, bool reverse) {
    const size_t m = leap->m;
    const size_t gram = reverse ? 0 : m - GRAM;
    const size_t starts = *to - *from;
    size_t passed = 0;
    size_t spent = 0;
    while (passed < starts) {
        size_t start = reverse ? *to - 1 - passed : *from + passed;
        size_t shift = leap->shift[slot(haystack + start + gram)];
        spent += PAYS;
        if (shift == 0) {
            if (memcmp(haystack + start, leap->needle, m) == 0) {
                return start;
            }
            shift = leap->retry;
            spent += PAYS + m / 4; /* as far as could have been compared */
        }
        passed += shift;
        if (spent > passed + TRIAL * PAYS) {
            break;
        }
    }
    passed = passed < starts ? passed : starts;
    *from += reverse ? 0 : passed;
    *to -= reverse ? passed : 0;
    return FM_ABSENT;
}

size_t fm_leap_find(const struct fm_leap *leap, const unsigned char *haystack, size_t *from,
                    size_t *to) {
    return search(leap, haystack, from, to, false);
}

size_t fm_leap_rfind(const struct fm_leap *leap, const unsigned char *haystack, size_t *from,
                     size_t *to) {
    return search(leap, haystack, from, to, true);
}
