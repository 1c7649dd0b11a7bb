/* SPDX-License-Identifier: MPL-2.0
 *
 * Small haystacks on x86-64: up to 64 bytes as one mask with a bit for each place. Shared by the
 * files whose vectors are 16 or 32 bytes; each compiles it for its own instruction set. */
#ifndef FM_SMALL_H
#define FM_SMALL_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SMALL_MAX 64

struct masks {
    uint64_t a;
    uint64_t b;
};

#define SMALL TARGET static inline __attribute__((always_inline))

SMALL uint64_t small_word(const unsigned char *bytes, size_t length) {
    uint64_t word = 0;
    memcpy(&word, bytes, length);
    return word;
}

/* The bytes h[0, n), n in [1, 16], in the low lanes; what is above them is unspecified. Every byte
 * is read from inside the haystack: two words overlap, the second is shifted into place. */
SMALL __m128i small_load(const unsigned char *h, size_t n) {
    if (n >= 16) {
        return _mm_loadu_si128((const __m128i *)h);
    }
    uint64_t low;
    uint64_t high = 0;
    if (n >= 8) {
        low = small_word(h, 8);
        high = small_word(h + n - 8, 8) >> (16 - n) * 4 >> (16 - n) * 4;
    } else if (n >= 4) {
        low = small_word(h, 4) | small_word(h + n - 4, 4) << (n - 4) * 8;
    } else {
        low = (uint64_t)h[0] | (uint64_t)h[n / 2] << n / 2 * 8 | (uint64_t)h[n - 1] << (n - 1) * 8;
    }
    return _mm_set_epi64x((long long)high, (long long)low);
}

SMALL uint64_t small_mask(__m128i bytes, __m128i byte) {
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, byte));
}

#endif
