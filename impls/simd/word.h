/* SPDX-License-Identifier: MPL-2.0
 *
 * The vector interface of simd/kernel.h in plain C: a vector is a 64-bit word. For machines without
 * an instruction set of their own in simd/. The lowest byte of a word is the lowest in memory. */
#ifndef FM_WORD_H
#define FM_WORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define TARGET
#define VEC_BYTES 8
#define LANE_BITS 8
#define SMALL_MAX 8

typedef uint64_t vec;
typedef uint64_t lanes; /* 0x80 in the byte of a true lane, 0 in the others */

#define INTERFACE static inline __attribute__((always_inline))

INTERFACE vec vec_load(const unsigned char *p) {
    uint64_t word;
    memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}
INTERFACE vec vec_fill(unsigned char byte) {
    return byte * UINT64_C(0x0101010101010101);
}
/* Exact in each byte: adding 0x7f to seven bits never carries into the next byte. */
INTERFACE lanes vec_equal(vec x, vec y) {
    const uint64_t seven = UINT64_C(0x7f7f7f7f7f7f7f7f);
    uint64_t difference = x ^ y;
    return ~(((difference & seven) + seven) | difference | seven);
}
INTERFACE lanes lanes_and(lanes x, lanes y) {
    return x & y;
}
INTERFACE lanes lanes_or(lanes x, lanes y) {
    return x | y;
}
INTERFACE uint64_t lanes_mask(lanes x) {
    return x;
}
INTERFACE bool lanes_any(lanes x) {
    return x != 0;
}
INTERFACE bool lanes_all(lanes x) {
    return x == UINT64_C(0x8080808080808080);
}

struct masks {
    uint64_t a;
    uint64_t b;
};

INTERFACE struct masks small_masks(const unsigned char *h, size_t n, unsigned char a,
                                   unsigned char b) {
    vec bytes = 0;
    for (size_t i = 0; i < n; i++) {
        bytes |= (uint64_t)h[i] << i * 8;
    }
    const uint64_t inside = UINT64_MAX >> (64 - n * 8);
    return (struct masks){vec_equal(bytes, vec_fill(a)) & inside,
                          vec_equal(bytes, vec_fill(b)) & inside};
}

#endif
