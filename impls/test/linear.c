/* SPDX-License-Identifier: MPL-2.0
 *
 * Strategies that claim a linear worst case, on the shapes that separate linear from quadratic, in
 * both directions. Haystack and needle grow together by 8; time may grow by 32 at most (quadratic
 * is 64; caches and a busy machine stay below). A time is the least of several runs. What two-way
 * takes for the smaller ones is granted to all: a lucky small search makes no large one slow. A
 * suspect is measured again before it fails, at larger sizes too: a search whose budget runs out
 * changes to a slower way once, and is as linear after as before.
 *
 * For every strategy: answers that need no long look come at once (CX-13, CX-14). */
#include "check.h"

#include <float.h>

#include "common/two_way.h"

enum {
    SMALL = 128 * 1024, /* bytes of haystack; well past the start, where a budget may be unspent */
    GROWTH = 8,
    RUNS = 5,
    ATTEMPTS = 6,
};

static const double most_growth = 32; /* linear is 8; quadratic 64 */
static const double most_growth_at_once = 3;

/* ---- The shapes: k is the needle's length, n the haystack's ---------------------------------- */

static void run_with(struct text *text, size_t length, unsigned char byte, size_t odd) {
    add_run(clear(text), 'a', length);
    text->bytes[odd] = byte;
}

/* The haystack `a`^n with `b` at `before` bytes before each k-th byte. */
static void runs_with_b(size_t n, size_t k, size_t before, size_t also_before) {
    add_run(clear(&haystack_text), 'a', n);
    for (size_t end = k; end < n; end += k) {
        haystack_text.bytes[end - before] = 'b';
        haystack_text.bytes[end - also_before] = 'b';
    }
}

static void cx_01(size_t n) {
    size_t k = n / 64;
    runs_with_b(n, k, 1, 1);
    add_run(clear(&needle_text), 'a', k);
}

static void cx_02(size_t n) {
    add_run(clear(&haystack_text), 'a', n);
    add(&haystack_text, "b");
    add_run(clear(&needle_text), 'a', n / 2);
    add(&needle_text, "b");
}

static void cx_03(size_t n) {
    size_t k = n / 64;
    runs_with_b(n, k, 5, 62);
    run_with(&needle_text, k, 'b', k - 14);
}

static void cx_04(size_t n) {
    size_t k = n / 64;
    runs_with_b(n, k, 5, 6);
    run_with(&needle_text, k, 'b', k - 6);
}

static void cx_05(size_t n) {
    size_t k = n / 64;
    random_state = 5;
    clear(&haystack_text);
    for (size_t i = 0; i < n; i++) {
        add_run(&haystack_text, random_below(5) < 2 ? 'a' : 'b', 1);
    }
    run_with(&needle_text, k, 'b', 0);
    needle_text.bytes[k - 2] = 'b';
}

/* The needle stays small: quadratic here is who begins anew when a filter gives up. */
static void cx_06(size_t n) {
    clear(&haystack_text);
    while (haystack_text.length < n) {
        add(&haystack_text, "qaz");
    }
    add(clear(&needle_text), "qbz");
}

static void cx_07(size_t n) {
    clear(&haystack_text);
    while (haystack_text.length < n) {
        add(&haystack_text, "qjaz");
    }
    add(clear(&needle_text), "qj");
    add_run(&needle_text, 'a', n / 64);
    add(&needle_text, "z");
}

static void cx_08(size_t n) {
    add_run(clear(&haystack_text), 'z', n - 2);
    add(&haystack_text, "az");
    add_run(clear(&needle_text), 'z', n / 64);
    add(&needle_text, "az");
}

static void cx_09(size_t n) {
    size_t k = n / 20;
    add_run(clear(&haystack_text), 'a', n);
    run_with(&needle_text, k + 1, 'b', k / 2);
}

static void cx_10(size_t n) {
    add_run(clear(&haystack_text), 'a', n / 3);
    add_run(&haystack_text, 'b', n / 3);
    add_run(&haystack_text, 'a', n / 3);
    add_run(clear(&needle_text), 'a', n / 3 + 1);
}

