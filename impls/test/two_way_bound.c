/* SPDX-License-Identifier: MPL-2.0
 *
 * Two-way search compares at most 2n bytes of the haystack and looks up at most one byte for each
 * window; preparing compares at most 5m. Counted here, not timed: this program compiles the search
 * with counted reads, over all small words and over words that are rich in near-periods. */
#include "check.h"

#include "common/mirror.h"

static const unsigned char *needle_start;
static const unsigned char *needle_end;
static size_t needle_reads;
static size_t haystack_reads;

static unsigned char counted_at(struct fm_word word, size_t i) {
    const unsigned char *byte = &word.first[(ptrdiff_t)i * word.step];
    if (byte >= needle_start && byte < needle_end) {
        needle_reads++;
    } else {
        haystack_reads++;
    }
    return *byte;
}

#define fm_at counted_at
#include "common/two_way.c"

static void expect_at_most(const char *what, size_t count, size_t bound, size_t n, size_t m) {
    if (count <= bound) {
        passed_count++;
    } else if (failed_count++ < FAILURES_SHOWN) {
        printf("FAIL two_way: n=%zu m=%zu: %zu %s, at most %zu are fine\n", n, m, count, what,
               bound);
        print_bytes("haystack", haystack_text.bytes, n);
        print_bytes("needle  ", needle_text.bytes, m);
    }
}

static void check_bound(bool reverse) {
    size_t n = haystack_text.length;
    size_t m = needle_text.length;
    struct fm_two_way searcher;
    needle_start = needle_text.bytes;
    needle_end = needle_start + m;
    needle_reads = haystack_reads = 0;
    if (reverse) {
        fm_two_way_prepare_reverse(&searcher, needle_text.bytes, m);
    } else {
        fm_two_way_prepare(&searcher, needle_text.bytes, m);
    }
    /* Two reads for a comparison, and one for each byte that enters the table. */
    expect_at_most("reads while preparing", needle_reads, 2 * 5 * m + m, n, m);

    needle_reads = 0;
    if (reverse) {
        fm_two_way_rfind(&searcher, haystack_text.bytes, n);
    } else {
        fm_two_way_find(&searcher, haystack_text.bytes, n, 0);
    }
    expect_at_most("comparisons", needle_reads, 2 * n, n, m);
    expect_at_most("look-ups", haystack_reads - needle_reads, n, n, m);
}

static void set_word(struct text *text, size_t number, size_t length) {
    clear(text);
    for (size_t i = 0; i < length; i++) {
        add_run(text, number >> i & 1 ? 'b' : 'a', 1);
    }
}

int main(void) {
    for (size_t m = 1; m <= 9; m++) {
        for (size_t needle = 0; needle < (size_t)1 << m; needle++) {
            set_word(&needle_text, needle, m);
            for (size_t n = m; n <= 12; n++) {
                for (size_t haystack = 0; haystack < (size_t)1 << n; haystack++) {
                    set_word(&haystack_text, haystack, n);
                    check_bound(haystack % 2);
                }
            }
        }
    }
    for (size_t m = 1; m <= 400; m += 1 + m / 50) {
        for (size_t odd = 0; odd < m; odd += 1 + m / 20) {
            add_fibonacci(clear(&haystack_text), 1000);
            add_bytes(clear(&needle_text), haystack_text.bytes + m / 3, m);
            needle_text.bytes[odd] ^= 3; /* a to b, b to a */
            check_bound(false);
            check_bound(true);
            add_run(clear(&haystack_text), 'a', 1000);
            add_run(clear(&needle_text), 'a', m);
            needle_text.bytes[odd] = 'b';
            check_bound(false);
            check_bound(true);
        }
    }
    return tests_end();
}
