/* SPDX-License-Identifier: MPL-2.0
 *
 * Filters that stop paying are switched off (CX-16). Haystacks that look like the needle nearly
 * everywhere make a searcher change its way, some of them again and again, and one occurrence comes
 * at every distance around such changes: just before, just behind and far from them.
 *
 * The vector kernels are tested in their bounded form too, which is what `auto` makes of the widest
 * one: only it hands over to two-way. */
#include "check.h"

enum {
    NEAR_CHANGES = 4800, /* bytes in which the kernels have made their first changes */
    OTHERS = 600,        /* as far as the others are asked: they have one way each */
    SEGMENT = 16384, /* bytes after which a bounded kernel looks whether its filter pays again */
    LATER = 400,     /* and bytes in which the segment has begun */
    CALM = 600,      /* bytes that look like nothing, long enough to change back */
    REST = 200,
};

/* ---- Bounded kernels as strategies ----------------------------------------------------------- */

static size_t first_bounded; /* of the subjects */

static void add_bounded_kernels(void) {
    enum { MOST = 8 };
    static struct fm_strategy bounded[MOST];
    static char names[MOST][48];
    first_bounded = subject_count;
    size_t count = 0;
    for (size_t i = 0; i < first_bounded && count < MOST; i++) {
        const struct fm_strategy *strategy = subjects[i].strategy;
        if (!strategy->kernel) {
            continue;
        }
        snprintf(names[count], sizeof names[count], "%s, bounded", strategy->name);
        bounded[count] = *strategy;
        bounded[count].name = names[count];
        bounded[count].find = strategy->kernel->find;
        bounded[count].rfind = strategy->kernel->rfind;
        bounded[count].prepared_find = strategy->kernel->prepared_find;
        bounded[count].prepared_rfind = strategy->kernel->prepared_rfind;
        add_subject(&bounded[count++]);
    }
}

/* Whether the subject is asked so far from the occurrence. */
static bool is_asked(size_t subject, size_t distance, bool bounded_only) {
    const struct fm_strategy *strategy = subjects[subject].strategy;
    return subject >= first_bounded ||
           (!bounded_only && (distance <= OTHERS || strategy->kernel || strategy->choose));
}

/* ---- Haystacks of n bytes, and needles that do not occur in them ----------------------------- */

static void repeat(const char *unit, size_t n) {
    for (clear(&haystack_text); haystack_text.length + strlen(unit) <= n;) {
        add(&haystack_text, unit);
    }
    add_bytes(&haystack_text, unit, n - haystack_text.length);
}

/* Looking for the ends finds a candidate at every third place. */
static void cx_06(size_t n) {
    repeat("qaz", n);
    add(clear(&needle_text), "qbz");
}

/* So does looking for the bytes that are rare in texts. */
static void cx_07(size_t n) {
    repeat("qjaz", n);
    add(clear(&needle_text), "qj");
    add_run(&needle_text, 'a', 49);
    add(&needle_text, "z");
}

/* A candidate at every place, for who looks at the needle's begin, and for who looks at its end. */
static void cx_08(size_t n) {
    repeat("z", n);
    add_run(clear(&needle_text), 'z', 135);
    add(&needle_text, "az");
}

static void cx_08_end(size_t n) {
    repeat("z", n);
    add(clear(&needle_text), "za");
    add_run(&needle_text, 'z', 135);
}

/* All bytes but one agree at every other place. */
static void cx_12(size_t n) {
    repeat("\x02\x01", n);
    add_bytes(clear(&needle_text), haystack_text.bytes, 80);
    needle_text.bytes[41] = '\x03';
}

/* In each line all bytes but one, in turn every one between the ends. */
static void cx_12_lines(size_t n) {
    add(clear(&needle_text), "HTTP/1.1\" 404 ");
    const size_t m = needle_text.length;
    clear(&haystack_text);
    for (size_t line = 0; haystack_text.length < n; line++) {
        add_text(&haystack_text, &needle_text);
        haystack_text.bytes[haystack_text.length - m + 1 + line % (m - 2)] = '_';
        add_run(&haystack_text, '.', 47 + 13 * line % 64);
    }
    haystack_text.length = n;
}

