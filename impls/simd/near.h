/* SPDX-License-Identifier: MPL-2.0
 *
 * Part of simd/kernel.h: small haystacks, and the first starts of long ones. */
#ifndef FM_NEAR_H
#define FM_NEAR_H

#include "common/mirror.h"
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
    return inspect_few(haystack, mask, needle, m, m <= 2, reverse, SIZE_MAX, &spent);
}

/* k < VEC_BYTES <= n: one vector at each end of the haystack. */
KERNEL size_t search_few_starts(const unsigned char *haystack, size_t n,
                                const unsigned char *needle, size_t m, bool reverse) {
    size_t last = n - VEC_BYTES; /* where the second vector begins; m - 1 > last */
    uint64_t first_byte = lanes_mask(vec_equal(vec_load(haystack), vec_fill(needle[0])));
    uint64_t last_byte = lanes_mask(vec_equal(vec_load(haystack + last), vec_fill(needle[m - 1])));
    uint64_t mask = first_byte & (last_byte >> ((m - 1 - last) * LANE_BITS));
    size_t spent = 0;
    return inspect_few(haystack, mask, needle, m, false, reverse, SIZE_MAX, &spent);
}

/* More false candidates than this, or than one for 2^NEAR_RATE of the starts that are to be looked
 * at, and other probes are worth choosing. Not so soon if the needle is SHORT: comparing is cheap
 * then, and where letters are few, as in DNA, no choice is much better. In units of work. */
#define NEAR_ALLOWANCE 24
#define SHORT_ALLOWANCE 88
#define SHORT 64
#define NEAR_RATE 5

/* False candidates that tell a better probe; more of them would only contradict each other. And the
 * shortest needle of which they do: the ends and the middle of a shorter one are most of it. */
#define LESSONS 2
#define TELLING_NEEDLE 8

/* The first place, in the direction of the search, where a false candidate differs from the needle;
 * the last one of all if the haystack has changed so that none does. */
KERNEL size_t difference(const unsigned char *candidate, const unsigned char *needle, size_t m,
                         bool reverse) {
    const ptrdiff_t step = reverse ? -1 : 1;
    const struct fm_word seen = fm_word(candidate, m, step);
    const struct fm_word wanted = fm_word(needle, m, step);
    size_t i = 0;
    while (i < m - 1 && fm_at(seen, i) == fm_at(wanted, i)) {
        i++;
    }
    return fm_offset(i, m, 1, step);
}

/* The first occurrence among the starts from `*done` to `until`, counted in the direction of the
 * search, of k >= VEC_BYTES. If FM_ABSENT, `*done` starts are done: all of them, or those before
 * the vector in which there were too many false candidates.
 *
 * The needle's ends and middle are the probes: choosing better ones would take longer. If false
 * candidates `teach`, the place where one differed replaces the middle: lines of a log differ by a
 * few bytes. One vector at a time, as an occurrence may be near. */
KERNEL size_t search_near(const unsigned char *haystack, size_t k, const unsigned char *needle,
                          size_t m, size_t until, bool teach, bool reverse, size_t *done) {
    const size_t middle = fm_pattern_middle(m, reverse);
    struct probe probe[THREE] = {
        {haystack, vec_fill(needle[0])},
        {haystack + middle, vec_fill(needle[middle])},
        {haystack + m - 1, vec_fill(needle[m - 1])},
    };
    const bool exact = m <= 3;
    _Static_assert(TELLING_NEEDLE > 3, "the middle stays a probe where that makes the difference");
    const size_t end = lesser(until, k - VEC_BYTES + 1);
    size_t vectors = *done < end ? (end - *done + VEC_BYTES - 1) / VEC_BYTES : 0;
    size_t start = reverse ? k - VEC_BYTES - *done : *done;
    const size_t allowance =
        lesser(m <= SHORT ? SHORT_ALLOWANCE : NEAR_ALLOWANCE, until >> NEAR_RATE);
    size_t spent = 0;
    for (; vectors > 0; vectors--) {
        uint64_t mask = lanes_mask(hits(probe, THREE, start));
        if (RARELY(mask != 0)) {
            size_t found =
                inspect_few(haystack + start, mask, needle, m, exact, reverse, allowance, &spent);
            if (found != FM_ABSENT) {
                return start + found;
            }
            if (spent > allowance) {
                *done = reverse ? k - VEC_BYTES - start : start;
                return FM_ABSENT;
            }
            if (teach && m >= TELLING_NEEDLE && spent <= LESSONS) {
                const unsigned char *last = haystack + start + first_lane(mask, !reverse);
                const size_t place = difference(last, needle, m, reverse);
                probe[1] = (struct probe){haystack + place, vec_fill(needle[place])};
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
            size_t found =
                inspect_few(haystack + start, mask, needle, m, exact, reverse, SIZE_MAX, &spent);
            if (found != FM_ABSENT) {
                return start + found;
            }
        }
        passed = k;
    }
    *done = passed;
    return FM_ABSENT;
}

/* Starts that tell whether a byte of the needle is near. */
#define NEAREST 128

/* Whether any of the first NEAREST starts has the needle's byte at `place`. If not, none of them is
 * an occurrence, and that byte may well be rare in this haystack. k >= NEAREST. */
KERNEL bool is_near(const unsigned char *haystack, size_t k, const unsigned char *needle,
                    size_t place, bool reverse) {
    const struct probe probe = {haystack + place + (reverse ? k - NEAREST : 0),
                                vec_fill(needle[place])};
    lanes hit = hit_by(probe, 0);
    for (size_t start = VEC_BYTES; start < NEAREST; start += VEC_BYTES) {
        hit = lanes_or(hit, hit_by(probe, start));
    }
    return lanes_any(hit);
}

#endif
