/* SPDX-License-Identifier: MPL-2.0
 *
 * What lies at the ends of the ranges: lengths (LN), page borders and alignments (PG), empty ranges
 * (SZ-08, EM). Unreadable pages and decoys surround haystack and needle: a byte read outside is a
 * fault, a match that hangs over is a wrong answer. */
#include "check.h"

/* A needle whose bytes all differ: it occurs only where it was put. */
static void make_needle(size_t m) {
    clear(&needle_text);
    for (size_t i = 0; i < m; i++) {
        add_run(&needle_text, (unsigned char)('0' + i % 200), 1);
    }
}

/* Haystacks that are shorter than the needle, and pointers that must not be touched. */
static void test_shorter_haystack(void) {
    unsigned char *const invalid = haystack_arena.low - 1; /* in the unreadable page */
    for (size_t m = 1; m <= 70; m++) {
        make_needle(m);
        for (size_t n = 0; n < m; n++) {
            add_bytes(clear(&haystack_text), needle_text.bytes, n);
            check_texts_in_turn("LN-05 haystack is a prefix", FM_ABSENT, FM_ABSENT);
            add_bytes(clear(&haystack_text), needle_text.bytes + m - n, n);
            check_texts_in_turn("LN-05 haystack is a suffix", FM_ABSENT, FM_ABSENT);
        }
        check_here("SZ-08 invalid haystack", invalid, 0, needle_text.bytes, m, FM_ABSENT,
                   FM_ABSENT);
    }
    for (size_t n = 0; n <= 70; n++) {
        add_run(clear(&haystack_text), 'a', n);
        check_here("EM-01 invalid needle", haystack_text.bytes, n, invalid, 0, 0, n);
    }
    check_here("EM-01 both invalid", invalid, 0, invalid, 0, 0, 0);
    check_here("EM-01 both NULL", NULL, 0, NULL, 0, 0, 0);
}

/* The first byte occurs only where the needle no longer fits (musl commits c718f9fc, 51bdcdc4), and
 * the match at the last offset where it still does. */
static void test_last_offset(void) {
    for (size_t m = 1; m <= 36; m++) {
        make_needle(m);
        for (size_t n = m; n <= 140; n++) {
            add_run(clear(&haystack_text), '.', n);
            check_texts_in_turn("LN-03 no candidate", FM_ABSENT, FM_ABSENT);
            for (size_t inside = 1; inside < m; inside++) {
                add_run(clear(&haystack_text), '.', n - inside);
                add_bytes(&haystack_text, needle_text.bytes, inside);
                check_texts_in_turn("LN-02 cut off by the end", FM_ABSENT, FM_ABSENT);
            }
            add_run(clear(&haystack_text), '.', n - m);
            add_text(&haystack_text, &needle_text);
            check_texts_in_turn("LN-03 at the last offset", n - m, n - m);
        }
    }
}

/* The match is in memory; the end lies at every byte of it. */
static void test_every_end(void) {
    struct arena arena = arena_of(page_size());
    for (size_t m = 1; m <= 70; m++) {
        make_needle(m);
        for (size_t before = 0; before <= 66; before += 3) {
            unsigned char *start = arena.low + 7;
            memset(start, '.', before);
            memcpy(start + before, needle_text.bytes, m);
            for (size_t n = 0; n <= before + m; n++) {
                size_t at = n == before + m ? before : FM_ABSENT;
                check_here("LN-06 end inside the match", start, n, needle_text.bytes, m, at, at);
            }
        }
    }
}

/* A skip rule that looks at the byte behind the window (python/cpython issue 105235), in a haystack
 * of zeros. */
static void test_zeros(void) {
    static const char *const needles[] = {"fo", "foo", "a needle of more than 32 bytes, 36..."};
    for (size_t i = 0; i < sizeof needles / sizeof needles[0]; i++) {
        add(clear(&needle_text), needles[i]);
        for (size_t n = 1 << 16; n <= 1 << 17; n += (1 << 14) - 1) {
            add_run(clear(&haystack_text), 0, n);
            check_texts("LN-07 zeros", FM_ABSENT, FM_ABSENT);
        }
    }
}

