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
 *   small_masks(h, n, a, b)  for n in [1, SMALL_MAX]: the places of the bytes a and b in
 *                  h[0, n), as lanes_mask would give them for one long vector
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
 * 5. Invariant of a sweep: among the starts it was given, no occurrence starts outside the
 *    range [from, to) that is left. Forward `from` grows to `to`; in reverse `to` falls to it.
 * 6. Tail: fewer than VEC_BYTES starts are left. The last vector is laid over starts already
 *    done, up to the range's end, and their lanes are masked off. Worst case: comparing costs
 *    O(m) a candidate, so O(nm) where nearly everything is one; the linear variants count work
 *    and hand over to two-way in time.
 *
 * The way of a search: small haystack, one mask; else the near starts, with the needle's ends and
 * middle as probes; then `hunt`: leaps if the needle is long; then sweeps with as many chosen
 * probes as the data asks for; then, if the work is bounded, two-way. TUNING.md tells what the
 * constants were tried against. */
#ifndef FM_KERNEL_H
#define FM_KERNEL_H

#include <string.h>

#include "common/leap.h"
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

/* One unit is what one mispredicted branch costs, some 5 ns: a group of vectors that was hit by one
 * probe, or a candidate that was false. */
struct work {
    size_t spent;     /* units since the sweep began */
    size_t allowance; /* it may spend this and 1 unit for every 2^rate starts it has done, */
    unsigned rate;
    size_t limit;                 /* which makes so many now */
    unsigned failed;              /* false candidates since the sweep began */
    size_t failures[FM_FAILURES]; /* where the last of them were */
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

/* The first occurrence among the candidates `mask` of the starts from `start` on, or FM_ABSENT:
 * then there is none, or the work has passed its limit and the last failure says where. */
KERNEL size_t inspect(const unsigned char *haystack, size_t start, uint64_t mask,
                      const unsigned char *needle, size_t m, bool exact, bool reverse,
                      struct work *work) {
    do {
        size_t lane = first_lane(mask, reverse);
        if (exact || equal(haystack + start + lane, needle, m, &work->spent)) {
            return start + lane;
        }
        work->failures[work->failed++ % FM_FAILURES] = start + lane;
        mask = without_lane(mask, lane, reverse);
    } while (mask != 0 && work->spent <= work->limit);
    return FM_ABSENT;
}

/* The same where so few candidates are possible that nobody counts the work. */
KERNEL size_t inspect_few(const unsigned char *haystack, uint64_t mask, const unsigned char *needle,
                          size_t m, bool exact, bool reverse, size_t *spent) {
    while (mask != 0) {
        size_t lane = first_lane(mask, reverse);
        if (exact || equal(haystack + lane, needle, m, spent)) {
            return lane;
        }
        mask = without_lane(mask, lane, reverse);
    }
    return FM_ABSENT;
}

/* ---- Sweeping ----------------------------------------------------------------------------- */

struct probe {
    const unsigned char *view; /* the haystack, from where a start at 0 has this probe */
    vec byte;
};

/* How many probes a sweep tests, known to the compiler; DEEP is four or more. */
enum { EXACT = 0, ONE = 1, TWO = 2, THREE = 3, DEEP = 4 };

KERNEL lanes hit_by(struct probe probe, size_t start) {
    return vec_equal(vec_load(probe.view + start), probe.byte);
}

/* Which of VEC_BYTES starts agree with the first three probes, or as many as there are. */
KERNEL lanes hits(const struct probe probe[], unsigned depth, size_t start) {
    lanes hit = hit_by(probe[0], start);
    if (depth >= TWO) {
        hit = lanes_and(hit, hit_by(probe[1], start));
    }
    if (depth >= THREE) {
        hit = lanes_and(hit, hit_by(probe[2], start));
    }
    return hit;
}

/* Which of them agree with all that are tested. */
KERNEL lanes all_hits(const struct probe probe[], unsigned depth, unsigned count, size_t start) {
    lanes hit = hits(probe, depth, start);
    for (unsigned i = THREE; depth == DEEP && i < count; i++) {
        hit = lanes_and(hit, hit_by(probe[i], start));
    }
    return hit;
}

/* Vectors that are tested together. */
#define GROUP 4

/* Vectors whose masks fit into 64 bits together. */
#define PACK (64 / (VEC_BYTES * LANE_BITS))

/* The first occurrence that starts in `range`, or FM_ABSENT: then the range is empty, or the sweep
 * has given up because it spent too much, and the range says what is left.
 *
 * Depth and reverse are constants. EXACT is for needles of one byte, which a probe is all of. The
 * haystack has k >= VEC_BYTES starts. A range of fewer than VEC_BYTES starts ends, in the direction
 * of the search, where they end. */
KERNEL size_t sweep(const unsigned char *haystack, const struct fm_pattern *pattern, unsigned depth,
                    bool reverse, struct range *range, struct work *work) {
    const unsigned char *const needle = pattern->needle;
    const size_t m = pattern->m;
    const bool exact = depth == EXACT;
    const unsigned count = depth == DEEP ? pattern->probes : depth == EXACT ? 1 : depth;
    struct probe probe[FM_PROBES];
    /* one probe has a second to look at where it hit */
    for (unsigned i = 0; i < (depth == ONE ? 2 : count); i++) {
        probe[i].view = haystack + pattern->offset[i];
        probe[i].byte = vec_fill(needle[pattern->offset[i]]);
    }
#define INSPECT(start, mask)                                                                       \
    do {                                                                                           \
        uint64_t candidates = (mask);                                                              \
        if (candidates != 0) {                                                                     \
            size_t found =                                                                         \
                inspect(haystack, (start), candidates, needle, m, exact, reverse, work);           \
            if (found != FM_ABSENT) {                                                              \
                return found;                                                                      \
            }                                                                                      \
            if (work->spent > work->limit) {                                                       \
                size_t failure = work->failures[(work->failed - 1) % FM_FAILURES];                 \
                *range = reverse ? (struct range){range->from, failure}                            \
                                 : (struct range){failure + 1, range->to};                         \
                return FM_ABSENT;                                                                  \
            }                                                                                      \
        }                                                                                          \
    } while (0)
#define ADVANCE(starts) (reverse ? (void)(to -= (starts)) : (void)(from += (starts)))

    size_t from = range->from;
    size_t to = range->to;
    const size_t length = to - from;
    work->limit = work->allowance;
    if (to - from >= GROUP * VEC_BYTES) {
        /* one vector alone, up to where loads of the first probe are aligned */
        size_t past = (uintptr_t)(probe[0].view + (reverse ? to : from)) % VEC_BYTES;
        if (past != 0) {
            size_t start = reverse ? to - VEC_BYTES : from;
            INSPECT(start, lanes_mask(all_hits(probe, depth, count, start)));
            ADVANCE(reverse ? past : VEC_BYTES - past);
        }
    }
    while (to - from >= GROUP * VEC_BYTES) {
        size_t start = reverse ? to - GROUP * VEC_BYTES : from;
        lanes hit0 = hits(probe, depth, start);
        lanes hit1 = hits(probe, depth, start + VEC_BYTES);
        lanes hit2 = hits(probe, depth, start + 2 * VEC_BYTES);
        lanes hit3 = hits(probe, depth, start + 3 * VEC_BYTES);
        for (unsigned i = THREE; depth == DEEP && i < count; i++) {
            hit0 = lanes_and(hit0, hit_by(probe[i], start));
            hit1 = lanes_and(hit1, hit_by(probe[i], start + VEC_BYTES));
            hit2 = lanes_and(hit2, hit_by(probe[i], start + 2 * VEC_BYTES));
            hit3 = lanes_and(hit3, hit_by(probe[i], start + 3 * VEC_BYTES));
        }
        ADVANCE(GROUP * VEC_BYTES);
        if (lanes_any(lanes_or(lanes_or(hit0, hit1), lanes_or(hit2, hit3)))) {
            if (depth == ONE) {
                hit0 = lanes_and(hit0, hit_by(probe[1], start));
                hit1 = lanes_and(hit1, hit_by(probe[1], start + VEC_BYTES));
                hit2 = lanes_and(hit2, hit_by(probe[1], start + 2 * VEC_BYTES));
                hit3 = lanes_and(hit3, hit_by(probe[1], start + 3 * VEC_BYTES));
            }
            if (!exact) {
                work->spent += depth == ONE;
                work->limit = work->allowance + ((length - (to - from)) >> work->rate);
            }
            const uint64_t mask[GROUP] = {lanes_mask(hit0), lanes_mask(hit1), lanes_mask(hit2),
                                          lanes_mask(hit3)};
            for (unsigned i = 0; i < GROUP; i += PACK) {
                unsigned part = reverse ? GROUP - PACK - i : i;
                uint64_t packed = mask[part];
                for (unsigned j = 1; j < PACK; j++) {
                    packed |= mask[part + j] << (j * VEC_BYTES * LANE_BITS % 64);
                }
                INSPECT(start + part * VEC_BYTES, packed);
            }
            if (depth == ONE && work->spent > work->limit) {
                *range = (struct range){from, to};
                return FM_ABSENT;
            }
        }
    }
    while (to - from >= VEC_BYTES) {
        size_t start = reverse ? to - VEC_BYTES : from;
        INSPECT(start, lanes_mask(all_hits(probe, depth, count, start)));
        ADVANCE(VEC_BYTES);
    }
    if (from < to) {
        size_t start = reverse ? from : to - VEC_BYTES;
        uint64_t mask = lanes_mask(all_hits(probe, depth, count, start));
        INSPECT(start, reverse ? mask & ~(UINT64_MAX << ((to - start) * LANE_BITS))
                               : mask & (UINT64_MAX << ((from - start) * LANE_BITS)));
    }
    size_t end = reverse ? range->from : range->to;
    *range = (struct range){end, end};
    return FM_ABSENT;
#undef INSPECT
#undef ADVANCE
}

/* The sweeps, out of line. */
#define SWEEP(name, depth)                                                                         \
    OUTLINE size_t name(const unsigned char *haystack, const struct fm_pattern *pattern,           \
                        struct range *range, struct work *work) {                                  \
        return sweep(haystack, pattern, (depth), false, range, work);                              \
    }                                                                                              \
    OUTLINE size_t name##_reverse(const unsigned char *haystack, const struct fm_pattern *pattern, \
                                  struct range *range, struct work *work) {                        \
        return sweep(haystack, pattern, (depth), true, range, work);                               \
    }
