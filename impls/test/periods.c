/* SPDX-License-Identifier: MPL-2.0
 *
 * Families of cases that break period arithmetic and skip tables: two-way searchers (TW) and shift,
 * hash and restart rules (SK). Every expectation follows from how the case is built, unless the
 * matches are many: then it is the double loop's. */
#include "check.h"

/* A needle u^5, a haystack with only u^4 and u^3; then with the needle (glibc bug 12092). */
static void test_long_period(void) {
    for (size_t length = 2; length <= 40; length++) {
        static struct text unit;
        clear(&unit);
        for (size_t i = 0; i < length; i++) {
            add_run(&unit, (unsigned char)('a' + (i * i + length) % 7), 1);
        }
        clear(&needle_text);
        clear(&haystack_text);
        add(&haystack_text, "!");
        for (int i = 0; i < 5; i++) {
            add_text(&needle_text, &unit);
        }
        for (int i = 0; i < 4; i++) {
            add_text(&haystack_text, &unit);
        }
        add(&haystack_text, "!?");
        for (int i = 0; i < 3; i++) {
            add_text(&haystack_text, &unit);
        }
        add(&haystack_text, "!");
        check_texts("TW-01 u^4 and u^3 for u^5", FM_ABSENT, FM_ABSENT);
        size_t at = haystack_text.length;
        add_text(&haystack_text, &needle_text);
        check_texts("TW-01 u^5 appended", at, at);
    }
}

/* A long needle whose ends agree, at every offset of a text made of its own prefixes (gnulib commit
 * 034c875d). The needle's `~` is unique, so it occurs where it was put. */
static void test_barely_periodic(void) {
    static const char *const needles[] = {
        "the same word, and ~ the same wort",
        "abababababababab~abababababababab~a",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa~a",
        "xyzxyzxyzxyzxyzxyzxyzxyzxyzx~yzxyzx",
    };
    for (size_t i = 0; i < sizeof needles / sizeof needles[0]; i++) {
        const char *needle = needles[i];
        size_t prefix = (size_t)(strchr(needle, '~') - needle);
        add(clear(&needle_text), needle);
        for (size_t at = 0; at <= 200; at++) {
            clear(&haystack_text);
            for (size_t k = 0; k < at; k++) {
                add_bytes(&haystack_text, needle + k % prefix, 1);
            }
            add(&haystack_text, needle);
            for (size_t k = 0; k < 60; k++) {
                add_bytes(&haystack_text, needle + k % prefix, 1);
            }
            check_texts_in_turn("TW-03 among its prefixes", at, at);
        }
    }
}

/* A NUL ends nothing: only what follows it differs. */
static void test_nul_inside(void) {
    for (size_t m = 5; m <= 40; m++) {
        for (size_t nul = m / 2; nul < m - 1; nul++) {
            clear(&needle_text);
            for (size_t i = 0; i < m; i++) {
                add_run(&needle_text, (unsigned char)(i == nul ? 0 : 'a' + i % 3), 1);
            }
            for (size_t different = nul + 1; different < m; different++) {
                add_text(clear(&haystack_text), &needle_text);
                haystack_text.bytes[different] = '!';
                check_texts_in_turn("TW-06 differs behind a NUL", FM_ABSENT, FM_ABSENT);
                add_text(&haystack_text, &needle_text);
                check_texts_in_turn("TW-06 then found", m, m);
            }
        }
    }
}

/* A needle longer than any block a searcher might read ahead (glibc bug 23637). */
static void test_long_run(void) {
    for (size_t size = 256; size <= 4096; size *= 2) {
        for (size_t m = size - 1; m <= size + 1; m++) {
            add_run(clear(&needle_text), 'x', m);
            add_run(clear(&haystack_text), 'x', 1);
            add_run(&haystack_text, ' ', m - 1);
            add_run(&haystack_text, 'x', m);
            check_texts("TW-09 run behind blanks", m, m);
        }
    }
}