/* The needle's first byte is nowhere for a while, and then everywhere; then its last one. */
static void cx_16(size_t n) {
    repeat("xyz", n / 2);
    for (size_t i = haystack_text.length; i < n; i += 3) {
        add(&haystack_text, "xay");
    }
    add(clear(&needle_text), "ayq");
}

static void cx_16_end(size_t n) {
    cx_16(n);
    add(clear(&needle_text), "qya");
}

/* Each candidate is false at another place, so that no filter helps: m times `a`, broken before. */
static void broken_runs(size_t n, size_t m) {
    add_run(clear(&haystack_text), 'a', n);
    for (size_t i = (n - 1) % m; i < n; i += m) {
        haystack_text.bytes[i] = 'b'; /* the last byte, too: the needle may follow */
    }
    add_run(clear(&needle_text), 'a', m);
}

static const struct shape {
    const char *id;
    void (*make)(size_t n);
} shapes[] = {
    {"CX-06 qaz", cx_06},
    {"CX-07 qjaz", cx_07},
    {"CX-08 candidate everywhere", cx_08},
    {"CX-08 the other way around", cx_08_end},
    {"CX-12 near match everywhere", cx_12},
    {"CX-12 near match in each line", cx_12_lines},
    {"CX-16 first byte late", cx_16},
    {"CX-16 the other way around", cx_16_end},
};

/* ---- The occurrence at each distance --------------------------------------------------------- */

/* The texts, whose needle occurs at `at`: searched from each start in [at - far, at - near], and
 * mirrored to each end. */
static void check_distances(const char *id, bool bounded_only, size_t at, size_t near, size_t far) {
    const size_t n = haystack_text.length;
    const size_t m = needle_text.length;
    struct arena arena = arena_for(&haystack_arena, n);
    unsigned char *h = place(arena, AT_END, 0, n);
    memcpy(h, haystack_text.bytes, n);
    for (size_t distance = near; distance <= far; distance++) {
        const size_t start = at - distance;
        for (size_t i = 0; i < subject_count; i++) {
            if (is_asked(i, distance, bounded_only)) {
                check_subject(&subjects[i], id, h + start, n - start, needle_text.bytes, m,
                              distance, distance);
            }
        }
    }
    static unsigned char mirrored_needle[sizeof needle_text.bytes];
    h = place(arena, AT_START, 0, n);
    mirror(h, haystack_text.bytes, n);
    mirror(mirrored_needle, needle_text.bytes, m);
    for (size_t distance = near; distance <= far; distance++) {
        const size_t end = n - at + distance;
        for (size_t i = 0; i < subject_count; i++) {
            if (is_asked(i, distance, bounded_only)) {
                check_subject(&subjects[i], id, h, end, mirrored_needle, m, n - at - m, n - at - m);
            }
        }
    }
}

/* Put the needle behind the haystack; where it is now. */
static size_t append_needle(void) {
    size_t at = haystack_text.length;
    add_text(&haystack_text, &needle_text);
    add_run(&haystack_text, '.', REST);
    return at;
}

static void test_shape(const struct shape *shape) {
    shape->make(NEAR_CHANGES);
    check_texts(shape->id, FM_ABSENT, FM_ABSENT);
    size_t at = append_needle();
    check_distances(shape->id, false, at, 0, at);
    shape->make(NEAR_CHANGES);
    add_run(&haystack_text, '.', CALM);
    at = append_needle();
    check_distances(shape->id, false, at, 0, at);
}

static void test_broken_runs(void) {
    for (size_t m = 30; m < 64; m++) {
        const size_t until = SEGMENT + 4 * m;
        broken_runs(until + LATER, m);
        check_texts_in_turn("CX-01 broken runs", FM_ABSENT, FM_ABSENT);
        size_t at = append_needle();
        check_distances("CX-01 broken runs", m % 8 != 0, at, 0, NEAR_CHANGES);
        check_distances("CX-01 broken runs, far", true, at, until, until + LATER);
    }
}

int main(void) {
    tests_begin();
    add_bounded_kernels();
    test_broken_runs();
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        test_shape(&shapes[i]);
    }
    return tests_end();
}
