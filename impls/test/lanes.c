/* SPDX-License-Identifier: MPL-2.0
 *
 * Vector lanes, masks and tails (VX), byte values (BY), and the far end of long scans (SZ-06):
 * where exactly in a block a match lies, how many there are, and of which bytes they are made. */
#include "check.h"

/* Dead lanes are zero, and so is the needle (StringZilla PR 312, ClickHouse issue 102051). */
static void test_nul_needle(void) {
    for (size_t n = 1; n <= 200; n++) {
        add_run(clear(&haystack_text), 'A', n);
        for (size_t m = 1; m <= 8; m++) {
            add_run(clear(&needle_text), 0, m);
            check_texts_in_turn("VX-01 NULs", FM_ABSENT, FM_ABSENT);
            add_run(clear(&needle_text), 'A', m - 1);
            add_run(&needle_text, 0, 1);
            check_texts_in_turn("VX-01 ends with NUL", FM_ABSENT, FM_ABSENT);
        }
    }
}

/* A pair of bytes, its first the last of a block, its second nowhere (vectorscan PR 316). */
static void test_split_pair(void) {
    add(clear(&needle_text), "ab");
    for (size_t block = 8; block <= 128; block *= 2) {
        for (size_t blocks = 1; blocks <= 6; blocks++) {
            add_run(clear(&haystack_text), '.', block * blocks);
            haystack_text.bytes[block - 1] = 'a';
            haystack_text.bytes[block * blocks - 1] = 'a';
            check_texts("VX-02 half a pair", FM_ABSENT, FM_ABSENT);
            if (blocks > 1) {
                haystack_text.bytes[block] = 'b';
                check_texts("VX-02 pair across blocks", block - 1, block - 1);
            }
        }
    }
}

/* Every position looks right at its first, middle and last byte; one match among them, in every
 * lane (StringZilla commit 28337073: a mask shifted in 32 bits). */
static void test_decoy_in_every_lane(void) {
    for (size_t m = 3; m <= 20; m++) {
        for (size_t odd = 1; odd < m - 1; odd++) {
            add_run(clear(&needle_text), 'a', m);
            needle_text.bytes[odd] = 'b';
            for (size_t at = 0; at <= 130; at++) {
                add_run(clear(&haystack_text), 'a', 131 + m);
                check_texts_in_turn("VX-03 decoys only", FM_ABSENT, FM_ABSENT);
                haystack_text.bytes[at + odd] = 'b';
                check_texts_in_turn("VX-03 one among decoys", at, at);
            }
        }
    }
}

/* Short needles in runs that are broken every few bytes (StringZilla commit f4ab1eab). */
static void test_broken_runs(void) {
    for (size_t m = 1; m <= 5; m++) {
        add_run(clear(&needle_text), 'a', m);
        for (size_t every = 2; every <= 9; every++) {
            for (size_t n = 1; n <= 140; n++) {
                clear(&haystack_text);
                for (size_t i = 0; i < n; i++) {
                    add_run(&haystack_text, i % every == every - 1 ? 'b' : 'a', 1);
                }
                check_texts_against_oracle("VX-04 broken runs");
            }
        }
    }
}

/* Four bytes in a text of their first three (StringZilla commit b62b9c66: a stale byte). */
static void test_prefix_repeats(void) {
    static const char *const needles[] = {"abcd", "abd", "ad", "abcabd", "aabd"};
    for (size_t i = 0; i < sizeof needles / sizeof needles[0]; i++) {
        size_t m = strlen(needles[i]);
        add(clear(&needle_text), needles[i]);
        for (size_t at = 0; at <= 140; at++) {
            clear(&haystack_text);
            for (size_t k = 0; k < at; k++) {
                add_bytes(&haystack_text, needles[i] + k % (m - 1), 1);
            }
            add(&haystack_text, needles[i]);
            for (size_t k = 0; k < at % 40; k++) {
                add_bytes(&haystack_text, needles[i] + k % (m - 1), 1);
            }
            check_texts("VX-05 among its prefixes", at, at);
        }
    }
}

/* Small needles, small haystacks, every offset: the whole table (openjdk/jdk PR 32730). */
static void test_small_table(void) {
    for (size_t m = 1; m <= 12; m++) {
        clear(&needle_text);
        for (size_t i = 0; i < m; i++) {
            add_run(&needle_text, (unsigned char)('a' + i), 1);
        }
        for (size_t n = 1; n <= 130; n++) {
            add_run(clear(&haystack_text), '.', n);
            check_texts_in_turn("VX-10 absent", FM_ABSENT, FM_ABSENT);
            for (size_t at = 0; at + m <= n; at++) {
                add_run(clear(&haystack_text), '.', n);
                memcpy(haystack_text.bytes + at, needle_text.bytes, m);
                check_texts_in_turn("VX-10 every offset", at, at);
            }
        }
    }
}

/* Two matches in one block, in neighbours, in the halves of an unrolled step; also overlapping. */
static void test_two_matches(void) {
    for (size_t m = 1; m <= 9; m += 2) {
        /* a.a, aa.aa, ...: may overlap itself by the bytes in front of the middle. */
        add_run(clear(&needle_text), 'a', m);
        if (m > 1) {
            needle_text.bytes[m / 2] = '#';
        }
        for (size_t first = 0; first <= 140; first++) {
            for (size_t last = first + m / 2 + 1; last <= 270; last += 1 + (last - first) / 5) {
                add_run(clear(&haystack_text), '.', 300);
                memcpy(haystack_text.bytes + first, needle_text.bytes, m);
                memcpy(haystack_text.bytes + last, needle_text.bytes, m);
                check_texts_in_turn("VX-11 two matches", first, last);
            }
        }
    }
}