SWEEP(sweep_exact, EXACT)
SWEEP(sweep_one, ONE)
SWEEP(sweep_two, TWO)
SWEEP(sweep_three, THREE)
SWEEP(sweep_deep, DEEP)
#undef SWEEP

KERNEL size_t sweep_pattern(const unsigned char *haystack, const struct fm_pattern *pattern,
                            bool reverse, struct range *range, struct work *work) {
    switch (pattern->m == 1 ? EXACT : pattern->probes) {
    case EXACT:
        return (reverse ? sweep_exact_reverse : sweep_exact)(haystack, pattern, range, work);
    case ONE:
        return (reverse ? sweep_one_reverse : sweep_one)(haystack, pattern, range, work);
    case TWO:
        return (reverse ? sweep_two_reverse : sweep_two)(haystack, pattern, range, work);
    case THREE:
        return (reverse ? sweep_three_reverse : sweep_three)(haystack, pattern, range, work);
    default:
        return (reverse ? sweep_deep_reverse : sweep_deep)(haystack, pattern, range, work);
    }
}

/* ---- Long haystacks ------------------------------------------------------------------------ */

/* A hit for every 2^BUSY_RATE starts costs more than another probe; fewer than one for every
 * 2^CALM_RATE cost less than the probe that prevents them. */
