/* SPDX-License-Identifier: MPL-2.0
 *
 * Two-way search: linear time, constant space, no allocation, in both directions.
 *
 * Maxime Crochemore and Dominique Perrin, "Two-way string-matching", Journal of the ACM 38(3),
 * 1991, pages 650-674. The explanation and the proofs are in two_way.c.
 *
 * A searcher is for one direction. Building one costs O(m); a search makes at most 2n comparisons
 * of haystack bytes and one table look-up for each window it tries. */
#ifndef FM_TWO_WAY_H
#define FM_TWO_WAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "strategy.h"

struct fm_two_way {
    const unsigned char *needle; /* not owned: must outlive the searcher */
    size_t m;                    /* length of the needle, at least 1 */
    size_t cut;                  /* critical position: left part [0, cut), right part [cut, m) */
    size_t period;               /* shift after a whole right part matched */
    bool periodic;               /* period is the needle's own, so matched bytes are remembered */
    uint8_t skip[256];           /* by last byte of a window: shift to the next it allows, <= 255 */
};

/* Build a searcher for needle[0, m), m >= 1, for fm_two_way_find or for fm_two_way_rfind. */
void fm_two_way_prepare(struct fm_two_way *searcher, const unsigned char *needle, size_t m);
void fm_two_way_prepare_reverse(struct fm_two_way *searcher, const unsigned char *needle, size_t m);

/* The leftmost occurrence in haystack[0, n) that starts at `start` or later, or FM_ABSENT. Nothing
 * before `start` is read, so a search that has ruled out all earlier offsets continues here. */
size_t fm_two_way_find(const struct fm_two_way *searcher, const unsigned char *haystack, size_t n,
                       size_t start);

/* The rightmost occurrence in haystack[0, end), or FM_ABSENT. Nothing from `end` on is read. */
size_t fm_two_way_rfind(const struct fm_two_way *searcher, const unsigned char *haystack,
                        size_t end);

#endif
