/* SPDX-License-Identifier: MPL-2.0
 *
 * Backward Nondeterministic DAWG Matching: read the window from its end and keep, one bit each, the
 * places of the needle where the bytes read occur. When none is left, what was read is no factor of
 * the needle, so no occurrence can contain it. Whenever the bytes read are a prefix of the needle,
 * `shift` remembers the window that starts there: the longest such prefix is the next window.
 *
 * State: bit (known - 1 - i) is 1 if the bytes read, text[position + j, position + known), equal
 * needle[i, ...). So the highest of the known bits tells a prefix. For needles of up to 64 bytes;
 * of a longer one the first 64 are known, the rest is compared. */
#include "strategy.h"

#include <string.h>

#include "common/table.h"

struct table {
    uint64_t places[256]; /* bit (known - 1 - i) is 1 if the byte is needle[i] */
};

FM_INLINE size_t known_of(size_t m) {
    return m < 64 ? m : 64;
}

FM_INLINE void fill(struct table *table, const unsigned char *needle, size_t m, ptrdiff_t step) {
    const struct fm_word pattern = fm_word(needle, m, step);
    const size_t known = known_of(m);
    memset(table, 0, sizeof *table);
    for (size_t i = 0; i < known; i++) {
        table->places[fm_at(pattern, i)] |= (uint64_t)1 << (known - 1 - i);
    }
}

FM_INLINE size_t follow(const struct table *table, const unsigned char *haystack, size_t n,
                        const unsigned char *needle, size_t m, ptrdiff_t step) {
    const struct fm_word text = fm_word(haystack, n, step);
    const size_t known = known_of(m);
    const uint64_t prefix = (uint64_t)1 << (known - 1);
    for (size_t position = 0; position <= n - m;) {
        size_t shift = known;
        size_t j = known; /* text[position + j, position + known) was read */
        uint64_t state = UINT64_MAX;
        while (j > 0) {
            state &= table->places[fm_at(text, position + --j)];
            if (state == 0) {
                break;
            }
            if ((state & prefix) != 0) {
                if (j > 0) {
                    shift = j;
                } else {
                    size_t offset = fm_offset(position, n, m, step);
                    if (m == known || memcmp(haystack + offset, needle, m) == 0) {
                        return offset;
                    }
                }
            }
            state <<= 1;
        }
        position += shift;
    }
    return FM_ABSENT;
}

FM_TABLE_SEARCH(1, fill, follow)

FM_STRATEGY(.summary = "factors of the needle, read backwards, one bit each; skips what is none",
            .source = "G. Navarro & M. Raffinot, Fast and flexible string matching by combining "
                      "bit-parallelism and suffix automata, ACM JEA 5, 2000",
            .worst_case = "n*m: a^n with needle b a^(m-1)", FM_TABLE_MEMBERS);