#define BUSY_ALLOWANCE 16
#define BUSY_RATE 10
#define CALM_RATE 13

/* Starts before the number of probes is thought over for the first time. */
#define STRETCH 2048

/* More than one hit for every 2^LINEAR_RATE starts with all probes there are, and two-way is as
 * fast. It takes over for SEGMENT starts, twice as many each time; then this file has another try,
 * as one hostile stretch does not make a hostile haystack. */
#define LINEAR_ALLOWANCE 64
#define LINEAR_RATE 3
#define SEGMENT 16384

/* The `length` starts of the range that come first. */
KERNEL struct range first_part(struct range range, size_t length, bool reverse) {
    if (length >= range.to - range.from) {
        return range;
    }
    return reverse ? (struct range){range.to - length, range.to}
                   : (struct range){range.from, range.from + length};
}

/* Two-way for the starts of `part`. */
OUTLINE size_t linear(const unsigned char *haystack, const struct fm_two_way *two_way,
                      struct range part, bool reverse) {
    size_t n = part.to + two_way->m - 1;
    if (!reverse) {
        return fm_two_way_find(two_way, haystack, n, part.from);
    }
    size_t found = fm_two_way_rfind(two_way, haystack + part.from, n - part.from);
    return found == FM_ABSENT ? FM_ABSENT : part.from + found;
}

