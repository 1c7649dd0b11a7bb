/* SPDX-License-Identifier: MPL-2.0
 *
 * Part of simd/kernel.h: small haystacks, and the first starts of long ones. */
#ifndef FM_NEAR_H
#define FM_NEAR_H

#include "simd/sweep.h"

/* n <= SMALL_MAX: all places of the first and last byte of the needle, as two masks. */
KERNEL size_t search_small(const unsigned char *haystack, size_t n, const unsigned char *needle,
                           size_t m, bool reverse) {
    size_t spent = 0;
    if (m == n && m >= 2) {
        return equal(haystack, needle, m, &spent) ? 0 : FM_ABSENT;
    }
    struct masks places = small_masks(haystack, n, needle[0], needle[m - 1]);
    uint64_t mask = places.a & (places.b >> ((m - 1) * LANE_BITS));
    return inspect_few(haystack, mask, needle, m, m <= 2, reverse, &spent);
}

/* k < VEC_BYTES <= n: one vector at each end of the haystack. */
KERNEL size_t search_few_starts(const unsigned char *haystack, size_t n,
                                const unsigned char *needle, size_t m, bool reverse) {
    size_t last = n - VEC_BYTES; /* where the second vector begins; m - 1 > last */
    uint64_t first_byte = lanes_mask(vec_equal(vec_load(haystack), vec_fill(needle[0])));
    uint64_t last_byte = lanes_mask(vec_equal(vec_load(haystack + last), vec_fill(needle[m - 1])));
    uint64_t mask = first_byte & (last_byte >> ((m - 1 - last) * LANE_BITS));
    size_t spent = 0;
    return inspect_few(haystack, mask, needle, m, false, reverse, &spent);
}

/* More false candidates than this, or than one for 2^NEAR_RATE starts, and other probes are worth
 * choosing. In units of work. */
#define NEAR_ALLOWANCE 32
#define NEAR_RATE 4

/* The first occurrence among the starts from `*done` to `until`, counted in the direction of the
 * search, of k >= VEC_BYTES. If FM_ABSENT, `*done` starts are done: all of them, or fewer if too
 * many were false candidates. `*lead_seen` tells whether any of them has the needle's first byte;
 * if not, that byte may well be rare in this haystack.
 *
 * The needle's ends and middle are the probes: choosing better ones would take longer. One vector
 * at a time, as an occurrence may be near. */
KERNEL size_t search_near(const unsigned char *haystack, size_t k, const unsigned char *needle,
                          size_t m, size_t until, bool reverse, size_t *done, bool *lead_seen) {
    const size_t middle = fm_pattern_middle(m, reverse);
    const struct probe probe[THREE] = {
        {haystack, vec_fill(needle[0])},
        {haystack + middle, vec_fill(needle[middle])},
        {haystack + m - 1, vec_fill(needle[m - 1])},
    };
    const bool exact = m <= 3;
    const size_t end = lesser(until, k - VEC_BYTES + 1);
    size_t vectors = *done < end ? (end - *done + VEC_BYTES - 1) / VEC_BYTES : 0;
    size_t start = reverse ? k - VEC_BYTES - *done : *done;
    const size_t allowance = lesser(NEAR_ALLOWANCE, until >> NEAR_RATE);
    size_t spent = 0;
    lanes seen = {0};
    *lead_seen = true;
    for (; vectors > 0; vectors--) {
        const lanes lead = hit_by(probe[0], start);
        seen = lanes_or(seen, lead);
        uint64_t mask = lanes_mask(lanes_and(lead, hits(probe + 1, TWO, start)));
        if (mask != 0) {
            size_t found = inspect_few(haystack + start, mask, needle, m, exact, reverse, &spent);
            if (found != FM_ABSENT) {
                return start + found;
            }
            if (spent > allowance) {
                *done = VEC_BYTES + (reverse ? k - VEC_BYTES - start : start);
                return FM_ABSENT;
            }
        }
        start = reverse ? start - VEC_BYTES : start + VEC_BYTES;
    }
    size_t passed = reverse ? k - VEC_BYTES - start : start;
    if (k - passed < VEC_BYTES && passed < k) {
        /* the last vector is laid over starts that are done */
        start = reverse ? 0 : k - VEC_BYTES;
        uint64_t mask = lanes_mask(hits(probe, THREE, start));
        mask = reverse ? mask & ~(UINT64_MAX << ((k - passed) * LANE_BITS))
                       : mask & (UINT64_MAX << ((passed - start) * LANE_BITS));
        if (mask != 0) {
            size_t found = inspect_few(haystack + start, mask, needle, m, exact, reverse, &spent);
            if (found != FM_ABSENT) {
                return start + found;
            }
        }
        passed = k;
    }
    *done = passed;
    *lead_seen = lanes_any(seen);
    return FM_ABSENT;
}

#endif
