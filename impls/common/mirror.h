/* SPDX-License-Identifier: MPL-2.0
 *
 * One source for both directions. An algorithm is written once over words that are read forwards
 * (step 1) or backwards (step -1); to find the rightmost occurrence is to find the leftmost one of
 * the mirrored needle in the mirrored haystack. The step is a constant of each call, so after
 * inlining there are two loops and no trace of it. */
#ifndef FM_MIRROR_H
#define FM_MIRROR_H

#include "strategy.h"

#define FM_INLINE static inline __attribute__((always_inline))

struct fm_word {
    const unsigned char *first; /* the first byte in reading order */
    ptrdiff_t step;             /* 1 or -1 */
};

/* bytes[0, length), length >= 1, in reading order. */
FM_INLINE struct fm_word fm_word(const unsigned char *bytes, size_t length, ptrdiff_t step) {
    return (struct fm_word){step > 0 ? bytes : bytes + (length - 1), step};
}

FM_INLINE unsigned char fm_at(struct fm_word word, size_t i) {
    return word.first[(ptrdiff_t)i * word.step];
}

/* The offset of a window of m bytes that begins at `position` in the reading order of n bytes. */
FM_INLINE size_t fm_offset(size_t position, size_t n, size_t m, ptrdiff_t step) {
    return step > 0 ? position : n - m - position;
}

/* Define `find` and `rfind` by `search(haystack, n, needle, m, step)`, which is only called with
 * 1 <= m <= n and answers with the offset of the first occurrence in reading order, or FM_ABSENT.
 */
#define FM_FIND_AND_RFIND(search)                                                                  \
    static size_t find(const unsigned char *haystack, size_t n, const unsigned char *needle,       \
                       size_t m) {                                                                 \
        return m == 0 ? 0 : m > n ? FM_ABSENT : search(haystack, n, needle, m, 1);                 \
    }                                                                                              \
    static size_t rfind(const unsigned char *haystack, size_t n, const unsigned char *needle,      \
                        size_t m) {                                                                \
        return m == 0 ? n : m > n ? FM_ABSENT : search(haystack, n, needle, m, -1);                \
    }

#endif