/* Needles of 257 to 511 bytes, many partial matches, less than 256 bytes left at the end
 * (StringZilla issue 320). `^` is unique, so the needle occurs where it was put. */
static void test_short_rest(void) {
    for (size_t m = 257; m <= 511; m += 23) {
        add(clear(&needle_text), "^");
        for (size_t i = 1; i < m; i++) {
            add_run(&needle_text, (unsigned char)('a' + i % 5), 1);
        }
        for (size_t rest = 0; rest < 256; rest += 5) {
            clear(&haystack_text);
            add_run(&haystack_text, 'a', rest);
            for (int i = 0; i < 3; i++) {
                add_bytes(&haystack_text, needle_text.bytes + 1, m - 1);
            }
            check_texts_in_turn("LN-08 absent", FM_ABSENT, FM_ABSENT);
            add_text(&haystack_text, &needle_text);
            check_texts_in_turn("LN-08 at the end", rest + 3 * (m - 1), rest + 3 * (m - 1));
        }
    }
}

/* A single byte, found in the last byte before the unreadable page (PG-01), and everything in front
 * of the start full of it (PG-02). */
static void test_single_byte(void) {
    static const unsigned char byte = 'x';
    struct arena arena = arena_of(2 * page_size());
    for (size_t n = 1; n <= 260; n++) {
        add_run(clear(&haystack_text), '.', n);
        haystack_text.bytes[n - 1] = byte;
        check("PG-01 last byte", haystack_text.bytes, n, &byte, 1, n - 1, n - 1);
    }
    unsigned char *middle = arena.low + page_size();
    for (size_t start = 0; start <= 130; start++) {
        for (size_t n = 1; n <= 130; n += 1 + n / 16) {
            memset(arena.low, byte, (size_t)(arena.high - arena.low));
            memset(middle + start, '.', n);
            check_here("PG-02 full around", middle + start, n, &byte, 1, FM_ABSENT, FM_ABSENT);
            middle[start + n / 2] = byte;
            check_here("PG-02 one inside", middle + start, n, &byte, 1, n / 2, n / 2);
        }
    }
}

/* A needle with 0 to 32 bytes on the first page and the rest on the second (glibc bug 25226). */
static void test_straddling_needle(void) {
    for (size_t m = 2; m <= 64; m += 1 + m / 4) {
        make_needle(m);
        add_run(clear(&haystack_text), '.', 50);
        add_bytes(&haystack_text, needle_text.bytes, m - 1);
        add(&haystack_text, "!");
        size_t at = haystack_text.length;
        add_text(&haystack_text, &needle_text);
        for (size_t offset = 0; offset <= m / 2; offset++) {
            for (int outer = 0; outer < PLACES; outer++) {
                for (int mirror_it = 0; mirror_it < 2; mirror_it++) {
                    check_layout("PG-03 needle across a page border", haystack_text.bytes,
                                 haystack_text.length, (enum place)outer, 0, needle_text.bytes, m,
                                 ACROSS, offset, mirror_it, at, at);
                }
            }
        }
    }
}

/* Every start and end alignment of the haystack, 0 to 63 bytes from an unreadable page, for find
 * and, mirrored, for rfind (PG-05); needles at the same distances (PG-07). */
