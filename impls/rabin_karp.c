/* SPDX-License-Identifier: MPL-2.0
 *
 * Rabin and Karp: compare hashes, not windows. The hash of a window x[0, m) is
 *
 *     x[0] B^(m-1) + x[1] B^(m-2) + ... + x[m-1]      modulo 2^64
 *
 * so that of the next window follows from it in constant time: take the byte that leaves times
 * B^(m-1) away, multiply by B, add the byte that enters. Equal hashes are verified.
 *
 * The modulus 2^64 costs nothing and is weak: Thue-Morse words and their complements of 2^11 bytes
 * and more collide for every odd base. A random prime modulus would make the expected time linear
 * for every input. */
#include "strategy.h"

#include <string.h>

#include "common/mirror.h"

/* Odd, and not a small multiple of a power of two, so that no byte's influence is shifted out soon.
 * The multiplier of Knuth's MMIX random number generator. */
#define BASE 6364136223846793005u

FM_INLINE size_t search(const unsigned char *haystack, size_t n, const unsigned char *needle,
                        size_t m, ptrdiff_t step) {
    const struct fm_word text = fm_word(haystack, n, step);
    const struct fm_word pattern = fm_word(needle, m, step);
    uint64_t sought = 0;
    uint64_t hash = 0;
    uint64_t leaving = 1; /* B^(m-1) */
    for (size_t i = 0; i < m; i++) {
        sought = sought * BASE + fm_at(pattern, i);
        hash = hash * BASE + fm_at(text, i);
        leaving = i == 0 ? 1 : leaving * BASE;
    }
    for (size_t position = 0;; position++) {
        size_t offset = fm_offset(position, n, m, step);
        if (hash == sought && memcmp(haystack + offset, needle, m) == 0) {
            return offset;
        }
        if (position == n - m) {
            return FM_ABSENT;
        }
        hash = (hash - leaving * fm_at(text, position)) * BASE + fm_at(text, position + m);
    }
}

FM_FIND_AND_RFIND(search)

FM_STRATEGY(
        .summary = "rolling hash of each window, compare where it agrees",
        .source =
            "R. M. Karp & M. O. Rabin, Efficient randomized pattern-matching, IBM JRD 31(2), 1987",
        .worst_case = "n*m: Thue-Morse words of 2 KiB and more, whose hashes collide", .find = find,
        .rfind = rfind);
