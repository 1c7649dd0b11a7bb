/* SPDX-License-Identifier: MPL-2.0
 *
 * Part of simd/kernel.h: search for one byte, that is memchr and memrchr.
 *
 * Vectors overlap where that makes loads aligned or ends the haystack: a byte looked at twice was
 * not there the first time. */
#ifndef FM_BYTE_H
#define FM_BYTE_H

#include "simd/candidates.h"

/* n >= VEC_BYTES. The first four vectors are looked at one by one if the byte may well be near. */
KERNEL size_t search_byte(const unsigned char *haystack, size_t n, unsigned char byte, bool near,
                          bool reverse) {
    const vec wanted = vec_fill(byte);
#define INSPECT(start)                                                                             \
    do {                                                                                           \
        uint64_t mask = lanes_mask(vec_equal(vec_load(haystack + (start)), wanted));               \
        if (mask != 0) {                                                                           \
            return (start) + first_lane(mask, reverse);                                            \
        }                                                                                          \
    } while (0)
#define INSPECT_GROUP(group)                                                                       \
    do {                                                                                           \
        const unsigned char *const at = (group);                                                   \
        const lanes hit0 = vec_equal(vec_load(at), wanted);                                        \
        const lanes hit1 = vec_equal(vec_load(at + VEC_BYTES), wanted);                            \
        const lanes hit2 = vec_equal(vec_load(at + 2 * VEC_BYTES), wanted);                        \
        const lanes hit3 = vec_equal(vec_load(at + 3 * VEC_BYTES), wanted);                        \
        if (RARELY(lanes_any(lanes_or(lanes_or(hit0, hit1), lanes_or(hit2, hit3))))) {             \
            const uint64_t mask[GROUP] = {lanes_mask(hit0), lanes_mask(hit1), lanes_mask(hit2),    \
                                          lanes_mask(hit3)};                                       \
            for (unsigned i = 0; i < GROUP; i += PACK) {                                           \
                const unsigned part = reverse ? GROUP - PACK - i : i;                              \
                const uint64_t packed = packed_masks(mask + part);                                 \
                if (packed != 0) {                                                                 \
                    return (size_t)(at - haystack) + part * VEC_BYTES +                            \
                           first_lane(packed, reverse);                                            \
                }                                                                                  \
            }                                                                                      \
        }                                                                                          \
    } while (0)

    size_t left = n; /* bytes not looked at: the last ones, in reverse the first ones */
    while (near && left >= VEC_BYTES && n - left < GROUP * VEC_BYTES) {
        size_t start = reverse ? left - VEC_BYTES : n - left;
        INSPECT(start);
        left -= VEC_BYTES;
    }
    if (!near && left >= GROUP * VEC_BYTES) {
        size_t start = reverse ? left - GROUP * VEC_BYTES : 0;
        INSPECT_GROUP(haystack + start);
        left -= GROUP * VEC_BYTES;
    }
    if (left >= GROUP * VEC_BYTES) {
        /* some bytes again, so that loads are aligned; there are enough of them behind */
        size_t past = (uintptr_t)(haystack + (reverse ? left : n - left)) % VEC_BYTES;
        left += reverse ? (VEC_BYTES - past) % VEC_BYTES : past;
        const unsigned char *place = haystack + (reverse ? left : n - left);
        const size_t whole = left - left % (GROUP * VEC_BYTES); /* not 0 */
        const unsigned char *const end = reverse ? place - whole : place + whole;
        do {
            place -= reverse ? GROUP * VEC_BYTES : 0;
            INSPECT_GROUP(place);
            place += reverse ? 0 : GROUP * VEC_BYTES;
        } while (place != end);
        left %= GROUP * VEC_BYTES;
    }
    while (left >= VEC_BYTES) {
        size_t start = reverse ? left - VEC_BYTES : n - left;
        INSPECT(start);
        left -= VEC_BYTES;
    }
    if (left > 0) {
        size_t start = reverse ? 0 : n - VEC_BYTES;
        INSPECT(start);
    }
    return FM_ABSENT;
#undef INSPECT_GROUP
#undef INSPECT
}

OUTLINE size_t find_byte(const unsigned char *haystack, size_t n, unsigned char byte) {
    return search_byte(haystack, n, byte, true, false);
}

OUTLINE size_t rfind_byte(const unsigned char *haystack, size_t n, unsigned char byte) {
    return search_byte(haystack, n, byte, true, true);
}

OUTLINE size_t find_far_byte(const unsigned char *haystack, size_t n, unsigned char byte) {
    return search_byte(haystack, n, byte, false, false);
}

OUTLINE size_t rfind_far_byte(const unsigned char *haystack, size_t n, unsigned char byte) {
    return search_byte(haystack, n, byte, false, true);
}

#endif