static void test_alignments(void) {
    static const size_t lengths[] = {1, 2, 3, 4, 5, 8, 9, 16, 17, 32, 33, 64, 65};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        size_t m = lengths[i];
        make_needle(m);
        for (size_t start = 0; start < 64; start++) {
            for (size_t end = 0; end < 64; end++) {
                size_t n = 64 + m + end;
                enum place where = end % 2 ? AT_START : AT_END;
                size_t at = (start * 7 + end * 3) % (n - m + 1);
                add_run(clear(&haystack_text), '.', n);
                check_layout("PG-04 alignment, absent", haystack_text.bytes, n, where, start,
                             needle_text.bytes, m, where, end, start % 2, FM_ABSENT, FM_ABSENT);
                memcpy(haystack_text.bytes + at, needle_text.bytes, m);
                check_layout("PG-04 alignment", haystack_text.bytes, n, where, start,
                             needle_text.bytes, m, where, end, start % 2, at, at);
            }
        }
    }
    /* Haystacks shorter than a vector, at 0 to 63 bytes from the page. */
    for (size_t n = 1; n <= 40; n++) {
        for (size_t m = 1; m <= n; m++) {
            make_needle(m);
            for (size_t offset = 0; offset < 64; offset += 1 + offset / 16) {
                add_run(clear(&haystack_text), '.', n);
                check_layout("PG-04 short, absent", haystack_text.bytes, n,
                             (enum place)(offset % 2), offset, needle_text.bytes, m, AT_END, 0,
                             offset / 2 % 2, FM_ABSENT, FM_ABSENT);
                memcpy(haystack_text.bytes + (n - m), needle_text.bytes, m);
                check_layout("PG-04 short, last byte", haystack_text.bytes, n,
                             (enum place)(offset % 2), offset, needle_text.bytes, m, AT_END, 0,
                             offset / 2 % 2, n - m, n - m);
            }
        }
    }
}

/* Needles larger than the tables that were made for small ones (ClickHouse PR 5588), in bytes that
 * never repeat soon. */
static void test_large_needle(void) {
    static const size_t lengths[] = {16384, 20011, 65536};
    random_state = 8;
    add_run(clear(&haystack_text), 0, 200000);
    for (size_t i = 0; i < haystack_text.length; i++) {
        haystack_text.bytes[i] = (unsigned char)random_bits();
    }
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        size_t m = lengths[i];
        for (size_t at = 0; at <= 200000 - m; at += (200000 - m) / 2) {
            add_bytes(clear(&needle_text), haystack_text.bytes + at, m);
            check_texts_in_turn("SK-08 large needle", at, at);
            needle_text.bytes[m / 3] ^= 1;
            check_texts_in_turn("SK-08 large needle, absent", FM_ABSENT, FM_ABSENT);
        }
    }
}

/* Needle lengths around every size class, haystacks from one byte less to 130 more. */
static void test_length_sweep(void) {
    size_t lengths[128];
    size_t count = 0;
    for (size_t m = 1; m <= 70; m++) {
        lengths[count++] = m;
    }
    static const size_t around[] = {128, 256, 512, 1024, 4096};
    for (size_t i = 0; i < sizeof around / sizeof around[0]; i++) {
        for (size_t m = around[i] - 2; m <= around[i] + 3; m++) {
            lengths[count++] = m;
        }
    }
    for (size_t i = 0; i < count; i++) {
        size_t m = lengths[i];
        clear(&needle_text);
        for (size_t k = 0; k < m; k++) {
            add_run(&needle_text, (unsigned char)(k + 1 == m ? '$' : 'a' + k % 3), 1);
        }
        for (size_t n = m - 1; n <= m + 130; n++) {
            clear(&haystack_text);
            for (size_t k = 0; k < n; k++) {
                add_run(&haystack_text, (unsigned char)('a' + k % 3), 1);
            }
            check_texts_in_turn("lengths, absent", FM_ABSENT, FM_ABSENT);
            if (n >= m) {
                memcpy(haystack_text.bytes + n - m, needle_text.bytes, m);
                check_texts_in_turn("lengths, at the end", n - m, n - m);
                size_t at = (n - m) / 2;
                haystack_text.bytes[n - 1] = '.';
                memcpy(haystack_text.bytes + at, needle_text.bytes, m);
                check_texts_in_turn("lengths, in the middle", at, at);
            }
        }
    }
}

int main(void) {
    tests_begin();
    arena_for(&haystack_arena, 0);
    test_shorter_haystack();
    test_last_offset();
    test_every_end();
    test_zeros();
    test_short_rest();
    test_single_byte();
    test_straddling_needle();
    test_alignments();
    test_large_needle();
    test_length_sweep();
    return tests_end();
}
