/* SPDX-License-Identifier: MPL-2.0
 *
 * Shift-Or: an automaton in one machine word. Bit i of the state is 0 if the last i + 1 bytes read
 * equal needle[0, i + 1). A byte moves every prefix on by one (shift) and stops those it does not
 * continue (or). A 0 in the last bit is an occurrence.
 *
 * One shift, one or, one test for each byte, whatever the input: linear and without branches that
 * could be mispredicted, for needles of up to 64 bytes. Of a longer one the automaton knows the
 * first 64 bytes; the rest is compared where these occur. */
#include "strategy.h"

#include <string.h>

#include "common/table.h"

struct table {
    uint64_t stops[256]; /* bit i is 0 if the byte is needle[i] */
};

FM_INLINE size_t known_of(size_t m) {
    return m < 64 ? m : 64;
}

FM_INLINE void fill(struct table *table, const unsigned char *needle, size_t m, ptrdiff_t step) {
    const struct fm_word pattern = fm_word(needle, m, step);
    memset(table, 0xff, sizeof *table);
    for (size_t i = 0; i < known_of(m); i++) {
        table->stops[fm_at(pattern, i)] &= ~((uint64_t)1 << i);
    }
}

FM_INLINE size_t follow(const struct table *table, const unsigned char *haystack, size_t n,
                        const unsigned char *needle, size_t m, ptrdiff_t step) {
    const struct fm_word text = fm_word(haystack, n, step);
    const size_t known = known_of(m);
    const uint64_t found = (uint64_t)1 << (known - 1);
    uint64_t state = UINT64_MAX;
    for (size_t end = 0; end < n - m + known; end++) {
        state = state << 1 | table->stops[fm_at(text, end)];
        if ((state & found) == 0) {
            size_t offset = fm_offset(end + 1 - known, n, m, step);
            if (m == known || memcmp(haystack + offset, needle, m) == 0) {
                return offset;
            }
        }
    }
    return FM_ABSENT;
}

FM_TABLE_SEARCH(1, fill, follow)

FM_STRATEGY(
        .summary = "all prefixes of the needle at once, one bit each (Bitap)",
        .source =
            "R. Baeza-Yates & G. H. Gonnet, A new approach to text searching, CACM 35(10), 1992",
        .worst_case = "linear up to 64 bytes; beyond n*m: a^n with needle a^(m-1) b",
        FM_TABLE_MEMBERS);
