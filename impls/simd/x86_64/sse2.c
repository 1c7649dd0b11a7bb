/* SPDX-License-Identifier: MPL-2.0
 *
 * The vector search on SSE2, which every x86-64 CPU has. See simd/kernel.h. */
#include <emmintrin.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TARGET
#define VEC_BYTES 16
#define LANE_BITS 1

typedef __m128i vec;
typedef __m128i lanes;

#define INTERFACE static inline __attribute__((always_inline))

INTERFACE vec vec_load(const unsigned char *p) {
    return _mm_loadu_si128((const __m128i *)p);
}
INTERFACE vec vec_fill(unsigned char byte) {
    return _mm_set1_epi8((char)byte);
}
INTERFACE lanes vec_equal(vec x, vec y) {
    return _mm_cmpeq_epi8(x, y);
}
INTERFACE lanes lanes_and(lanes x, lanes y) {
    return _mm_and_si128(x, y);
}
INTERFACE lanes lanes_or(lanes x, lanes y) {
    return _mm_or_si128(x, y);
}
INTERFACE uint64_t lanes_mask(lanes x) {
    return (uint32_t)_mm_movemask_epi8(x);
}
INTERFACE bool lanes_any(lanes x) {
    return _mm_movemask_epi8(x) != 0;
}
INTERFACE bool lanes_all(lanes x) {
    return _mm_movemask_epi8(x) == 0xffff;
}

#include "simd/x86_64/small.h"

INTERFACE struct masks small_masks(const unsigned char *h, size_t n, unsigned char a,
                                   unsigned char b) {
    const vec in_a = vec_fill(a);
    const vec in_b = vec_fill(b);
    if (n <= 16) {
        const vec bytes = small_load(h, n);
        const uint64_t inside = UINT64_MAX >> (64 - n);
        return (struct masks){small_mask(bytes, in_a) & inside, small_mask(bytes, in_b) & inside};
    }
    const vec low = vec_load(h);
    const vec high = vec_load(h + n - 16);
    struct masks masks = {small_mask(low, in_a) | small_mask(high, in_a) << (n - 16),
                          small_mask(low, in_b) | small_mask(high, in_b) << (n - 16)};
    if (n > 32) {
        const vec second = vec_load(h + 16);
        const vec third = vec_load(h + n - 32);
        masks.a |= small_mask(second, in_a) << 16 | small_mask(third, in_a) << (n - 32);
        masks.b |= small_mask(second, in_b) << 16 | small_mask(third, in_b) << (n - 32);
    }
    return masks;
}

#include "simd/kernel.h"

FM_STRATEGY(.summary = "one to eight probe bytes, 16 starts at a time",
            .source = "the idea: W. Mula, SIMD-friendly algorithms for substring searching, 2016",
            .worst_case = KERNEL_WORST_CASE, .find = find, .rfind = rfind,
            FM_KERNEL_STRATEGY_MEMBERS);
