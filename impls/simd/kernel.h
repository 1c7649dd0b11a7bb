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
 * The way of a search, each step only if the last one did not answer: a small haystack as one mask;
 * one byte as memchr does it (byte.h); the nearest starts, with the needle's ends and middle as
 * probes (near.h); the needle's first byte alone if it was not among them, until it was met in vain
 * (far.h); more near starts; unless false candidates ended those, leaps if the needle is long, else
 * its rarest byte alone (far.h); sweeps with as many chosen probes as the data asks for and, if the
 * work is bounded, two-way (hunt.h). TUNING.md tells what the constants were tried against. */
#ifndef FM_KERNEL_H
#define FM_KERNEL_H

#include <string.h>

#include "simd/pattern.h"
#include "strategy.h"

#define KERNEL TARGET static inline __attribute__((always_inline))
#define OUTLINE TARGET static __attribute__((noinline))

/* The condition, for a way out of a loop: the compiler shall lay the loop as if it were hardly ever
 * met, so that a round is one block of code. Where two threads share a core, what code a round
 * fetches is what it costs. */
#ifdef __has_builtin
#if __has_builtin(__builtin_expect_with_probability)
#define RARELY(condition) __builtin_expect_with_probability((condition), 0, 0.999)
#endif
#endif
#ifndef RARELY
#define RARELY(condition) (condition)
#endif

#include "simd/far.h"

/* ---- Entry points --------------------------------------------------------------------------- */

/* Not every including file has a use for all of them. */
#define ENTRY_TARGET TARGET __attribute__((unused))

/* What is left to do where the beginning did not answer. */
enum rest { REST_NEAR, REST_LEAD, REST_FAR };

KERNEL size_t search_large(const unsigned char *haystack, size_t n, const unsigned char *needle,
                           size_t m, bool reverse, size_t *done, enum rest *rest) {
    const size_t k = n - m + 1;
    *rest = REST_FAR;
    if (k < VEC_BYTES) {
        *done = k;
        return search_few_starts(haystack, n, needle, m, reverse);
    }
    if (m > NEAR_NEEDLE) {
        return FM_ABSENT;
    }
    if (k > NEARER) {
        /* one vector first: where matches are dense, nothing else pays */
        size_t found = search_near(haystack, k, needle, m, VEC_BYTES, false, reverse, done);
        if (found != FM_ABSENT) {
            return found;
        }
        if (!is_near(haystack, k, needle, 0, reverse)) {
            *rest = REST_LEAD;
            *done = NEAREST;
            return FM_ABSENT;
        }
    }
    size_t found = search_near(haystack, k, needle, m, NEARER, false, reverse, done);
    *rest = *done < NEARER ? REST_FAR : REST_NEAR;
    return found;
}

