/* SPDX-License-Identifier: MPL-2.0
 *
 * The vector search on NEON (Advanced SIMD), which every 64-bit Arm CPU has. There is no
 * instruction that makes a bit of each byte; narrowing each 16-bit pair by a shift of four leaves
 * four bits of each byte, of which one is kept. See simd/kernel.h. */
#include <arm_neon.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TARGET
#define VEC_BYTES 16
#define LANE_BITS 4
#define SMALL_MAX 16

#include "simd/sixteen.h"

typedef uint8x16_t vec;
typedef uint8x16_t lanes;

#define INTERFACE static inline __attribute__((always_inline))

INTERFACE vec vec_load(const unsigned char *p) {
    return vld1q_u8(p);
}
INTERFACE vec vec_fill(unsigned char byte) {
    return vdupq_n_u8(byte);
}
INTERFACE lanes vec_equal(vec x, vec y) {
    return vceqq_u8(x, y);
}
INTERFACE lanes lanes_and(lanes x, lanes y) {
    return vandq_u8(x, y);
}
INTERFACE lanes lanes_or(lanes x, lanes y) {
    return vorrq_u8(x, y);
}
INTERFACE uint64_t four_bits_each(lanes x) {
    return vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(x), 4)), 0);
}
INTERFACE uint64_t lanes_mask(lanes x) {
    return four_bits_each(x) & UINT64_C(0x1111111111111111);
}
INTERFACE bool lanes_any(lanes x) {
    return four_bits_each(x) != 0;
}
INTERFACE bool lanes_all(lanes x) {
    return four_bits_each(x) == UINT64_MAX;
}

struct masks {
    uint64_t a;
    uint64_t b;
};

INTERFACE struct masks small_masks(const unsigned char *h, size_t n, unsigned char a,
                                   unsigned char b) {
    const struct sixteen words = sixteen_of(h, n);
    const vec bytes = vcombine_u8(vcreate_u8(words.low), vcreate_u8(words.high));
    const uint64_t inside = UINT64_MAX >> (64 - n * 4);
    return (struct masks){lanes_mask(vec_equal(bytes, vec_fill(a))) & inside,
                          lanes_mask(vec_equal(bytes, vec_fill(b))) & inside};
}

#include "simd/kernel.h"

FM_STRATEGY(.summary = "one to eight probe bytes, 16 starts at a time",
            .source = "the idea: W. Mula, SIMD-friendly algorithms for substring searching, 2016; "
                      "masks by shrn: D. Kutenin, Arm community blog, 2022",
            .worst_case = KERNEL_WORST_CASE, .find = find, .rfind = rfind,
            FM_KERNEL_STRATEGY_MEMBERS);
