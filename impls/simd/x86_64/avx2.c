/* SPDX-License-Identifier: MPL-2.0
 *
 * The vector search on AVX2. See simd/kernel.h. */
#include <immintrin.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TARGET __attribute__((target("avx2,bmi,lzcnt")))
#define VEC_BYTES 32
#define LANE_BITS 1

typedef __m256i vec;
typedef __m256i lanes;

#define INTERFACE TARGET static inline __attribute__((always_inline))

INTERFACE vec vec_load(const unsigned char *p) {
    return _mm256_loadu_si256((const __m256i *)p);
}
INTERFACE vec vec_fill(unsigned char byte) {
    return _mm256_set1_epi8((char)byte);
}
INTERFACE lanes vec_equal(vec x, vec y) {
    return _mm256_cmpeq_epi8(x, y);
}
INTERFACE lanes lanes_and(lanes x, lanes y) {
    return _mm256_and_si256(x, y);
}
INTERFACE lanes lanes_or(lanes x, lanes y) {
    return _mm256_or_si256(x, y);
}
INTERFACE uint64_t lanes_mask(lanes x) {
    return (uint32_t)_mm256_movemask_epi8(x);
}
INTERFACE bool lanes_any(lanes x) {
    return _mm256_movemask_epi8(x) != 0;
}
INTERFACE bool lanes_all(lanes x) {
    return _mm256_movemask_epi8(x) == -1;
}

#include "simd/x86_64/small.h"

INTERFACE struct masks small_masks(const unsigned char *h, size_t n, unsigned char a,
                                   unsigned char b) {
    const vec in_a = vec_fill(a);
    const vec in_b = vec_fill(b);
    if (n > 32) {
        const vec low = vec_load(h);
        const vec high = vec_load(h + n - 32);
        return (struct masks){
            lanes_mask(vec_equal(low, in_a)) | lanes_mask(vec_equal(high, in_a)) << (n - 32),
            lanes_mask(vec_equal(low, in_b)) | lanes_mask(vec_equal(high, in_b)) << (n - 32)};
    }
    const __m128i half_a = _mm256_castsi256_si128(in_a);
    const __m128i half_b = _mm256_castsi256_si128(in_b);
    if (n > 16) {
        const __m128i low = small_load(h, 16);
        const __m128i high = small_load(h + n - 16, 16);
        return (struct masks){small_mask(low, half_a) | small_mask(high, half_a) << (n - 16),
                              small_mask(low, half_b) | small_mask(high, half_b) << (n - 16)};
    }
    const __m128i bytes = small_load(h, n);
    const uint64_t inside = UINT64_MAX >> (64 - n);
    return (struct masks){small_mask(bytes, half_a) & inside, small_mask(bytes, half_b) & inside};
}

#include "simd/kernel.h"
#include "simd/x86_64/lzcnt.h"

static bool available(void) {
    return __builtin_cpu_supports("avx2") && has_lzcnt();
}

FM_STRATEGY(.summary = "one to eight probe bytes, 32 starts at a time",
            .source = "the idea: W. Mula, SIMD-friendly algorithms for substring searching, 2016",
            .worst_case = KERNEL_WORST_CASE, .available = available, .find = find, .rfind = rfind,
            FM_KERNEL_STRATEGY_MEMBERS);