/* m - 1 >= n catches a needle longer than the haystack and, as it wraps around, an empty one. */
#define ENTRY(name, byte, reverse, bounded)                                                        \
    OUTLINE size_t name##_thoroughly(const unsigned char *haystack, size_t k,                      \
                                     const unsigned char *needle, size_t m, size_t done,           \
                                     const struct fm_searcher *prepared) {                         \
        return search_thoroughly(haystack, k, needle, m, prepared, (reverse), (bounded), done);    \
    }                                                                                              \
    OUTLINE size_t name##_far(const unsigned char *haystack, size_t k,                             \
                              const unsigned char *needle, size_t m, size_t done,                  \
                              const struct fm_searcher *prepared) {                                \
        size_t found = search_lightly(haystack, k, needle, m, prepared, (reverse), &done);         \
        return found != FM_ABSENT || done == k                                                     \
                   ? found                                                                         \
                   : name##_thoroughly(haystack, k, needle, m, done, prepared);                    \
    }                                                                                              \
    OUTLINE size_t name##_near(const unsigned char *haystack, size_t k,                            \
                               const unsigned char *needle, size_t m, size_t done,                 \
                               const struct fm_searcher *prepared) {                               \
        size_t passed = done; /* so that `done` stays in a register */                             \
        size_t found =                                                                             \
            search_near(haystack, k, needle, m, near_starts(prepared), true, (reverse), &passed);  \
        return found != FM_ABSENT || passed == k                                                   \
                   ? found                                                                         \
                   : name##_far(haystack, k, needle, m, passed, prepared);                         \
    }                                                                                              \
    OUTLINE size_t name##_lead(const unsigned char *haystack, size_t k,                            \
                               const unsigned char *needle, size_t m, size_t done,                 \
                               const struct fm_searcher *prepared) {                               \
        size_t found = search_lead(haystack, k, needle, m, (reverse), &done);                      \
        if (found != FM_ABSENT || done == k) {                                                     \
            return found;                                                                          \
        }                                                                                          \
        return done < near_starts(prepared) ? name##_near(haystack, k, needle, m, done, prepared)  \
                                            : name##_far(haystack, k, needle, m, done, prepared);  \
    }                                                                                              \
    OUTLINE size_t name##_large(const unsigned char *haystack, size_t n,                           \
                                const unsigned char *needle, size_t m,                             \
                                const struct fm_searcher *prepared) {                              \
        const size_t k = n - m + 1;                                                                \
        size_t done = 0;                                                                           \
        enum rest rest;                                                                            \
        size_t found = search_large(haystack, n, needle, m, (reverse), &done, &rest);              \
        if (found != FM_ABSENT || done == k) {                                                     \
            return found;                                                                          \
        }                                                                                          \
        return rest == REST_NEAR   ? name##_near(haystack, k, needle, m, done, prepared)           \
               : rest == REST_LEAD ? name##_lead(haystack, k, needle, m, done, prepared)           \
                                   : name##_far(haystack, k, needle, m, done, prepared);           \
    }                                                                                              \
    KERNEL size_t name##_any(const unsigned char *haystack, size_t n, const unsigned char *needle, \
                             size_t m, const struct fm_searcher *prepared) {                       \
        if (m - 1 >= n) {                                                                          \
            return m != 0 ? FM_ABSENT : (reverse) ? n : 0;                                         \
        }                                                                                          \
        if (n <= SMALL_MAX) {                                                                      \
            return search_small(haystack, n, needle, m, (reverse));                                \
        }                                                                                          \
        return m == 1 ? byte(haystack, n, needle[0])                                               \
                      : name##_large(haystack, n, needle, m, prepared);                            \
    }                                                                                              \
    ENTRY_TARGET static size_t name(const unsigned char *haystack, size_t n,                       \
                                    const unsigned char *needle, size_t m) {                       \
        return name##_any(haystack, n, needle, m, NULL);                                           \
    }                                                                                              \
    ENTRY_TARGET static size_t prepared_##name(const void *place, const unsigned char *haystack,   \
                                               size_t n) {                                         \
        const struct fm_searcher *searcher = place;                                                \
        return name##_any(haystack, n, searcher->pattern.needle, searcher->pattern.m, searcher);   \
    }
ENTRY(find, find_byte, false, false)
ENTRY(rfind, rfind_byte, true, false)
ENTRY(find_linear, find_byte, false, true)
ENTRY(rfind_linear, rfind_byte, true, true)
#undef ENTRY

#define PREPARE_FROM 256 /* needle bytes to choose probes from */
_Static_assert(PREPARE_FROM >= NEAR_NEEDLE, "a misled search has the whole needle's probes");

static void prepare(void *place, const unsigned char *needle, size_t m) {
    struct fm_searcher *searcher = place;
    if (m == 0) {
        searcher->pattern = (struct fm_pattern){.needle = needle, .m = 0};
        return;
    }
    fm_pattern_choose(&searcher->pattern, needle, m, PREPARE_FROM, false);
    if (m >= LEAP_NEEDLE) {
        fm_leap_prepare(&searcher->leap[0], needle, m, false);
        fm_leap_prepare(&searcher->leap[1], needle, m, true);
    }
}

#define KERNEL_WORST_CASE                                                                          \
    "n*m: haystack that agrees with the needle at its probes nearly everywhere"

/* The including file's descriptor has these beside .find and .rfind. */
#define FM_KERNEL_STRATEGY_MEMBERS                                                                 \
    .searcher_size = sizeof(struct fm_searcher), .prepare = prepare,                               \
    .prepared_find = prepared_find, .prepared_rfind = prepared_rfind,                              \
    .kernel = &(const struct fm_kernel) {                                                          \
        VEC_BYTES, find_linear, rfind_linear, prepared_find_linear, prepared_rfind_linear          \
    }

#endif