/* A run and another byte, in a longer run: a restart one byte too late misses it. */
static void test_restart(void) {
    for (size_t run = 1; run <= 40; run++) {
        for (size_t more = 1; more <= 20; more++) {
            add_run(clear(&needle_text), 'x', run);
            add(&needle_text, "A");
            add_run(clear(&haystack_text), 'x', run + more);
            add(&haystack_text, "A");
            check_texts_in_turn("SK-03 restart", more, more);
            add(&haystack_text, "SUFFIX");
            check_texts_in_turn("SK-03 restart with suffix", more, more);
        }
    }
}

/* Needles of k and k + 1 bytes with a common prefix (golang/go issues 15679, 15689). */
static void test_size_classes(void) {
    for (size_t k = 1; k <= 140; k++) {
        static struct text prefix;
        clear(&prefix);
        for (size_t i = 0; i < k; i++) {
            add_run(&prefix, (unsigned char)('a' + i * 7 % 23), 1);
        }
        clear(&haystack_text);
        add_text(&haystack_text, &prefix);
        add(&haystack_text, "#");
        add_text(&haystack_text, &prefix);
        add(&haystack_text, "!");
        add_text(clear(&needle_text), &prefix);
        add(&needle_text, "!");
        check_texts("SK-04 k + 1 bytes", k + 1, k + 1);
        add_text(clear(&needle_text), &prefix);
        add(&needle_text, "#");
        check_texts("SK-04 k + 1 bytes, first", 0, 0);
    }
}

/* The only repeat of the last byte, or of the last pair, is too far away for an 8- or 16-bit shift,
 * or for a table of leaps that are 4096 starts at most. */
static void test_far_repeat(void) {
    static const size_t lengths[] = {254,   255,   256,   257,   258,   259,  260,
                                     4095,  4096,  4097,  4102,  4103,  4104, 4105,
                                     65534, 65535, 65536, 65537, 65538, 70000};
    static const char *const ends[] = {"Z", "YZ"};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        for (size_t k = 0; k < sizeof ends / sizeof ends[0]; k++) {
            clear(&needle_text);
            add(&needle_text, ends[k]);
            add_run(&needle_text, 'f', lengths[i] - 2 * strlen(ends[k]));
            add(&needle_text, ends[k]);
            /* The haystack begins with all but the needle's first byte. */
            clear(&haystack_text);
            add_bytes(&haystack_text, needle_text.bytes + 1, needle_text.length - 1);
            add_text(&haystack_text, &needle_text);
            check_texts("SK-05 far repeat", lengths[i] - 1, lengths[i] - 1);
        }
    }
}

/* Pairs (a, 8a + c) all fall into one bucket of glibc's pair hash b - 8a. Every pair has another
 * first byte, so a run of pairs occurs at its place; odd offsets are the double loop's business. */
static void test_colliding_pairs(void) {
    for (size_t c = 0; c < 256; c += 17) {
        clear(&haystack_text);
        for (size_t a = 0; a < 256; a++) {
            add_run(&haystack_text, (unsigned char)a, 1);
            add_run(&haystack_text, (unsigned char)(8 * a + c), 1);
        }
        for (size_t pair = 0; pair < 250; pair += 3) {
            for (size_t pairs = 1; pairs <= 6; pairs++) {
                add_bytes(clear(&needle_text), haystack_text.bytes + 2 * pair, 2 * pairs);
                check_texts_against_oracle("SK-06 colliding pairs");
            }
        }
    }
}

