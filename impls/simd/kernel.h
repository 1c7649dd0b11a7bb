/* SPDX-License-Identifier: MPL-2.0
 *
 * The vector search, written once for every instruction set and for both directions.
 *
 * A file that includes this names an instruction set by defining, before:
 *
 *   TARGET         attribute that allows its instructions in a function; may be empty
 *   VEC_BYTES      bytes of a vector: 8, 16, 32 or 64
 *   LANE_BITS      bits that stand for one byte in a mask: 1, 4 or 8
 *   vec            VEC_BYTES bytes of the haystack
 *   lanes          one truth value for each byte of a vec
 *   vec_load(p)    the bytes p[0, VEC_BYTES), at any alignment
 *   vec_fill(b)    the byte b in every place
 *   vec_equal(x, y), lanes_and(x, y), lanes_or(x, y), lanes_any(x), lanes_all(x)
 *   lanes_mask(x)  uint64_t with at most one bit set for each true lane: lane i between bit
 *                  i * LANE_BITS and the next lane's. Only bits of true lanes are set.
 *   SMALL_MAX      haystacks up to this length are small: 64 / LANE_BITS or less, VEC_BYTES or more
 *   small_masks(h, n, a, b)  for n in [1, SMALL_MAX]: the places of the bytes a and b in h[0, n),
 * as lanes_mask would give them for one long vector
 *
 * and gets FM_KERNEL_STRATEGY_MEMBERS for its descriptor. Terms: a *start* is an offset at which an
 * occurrence may begin, in [0, k) with k = n - m + 1. A *probe* is a place in the needle with the
 * byte that stands there. A *candidate* is a start at which all probes agree.
 *
 * 1. Instruction set: the including file's; `available` of its strategy asks the CPU.
 * 2. Smallest input: any. Small haystacks, and those with k < VEC_BYTES, have paths of their own.
 * 3. Bytes read: of the haystack only [0, n), of the needle only [0, m). A probe at place o of
 *    VEC_BYTES starts from s on reads haystack[s + o, s + o + VEC_BYTES), and s + VEC_BYTES <= k
 *    implies s + o + VEC_BYTES <= n because o < m.
 * 4. Masks: a bit set in lane i means that start s + i is a candidate. Lanes are in memory's
 *    order, so the lowest set bit is the leftmost candidate, the highest the rightmost.
 * 5. Invariant of a sweep: no occurrence starts outside the range [from, to) that is left, among
 * the starts it was given. Going forward `from` grows to `to`; in reverse `to` falls to `from`.
 * 6. Tail: fewer than VEC_BYTES starts are left. The last vector is laid over starts already
 *    done, [k - VEC_BYTES, k) or in reverse [0, VEC_BYTES), and their lanes are masked off. Worst
 *    case: comparing costs O(m) a candidate, so O(nm) with needles that nearly match everywhere;
 *    the linear variants count work and give up in time. */
#ifndef FM_KERNEL_H
#define FM_KERNEL_H

#include <string.h>

#include "common/two_way.h"
#include "simd/pattern.h"
#include "strategy.h"

#define KERNEL TARGET static inline __attribute__((always_inline))
#define OUTLINE TARGET static __attribute__((noinline))

/* ---- Work ------------------------------------------------------------------------------- */

/* Starts still to be looked at. */
struct range {
    size_t from;
    size_t to;
};

/* One unit is what one false candidate costs, some 5 ns: mostly a mispredicted branch. */
struct work {
    size_t spent;     /* units since the range was entered */
    size_t allowance; /* a sweep may spend this and 1 unit for every 2^rate starts it has done */
    unsigned rate;
};

#define COMPARED_PER_UNIT 256 /* bytes that are compared in the time of one unit */

/* ---- Comparing a candidate --------------------------------------------------------------- */

