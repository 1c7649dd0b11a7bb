/* SPDX-License-Identifier: MPL-2.0
 *
 * Filters that stop paying are switched off (CX-16). Haystacks that look like the needle nearly
 * everywhere, to make a searcher change its way once and again, and one occurrence: at the start,
 * before and behind each such change, at the end. */
#include "check.h"

enum { LENGTH = 1 << 15 }; /* past every searcher's first changes of its way */

/* Each needle has a byte, or a row of bytes, that its haystack has not, so it occurs where it is
 * put and nowhere else. */
static void repeat(const char *unit) {
    clear(&haystack_text);
    while (haystack_text.length < LENGTH) {
        add(&haystack_text, unit);
    }
}

/* Looking for the ends finds a candidate at every third place. */
static void cx_06(void) {
    repeat("qaz");
    add(clear(&needle_text), "qbz");
}

/* So does looking for the two bytes that are rare in texts. */
static void cx_07(void) {
    repeat("qjaz");
    add(clear(&needle_text), "qj");
    add_run(&needle_text, 'a', 49);
    add(&needle_text, "z");
}

/* A candidate at every place. */
static void cx_08(void) {
    repeat("z");
    add_run(clear(&needle_text), 'z', 135);
    add(&needle_text, "az");
}

/* The same for needles that are searched by leaps. */
static void cx_08_long(void) {
    repeat("z");
    add_run(clear(&needle_text), 'z', 600);
    add(&needle_text, "az");
    add_run(&needle_text, 'z', 100);
}

/* All but one byte agree at every other place, whichever bytes are looked at. */
static void near_match_everywhere(void) {
    repeat("\x02\x01");
    clear(&needle_text);
    for (size_t i = 0; i < 40; i++) {
        add(&needle_text, "\x02\x01");
    }
    needle_text.bytes[41] = '\x03';
}

static const struct shape {
    const char *absent;
    const char *found;
    const char *calm;
    void (*make)(void);
} shapes[] = {
    {"CX-06 absent", "CX-06 among candidates", "CX-06 after a calm part", cx_06},
    {"CX-07 absent", "CX-07 among candidates", "CX-07 after a calm part", cx_07},
    {"CX-08 absent", "CX-08 among candidates", "CX-08 after a calm part", cx_08},
    {"CX-08 absent, long", "CX-08 among candidates, long", "CX-08 after a calm part, long",
     cx_08_long},
    {"CX-12 absent", "CX-12 among candidates", "CX-12 after a calm part", near_match_everywhere},
};

static void test_shape(const struct shape *shape) {
    shape->make();
    check_texts_in_turn(shape->absent, FM_ABSENT, FM_ABSENT);
    const size_t m = needle_text.length;
    const size_t last = haystack_text.length - m;
    for (size_t at = 0, step = 1; at <= last; at += step, step += 1 + at / 32) {
        shape->make();
        memcpy(haystack_text.bytes + at, needle_text.bytes, m);
        check_texts_in_turn(shape->found, at, at);
        /* nothing like the needle for a while: a searcher may change its way back */
        const size_t calm = at < 3000 ? at : 3000;
        memset(haystack_text.bytes + at - calm, '.', calm);
        check_texts_in_turn(shape->calm, at, at);
    }
    shape->make();
    memcpy(haystack_text.bytes + last, needle_text.bytes, m);
    check_texts(shape->found, last, last);
}

int main(void) {
    tests_begin();
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        test_shape(&shapes[i]);
    }
    return tests_end();
}