/* Each byte value: absent, first, last, in each lane; in needles that begin, end or consist of it.
 */
static void test_byte_values(void) {
    for (unsigned value = 0; value < 256; value++) {
        unsigned char byte = (unsigned char)value;
        unsigned char other = (unsigned char)(value ^ 0x80);
        for (size_t m = 1; m <= 5; m++) {
            for (int shape = 0; shape < 3; shape++) {
                add_run(clear(&needle_text), shape == 2 ? byte : other, m);
                needle_text.bytes[shape == 0 ? 0 : m - 1] = byte;
                for (size_t n = m; n <= 140; n += 27) {
                    add_run(clear(&haystack_text), other, n);
                    check_texts_in_turn("BY-01 absent", FM_ABSENT, FM_ABSENT);
                }
                for (size_t at = 0; at <= 70; at += 1 + (value % 8)) {
                    add_run(clear(&haystack_text), other, 75);
                    memcpy(haystack_text.bytes + at, needle_text.bytes, m);
                    check_texts_against_oracle("BY-01 in each lane");
                }
            }
        }
    }
}

/* Words of the bytes that break tricks with carries and borrows: each word of four among them, each
 * of them and of their pairs as the needle; bytes that differ in the lowest bit follow (VX-07). */
static void test_word_tricks(void) {
    static const unsigned char bytes[] = {0x00, 0x01, 0x7f, 0x80, 0x81, 0xfe, 0xff};
    enum { COUNT = sizeof bytes, WORDS = COUNT * COUNT * COUNT * COUNT };
    for (size_t word = 0; word < WORDS; word++) {
        clear(&haystack_text);
        for (size_t i = 0, digits = word; i < 4; i++, digits /= COUNT) {
            add_run(&haystack_text, bytes[digits % COUNT], 1);
        }
        for (size_t i = 0; i < 5; i++) { /* and then words that differ by one bit */
            add_run(&haystack_text, haystack_text.bytes[i] ^ 1, 1);
        }
        for (size_t i = 0; i < COUNT; i++) {
            add_run(clear(&needle_text), bytes[i], 1);
            check_texts_against_oracle("BY-04 word tricks, one byte");
            add_run(&needle_text, bytes[(word + i) % COUNT], 1);
            check_texts_against_oracle("BY-04 word tricks, two bytes");
        }
    }
}

/* The only match lies in the rest behind the last whole vector, wherever that begins (vectorscan PR
 * 375, StringZilla commits d5f63385 and 6d326d97: the tail took the head's mask). */
static void test_tail(void) {
    for (size_t m = 1; m <= 4; m++) {
        add_bytes(clear(&needle_text), "wxyz", m);
        for (size_t n = 8; n <= 200; n++) {
            for (size_t rest = m; rest <= 64 && rest <= n; rest += 1 + n % 3) {
                add_run(clear(&haystack_text), '.', n);
                memcpy(haystack_text.bytes + n - rest, needle_text.bytes, m);
                check_texts_in_turn("VX-06 in the tail", n - rest, n - rest);
            }
        }
    }
}

/* The only match lies at the far end of a scan of several blocks and a rest (glibc commit 5430fc65,
 * which lost it in memrchr). Mirrored: find likewise. */
static void test_far_end(void) {
    for (size_t m = 1; m <= 20; m += 1 + m / 3) {
        clear(&needle_text);
        for (size_t i = 0; i < m; i++) {
            add_run(&needle_text, (unsigned char)('a' + i), 1);
        }
        for (size_t n = 250; n <= 1100; n += 7) {
            for (size_t at = 0; at <= 4; at++) {
                add_run(clear(&haystack_text), '.', n);
                memcpy(haystack_text.bytes + at, needle_text.bytes, m);
                check_texts_in_turn("SZ-06 at the far end", at, at);
            }
        }
    }
}

/* The first match at an offset that does not fit a narrow index (modular/modular issue 7024). The
 * widest are in large.c. */
static void test_wide_index(void) {
    static const size_t offsets[] = {254,   255,   256,   257,   511,    512,
                                     65534, 65535, 65536, 65537, 131071, 131072};
    static const char *const needles[] = {"x", "xy", "xyz", "a needle of seventeen"};
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        for (size_t k = 0; k < sizeof needles / sizeof needles[0]; k++) {
            add(clear(&needle_text), needles[k]);
            add_run(clear(&haystack_text), '.', offsets[i]);
            add(&haystack_text, needles[k]);
            add_run(&haystack_text, '.', 100);
            check_texts("VX-09 wide index", offsets[i], offsets[i]);
        }
    }
}

int main(void) {
    tests_begin();
    test_nul_needle();
    test_split_pair();
    test_decoy_in_every_lane();
    test_broken_runs();
    test_prefix_repeats();
    test_small_table();
    test_two_matches();
    test_byte_values();
    test_word_tricks();
    test_tail();
    test_far_end();
    test_wide_index();
    return tests_end();
}
