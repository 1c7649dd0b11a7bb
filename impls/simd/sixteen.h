/* SPDX-License-Identifier: MPL-2.0
 *
 * Up to 16 bytes in two words, without reading beside them: for haystacks shorter than a vector. */
#ifndef FM_SIXTEEN_H
#define FM_SIXTEEN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct sixteen {
    uint64_t low;
    uint64_t high;
};

TARGET static inline __attribute__((always_inline)) uint64_t word_of(const unsigned char *bytes,
                                                                     size_t length) {
    uint64_t word = 0;
    memcpy(&word, bytes, length);
    return word;
}

/* The bytes h[0, n), n in [1, 16], on a little-endian machine; 0 behind them. Where n fills no
 * word, two words overlap and the second is shifted into place. */
TARGET static inline __attribute__((always_inline)) struct sixteen
sixteen_of(const unsigned char *h, size_t n) {
    if (n >= 8) {
        /* in two steps, as a shift by 64 is undefined */
        return (struct sixteen){word_of(h, 8),
                                word_of(h + n - 8, 8) >> (16 - n) * 4 >> (16 - n) * 4};
    }
    if (n >= 4) {
        return (struct sixteen){word_of(h, 4) | word_of(h + n - 4, 4) << (n - 4) * 8, 0};
    }
    return (struct sixteen){
        (uint64_t)h[0] | (uint64_t)h[n / 2] << n / 2 * 8 | (uint64_t)h[n - 1] << (n - 1) * 8, 0};
}

#endif
