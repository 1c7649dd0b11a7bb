/* SPDX-License-Identifier: MPL-2.0
 *
 * Part of simd/kernel.h: comparing candidates, and counting the work. */
#ifndef FM_CANDIDATES_H
#define FM_CANDIDATES_H

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

KERNEL size_t lesser(size_t a, size_t b) {
    return a < b ? a : b;
}

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

/* Vectors that are tested together. */
#define GROUP 4

/* Vectors whose masks fit into 64 bits together, and those bits. */
#define PACK (64 / (VEC_BYTES * LANE_BITS))

KERNEL uint64_t packed_masks(const uint64_t mask[PACK]) {
    uint64_t packed = mask[0];
    for (unsigned i = 1; i < PACK; i++) {
        packed |= mask[i] << (i * VEC_BYTES * LANE_BITS % 64);
    }
    return packed;
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
                      const unsigned char *needle, size_t m, bool reverse, struct work *work) {
    do {
        size_t lane = first_lane(mask, reverse);
        if (equal(haystack + start + lane, needle, m, &work->spent)) {
            return start + lane;
        }
        work->failures[work->failed++ % FM_FAILURES] = start + lane;
        mask = without_lane(mask, lane, reverse);
    } while (mask != 0 && work->spent <= work->limit);
    return FM_ABSENT;
}

/* The same where nobody asks for the failures: FM_ABSENT, too, if the work has passed its limit. */
KERNEL size_t inspect_few(const unsigned char *haystack, uint64_t mask, const unsigned char *needle,
                          size_t m, bool exact, bool reverse, size_t limit, size_t *spent) {
    while (mask != 0) {
        size_t lane = first_lane(mask, reverse);
        if (exact || equal(haystack + lane, needle, m, spent)) {
            return lane;
        }
        if (*spent > limit) {
            break;
        }
        mask = without_lane(mask, lane, reverse);
    }
    return FM_ABSENT;
}

#endif
