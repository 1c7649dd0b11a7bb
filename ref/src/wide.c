/* SPDX-License-Identifier: MPL-2.0
 *
 * Lines, and copies of up to a few KiB, by vectors of 32 bytes and without a guard: its loads are
 * noted instead, see skip.h. All loads of a function share one result; one that faults leaves it
 * set, and rubbish in its vector.
 *
 * A line read from Python takes 40 to 110 ns, so nothing is too small to show. Against the builtin
 * (memchr, then memcpy), lines of 3 to 5000 bytes: 0.95 to 1.05; where the linker happens to put
 * these functions moves a row by up to 0.04 either way (built at 4 places, CPython 3.10: 1000 bytes
 * 1.01 to 1.06, 2000 bytes 0.99 to 1.05). One instruction more in a turn of a loop shows. Slower:
 * a guard around memchr and memcpy (1.05 to 1.15), looks of 4 x 16 bytes that also copied, up to
 * 256 bytes (1.00 to 1.40), copies by 16 bytes (1.10), stores at unaligned places (1.14 from 600
 * bytes on), a guarded memcpy from 512 bytes on (1.04 to 1.11), a test of each group for the end of
 * the page (1.10 from 2000 bytes on), a load and a comparison of its own (2 to 5 ns). */
#include "fault.h"

#if FM_CAN_BE_WIDE
#include <immintrin.h>

#define TARGET __attribute__((target("avx2")))
#define FAILED FM_RESULT(failed) = 0
#define LOAD(vector, from)                                                                         \
    __asm__ volatile(FM_NOTED("vmovdqu %2, %1")                                                    \
                     : "+" FM_RESULT_REGISTER(failed), "=x"(vector)                                \
                     : "m"(*(const __m256i_u *)(const void *)(from)))
#define EQUAL(vector, from, other)                                                                 \
    __asm__ volatile(FM_NOTED("vpcmpeqb %2, %3, %1")                                               \
                     : "+" FM_RESULT_REGISTER(failed), "=x"(vector)                                \
                     : "m"(*(const __m256i_u *)(const void *)(from)), "x"(other))
#define STORE(to, vector) _mm256_storeu_si256((__m256i *)(void *)(to), vector)

#define LIKELY(condition) __builtin_expect(condition, 1)
#define INLINE TARGET static inline __attribute__((always_inline))

enum {
    VECTOR = sizeof(__m256i),
    GROUP = 4 * VECTOR,
    PAGE = 4096 /* the smallest there is */
};

/* What is equal in a group is set in a, b, c and d. */
#define EQUAL_GROUP(group, other)                                                                  \
    EQUAL(a, group, other);                                                                        \
    EQUAL(b, (group) + VECTOR, other);                                                             \
    EQUAL(c, (group) + 2 * VECTOR, other);                                                         \
    EQUAL(d, (group) + 3 * VECTOR, other)

/* Whether a bit is set in any of them. */
INLINE uint32_t any(__m256i a, __m256i b, __m256i c, __m256i d) {
    const __m256i all = _mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(c, d));
    return (uint32_t)_mm256_movemask_epi8(all);
}

/* One bit for each byte of two vectors: whether it is set. */
INLINE uint64_t mask(__m256i low, __m256i high) {
    return (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << VECTOR |
           (uint32_t)_mm256_movemask_epi8(low);
}

/* The first byte that is set. */
INLINE unsigned first(__m256i a, __m256i b, __m256i c, __m256i d) {
    const uint64_t low = mask(a, b);
    return low ? (unsigned)__builtin_ctzll(low)
               : 2 * VECTOR + (unsigned)__builtin_ctzll(mask(c, d));
}

/* A load may reach beyond the end of the line, but not into another page: that one may be missing.
 * So first come a vector and a group, if they lie in one page, then groups at multiples of their
 * size. The first of those may begin in bytes already seen. What is said to be likely keeps a turn
 * of the loop at one jump; with two, lines of 2000 bytes took 1.2 times as long to find. */
TARGET size_t fm_wide_line(const unsigned char *from, size_t n) {
    if (n < VECTOR + GROUP || (uintptr_t)from % PAGE > PAGE - (VECTOR + GROUP)) {
        return fm_line_from(from, n, 0);
    }
    FAILED;
    __m256i newline = _mm256_set1_epi8('\n'), a, b, c, d;
    __asm__("" : "+x"(newline)); /* it would be made anew in the loop otherwise */
    EQUAL(a, from, newline);
    const uint32_t found = (uint32_t)_mm256_movemask_epi8(a);
    if (found | failed) {
        return failed ? 0 : (size_t)__builtin_ctz(found) + 1;
    }
    EQUAL_GROUP(from + VECTOR, newline);
    if (LIKELY((any(a, b, c, d) | failed) != 0)) {
        return failed ? 0 : VECTOR + 1 + first(a, b, c, d);
    }
    const unsigned char *const last = from + n - GROUP;
    const unsigned char *group = from + VECTOR + GROUP - (uintptr_t)(from + VECTOR) % GROUP;
    for (; LIKELY(group <= last); group += GROUP) {
        EQUAL_GROUP(group, newline);
        if (!LIKELY((any(a, b, c, d) | failed) == 0)) {
            return failed ? 0 : (size_t)(group - from) + 1 + first(a, b, c, d);
        }
    }
    return fm_line_from(from, n, (size_t)(group - from));
}

TARGET fm_status fm_wide_copy(unsigned char *to, const unsigned char *from, size_t n) {
    FAILED;
    __m256i a, b, c, d;
    if (n <= 2 * VECTOR) {
        LOAD(a, from);
        LOAD(b, from + n - VECTOR);
        STORE(to, a);
        STORE(to + n - VECTOR, b);
        return failed ? FM_FAULT : FM_OK;
    }
    if (n > GROUP) {
        const unsigned char *const last = from + n - GROUP;
        unsigned char *const to_last = to + n - GROUP;
        const size_t aligned = VECTOR - (uintptr_t)to % VECTOR; /* stores are from here on */
        LOAD(a, from);
        STORE(to, a);
        from += aligned;
        to += aligned;
        for (; from < last; from += GROUP, to += GROUP) {
            LOAD(a, from);
            LOAD(b, from + VECTOR);
            LOAD(c, from + 2 * VECTOR);
            LOAD(d, from + 3 * VECTOR);
            STORE(to, a);
            STORE(to + VECTOR, b);
            STORE(to + 2 * VECTOR, c);
            STORE(to + 3 * VECTOR, d);
        }
        from = last;
        to = to_last;
        n = GROUP;
    }
    /* the rest, 64 to 128 bytes, from both ends */
    LOAD(a, from);
    LOAD(b, from + VECTOR);
    LOAD(c, from + n - 2 * VECTOR);
    LOAD(d, from + n - VECTOR);
    STORE(to, a);
    STORE(to + VECTOR, b);
    STORE(to + n - 2 * VECTOR, c);
    STORE(to + n - VECTOR, d);
    return failed ? FM_FAULT : FM_OK;
}
#endif