#define LOAD_AS(type)                                                                              \
    KERNEL type load_##type(const unsigned char *bytes) {                                          \
        type value;                                                                                \
        memcpy(&value, bytes, sizeof value);                                                       \
        return value;                                                                              \
    }
LOAD_AS(uint16_t)
LOAD_AS(uint32_t)
LOAD_AS(uint64_t)
#undef LOAD_AS

/* Whether a[0, m) equals b[0, m), m >= 2; adds what that cost to *spent. Two words that may overlap
 * cover every length up to two words. */
KERNEL bool equal(const unsigned char *a, const unsigned char *b, size_t m, size_t *spent) {
    *spent += 1;
    if (m < 4) {
        return load_uint16_t(a) == load_uint16_t(b) &&
               load_uint16_t(a + m - 2) == load_uint16_t(b + m - 2);
    }
    if (m < 8) {
        return load_uint32_t(a) == load_uint32_t(b) &&
               load_uint32_t(a + m - 4) == load_uint32_t(b + m - 4);
    }
    if (m < VEC_BYTES || m <= 16) {
        for (size_t i = 0; i + 8 < m; i += 8) {
            if (load_uint64_t(a + i) != load_uint64_t(b + i)) {
                return false;
            }
        }
        return load_uint64_t(a + m - 8) == load_uint64_t(b + m - 8);
    }
    for (size_t i = 0; i + VEC_BYTES < m; i += VEC_BYTES) {
        if (!lanes_all(vec_equal(vec_load(a + i), vec_load(b + i)))) {
            *spent += i / COMPARED_PER_UNIT;
            return false;
        }
    }
    *spent += m / COMPARED_PER_UNIT;
    return lanes_all(vec_equal(vec_load(a + m - VEC_BYTES), vec_load(b + m - VEC_BYTES)));
}

/* The lane of a mask that comes first in the direction of the search. mask != 0. */
KERNEL size_t first_lane(uint64_t mask, bool reverse) {
    return (size_t)(reverse ? 63 - __builtin_clzll(mask) : __builtin_ctzll(mask)) / LANE_BITS;
}

KERNEL uint64_t without_lane(uint64_t mask, size_t lane, bool reverse) {
    return reverse ? mask & ~(UINT64_MAX << (lane * LANE_BITS)) : mask & (mask - 1);
}

/* The first occurrence among the candidates `mask` of the starts from `start` on, or FM_ABSENT. */
KERNEL size_t inspect(const unsigned char *haystack, size_t start, uint64_t mask,
                      const unsigned char *needle, size_t m, bool exact, bool reverse,
                      size_t *spent) {
    while (mask != 0) {
        size_t lane = first_lane(mask, reverse);
        if (exact || equal(haystack + start + lane, needle, m, spent)) {
            return start + lane;
        }
        mask = without_lane(mask, lane, reverse);
    }
    return FM_ABSENT;
}

/* ---- Sweeping ----------------------------------------------------------------------------- */

/* Two vectors first, for occurrences that are near; then groups of four, to test once for all. */
#define GROUP 4
#define ALONE 2

/* The first occurrence that starts in `range`, or FM_ABSENT: then the range is empty, or the sweep
 * has given up because it spent too much, and the range says what is left.
 *
 * `k` is the number of starts of the whole haystack, at least VEC_BYTES. The range ends, in the
 * direction of the search, at the haystack's end or a multiple of VEC_BYTES after its begin.
 * Constant for the compiler: the number of probes; exact, that the probes are the whole needle;
 * grouped; reverse. */
