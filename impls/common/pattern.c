/* SPDX-License-Identifier: MPL-2.0
 *
 * Choice of probe bytes for the vector kernels. */
#include "simd/pattern.h"

#include <string.h>

#include "common/mirror.h"

/* How common each byte value is: 16 * (16 + log2 of its share), from -16 up. The share is the mean
 * of five kinds of files of a Debian system: prose (licences, manuals), source code (C,
 * Python), ELF binaries, logs and file lists, message catalogues of all languages. */
static const uint8_t commonness[256] = {
    203, 131, 112, 105, 110, 106, 95,  95,  120, 109, 160, 81,  91,  92,  101, 126, 109, 90,  95,
    74,  80,  83,  73,  68,  95,  69,  68,  69,  74,  70,  69,  98,  201, 74,  110, 107, 122, 111,
    76,  108, 132, 130, 125, 96,  132, 152, 151, 169, 130, 138, 133, 117, 122, 114, 123, 94,  113,
    108, 123, 104, 104, 112, 103, 69,  101, 136, 111, 126, 125, 134, 110, 109, 146, 130, 77,  93,
    131, 115, 124, 119, 122, 72,  121, 135, 131, 112, 95,  93,  101, 89,  74,  92,  91,  93,  66,
    156, 87,  179, 148, 166, 163, 187, 151, 154, 157, 177, 105, 136, 169, 156, 176, 176, 160, 92,
    176, 179, 180, 163, 132, 129, 131, 140, 109, 83,  83,  83,  68,  64,  107, 91,  89,  112, 104,
    106, 75,  83,  85,  131, 66,  122, 76,  116, 63,  73,  94,  78,  59,  66,  72,  78,  68,  69,
    76,  66,  71,  67,  76,  67,  65,  73,  79,  79,  58,  66,  115, 89,  86,  76,  80,  71,  80,
    68,  82,  74,  70,  74,  105, 72,  84,  76,  80,  91,  82,  77,  99,  77,  90,  84,  85,  91,
    101, 88,  104, 83,  77,  107, 87,  82,  79,  90,  71,  74,  58,  52,  77,  53,  80,  69,  134,
    112, 76,  60,  57,  57,  60,  56,  82,  74,  58,  68,  51,  63,  61,  75,  129, 81,  79,  57,
    74,  84,  81,  78,  115, 96,  64,  84,  79,  69,  71,  85,  88,  57,  64,  66,  58,  58,  76,
    68,  82,  64,  69,  69,  72,  81,  93,  141,
};

/* One probe suffices at a share of 2^-11: it hits one group of 128 starts in 16. Two suffice when
 * their shares multiply to 2^-10. */
#define ONE_SUFFICES (16 * (16 - 11))
#define TWO_SUFFICE (16 * (32 - 10))

/* A byte with less than a share of 2^-9 is rare: it may well be nowhere in a haystack. */
#define RARE (16 * (16 - 9))

/* Bytes of the needle that learning looks at, besides those where candidates failed. */
#define LEARN_FROM ((size_t)64)
#define WORD sizeof(uint64_t)

/* Of the failures, one in so many shows which bytes this haystack has; how many bytes of the needle
 * are looked up there. */
#define SAMPLED 4
#define SEEN_FROM 256

/* Bytes compared at once in the search for the first difference. */
#define CHUNK 64

#define CHOSEN 3

/* The lesser of the two: commonness and, below it, the place. */
FM_INLINE size_t rarer(size_t rarest, struct fm_word needle, size_t place) {
    size_t key = (size_t)commonness[fm_at(needle, place)] << 16 | place;
    return key < rarest ? key : rarest;
}

/* The ends and the middle are asked first: it is quick. No branch depends on the other bytes, as a
 * mispredicted one costs more than a search of 16 KiB can afford. */
