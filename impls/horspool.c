/* SPDX-License-Identifier: MPL-2.0
 *
 * Horspool's simplification of Boyer-Moore: look at the last byte of the window, and whatever it
 * is, shift so that its last occurrence in the needle (the needle's own last byte aside) comes
 * under it. A byte that the needle lacks lets the whole window pass.
 *
 * Invariant: no occurrence starts before `position`. On random text over an alphabet larger than
 * the needle it looks at about n/m bytes. */
#include "strategy.h"

#include <string.h>

#include "common/table.h"

struct table {
    size_t shift[256]; /* by the last byte of the window */
};

FM_INLINE void fill(struct table *table, const unsigned char *needle, size_t m, ptrdiff_t step) {
    const struct fm_word pattern = fm_word(needle, m, step);
    for (size_t byte = 0; byte < 256; byte++) {
        table->shift[byte] = m;
    }
    for (size_t i = 0; i < m - 1; i++) {
        table->shift[fm_at(pattern, i)] = m - 1 - i;
    }
}

FM_INLINE size_t follow(const struct table *table, const unsigned char *haystack, size_t n,
                        const unsigned char *needle, size_t m, ptrdiff_t step) {
    const struct fm_word text = fm_word(haystack, n, step);
    const unsigned char last = fm_at(fm_word(needle, m, step), m - 1);
    for (size_t position = 0; position <= n - m;) {
        unsigned char byte = fm_at(text, position + m - 1);
        size_t offset = fm_offset(position, n, m, step);
        if (byte == last && memcmp(haystack + offset, needle, m) == 0) {
            return offset;
        }
        position += table->shift[byte];
    }
    return FM_ABSENT;
}

FM_TABLE_SEARCH(1, fill, follow)

FM_STRATEGY(
        .summary = "shift by the last byte of the window (Boyer-Moore-Horspool)",
        .source =
            "R. N. Horspool, Practical fast searching in strings, Softw. Pract. Exper. 10, 1980",
        .worst_case = "n*m: a^n with needle b a^(m-1)", FM_TABLE_MEMBERS);