KERNEL size_t sweep(const unsigned char *haystack, size_t k, const unsigned char *needle, size_t m,
                    const size_t *offset, unsigned probes, bool exact, bool grouped, bool reverse,
                    struct range *range, struct work *work) {
    const unsigned char *const view[FM_PROBES] = {
        haystack + offset[0],
        haystack + offset[probes > 1 ? 1 : 0],
        haystack + offset[probes > 2 ? 2 : 0],
    };
    const vec byte[FM_PROBES] = {
        vec_fill(needle[offset[0]]),
        vec_fill(needle[offset[probes > 1 ? 1 : 0]]),
        vec_fill(needle[offset[probes > 2 ? 2 : 0]]),
    };
#define CANDIDATES(start)                                                                          \
    (probes == 1   ? vec_equal(vec_load(view[0] + (start)), byte[0])                               \
     : probes == 2 ? lanes_and(vec_equal(vec_load(view[0] + (start)), byte[0]),                    \
                               vec_equal(vec_load(view[1] + (start)), byte[1]))                    \
                   : lanes_and(lanes_and(vec_equal(vec_load(view[0] + (start)), byte[0]),          \
                                         vec_equal(vec_load(view[1] + (start)), byte[1])),         \
                               vec_equal(vec_load(view[2] + (start)), byte[2])))
#define INSPECT(start, mask)                                                                       \
    do {                                                                                           \
        size_t occurrence =                                                                        \
            inspect(haystack, (start), (mask), needle, m, exact, reverse, &work->spent);           \
        if (occurrence != FM_ABSENT) {                                                             \
            return occurrence;                                                                     \
        }                                                                                          \
    } while (0)

    size_t from = range->from;
    size_t to = range->to;
    const size_t length = to - from;
    unsigned alone = 0;
    while (to - from >= VEC_BYTES && (!grouped || alone++ < ALONE)) {
        size_t start = reverse ? to - VEC_BYTES : from;
        uint64_t mask = lanes_mask(CANDIDATES(start));
        if (mask != 0) {
            INSPECT(start, mask);
        }
        from += reverse ? 0 : VEC_BYTES;
        to -= reverse ? VEC_BYTES : 0;
    }
    while (grouped && to - from >= GROUP * VEC_BYTES) {
        size_t start = reverse ? to - GROUP * VEC_BYTES : from;
        lanes hit[GROUP] = {
            CANDIDATES(start),
            CANDIDATES(start + VEC_BYTES),
            CANDIDATES(start + 2 * VEC_BYTES),
            CANDIDATES(start + 3 * VEC_BYTES),
        };
        if (lanes_any(lanes_or(lanes_or(hit[0], hit[1]), lanes_or(hit[2], hit[3])))) {
            for (unsigned i = 0; i < GROUP; i++) {
                unsigned part = reverse ? GROUP - 1 - i : i;
                INSPECT(start + part * VEC_BYTES, lanes_mask(hit[part]));
            }
            size_t done = length - (to - from);
            if (!exact && work->spent > work->allowance + (done >> work->rate)) {
                *range = (struct range){reverse ? from : from + GROUP * VEC_BYTES,
                                        reverse ? to - GROUP * VEC_BYTES : to};
                return FM_ABSENT;
            }
        }
        from += reverse ? 0 : GROUP * VEC_BYTES;
        to -= reverse ? GROUP * VEC_BYTES : 0;
    }
    while (grouped && to - from >= VEC_BYTES) {
        size_t start = reverse ? to - VEC_BYTES : from;
        INSPECT(start, lanes_mask(CANDIDATES(start)));
        from += reverse ? 0 : VEC_BYTES;
        to -= reverse ? VEC_BYTES : 0;
    }
    if (from < to) {
        size_t start = reverse ? 0 : k - VEC_BYTES;
        uint64_t mask = lanes_mask(CANDIDATES(start));
        mask = reverse ? mask & ~(UINT64_MAX << (to * LANE_BITS))
                       : mask & (UINT64_MAX << ((from - start) * LANE_BITS));
        INSPECT(start, mask);
    }
    range->from = range->to;
    return FM_ABSENT;
#undef CANDIDATES
#undef INSPECT
}

/* The sweeps over long ranges, out of line. Needles of 1, 2 and 3 bytes are all probe. */
static const size_t in_order[FM_PROBES] = {0, 1, 2};

