/* SPDX-License-Identifier: MPL-2.0
 *
 * Choice of probe bytes for the vector kernels. */
#include "simd/pattern.h"

#include <limits.h>
#include <string.h>

/* How common each byte value is: 16 * (16 + log2 of its share), from -16 up. The share is the mean
 * of five kinds of files of a Debian system: prose (licences, manuals), source code (C,
 * Python), ELF binaries, logs and file lists, message catalogues of all languages. */
static const uint16_t commonness_in_files[256] = {
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

/* Two probes suffice when their shares multiply to at most 2^-10: one false candidate in a KiB. */
#define TWO_SUFFICE (16 * (32 - 10))

/* Bytes of the needle that refining looks at. */
#define REFINE_LIMIT ((size_t)256)

/* Take the rarest bytes of needle[0, length), by `commonness`; each byte value once, since equal
 * bytes tend to come together and a second one says little. */
static void choose(struct fm_pattern *pattern, size_t length, const uint16_t commonness[256],
                   unsigned enough) {
    const unsigned char *needle = pattern->needle;
    size_t offset[FM_PROBES] = {0, 0, 0};
    unsigned rarity[FM_PROBES] = {UINT_MAX, UINT_MAX, UINT_MAX};
    unsigned found = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned common = commonness[needle[i]];
        if (common >= rarity[2] || (found > 0 && needle[i] == needle[offset[0]]) ||
            (found > 1 && needle[i] == needle[offset[1]])) {
            continue;
        }
        unsigned slot = common < rarity[0] ? 0 : common < rarity[1] ? 1 : 2;
        for (unsigned k = 2; k > slot; k--) {
            offset[k] = offset[k - 1];
            rarity[k] = rarity[k - 1];
        }
        offset[slot] = i;
        rarity[slot] = common;
        found += found < FM_PROBES;
    }
    /* fewer than three byte values: the ends and the middle, far apart */
    const size_t spread[FM_PROBES] = {pattern->m - 1, 0, pattern->m / 2};
    for (unsigned k = 0; k < FM_PROBES && found < FM_PROBES; k++) {
        bool taken = false;
        for (unsigned j = 0; j < found; j++) {
            taken |= offset[j] == spread[k];
        }
        if (!taken || k == 2) {
            offset[found++] = spread[k];
        }
    }
    memcpy(pattern->offset, offset, sizeof offset);
    pattern->two_suffice = rarity[1] != UINT_MAX && rarity[0] + rarity[1] <= enough;
}

void fm_pattern_choose(struct fm_pattern *pattern, const unsigned char *needle, size_t m,
                       size_t limit) {
    pattern->needle = needle;
    pattern->m = m;
    choose(pattern, limit < m ? limit : m, commonness_in_files, TWO_SUFFICE);
}

void fm_pattern_refine(struct fm_pattern *pattern, const unsigned char *sample, size_t length) {
    uint16_t count[256] = {0};
    for (size_t i = 0; i < length; i++) {
        count[sample[i]]++;
    }
    choose(pattern, REFINE_LIMIT < pattern->m ? REFINE_LIMIT : pattern->m, count, 0);
}