/* Shortest needle that is worth a table of leaps, and starts that pay for building it. */
#define LEAP_NEEDLE 512
#define LEAP_STARTS(m) (8192 + 16 * (m))

/* Leaps over the starts of `range`, as far as they pay. */
OUTLINE size_t leap(const unsigned char *haystack, const unsigned char *needle, size_t m,
                    bool reverse, struct range *range) {
    struct fm_leap table;
    fm_leap_prepare(&table, needle, m, reverse);
    return (reverse ? fm_leap_rfind : fm_leap_find)(&table, haystack, &range->from, &range->to);
}

/* The first occurrence that starts in `range`.
 *
 * It is swept over in stretches. Between them the number of probes follows what the last one saw:
 * one less where hits were few, one more where they were many, chosen by the candidates that were
 * false. If that does not help and `bounded`, two-way goes on from there for a while. */
KERNEL size_t hunt(const unsigned char *haystack, const struct fm_pattern *prepared, bool reverse,
                   bool bounded, struct range range) {
    if (prepared->m >= LEAP_NEEDLE && range.to - range.from >= LEAP_STARTS(prepared->m)) {
        size_t found = leap(haystack, prepared->needle, prepared->m, reverse, &range);
        if (found != FM_ABSENT || range.from == range.to) {
            return found;
        }
    }
    struct fm_pattern pattern = *prepared;
    struct fm_two_way two_way;
    size_t stretch = STRETCH;
    size_t segment = 0;
    bool learning = true;
    for (;;) {
        struct range part = first_part(range, stretch, reverse);
        const size_t length = part.to - part.from;
        struct work work;
        work.spent = 0;
        work.failed = 0;
        work.allowance = learning ? BUSY_ALLOWANCE : bounded ? LINEAR_ALLOWANCE : SIZE_MAX / 2;
        work.rate = learning ? BUSY_RATE : LINEAR_RATE;
        size_t found = sweep_pattern(haystack, &pattern, reverse, &part, &work);
        range = reverse ? (struct range){range.from, part.to} : (struct range){part.from, range.to};
        if (found != FM_ABSENT || range.from == range.to) {
            return found;
        }
        if (part.from == part.to) {
            if (pattern.probes > 1 && work.spent <= length >> CALM_RATE) {
                pattern.probes--;
            } else {
                stretch += stretch < SIZE_MAX / 2 ? stretch : 0;
            }
            continue;
        }
        if (pattern.probes < pattern.known) {
            pattern.probes++;
            stretch += stretch < SIZE_MAX / 2 ? stretch : 0; /* a mistake: make fewer of them */
        } else if (learning) {
            size_t failures = work.failed < FM_FAILURES ? work.failed : FM_FAILURES;
            learning = pattern.known < FM_PROBES &&
                       fm_pattern_learn(&pattern, haystack, work.failures, failures);
        } else {
            if (segment == 0) {
                (reverse ? fm_two_way_prepare_reverse
                         : fm_two_way_prepare)(&two_way, pattern.needle, pattern.m);
                segment = SEGMENT + 4 * pattern.m;
            }
            part = first_part(range, segment, reverse);
            found = linear(haystack, &two_way, part, reverse);
            range =
                reverse ? (struct range){range.from, part.from} : (struct range){part.to, range.to};
            if (found != FM_ABSENT || range.from == range.to) {
                return found;
            }
            segment += segment < SIZE_MAX / 2 ? segment : 0;
        }
    }
}