FM_INLINE size_t rare_place(const unsigned char *needle, size_t m, size_t limit, ptrdiff_t step) {
    const struct fm_word word = fm_word(needle, m, step);
    const size_t looked = limit < m ? limit : m; /* fits 16 bits */
    const size_t common = (size_t)RARE << 16;
    size_t rarest = rarer(common, word, 0);
    rarest = rarer(rarest, word, looked / 2);
    rarest = rarer(rarest, word, looked - 1);
    if (rarest == common) {
        for (size_t i = 1; i < looked - 1; i++) {
            rarest = rarer(rarest, word, i);
        }
    }
    return rarest < common ? fm_offset(rarest & UINT16_MAX, m, 1, step) : m;
}

size_t fm_pattern_rare(const unsigned char *needle, size_t m, size_t limit, bool reverse) {
    return reverse ? rare_place(needle, m, limit, -1) : rare_place(needle, m, limit, 1);
}

/* A byte of the needle that may become a probe. */
struct choice {
    unsigned byte;  /* its value, or NO_BYTE */
    unsigned share; /* its commonness */
    size_t offset;
};

#define NO_BYTE (UINT8_MAX + 1)

/* Takes the rarest bytes, each value once: equal bytes come together, a second one says little.
 * Three variables and not an array, and one branch on the bytes and not three: needles are long. */
FM_INLINE void choose(struct fm_pattern *pattern, const unsigned char *needle, size_t m,
                      size_t limit, ptrdiff_t step) {
    const struct fm_word word = fm_word(needle, m, step);
    const size_t looked = limit < m ? limit : m;
    struct choice rarest = {NO_BYTE, NO_BYTE, 0};
    struct choice second = rarest;
    struct choice third = rarest;
    unsigned found = 0;
    for (size_t i = 0; i < looked; i++) {
        const unsigned byte = fm_at(word, i);
        const unsigned share = commonness[byte];
        if (share < third.share && (byte != rarest.byte) & (byte != second.byte)) {
            const struct choice choice = {byte, share, fm_offset(i, m, 1, step)};
            third = share < second.share ? second : choice;
            second = share < rarest.share ? rarest : share < second.share ? choice : second;
            rarest = share < rarest.share ? choice : rarest;
            found += found < CHOSEN;
        }
    }
    size_t offset[CHOSEN] = {rarest.offset, second.offset, third.offset};
    /* fewer byte values than that: the ends and the middle, far apart */
    const size_t spread[CHOSEN] = {m - 1, 0, fm_pattern_middle(m, step < 0)};
    for (unsigned k = 0; k < CHOSEN && found < CHOSEN; k++) {
        bool taken = false;
        for (unsigned j = 0; j < found; j++) {
            taken |= offset[j] == spread[k];
        }
        if (!taken) {
            offset[found++] = spread[k];
        }
    }
    pattern->needle = needle;
    pattern->m = m;
    pattern->looked = looked;
    pattern->rare = rarest.share < RARE ? rarest.offset : m;
    pattern->known = found;
    pattern->probes = rarest.share <= ONE_SUFFICES                 ? 1
                      : rarest.share + second.share <= TWO_SUFFICE ? 2
                                                                   : 3;
    if (pattern->probes > found) {
        pattern->probes = found;
    }
    memcpy(pattern->offset, offset, sizeof offset);
}

void fm_pattern_choose(struct fm_pattern *pattern, const unsigned char *needle, size_t m,
                       size_t limit, bool reverse) {
    if (reverse) {
        choose(pattern, needle, m, limit, -1);
    } else {
        choose(pattern, needle, m, limit, 1);
    }
}

static size_t would_reject(const unsigned char *needle, size_t place, const unsigned char *haystack,
                           const size_t failures[], size_t count) {
    size_t rejected = 0;
    for (size_t j = 0; j < count; j++) {
        rejected += haystack[failures[j] + place] != needle[place];
    }
    return rejected;
}

/* The same for eight places at once, one in each byte. */
static uint64_t would_reject_each(const unsigned char *needle, size_t place,
                                  const unsigned char *haystack, const size_t failures[],
                                  size_t count) {
    const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);
    uint64_t expected;
    uint64_t rejected = 0;
    memcpy(&expected, needle + place, sizeof expected);
    for (size_t j = 0; j < count; j++) {
        uint64_t word;
        memcpy(&word, haystack + failures[j] + place, sizeof word);
        word ^= expected;
        rejected += ((((word & low) + low) | word) >> 7) & ~low >> 7;
    }
    return rejected;
}

