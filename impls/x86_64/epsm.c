/* SPDX-License-Identifier: MPL-2.0
 *
 * EPSM, exact packed string matching: vectors of 16 bytes used as a machine that compares whole
 * words. There is one method for each class of needle lengths:
 *
 *   up to 4 bytes   all bytes of the needle are compared with 16 starts each; what survives all of
 *                   them is an occurrence. No probe is chosen, nothing is verified.
 *   5 to 15 bytes   one instruction, MPSADBW, adds up how far four bytes of the needle are from the
 *                   four bytes at each of eight starts. A sum of 0 is a candidate.
 *   from 16 bytes   every (m - 7)th word of eight bytes is hashed by the processor's CRC32C. An
 *                   occurrence contains exactly one of these words, so a table of the words that
 *                   the needle has tells which starts to compare.
 *
 * Compared with the paper: starts are compared by loading the haystack again one byte further on,
 * not by shifting a mask, so that no occurrence lies across two blocks; and the words are taken at
 * the longest stride that is right for m, not at the next multiple of eight below.
 *
 * Reading: a block of 16 starts from s on, s + 16 <= k = n - m + 1, reads less than s + 15 + m <= n
 * bytes. A word is only read within [0, n). */
#include <immintrin.h>
#include <string.h>

#include "common/mirror.h"
#include "strategy.h"

#define TARGET __attribute__((target("sse4.2")))
#define STEP TARGET static inline __attribute__((always_inline))

enum {
    STARTS = 16,       /* in a block */
    WORD = 8,          /* bytes that are hashed */
    BUCKETS = 1 << 11, /* of hashes, as in the paper: a table of 4 KiB */
    MOST_KNOWN = 1024, /* words of the needle in the table: 2 KiB more; a longer one is stepped
                          through as if it had only so many */
};

STEP __m128i load(const unsigned char *bytes) {
    return _mm_loadu_si128((const __m128i *)(const void *)bytes);
}

/* Which of 16 starts are occurrences, m <= 4. */
STEP unsigned compare_all(const unsigned char *at, const unsigned char *needle, size_t m) {
    __m128i equal = _mm_cmpeq_epi8(load(at), _mm_set1_epi8((char)needle[0]));
    for (size_t i = 1; i < m; i++) {
        equal = _mm_and_si128(equal, _mm_cmpeq_epi8(load(at + i), _mm_set1_epi8((char)needle[i])));
    }
    return (unsigned)_mm_movemask_epi8(equal);
}

/* Which of 16 starts agree with the needle's first four bytes, m >= 5. MPSADBW takes eight starts
 * from its first or, told so, from its fifth byte on: the second load begins four bytes early and
 * so ends at byte 20, which every needle of five bytes reaches. */
STEP unsigned compare_four(const unsigned char *at, __m128i four) {
    const __m128i zero = _mm_setzero_si128();
    __m128i low = _mm_cmpeq_epi16(_mm_mpsadbw_epu8(load(at), four, 0), zero);
    __m128i high = _mm_cmpeq_epi16(_mm_mpsadbw_epu8(load(at + 4), four, 4), zero);
    return (unsigned)_mm_movemask_epi8(_mm_packs_epi16(low, high));
}

/* For m < 16. The last block is laid over starts that are done. */
STEP size_t packed(const unsigned char *haystack, size_t n, const unsigned char *needle, size_t m,
                   ptrdiff_t step) {
    const size_t k = n - m + 1;
    if (k < STARTS) {
        for (size_t position = 0; position < k; position++) {
            size_t offset = fm_offset(position, n, m, step);
            if (memcmp(haystack + offset, needle, m) == 0) {
                return offset;
            }
        }
        return FM_ABSENT;
    }
    int32_t first = 0;
    memcpy(&first, needle, m < 4 ? m : 4);
    const __m128i four = _mm_cvtsi32_si128(first);
    for (size_t done = 0; done < k; done += STARTS) {
        size_t position = done < k - STARTS ? done : k - STARTS;
        size_t start = step > 0 ? position : k - STARTS - position;
        unsigned mask = m <= 4 ? compare_all(haystack + start, needle, m)
                               : compare_four(haystack + start, four);
        while (mask != 0) {
            unsigned lane = (unsigned)(step > 0 ? __builtin_ctz(mask) : 31 - __builtin_clz(mask));
            if (m <= 4 || memcmp(haystack + start + lane, needle, m) == 0) {
                return start + lane;
            }
            mask ^= 1u << lane;
        }
    }
    return FM_ABSENT;
}

STEP size_t hash(const unsigned char *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return _mm_crc32_u64(0, word) % BUCKETS;
}

/* For m >= 16. Places are those of words in the needle, in reading order, from 1 on. */
STEP size_t sampled(const unsigned char *haystack, size_t n, const unsigned char *needle, size_t m,
                    ptrdiff_t step) {
    const size_t known = m - WORD + 1 < MOST_KNOWN ? m - WORD + 1 : MOST_KNOWN;
    uint16_t latest[BUCKETS] = {0};  /* the last place whose word has the hash; 0: none has */
    uint16_t before[MOST_KNOWN + 1]; /* the place before with the same hash */
    for (size_t place = 1; place <= known; place++) {
        size_t bucket = hash(needle + fm_offset(place - 1, m, WORD, step));
        before[place] = latest[bucket];
        latest[bucket] = (uint16_t)place;
    }
    /* A start in (at - known, at] has the word at `at` as one of its known ones. Later places
     * belong to earlier starts. */
    for (size_t at = known - 1; at <= n - WORD; at += known) {
        size_t place = latest[hash(haystack + fm_offset(at, n, WORD, step))];
        for (; place != 0; place = before[place]) {
            size_t position = at - (place - 1);
            if (position <= n - m) {
                size_t offset = fm_offset(position, n, m, step);
                if (memcmp(haystack + offset, needle, m) == 0) {
                    return offset;
                }
            }
        }
    }
    return FM_ABSENT;
}

STEP size_t search(const unsigned char *haystack, size_t n, const unsigned char *needle, size_t m,
                   ptrdiff_t step) {
    return m < STARTS ? packed(haystack, n, needle, m, step)
                      : sampled(haystack, n, needle, m, step);
}

TARGET static size_t find(const unsigned char *haystack, size_t n, const unsigned char *needle,
                          size_t m) {
    return m == 0 ? 0 : m > n ? FM_ABSENT : search(haystack, n, needle, m, 1);
}

TARGET static size_t rfind(const unsigned char *haystack, size_t n, const unsigned char *needle,
                           size_t m) {
    return m == 0 ? n : m > n ? FM_ABSENT : search(haystack, n, needle, m, -1);
}

static bool available(void) {
    return __builtin_cpu_supports("sse4.2");
}

FM_STRATEGY(.summary =
                "all of a short needle, or a hash of every (m - 7)th word, 16 bytes at a time",
            .source = "S. Faro & M. O. Kulekci, Fast packed string matching for short patterns, "
                      "ALENEX 2013",
            .worst_case = "linear up to 4 bytes; beyond n*m: a^n with needle a^(m-1) b",
            .available = available, .find = find, .rfind = rfind);
