/* SPDX-License-Identifier: MPL-2.0
 *
 * Part of simd/kernel.h: sweeping over starts with probes. */
#ifndef FM_SWEEP_H
#define FM_SWEEP_H

#include "simd/candidates.h"

struct probe {
    const unsigned char *view; /* the haystack, from where a start at 0 has this probe */
    vec byte;
};

/* How many probes a sweep tests, known to the compiler; DEEP is four or more. */
enum { ONE = 1, TWO = 2, THREE = 3, DEEP = 4 };

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

/* How far ahead a sweep asks the memory for bytes. The CPU guesses right by itself where one probe
 * loads, but not where several do, a few bytes apart, nor across the ends of pages. */
#define AHEAD (VEC_BYTES == 64 ? 4096 : 1024)
#define CACHE_LINE 64

/* An address outside the haystack does no harm, but may not be a pointer's value. */
KERNEL void fetch_ahead(const unsigned char *place, bool reverse) {
    const uintptr_t ahead = (uintptr_t)place + (reverse ? -(uintptr_t)AHEAD : AHEAD);
    for (size_t line = 0; line < GROUP * VEC_BYTES; line += CACHE_LINE) {
        __builtin_prefetch((const void *)(ahead + line), 0, 3); /* to read, to all levels */
    }
}

/* The first occurrence that starts in `range`, or FM_ABSENT: then the range is empty, or the sweep
 * has given up because it spent too much, and the range says what is left.
 *
 * Depth and reverse are constants. One probe has a second, to look at where it hit. The haystack
 * has k >= VEC_BYTES starts. A range of fewer than VEC_BYTES starts ends, in the direction of the
 * search, where they end. */
KERNEL size_t sweep(const unsigned char *haystack, const struct fm_pattern *pattern, unsigned depth,
                    bool reverse, struct range *range, struct work *work) {
    const unsigned char *const needle = pattern->needle;
    const size_t m = pattern->m;
    const unsigned count = depth == DEEP ? pattern->probes : depth;
    struct probe probe[FM_PROBES];
    for (unsigned i = 0; i < (depth == ONE ? 2 : count); i++) {
        probe[i].view = haystack + pattern->offset[i];
        probe[i].byte = vec_fill(needle[pattern->offset[i]]);
    }
#define INSPECT(start, mask)                                                                       \
    do {                                                                                           \
        uint64_t candidates = (mask);                                                              \
        if (candidates != 0) {                                                                     \
            size_t found = inspect(haystack, (start), candidates, needle, m, reverse, work);       \
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
    size_t groups = (to - from) / (GROUP * VEC_BYTES);
    size_t place = reverse ? to : from;
    for (; groups > 0; groups--) {
        place -= reverse ? GROUP * VEC_BYTES : 0;
        if (depth >= TWO) {
            fetch_ahead(probe[0].view + place, reverse);
        }
        lanes hit0 = hits(probe, depth, place);
        lanes hit1 = hits(probe, depth, place + VEC_BYTES);
        lanes hit2 = hits(probe, depth, place + 2 * VEC_BYTES);
        lanes hit3 = hits(probe, depth, place + 3 * VEC_BYTES);
        for (unsigned i = THREE; depth == DEEP && i < count; i++) {
            hit0 = lanes_and(hit0, hit_by(probe[i], place));
            hit1 = lanes_and(hit1, hit_by(probe[i], place + VEC_BYTES));
            hit2 = lanes_and(hit2, hit_by(probe[i], place + 2 * VEC_BYTES));
            hit3 = lanes_and(hit3, hit_by(probe[i], place + 3 * VEC_BYTES));
        }
        if (RARELY(lanes_any(lanes_or(lanes_or(hit0, hit1), lanes_or(hit2, hit3))))) {
            if (depth == ONE) {
                hit0 = lanes_and(hit0, hit_by(probe[1], place));
                hit1 = lanes_and(hit1, hit_by(probe[1], place + VEC_BYTES));
                hit2 = lanes_and(hit2, hit_by(probe[1], place + 2 * VEC_BYTES));
                hit3 = lanes_and(hit3, hit_by(probe[1], place + 3 * VEC_BYTES));
            }
            work->spent += depth == ONE;
            work->limit = work->allowance + ((reverse ? to - place : place - from) >> work->rate);
            const uint64_t mask[GROUP] = {lanes_mask(hit0), lanes_mask(hit1), lanes_mask(hit2),
                                          lanes_mask(hit3)};
            for (unsigned i = 0; i < GROUP; i += PACK) {
                unsigned part = reverse ? GROUP - PACK - i : i;
                INSPECT(place + part * VEC_BYTES, packed_masks(mask + part));
            }
            if (depth == ONE && work->spent > work->limit) {
                *range = reverse ? (struct range){from, place}
                                 : (struct range){place + GROUP * VEC_BYTES, to};
                return FM_ABSENT;
            }
        }
        place += reverse ? 0 : GROUP * VEC_BYTES;
    }
    from = reverse ? from : place;
    to = reverse ? place : to;
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
SWEEP(sweep_one, ONE)
SWEEP(sweep_two, TWO)
SWEEP(sweep_three, THREE)
SWEEP(sweep_deep, DEEP)
#undef SWEEP

KERNEL size_t sweep_pattern(const unsigned char *haystack, const struct fm_pattern *pattern,
                            bool reverse, struct range *range, struct work *work) {
    switch (pattern->probes) {
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

#endif