/* Of the first places, the one that would have rejected most of the failures, and how many: among
 * equals the rarest in files, then the first. No branch depends on the bytes. */
static size_t most_telling(const unsigned char *needle, size_t m, const unsigned char *haystack,
                           const size_t failures[], size_t count, size_t *most) {
    const size_t first = LEARN_FROM < m ? LEARN_FROM : m;
    uint8_t rejected[LEARN_FROM];
    size_t place = 0;
    for (; place + WORD <= first; place += WORD) {
        uint64_t each = would_reject_each(needle, place, haystack, failures, count);
        memcpy(rejected + place, &each, sizeof each);
    }
    for (; place < first; place++) {
        rejected[place] = (uint8_t)would_reject(needle, place, haystack, failures, count);
    }
    size_t key = 0;
    for (size_t i = 0; i < first; i++) {
        size_t other = (size_t)rejected[i] << 16 |
                       (size_t)(UINT8_MAX - commonness[needle[i]]) << 8 | (LEARN_FROM - 1 - i);
        key = other > key ? other : key;
    }
    *most = key >> 16;
    return LEARN_FROM - 1 - (key & UINT8_MAX);
}

/* The place of the byte that is rarest in files among those that are nowhere near the failures and
 * tell all of them apart; `best` if there is none. DNA has no H, however common it is elsewhere. */
static size_t absent_here(const unsigned char *needle, size_t m, const unsigned char *haystack,
                          const size_t failures[], size_t count, size_t best) {
    const size_t first = LEARN_FROM < m ? LEARN_FROM : m;
    bool seen[UINT8_MAX + 1] = {false};
    for (size_t j = 0; j < count; j += SAMPLED) {
        for (size_t i = 0; i < first; i++) {
            seen[haystack[failures[j] + i]] = true;
        }
    }
    for (size_t i = 0; i < m && i < SEEN_FROM; i++) {
        if (!seen[needle[i]] &&
            (seen[needle[best]] || commonness[needle[i]] < commonness[needle[best]]) &&
            would_reject(needle, i, haystack, failures, count) == count) {
            best = i;
        }
    }
    return best;
}

bool fm_pattern_learn(struct fm_pattern *pattern, const unsigned char *haystack,
                      const size_t failures[], size_t count) {
    const unsigned char *needle = pattern->needle;
    if (pattern->looked < pattern->m) {
        fm_pattern_choose(pattern, needle, pattern->m, pattern->m, false);
        pattern->probes = pattern->known;
        return true;
    }
    size_t best_rejected;
    size_t best = most_telling(needle, pattern->m, haystack, failures, count, &best_rejected);
    if (best_rejected <= count / 2 && count > 0) {
        /* They fail later: where one of them does, others may too. */
        const unsigned char *candidate = haystack + failures[count - 1];
        size_t i = LEARN_FROM < pattern->m ? LEARN_FROM : pattern->m;
        while (i + CHUNK <= pattern->m && memcmp(candidate + i, needle + i, CHUNK) == 0) {
            i += CHUNK;
        }
        while (i < pattern->m && candidate[i] == needle[i]) {
            i++;
        }
        if (i < pattern->m) {
            best = i;
            best_rejected = would_reject(needle, i, haystack, failures, count);
        }
    } else if (pattern->known <= CHOSEN) {
        const size_t place = absent_here(needle, pattern->m, haystack, failures, count, best);
        if (place != best) {
            best = place;
            best_rejected = count;
        }
    }
    if (best_rejected <= count / 2) {
        return false;
    }
    for (unsigned i = 0; i < pattern->known; i++) {
        if (pattern->offset[i] == best) {
            return false;
        }
    }
    pattern->known += pattern->known < FM_PROBES;
    memmove(pattern->offset + 1, pattern->offset, (pattern->known - 1) * sizeof *pattern->offset);
    pattern->offset[0] = best;
    pattern->probes += pattern->probes < pattern->known;
    return true;
}
