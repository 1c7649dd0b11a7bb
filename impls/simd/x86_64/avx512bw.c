/* SPDX-License-Identifier: MPL-2.0
 *
 * The vector search on AVX-512BW. Lanes are the differences of bytes, not mask registers: there are
 * few ports for those, while one instruction joins a further probe (a | (b ^ c)) and a group of
 * vectors is tested at once. A load under a mask reads nothing where the mask is off: small
 * haystacks need no other path. See simd/kernel.h. */
#include <immintrin.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TARGET __attribute__((target("avx512f,avx512bw,bmi,lzcnt")))
#define VEC_BYTES 64
#define LANE_BITS 1
#define SMALL_MAX 64

typedef __m512i vec;
typedef __m512i lanes; /* a byte is 0 where the lane is true */

#define INTERFACE TARGET static inline __attribute__((always_inline))

INTERFACE vec vec_load(const unsigned char *p) {
    return _mm512_loadu_si512(p);
}
INTERFACE vec vec_fill(unsigned char byte) {
    return _mm512_set1_epi8((char)byte);
}
INTERFACE lanes vec_equal(vec x, vec y) {
    return _mm512_xor_si512(x, y);
}
INTERFACE lanes lanes_and(lanes x, lanes y) {
    return _mm512_or_si512(x, y);
}
INTERFACE lanes lanes_or(lanes x, lanes y) {
    return _mm512_min_epu8(x, y);
}
INTERFACE uint64_t lanes_mask(lanes x) {
    return _mm512_testn_epi8_mask(x, x);
}
INTERFACE bool lanes_any(lanes x) {
    return lanes_mask(x) != 0;
}
INTERFACE bool lanes_all(lanes x) {
    return _mm512_test_epi64_mask(x, x) == 0;
}

struct masks {
    uint64_t a;
    uint64_t b;
};

INTERFACE struct masks small_masks(const unsigned char *h, size_t n, unsigned char a,
                                   unsigned char b) {
    const __mmask64 inside = UINT64_MAX >> (64 - n);
    const vec bytes = _mm512_maskz_loadu_epi8(inside, h);
    return (struct masks){_mm512_mask_cmpeq_epi8_mask(inside, bytes, vec_fill(a)),
                          _mm512_mask_cmpeq_epi8_mask(inside, bytes, vec_fill(b))};
}

#include "simd/kernel.h"
#include "simd/x86_64/lzcnt.h"

/* The system must save the wide registers, too, which the compiler's question includes. */
static bool available(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && has_lzcnt();
}

FM_STRATEGY(.summary = "one to eight probe bytes, 64 starts at a time",
            .source = "the idea: W. Mula, SIMD-friendly algorithms for substring searching, 2016",
            .worst_case = KERNEL_WORST_CASE, .available = available, .find = find, .rfind = rfind,
            FM_KERNEL_STRATEGY_MEMBERS);
