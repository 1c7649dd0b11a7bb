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

#include "common/mirror.h"

FM_INLINE size_t search(const unsigned char *haystack, size_t n, const unsigned char *needle,
                        size_t m, ptrdiff_t step) {
    const struct fm_word text = fm_word(haystack, n, step);
    const struct fm_word pattern = fm_word(needle, m, step);
    const size_t known = m < 64 ? m : 64;
    uint64_t stops[256]; /* bit i is 0 if the byte is needle[i] */
    memset(stops, 0xff, sizeof stops);
    for (size_t i = 0; i < known; i++) {
        stops[fm_at(pattern, i)] &= ~((uint64_t)1 << i);
    }
    const uint64_t found = (uint64_t)1 << (known - 1);
    uint64_t state = UINT64_MAX;
    for (size_t end = 0; end < n - m + known; end++) {
        state = state << 1 | stops[fm_at(text, end)];
        if ((state & found) == 0) {
            size_t offset = fm_offset(end + 1 - known, n, m, step);
            if (m == known || memcmp(haystack + offset, needle, m) == 0) {
                return offset;
            }
        }
    }
    return FM_ABSENT;
}

FM_FIND_AND_RFIND(search)

FM_STRATEGY(
        .summary = "all prefixes of the needle at once, one bit each (Bitap)",
        .source =
            "R. Baeza-Yates & G. H. Gonnet, A new approach to text searching, CACM 35(10), 1992",
        .worst_case = "linear up to 64 bytes; beyond n*m: a^n with needle a^(m-1) b", .find = find,
        .rfind = rfind);
