/* SPDX-License-Identifier: MPL-2.0
 *
 * Lines, and copies of up to a few KiB, by vectors of 32 bytes and without a guard: its loads are
 * noted instead, see skip.h. All loads of a function share one result; one that faults leaves it
 * set, and rubbish in its vector.
 *
 * A line read from Python takes 40 to 120 ns, so nothing is too small to show. Against the builtin
 * (memchr, then memcpy), lines of 2 to 2000 bytes: 0.93 to 1.05, over CPython 3.6 to 3.13. The
 * order of things is that of the GNU C Library's functions; what was slower, by ratio to the
 * builtin: a guard around memchr and memcpy (1.05 to 1.15), a group instead of four single vectors
 * at the start of a search (1.03 to 1.07), asking for `failed` in each turn (1.02), the copy's last
 * group loaded behind its loop (1.05), looks of 4 x 16 bytes that also copied, up to 256 bytes
 * (1.00 to 1.40), copies by 16 bytes (1.10), stores at unaligned places (1.14 from 600 bytes on), a
 * guarded memcpy from 512 bytes on (1.04 to 1.11), a test of each group for the end of the page
 * (1.10 from 2000 bytes on), a load and a comparison of its own (2 to 5 ns). */
#include "fault.h"

#if FM_CAN_BE_WIDE
#include <immintrin.h>

#define TARGET __attribute__((target("avx2")))
#define FAILED FM_RESULT(failed) = 0
#define LOAD(vector, from)                                                                         \
    __asm__ volatile(FM_NOTED("vmovdqu %2, %1")                                                    \
                     : "+" FM_RESULT_REGISTER(failed), "=x"(vector)                                \
                     : "m"(*(const __m256i_u *)(const void *)(from)))
/* After a fault all of the vector is set, and so looks as found: loops ask for nothing else. */
#define EQUAL(vector, from, other)                                                                 \
    __asm__ volatile("1: vpcmpeqb %2, %3, %1\n2:\n"                                                \
                     ".subsection 1\n4: vpcmpeqd %1, %1, %1\n jmp 2b\n.previous\n" FM_NOTE("4b")   \
                     : "+" FM_RESULT_REGISTER(failed), "=x"(vector)                                \
                     : "m"(*(const __m256i_u *)(const void *)(from)), "x"(other))
#define STORE(to, vector) _mm256_storeu_si256((__m256i *)(void *)(to), vector)

#define INLINE TARGET static inline __attribute__((always_inline))

enum {
    VECTOR = sizeof(__m256i),
    GROUP = 4 * VECTOR,
    PAGE = 4096 /* the smallest there is */
};

/* One bit for each byte: whether it is set. */
INLINE uint64_t bits(__m256i vector) {
    return (uint32_t)_mm256_movemask_epi8(vector);
}

/* If the vector has bits set, return the length of the line up to the byte of the lowest. */
#define RETURN_IF_FOUND(at, bits_set)                                                              \
    do {                                                                                           \
        const uint64_t found = bits_set;                                                           \
        if (found) {                                                                               \
            return ((size_t)(at - from) + (size_t)__builtin_ctzll(found) + 1) & ~failed;           \
        }                                                                                          \
    } while (0)
#define RETURN_IF_HERE(at)                                                                         \
    EQUAL(a, at, newline);                                                                         \
    RETURN_IF_FOUND((at), bits(a))

/* A vector may reach beyond the end of the line, but not into another page: that one may be
 * missing. So all but the first lie at multiples of their size; some bytes are looked at twice.
 * What is said to be likely keeps a turn of the loop at one jump; with two, lines of 2000 bytes
 * took 1.2 times as long to find. */
TARGET size_t fm_wide_line(const unsigned char *from, size_t n) {
    if (n < VECTOR + 2 * GROUP || (uintptr_t)from % PAGE > PAGE - VECTOR) {
        return fm_line_from(from, n, 0);
    }
    FAILED;
    __m256i newline = _mm256_set1_epi8('\n'), a, b, c, d;
    __asm__("" : "+x"(newline)); /* it would be made anew in the loop otherwise */
    RETURN_IF_HERE(from);
    const unsigned char *const next = from + VECTOR - (uintptr_t)from % VECTOR;
    RETURN_IF_HERE(next);
    RETURN_IF_HERE(next + VECTOR);
    RETURN_IF_HERE(next + 2 * VECTOR);
    RETURN_IF_HERE(next + 3 * VECTOR);
    const unsigned char *const last = from + n - GROUP;
    const unsigned char *group = next + GROUP - (uintptr_t)next % GROUP;
    do {
        EQUAL(a, group, newline);
        EQUAL(b, group + VECTOR, newline);
        EQUAL(c, group + 2 * VECTOR, newline);
        EQUAL(d, group + 3 * VECTOR, newline);
        const __m256i any = _mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(c, d));
        if (FM_UNLIKELY(bits(any) != 0)) {
            RETURN_IF_FOUND(group, bits(a));
            RETURN_IF_FOUND((group + VECTOR), bits(b));
            RETURN_IF_FOUND((group + 2 * VECTOR), bits(c) | bits(d) << VECTOR);
        }
        group += GROUP;
    } while (FM_LIKELY(group <= last));
    return fm_line_from(from, n, (size_t)(group - from));
}

/* All loads of what is not in the loop come before its stores: 0.95 of the time. */
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
        __m256i first, w, x, y, z;
        unsigned char *const last = to + n - GROUP;
        const ptrdiff_t away = from - to;
        LOAD(first, from);
        LOAD(w, last + away);
        LOAD(x, last + away + VECTOR);
        LOAD(y, last + away + 2 * VECTOR);
        LOAD(z, last + away + 3 * VECTOR);
        for (unsigned char *at = to + VECTOR - (uintptr_t)to % VECTOR; at < last; at += GROUP) {
            LOAD(a, at + away);
            LOAD(b, at + away + VECTOR);
            LOAD(c, at + away + 2 * VECTOR);
            LOAD(d, at + away + 3 * VECTOR);
            STORE(at, a); /* aligned */
            STORE(at + VECTOR, b);
            STORE(at + 2 * VECTOR, c);
            STORE(at + 3 * VECTOR, d);
        }
        STORE(to, first);
        STORE(last, w);
        STORE(last + VECTOR, x);
        STORE(last + 2 * VECTOR, y);
        STORE(last + 3 * VECTOR, z);
        return failed ? FM_FAULT : FM_OK;
    }
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