#define SWEEP_EXACT(name, probes, reverse)                                                         \
    OUTLINE size_t name(const unsigned char *haystack, size_t k, const unsigned char *needle) {    \
        struct range range = {0, k};                                                               \
        struct work work = {0, 0, 0};                                                              \
        return sweep(haystack, k, needle, (probes), in_order, (probes), true, true, (reverse),     \
                     &range, &work);                                                               \
    }
SWEEP_EXACT(sweep_1, 1, false)
SWEEP_EXACT(sweep_1_reverse, 1, true)
SWEEP_EXACT(sweep_2, 2, false)
SWEEP_EXACT(sweep_2_reverse, 2, true)
SWEEP_EXACT(sweep_3, 3, false)
SWEEP_EXACT(sweep_3_reverse, 3, true)
#undef SWEEP_EXACT

#define SWEEP(name, probes, reverse)                                                               \
    OUTLINE size_t name(const unsigned char *haystack, size_t k, const struct fm_pattern *pattern, \
                        struct range *range, struct work *work) {                                  \
        return sweep(haystack, k, pattern->needle, pattern->m, pattern->offset, (probes), false,   \
                     true, (reverse), range, work);                                                \
    }
SWEEP(sweep_pair, 2, false)
SWEEP(sweep_pair_reverse, 2, true)
SWEEP(sweep_triple, 3, false)
SWEEP(sweep_triple_reverse, 3, true)
#undef SWEEP

KERNEL size_t sweep_pattern(const unsigned char *haystack, size_t k,
                            const struct fm_pattern *pattern, bool reverse, struct range *range,
                            struct work *work) {
    return pattern->two_suffice
               ? (reverse ? sweep_pair_reverse : sweep_pair)(haystack, k, pattern, range, work)
               : (reverse ? sweep_triple_reverse : sweep_triple)(haystack, k, pattern, range, work);
}

/* ---- Long haystacks ------------------------------------------------------------------------ */

/* More false candidates than one in 2^REFINE_RATE starts cost more than a better choice of probes:
 * look at SAMPLE bytes of the haystack to make one. Only bytes that the search has passed. */
#define REFINE_ALLOWANCE 16
#define REFINE_RATE 8
#define SAMPLE 1024

/* More than one in 2^LINEAR_RATE, and two-way is as fast. It takes over for SEGMENT starts, twice
 * as many each time; then this file has another try, as one hostile stretch does not make a hostile
 * haystack. */
#define LINEAR_ALLOWANCE 64
#define LINEAR_RATE 3
#define SEGMENT 4096

/* Two-way for the next `length` starts of the range, which shrinks by them. */
OUTLINE size_t linear_segment(const unsigned char *haystack, const struct fm_two_way *two_way,
                              size_t length, bool reverse, struct range *range) {
    size_t rest = two_way->m - 1;
    length = length < range->to - range->from ? length : range->to - range->from;
    if (reverse) {
        size_t start = range->to - length;
        size_t found = fm_two_way_rfind(two_way, haystack + start, length + rest);
        range->to = start;
        return found == FM_ABSENT ? FM_ABSENT : start + found;
    }
    size_t start = range->from;
    range->from += length;
    return fm_two_way_find(two_way, haystack, range->from + rest, start);
}

/* The first occurrence that starts in `range`. The range is passed over in sweeps until one finds
 * too many false candidates; then with better probes; then, if `linear`, with two-way for a while.
 */
