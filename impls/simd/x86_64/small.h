/* SPDX-License-Identifier: MPL-2.0
 *
 * Small haystacks on x86-64: up to 64 bytes as one mask with a bit for each place. Shared by the
 * files whose vectors are 16 or 32 bytes; each compiles it for its own instruction set. */
#ifndef FM_SMALL_H
#define FM_SMALL_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#include "simd/sixteen.h"

#define SMALL_MAX 64

struct masks {
    uint64_t a;
    uint64_t b;
};

#define SMALL TARGET static inline __attribute__((always_inline))

/* The bytes h[0, n), n in [1, 16], in the low lanes. */
SMALL __m128i small_load(const unsigned char *h, size_t n) {
    if (n == 16) {
        return _mm_loadu_si128((const __m128i *)h);
    }
    const struct sixteen bytes = sixteen_of(h, n);
    return _mm_set_epi64x((long long)bytes.high, (long long)bytes.low);
}

SMALL uint64_t small_mask(__m128i bytes, __m128i byte) {
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, byte));
}

#endif