static void cx_11(size_t n) {
    add_run(clear(&haystack_text), 'z', n);
    add(clear(&needle_text), "abczdef");
    add_run(&needle_text, 'z', n / 64);
}

static void cx_12(size_t n) {
    size_t k = n / 64;
    clear(&needle_text);
    for (size_t i = 0; i < k; i++) {
        add_run(&needle_text, (unsigned char)('a' + i % 26), 1);
    }
    clear(&haystack_text);
    while (haystack_text.length + k < n) {
        add_text(&haystack_text, &needle_text);
        haystack_text.bytes[haystack_text.length - 1] = '!';
    }
}

/* A packed pair of rare bytes that occurs everywhere, with a near match each time. */
static void rare_pair_everywhere(size_t n) {
    size_t k = n / 64;
    clear(&needle_text);
    for (size_t i = 0; i < k; i++) {
        add(&needle_text, i % 2 ? "\x01" : "\x02");
    }
    add_text(clear(&haystack_text), &needle_text);
    while (haystack_text.length < n) {
        add(&haystack_text, "\x02\x01");
    }
    needle_text.bytes[k / 2] ^= 3;
}

/* Half of the starts match: slow is who goes through all of them for the last one. */
static void rv_02(size_t n) {
    add_run(clear(&haystack_text), 'a', n);
    add_run(clear(&needle_text), 'a', n / 2);
}

static void fibonacci(size_t n) {
    add_fibonacci(clear(&haystack_text), n);
    add_bytes(clear(&needle_text), haystack_text.bytes, n / 16);
    needle_text.bytes[n / 20] ^= 3; /* a to b, b to a */
}

static void thue_morse(size_t n) {
    add_thue_morse(clear(&haystack_text), n);
    add_bytes(clear(&needle_text), haystack_text.bytes, n / 16);
    needle_text.bytes[n / 20] ^= 3;
}

static const struct shape {
    const char *name;
    void (*make)(size_t n);
} shapes[] = {
    {"CX-01 brute force", cx_01},
    {"CX-02 a^n b", cx_02},
    {"CX-03 pair hash", cx_03},
    {"CX-04 pair hash, near", cx_04},
    {"CX-05 random ab", cx_05},
    {"CX-06 qaz", cx_06},
    {"CX-07 qjaz", cx_07},
    {"CX-08 candidate everywhere", cx_08},
    {"CX-09 b in the middle", cx_09},
    {"CX-10 runs", cx_10},
    {"CX-11 rare byte everywhere", cx_11},
    {"CX-12 prefix torture", cx_12},
    {"CX-12 rare pair everywhere", rare_pair_everywhere},
    {"RV-02 many matches", rv_02},
    {"CX-15 Fibonacci", fibonacci},
    {"CX-15 Thue-Morse", thue_morse},
};

/* ---- Measuring ------------------------------------------------------------------------------- */

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static volatile size_t sink;

/* One search, by the strategy or by what is linear for certain (two_way_bound.c counts it). */
typedef void one_search(const struct fm_strategy *strategy, enum form form, const struct text *h,
                        const struct text *d);

static void by_strategy(const struct fm_strategy *strategy, enum form form, const struct text *h,
                        const struct text *d) {
    sink =
        (form == FIND ? strategy->find : strategy->rfind)(h->bytes, h->length, d->bytes, d->length);
}

static void by_two_way(const struct fm_strategy *strategy, enum form form, const struct text *h,
                       const struct text *d) {
    (void)strategy;
    struct fm_two_way two_way;
    if (form == FIND) {
        fm_two_way_prepare(&two_way, d->bytes, d->length);
        sink = fm_two_way_find(&two_way, h->bytes, h->length, 0);
    } else {
        fm_two_way_prepare_reverse(&two_way, d->bytes, d->length);
        sink = fm_two_way_rfind(&two_way, h->bytes, h->length);
    }
}

static double least_time(one_search *search, const struct fm_strategy *strategy, enum form form,
                         const struct text *h, const struct text *d) {
    double least = DBL_MAX;
    alarm(SECONDS_TO_HANG);
    for (int run = 0; run < RUNS; run++) {
        double start = seconds();
        search(strategy, form, h, d);
        double taken = seconds() - start;
        least = taken < least ? taken : least;
    }
    return least;
}