KERNEL size_t hunt(const unsigned char *haystack, size_t k, const struct fm_pattern *prepared,
                   bool reverse, bool linear, struct range range) {
    const struct range whole = {reverse ? 0 : range.from, reverse ? range.to : k};
    struct work work = {0, REFINE_ALLOWANCE, REFINE_RATE};
    size_t found = sweep_pattern(haystack, k, prepared, reverse, &range, &work);
    if (found != FM_ABSENT || range.from >= range.to) {
        return found;
    }
    struct fm_pattern pattern = *prepared;
    struct fm_two_way two_way;
    size_t segment = 0;
    for (;;) {
        size_t passed = reverse ? whole.to - range.to : range.from - whole.from;
        size_t sample = passed < SAMPLE ? passed : SAMPLE;
        fm_pattern_refine(&pattern, haystack + (reverse ? range.to : range.from - sample), sample);
        work = (struct work){0, linear ? LINEAR_ALLOWANCE : SIZE_MAX / 2, LINEAR_RATE};
        found = sweep_pattern(haystack, k, &pattern, reverse, &range, &work);
        if (found != FM_ABSENT || range.from >= range.to) {
            return found;
        }
        if (segment == 0) {
            (reverse ? fm_two_way_prepare_reverse : fm_two_way_prepare)(&two_way, pattern.needle,
                                                                        pattern.m);
            segment = SEGMENT + 4 * pattern.m;
        }
        found = linear_segment(haystack, &two_way, segment, reverse, &range);
        if (found != FM_ABSENT || range.from >= range.to) {
            return found;
        }
        segment = segment < SIZE_MAX / 4 ? 2 * segment : segment;
    }
}

/* ---- By size -------------------------------------------------------------------------------- */

/* The first starts are looked at with the ends of the needle as probes: choosing better ones would
 * take longer. A multiple of VEC_BYTES. */
#define NEAR 256

/* Needle bytes to choose probes from, for k starts: choosing takes about 1 ns a byte. */
#define CHOOSE_FROM(k) (16 + (k) / 32)

/* n <= SMALL_MAX: all places of the first and last byte of the needle, as two masks. */
KERNEL size_t search_small(const unsigned char *haystack, size_t n, const unsigned char *needle,
                           size_t m, bool reverse) {
    struct masks places = small_masks(haystack, n, needle[0], needle[m - 1]);
    uint64_t mask = places.a & (places.b >> ((m - 1) * LANE_BITS));
    size_t spent = 0;
    return inspect(haystack, 0, mask, needle, m, m <= 2, reverse, &spent);
}

/* k < VEC_BYTES <= n: one vector at each end of the haystack. */
KERNEL size_t search_long_needle(const unsigned char *haystack, size_t n,
                                 const unsigned char *needle, size_t m, bool reverse) {
    size_t last = n - VEC_BYTES; /* where the second vector begins; m - 1 > last */
    uint64_t first_byte = lanes_mask(vec_equal(vec_load(haystack), vec_fill(needle[0])));
    uint64_t last_byte = lanes_mask(vec_equal(vec_load(haystack + last), vec_fill(needle[m - 1])));
    uint64_t mask = first_byte & (last_byte >> ((m - 1 - last) * LANE_BITS));
    size_t spent = 0;
    return inspect(haystack, 0, mask, needle, m, false, reverse, &spent);
}

KERNEL size_t search_exact(const unsigned char *haystack, size_t k, const unsigned char *needle,
                           size_t m, bool reverse) {
    return m == 1   ? (reverse ? sweep_1_reverse : sweep_1)(haystack, k, needle)
           : m == 2 ? (reverse ? sweep_2_reverse : sweep_2)(haystack, k, needle)
                    : (reverse ? sweep_3_reverse : sweep_3)(haystack, k, needle);
}