/* ---- By size -------------------------------------------------------------------------------- */

/* The first starts are looked at with three probes of the needle where they are: choosing better
 * ones would take longer. Not where comparing a candidate may take long. */
#define NEAR 512
#define NEAR_BYTE 128
#define NEAR_NEEDLE 256
#define NEAR_ALLOWANCE 32 /* units of work */

/* Needle bytes to choose probes from, for k starts. */
#define CHOOSE_FROM(k) (16 + ((k) < 8192 ? (k) / 64 : 128))

/* n <= SMALL_MAX: all places of the first and last byte of the needle, as two masks. */
KERNEL size_t search_small(const unsigned char *haystack, size_t n, const unsigned char *needle,
                           size_t m, bool reverse) {
    struct masks places = small_masks(haystack, n, needle[0], needle[m - 1]);
    uint64_t mask = places.a & (places.b >> ((m - 1) * LANE_BITS));
    size_t spent = 0;
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

/* The first occurrence among the first `near` of k starts; if FM_ABSENT, `*done` starts are done.
 * One vector at a time, as an occurrence may be near. k >= VEC_BYTES. */
KERNEL size_t search_near(const unsigned char *haystack, size_t k, const unsigned char *needle,
                          size_t m, const struct probe probe[], unsigned depth, bool exact,
                          size_t near, bool reverse, size_t *done) {
    size_t passed = 0;
    size_t spent = 0;
    do {
        size_t start = reverse ? k - VEC_BYTES - passed : passed;
        uint64_t mask = lanes_mask(hits(probe, depth, start));
        if (mask != 0) {
            size_t found = inspect_few(haystack + start, mask, needle, m, exact, reverse, &spent);
            if (found != FM_ABSENT) {
                return start + found;
            }
        }
        passed += VEC_BYTES;
    } while (k - passed >= VEC_BYTES && passed < near && spent <= NEAR_ALLOWANCE);
    if (k - passed < VEC_BYTES && passed < k) {
        /* the last vector is laid over starts that are done */
        size_t start = reverse ? 0 : k - VEC_BYTES;
        uint64_t mask = lanes_mask(hits(probe, depth, start));
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
    return FM_ABSENT;
}

KERNEL struct range without_first(size_t k, size_t done, bool reverse) {
    return reverse ? (struct range){0, k - done} : (struct range){done, k};
}

/* A needle of one byte, after the near starts. */
KERNEL size_t search_far_byte(const unsigned char *haystack, size_t k, const unsigned char *needle,
                              size_t done, bool reverse) {
    struct fm_pattern pattern;
    pattern.needle = needle;
    pattern.m = 1;
    pattern.offset[0] = 0;
    struct range range = without_first(k, done, reverse);
    struct work work;
    work.spent = 0;
    work.allowance = 0;
    work.rate = 0;
    return (reverse ? sweep_exact_reverse : sweep_exact)(haystack, &pattern, &range, &work);
}

/* A longer needle, after the near starts, without a prepared pattern. */
KERNEL size_t search_far(const unsigned char *haystack, size_t k, const unsigned char *needle,
                         size_t m, size_t done, bool reverse, bool bounded) {
    struct fm_pattern pattern;
    fm_pattern_choose(&pattern, needle, m, CHOOSE_FROM(k));
    return hunt(haystack, &pattern, reverse, bounded, without_first(k, done, reverse));
}

/* ---- Entry points --------------------------------------------------------------------------- */

/* Not every including file has a use for all of them. */
#define ENTRY_TARGET TARGET __attribute__((unused))

/* m - 1 >= n catches a needle longer than the haystack and, as it wraps around, an empty one. */
#define ENTRY(name, reverse, bounded)                                                              \
    OUTLINE size_t name##_far_byte(const unsigned char *haystack, size_t k,                        \
                                   const unsigned char *needle, size_t done) {                     \
        return search_far_byte(haystack, k, needle, done, (reverse));                              \
    }                                                                                              \
    OUTLINE size_t name##_far(const unsigned char *haystack, size_t k,                             \
                              const unsigned char *needle, size_t m, size_t done) {                \
        return search_far(haystack, k, needle, m, done, (reverse), (bounded));                     \
    }                                                                                              \
    OUTLINE size_t name##_far_prepared(const unsigned char *haystack, size_t k,                    \
                                       const struct fm_pattern *pattern, size_t done) {            \
        return hunt(haystack, pattern, (reverse), (bounded), without_first(k, done, (reverse)));   \
    }                                                                                              \
    KERNEL size_t name##_large(const unsigned char *haystack, size_t n,                            \
                               const unsigned char *needle, size_t m,                              \
                               const struct fm_pattern *prepared) {                                \
        const size_t k = n - m + 1;                                                                \
        size_t done = 0;                                                                           \
        if (m == 1) {                                                                              \
            const struct probe probe[1] = {{haystack, vec_fill(needle[0])}};                       \
            size_t found = search_near(haystack, k, needle, 1, probe, EXACT, true, NEAR_BYTE,      \
                                       (reverse), &done);                                          \
            return found != FM_ABSENT || done == k ? found                                         \
                                                   : name##_far_byte(haystack, k, needle, done);   \
        }                                                                                          \
        if (k < VEC_BYTES) {                                                                       \
            return search_few_starts(haystack, n, needle, m, (reverse));                           \
        }                                                                                          \
        if (m <= NEAR_NEEDLE) {                                                                    \
            const struct probe probe[THREE] = {                                                    \
                {haystack, vec_fill(needle[0])},                                                   \
                {haystack + m / 2, vec_fill(needle[m / 2])},                                       \
                {haystack + m - 1, vec_fill(needle[m - 1])},                                       \
            };                                                                                     \
            size_t found =                                                                         \
                search_near(haystack, k, needle, m, probe, THREE, m <= 3, NEAR, (reverse), &done); \
            if (found != FM_ABSENT || done == k) {                                                 \
                return found;                                                                      \
            }                                                                                      \
        }                                                                                          \
        return prepared ? name##_far_prepared(haystack, k, prepared, done)                         \
                        : name##_far(haystack, k, needle, m, done);                                \
    }                                                                                              \
    OUTLINE size_t name##_unprepared(const unsigned char *haystack, size_t n,                      \
                                     const unsigned char *needle, size_t m) {                      \
        return name##_large(haystack, n, needle, m, NULL);                                         \
    }                                                                                              \
    OUTLINE size_t name##_prepared(const unsigned char *haystack, size_t n,                        \
                                   const struct fm_pattern *pattern) {                             \
        return name##_large(haystack, n, pattern->needle, pattern->m, pattern);                    \
    }                                                                                              \
    ENTRY_TARGET static size_t name(const unsigned char *haystack, size_t n,                       \
                                    const unsigned char *needle, size_t m) {                       \
        if (m - 1 >= n) {                                                                          \
            return m != 0 ? FM_ABSENT : (reverse) ? n : 0;                                         \
        }                                                                                          \
        return n <= SMALL_MAX ? search_small(haystack, n, needle, m, (reverse))                    \
                              : name##_unprepared(haystack, n, needle, m);                         \
    }                                                                                              \
    ENTRY_TARGET static size_t prepared_##name(const void *searcher,                               \
                                               const unsigned char *haystack, size_t n) {          \
        const struct fm_pattern *pattern = searcher;                                               \
        if (pattern->m - 1 >= n) {                                                                 \
            return pattern->m != 0 ? FM_ABSENT : (reverse) ? n : 0;                                \
        }                                                                                          \
        return n <= SMALL_MAX ? search_small(haystack, n, pattern->needle, pattern->m, (reverse))  \
                              : name##_prepared(haystack, n, pattern);                             \
    }
ENTRY(find, false, false)
ENTRY(rfind, true, false)
ENTRY(find_linear, false, true)
ENTRY(rfind_linear, true, true)
#undef ENTRY

#define PREPARE_FROM 256 /* needle bytes to choose probes from */

static void prepare(void *searcher, const unsigned char *needle, size_t m) {
    struct fm_pattern *pattern = searcher;
    if (m == 0) {
        *pattern = (struct fm_pattern){.needle = needle, .m = 0};
    } else {
        fm_pattern_choose(pattern, needle, m, PREPARE_FROM);
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