static void turn_around(struct text *text) {
    static struct text forward;
    add_bytes(clear(&forward), text->bytes, text->length);
    mirror(text->bytes, forward.bytes, forward.length);
}

/* Haystack and needle of the shape at n, mirrored for rfind. */
static void make(const struct shape *shape, enum form form, size_t n) {
    shape->make(n);
    if (form == RFIND) {
        turn_around(&haystack_text);
        turn_around(&needle_text);
    }
}

static void count_outcome(struct subject *subject, enum form form, const char *name, double growth,
                          double most) {
    if (growth <= most) {
        passed_count++;
    } else {
        failed_count++;
        subject->failed++;
        printf("FAIL %s %s: %s: time grows by %.1f, at most %.1f is fine\n",
               subject->strategy->name, form_names[form], name, growth, most);
    }
}

static void test_shape(struct subject *subject, enum form form, const struct shape *shape) {
    const struct fm_strategy *strategy = subject->strategy;
    double growth = DBL_MAX;
    for (int attempt = 0; attempt < ATTEMPTS && growth > most_growth; attempt++) {
        size_t n = (size_t)SMALL << attempt / 2;
        make(shape, form, n);
        double small = least_time(by_strategy, strategy, form, &haystack_text, &needle_text);
        double granted = least_time(by_two_way, NULL, form, &haystack_text, &needle_text);
        make(shape, form, n * GROWTH);
        double large = least_time(by_strategy, strategy, form, &haystack_text, &needle_text);
        double grown = large / (small > granted ? small : granted);
        growth = grown < growth ? grown : growth;
    }
    count_outcome(subject, form, shape->name, growth, most_growth);
}

/* The time of many calls must not grow with `length`, the part that needs no look. */
static void test_at_once(struct subject *subject, bool long_haystack) {
    enum { CALLS = 2000, SHORT = 1000, LONG = 200 * SHORT };
    const char *name = long_haystack ? "CX-13 found at once" : "CX-14 needle longer";
    double growth = DBL_MAX;
    for (int attempt = 0; attempt < ATTEMPTS && growth > most_growth_at_once; attempt++) {
        double least[2] = {DBL_MAX, DBL_MAX};
        for (int size = 0; size < 2; size++) {
            size_t length = size ? LONG : SHORT;
            add(clear(&haystack_text), "B");
            add_run(&haystack_text, 'a', long_haystack ? length : 130);
            add_run(clear(&needle_text), 'a', long_haystack ? 136 : length);
            for (int run = 0; run < RUNS; run++) {
                double start = seconds();
                for (int call = 0; call < CALLS; call++) {
                    sink = subject->strategy->find(haystack_text.bytes, haystack_text.length,
                                                   needle_text.bytes, needle_text.length);
                }
                double taken = seconds() - start;
                least[size] = taken < least[size] ? taken : least[size];
            }
        }
        growth = least[1] / least[0] < growth ? least[1] / least[0] : growth;
    }
    count_outcome(subject, FIND, name, growth, most_growth_at_once);
}

/* A sanitizer replaces memmem by one that first reads everything: time says nothing then. */
#if defined(__SANITIZE_ADDRESS__)
enum { TIMED = 0 };
#else
enum { TIMED = 1 };
#endif

int main(void) {
    tests_begin();
    if (!TIMED) {
        printf("not run: a sanitizer changes what takes time\n0 passed, 0 failed\n");
        return 0;
    }
    for (size_t i = 0; i < subject_count; i++) {
        struct subject *subject = &subjects[i];
        test_at_once(subject, true);
        test_at_once(subject, false);
        if (strcmp(subject->strategy->worst_case, "linear") != 0) {
            printf("not held to linear: strategy %s claims %s\n", subject->strategy->name,
                   subject->strategy->worst_case);
            continue;
        }
        for (size_t k = 0; k < sizeof shapes / sizeof shapes[0]; k++) {
            test_shape(subject, FIND, &shapes[k]);
            test_shape(subject, RFIND, &shapes[k]);
        }
    }
    return tests_end();
}