KERNEL size_t search_large(const unsigned char *haystack, size_t n, const unsigned char *needle,
                           size_t m, bool reverse, bool linear) {
    size_t k = n - m + 1;
    if (m <= FM_PROBES && k >= VEC_BYTES) {
        return search_exact(haystack, k, needle, m, reverse);
    }
    if (k < VEC_BYTES) {
        return search_long_needle(haystack, n, needle, m, reverse);
    }
    const size_t ends[2] = {0, m - 1};
    struct range near = {reverse && k > NEAR ? k - NEAR : 0, !reverse && k > NEAR ? NEAR : k};
    struct work work = {0, 0, 0};
    size_t found = sweep(haystack, k, needle, m, ends, 2, false, false, reverse, &near, &work);
    if (found != FM_ABSENT || k <= NEAR) {
        return found;
    }
    struct fm_pattern pattern;
    fm_pattern_choose(&pattern, needle, m, CHOOSE_FROM(k));
    return hunt(haystack, k, &pattern, reverse, linear,
                (struct range){reverse ? 0 : NEAR, reverse ? k - NEAR : k});
}

KERNEL size_t search_prepared(const struct fm_pattern *pattern, const unsigned char *haystack,
                              size_t n, bool reverse, bool linear) {
    size_t m = pattern->m;
    if (m - 1 >= n) {
        return m != 0 ? FM_ABSENT : reverse ? n : 0;
    }
    if (n <= SMALL_MAX) {
        return search_small(haystack, n, pattern->needle, m, reverse);
    }
    size_t k = n - m + 1;
    if (m <= FM_PROBES && k >= VEC_BYTES) {
        return search_exact(haystack, k, pattern->needle, m, reverse);
    }
    if (k < VEC_BYTES) {
        return search_long_needle(haystack, n, pattern->needle, m, reverse);
    }
    return hunt(haystack, k, pattern, reverse, linear, (struct range){0, k});
}

/* ---- Entry points --------------------------------------------------------------------------- */

/* Not every including file has a use for all of them. */
#define ENTRY_TARGET TARGET __attribute__((unused))

/* m - 1 >= n catches a needle longer than the haystack and, as it wraps around, an empty one. */
#define ENTRY(name, reverse, linear)                                                               \
    OUTLINE size_t name##_large(const unsigned char *haystack, size_t n,                           \
                                const unsigned char *needle, size_t m) {                           \
        return search_large(haystack, n, needle, m, (reverse), (linear));                          \
    }                                                                                              \
    ENTRY_TARGET static size_t name(const unsigned char *haystack, size_t n,                       \
                                    const unsigned char *needle, size_t m) {                       \
        if (m - 1 >= n) {                                                                          \
            return m != 0 ? FM_ABSENT : (reverse) ? n : 0;                                         \
        }                                                                                          \
        if (n <= SMALL_MAX) {                                                                      \
            return search_small(haystack, n, needle, m, (reverse));                                \
        }                                                                                          \
        return name##_large(haystack, n, needle, m);                                               \
    }                                                                                              \
    ENTRY_TARGET static size_t prepared_##name(const void *searcher,                               \
                                               const unsigned char *haystack, size_t n) {          \
        return search_prepared(searcher, haystack, n, (reverse), (linear));                        \
    }
ENTRY(find, false, false)
ENTRY(rfind, true, false)
ENTRY(find_linear, false, true)
ENTRY(rfind_linear, true, true)
#undef ENTRY

static void prepare(void *searcher, const unsigned char *needle, size_t m) {
    struct fm_pattern *pattern = searcher;
    if (m == 0) {
        *pattern = (struct fm_pattern){.needle = needle, .m = 0};
    } else {
        fm_pattern_choose(pattern, needle, m, m);
    }
}

#define KERNEL_WORST_CASE                                                                          \
    "n*m: haystack that agrees with the needle at its probes nearly everywhere"

/* The including file's descriptor has these beside .find and .rfind. */
#define FM_KERNEL_STRATEGY_MEMBERS                                                                 \
    .searcher_size = sizeof(struct fm_pattern), .prepare = prepare,                                \
    .prepared_find = prepared_find, .prepared_rfind = prepared_rfind,                              \
    .kernel = &(const struct fm_kernel) {                                                          \
        VEC_BYTES, find_linear, rfind_linear, prepared_find_linear, prepared_rfind_linear          \
    }

#endif