/* First and last byte agree (rust-lang/rust issue 104726). */
static void test_equal_ends(void) {
    for (size_t m = 2; m <= 32; m++) {
        add(clear(&needle_text), "a");
        add_run(&needle_text, 'b', m - 2);
        add(&needle_text, "a");
        for (size_t n = m; n <= m + 66; n++) {
            for (unsigned char filler = '.'; filler != 0; filler = filler == '.' ? 'b' : 0) {
                add_run(clear(&haystack_text), filler, n);
                check_texts_in_turn("SK-07 absent", FM_ABSENT, FM_ABSENT);
                haystack_text.bytes[n / 2] = 'a';
                check_texts_in_turn("SK-07 one end only", FM_ABSENT, FM_ABSENT);
                for (size_t at = 0; at <= n - m; at += 1 + at / 8) {
                    add_run(clear(&haystack_text), filler, n);
                    memcpy(haystack_text.bytes + at, needle_text.bytes, m);
                    check_texts_in_turn("SK-07 planted", at, at);
                }
            }
        }
    }
}

/* The same pair just below and above every size at which a searcher might change its mind. */
static void test_thresholds(void) {
    static const char *const needles[] = {
        "ab", "aba", "abaab", "needle", "a needle of 17 b.", "one of 33 bytes and not a byte mo"};
    for (size_t i = 0; i < sizeof needles / sizeof needles[0]; i++) {
        size_t m = strlen(needles[i]);
        add(clear(&needle_text), needles[i]);
        for (size_t size = 16; size <= 1 << 17; size *= 2) {
            for (size_t n = size - 2 > m ? size - 2 : m; n <= size + 2; n++) {
                add_run(clear(&haystack_text), '#', n);
                check_texts_in_turn("SK-09 absent", FM_ABSENT, FM_ABSENT);
                memcpy(haystack_text.bytes + n - m, needles[i], m);
                check_texts("SK-09 at the end", n - m, n - m);
            }
        }
    }
}

/* Iterating: every match is the first of what is left, and the last of what is left. */
static void test_all_matches(void) {
    static const char dna[] =
        "CGGACTCGACAGATGTGAAGAACGACAATGTGAAGACTCGACACGACAGAGTGAAGAGAAGAGGAAACATTGTAA";
    static const size_t at[] = {16, 31, 52, 57};
    enum { COUNT = sizeof at / sizeof at[0] };
    add(clear(&needle_text), "GAAGA");
    for (size_t i = 0; i <= COUNT; i++) {
        size_t start = i == 0 ? 0 : at[i - 1] + 1;
        add(clear(&haystack_text), dna + start);
        check_texts("SK-02 from the left", i < COUNT ? at[i] - start : FM_ABSENT,
                    i < COUNT ? at[COUNT - 1] - start : FM_ABSENT);
        size_t end = i == COUNT ? strlen(dna) : at[i] + 4;
        add_bytes(clear(&haystack_text), dna, end);
        check_texts("SK-02 from the right", i > 0 ? at[0] : FM_ABSENT,
                    i > 0 ? at[i - 1] : FM_ABSENT);
    }
}

/* Fibonacci and Thue-Morse words: the richest in periods and in near-periods. Their factors occur
 * often and overlap. */
static void test_words(void) {
    enum { LENGTH = 377 };
    for (int word = 0; word < 2; word++) {
        clear(&haystack_text);
        if (word == 0) {
            add_fibonacci(&haystack_text, LENGTH);
        } else {
            add_thue_morse(&haystack_text, LENGTH);
        }
        for (size_t m = 1; m <= 150; m++) {
            for (size_t at = 0; at + m <= haystack_text.length; at += 11) {
                add_bytes(clear(&needle_text), haystack_text.bytes + at, m);
                check_texts_against_oracle("CX-15 factor of a Fibonacci or Thue-Morse word");
                needle_text.bytes[m / 2] ^= 3; /* a to b, b to a */
                check_texts_against_oracle("CX-15 factor with one letter changed");
            }
        }
    }
}

int main(void) {
    tests_begin();
    test_long_period();
    test_barely_periodic();
    test_nul_inside();
    test_long_run();
    test_restart();
    test_size_classes();
    test_far_repeat();
    test_colliding_pairs();
    test_equal_ends();
    test_thresholds();
    test_all_matches();
    test_words();
    return tests_end();
}
