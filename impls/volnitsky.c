/* SPDX-License-Identifier: MPL-2.0
 *
 * Volnitsky: a table knows where in the needle each pair of bytes occurs; the haystack is probed
 * for one pair in every m - 1 bytes. An occurrence of m bytes contains exactly one probe, so the
 * starts that belong to two probes never mix; the occurrence that a probe reports first is the
 * leftmost as long as the places of a pair are tried from the needle's end.
 *
 * The table has a slot for each of the 65536 pairs; a pair that occurs again takes the next free
 * slot, so a probe looks at slots until it finds a free one and lets the comparison sort out
 * strangers. A slot holds place + 1 in one byte: of a needle longer than 255 bytes the first 255
 * are known.
 *
 * Clearing 64 KiB costs a microsecond or two. A prepared searcher does it once. */
#include "strategy.h"

#include <string.h>

#include "common/table.h"

enum { PAIRS = 1 << 16, MOST_KNOWN = 255 };

struct table {
    uint8_t places[PAIRS]; /* place in the needle + 1, or 0 */
};

FM_INLINE size_t pair(struct fm_word word, size_t i) {
    return (size_t)fm_at(word, i) << 8 | fm_at(word, i + 1);
}

FM_INLINE size_t known_of(size_t m) {
    return m < MOST_KNOWN ? m : MOST_KNOWN;
}

FM_INLINE void fill(struct table *table, const unsigned char *needle, size_t m, ptrdiff_t step) {
    const struct fm_word pattern = fm_word(needle, m, step);
    memset(table, 0, sizeof *table);
    for (size_t place = known_of(m) - 1; place-- > 0;) { /* from the end: see above */
        size_t slot = pair(pattern, place);
        while (table->places[slot] != 0) {
            slot = (slot + 1) % PAIRS;
        }
        table->places[slot] = (uint8_t)(place + 1);
    }
}

/* For 2 <= m <= n. */
FM_INLINE size_t probe(const struct table *table, const unsigned char *haystack, size_t n,
                       const unsigned char *needle, size_t m, ptrdiff_t step) {
    const struct fm_word text = fm_word(haystack, n, step);
    const size_t stride = known_of(m) - 1;
    /* The last start, n - m, is covered by the probe in [n - m, n - m + stride). */
    for (size_t at = stride - 1; at < n - m + stride; at += stride) {
        for (size_t slot = pair(text, at); table->places[slot] != 0; slot = (slot + 1) % PAIRS) {
            size_t place = (size_t)(table->places[slot] - 1);
            if (place <= at && at - place <= n - m) {
                size_t offset = fm_offset(at - place, n, m, step);
                if (memcmp(haystack + offset, needle, m) == 0) {
                    return offset;
                }
            }
        }
    }
    return FM_ABSENT;
}

FM_TABLE_SEARCH(2, fill, probe)

FM_STRATEGY(.summary = "table of the needle's byte pairs, one probe in every m - 1 bytes",
            .source = "L. Volnitsky, Fast and simple substring search with hash table, 2011",
            .worst_case = "n*m: a^n with needle a^(m-1) b", FM_TABLE_MEMBERS);
