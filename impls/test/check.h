/* SPDX-License-Identifier: MPL-2.0
 *
 * What the tests of the strategies share: memory between unreadable pages, one check that runs
 * every strategy in every form, and the count at the end.
 *
 * A wrong answer, a fault and a search that hangs are one failed line each, which names strategy,
 * form and case. After a fault the test goes on; after a hang it ends. */
#ifndef FM_IMPLS_TEST_CHECK_H
#define FM_IMPLS_TEST_CHECK_H

#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "strategy.h"

enum {
    FAILURES_SHOWN = 10,  /* lines for each strategy; the rest is counted */
    SECONDS_TO_HANG = 60, /* for one strategy on one case, or on 256 small ones */
};

/* ---- Random numbers: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) ------------------------- */

static uint64_t random_state;

static inline uint64_t random_bits(void) {
    uint64_t z = random_state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* Uniform enough in [0, bound), bound >= 1. */
static inline size_t random_below(size_t bound) {
    return (size_t)(random_bits() % bound);
}

static inline void random_seed(void) {
    const char *given = getenv("FM_SEED");
    random_state = given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL);
    printf("FM_SEED=%" PRIu64 "\n", random_state);
}

/* The number in an environment variable, or `otherwise`. */
static inline unsigned long environment_number(const char *name, unsigned long otherwise) {
    const char *given = getenv(name);
    return given ? strtoul(given, NULL, 0) : otherwise;
}

/* ---- Memory between unreadable pages --------------------------------------------------------- */

/* [low, high) may be read and written; the page below and the page above may not. Both ends are
 * page borders. */
struct arena {
    unsigned char *low;
    unsigned char *high;
};

static inline size_t page_size(void) {
    return (size_t)sysconf(_SC_PAGESIZE);
}

static inline struct arena arena_of(size_t size) {
    size_t page = page_size();
    size_t inside = (size + page - 1) / page * page;
    unsigned char *map = mmap(NULL, inside + 2 * page, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED || mprotect(map, page, PROT_NONE) != 0 ||
        mprotect(map + page + inside, page, PROT_NONE) != 0) {
        perror("arena");
        exit(2);
    }
    return (struct arena){map + page, map + page + inside};
}

/* Where a range lies in its arena. */
enum place {
    AT_START, /* begins `offset` bytes above the lower unreadable page */
    AT_END,   /* ends `offset` bytes below the upper unreadable page */
    ACROSS,   /* its middle is a page border, moved up by `offset` bytes */
    PLACES,
};

static inline unsigned char *place(struct arena arena, enum place where, size_t offset,
                                   size_t length) {
    switch (where) {
    case AT_START:
        return arena.low + offset;
    case AT_END:
        return arena.high - offset - length;
    default: {
        size_t page = page_size();
        size_t middle = (size_t)(arena.high - arena.low) / 2 / page * page;
        return arena.low + middle - length / 2 + offset;
    }
    }
}

static inline void copy_bytes(unsigned char *to, const unsigned char *from, size_t length) {
    if (length > 0) {
        memcpy(to, from, length);
    }
}

/* Write behind and in front of the haystack what would complete a needle that the haystack's end
 * or start begins, as far as the arena goes: a search that looks too far finds it. */
static inline void put_decoys(struct arena arena, unsigned char *haystack, size_t n,
                              const unsigned char *needle, size_t m) {
    if (m == 0) {
        return;
    }
    size_t inside = m - 1 < n ? m - 1 : n;
    while (inside > 0 && memcmp(haystack + n - inside, needle, inside) != 0) {
        inside--;
    }
    size_t space = (size_t)(arena.high - (haystack + n));
    copy_bytes(haystack + n, needle + inside, m - inside < space ? m - inside : space);

    inside = m - 1 < n ? m - 1 : n;
    while (inside > 0 && memcmp(haystack, needle + m - inside, inside) != 0) {
        inside--;
    }
    space = (size_t)(haystack - arena.low);
    size_t outside = m - inside < space ? m - inside : space;
    copy_bytes(haystack - outside, needle + (m - inside - outside), outside);
}

/* ---- The oracle ------------------------------------------------------------------------------ */

static inline bool oracle_at(const unsigned char *position, const unsigned char *needle, size_t m) {
    for (size_t i = 0; i < m; i++) {
        if (position[i] != needle[i]) {
            return false;
        }
    }
    return true;
}

static inline size_t oracle_first(const unsigned char *haystack, size_t n,
                                  const unsigned char *needle, size_t m) {
    for (size_t offset = 0; m <= n && offset <= n - m; offset++) {
        if (oracle_at(haystack + offset, needle, m)) {
            return offset;
        }
    }
    return FM_ABSENT;
}

static inline size_t oracle_last(const unsigned char *haystack, size_t n,
                                 const unsigned char *needle, size_t m) {
    for (size_t offset = m <= n ? n - m + 1 : 0; offset-- > 0;) {
        if (oracle_at(haystack + offset, needle, m)) {
            return offset;
        }
    }
    return FM_ABSENT;
}

/* ---- Strategies under test ------------------------------------------------------------------- */

enum form { FIND, RFIND, PREPARED_FIND, PREPARED_RFIND, FORMS };

static const char *const form_names[FORMS] = {"find", "rfind", "prepared find", "prepared rfind"};

struct subject {
    const struct fm_strategy *strategy;
    void *searcher; /* exactly searcher_size bytes, so that a sanitizer sees more; or NULL */
    unsigned long failed;
};

static struct subject *subjects;
static size_t subject_count;
static unsigned long passed_count;
static unsigned long failed_count;

/* What is running, for the handlers. */
static struct {
    const struct subject *subject;
    volatile enum form form;
    const char *id;
    size_t n;
    size_t m;
    sigjmp_buf fault;
} running;

static void on_fault(int signal_number) {
    siglongjmp(running.fault, signal_number);
}

static void on_hang(int signal_number) {
    (void)signal_number;
    printf("FAIL %s %s: %s (n=%zu m=%zu): still running after %d seconds\n",
           running.subject->strategy->name, form_names[running.form], running.id, running.n,
           running.m, SECONDS_TO_HANG);
    fflush(stdout);
    _exit(1);
}

/* Whether FM_STRATEGIES, names between blanks, is unset or has the name. */
static inline bool is_wanted(const char *name) {
    const char *wanted = getenv("FM_STRATEGIES");
    size_t length = strlen(name);
    for (const char *at = wanted; at && *at; at += strcspn(at, " ")) {
        at += strspn(at, " ");
        if (strcspn(at, " ") == length && strncmp(at, name, length) == 0) {
            return true;
        }
    }
    return wanted == NULL;
}

static inline void add_subject(const struct fm_strategy *strategy) {
    subjects = realloc(subjects, (subject_count + 1) * sizeof *subjects);
    void *searcher = strategy->searcher_size ? malloc(strategy->searcher_size) : NULL;
    if (!subjects || (strategy->searcher_size && !searcher)) {
        perror("add_subject");
        exit(2);
    }
    subjects[subject_count++] = (struct subject){strategy, searcher, 0};
}

static inline void tests_begin(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (const struct fm_strategy *const *s = fm_strategies; *s; s++) {
        if (!is_wanted((*s)->name)) {
            continue;
        }
        if (!fm_strategy_available(*s)) {
            printf("not tested: strategy %s is not available here\n", (*s)->name);
            continue;
        }
        add_subject(*s);
    }
    signal(SIGALRM, on_hang);
    struct sigaction action = {.sa_handler = on_fault, .sa_flags = SA_NODEFER};
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    sigaction(SIGILL, &action, NULL);
}

/* The tally is of strategies that never failed, not of searches, which would drown all else. */
static inline int tests_end(void) {
    unsigned long failed_subjects = 0;
    for (size_t i = 0; i < subject_count; i++) {
        if (subjects[i].failed > FAILURES_SHOWN) {
            printf("FAIL %s: %lu failures, %d shown\n", subjects[i].strategy->name,
                   subjects[i].failed, FAILURES_SHOWN);
        }
        failed_subjects += subjects[i].failed > 0;
        free(subjects[i].searcher);
    }
    free(subjects);
    if (passed_count + failed_count == 0) {
        printf("FAIL: nothing was tested\n");
        failed_count = 1;
    }
    printf("%lu checks, %lu of them failed\n", passed_count + failed_count, failed_count);
    unsigned long tests = subject_count > 0 ? subject_count : 1;
    unsigned long failed = failed_count > 0 && failed_subjects == 0 ? 1 : failed_subjects;
    printf("%lu passed, %lu failed\n", tests - failed, failed);
    return failed_count == 0 ? 0 : 1;
}

static inline void print_bytes(const char *label, const unsigned char *bytes, size_t length) {
    size_t shown = length < 80 ? length : 80;
    printf("    %s ", label);
    for (size_t i = 0; i < shown; i++) {
        if (bytes[i] >= ' ' && bytes[i] < 127 && bytes[i] != '\\') {
            putchar(bytes[i]);
        } else {
            printf("\\x%02x", bytes[i]);
        }
    }
    printf(shown < length ? "... (%zu bytes)\n" : " (%zu bytes)\n", length);
}

static inline void print_offset(const char *label, size_t offset) {
    if (offset == FM_ABSENT) {
        printf("%s absent", label);
    } else {
        printf("%s %zu", label, offset);
    }
}

/* `got` is only meaningful without a fault. */
static inline void judge(struct subject *subject, enum form form, const char *id, int fault,
                         size_t got, size_t expected, const unsigned char *haystack, size_t n,
                         const unsigned char *needle, size_t m) {
    if (fault == 0 && got == expected) {
        passed_count++;
        return;
    }
    failed_count++;
    if (++subject->failed > FAILURES_SHOWN) {
        return;
    }
    printf("FAIL %s %s: %s: ", subject->strategy->name, form_names[form], id);
    if (fault != 0) {
        printf("signal %d\n", fault);
    } else {
        print_offset("got", got);
        print_offset(", expected", expected);
        printf("\n");
    }
    if (n > 0 && m > 0) {
        print_bytes("haystack", haystack, n);
        print_bytes("needle  ", needle, m);
    } else {
        printf("    n=%zu m=%zu\n", n, m);
    }
}

static inline bool has_form(const struct subject *subject, enum form form) {
    return form == FIND || form == RFIND || subject->strategy->searcher_size > 0;
}

/* One search by one subject in one form. */
static inline size_t search_as(const struct subject *subject, enum form form,
                               const unsigned char *haystack, size_t n, const unsigned char *needle,
                               size_t m) {
    const struct fm_strategy *strategy = subject->strategy;
    switch (form) {
    case FIND:
        return strategy->find(haystack, n, needle, m);
    case RFIND:
        return strategy->rfind(haystack, n, needle, m);
    case PREPARED_FIND:
        strategy->prepare(subject->searcher, needle, m);
        return strategy->prepared_find(subject->searcher, haystack, n);
    default: /* prepared by PREPARED_FIND, which always comes before */
        return strategy->prepared_rfind(subject->searcher, haystack, n);
    }
}

/* Run one subject in all its forms. */
static inline void check_subject(struct subject *subject, const char *id,
                                 const unsigned char *haystack, size_t n,
                                 const unsigned char *needle, size_t m, size_t first, size_t last) {
    running.subject = subject;
    running.id = id;
    running.n = n;
    running.m = m;
    volatile enum form form = FIND;
    static unsigned calls;
    if (n > 1 << 20 || calls++ % 256 == 0) { /* a system call: not for every small case */
        alarm(SECONDS_TO_HANG);
    }
    int fault = sigsetjmp(running.fault, 0);
    if (fault != 0) {
        judge(subject, form, id, fault, 0, 0, haystack, n, needle, m);
        form++;
    }
    for (; form < FORMS && has_form(subject, form); form++) {
        running.form = form;
        size_t got = search_as(subject, form, haystack, n, needle, m);
        judge(subject, form, id, 0, got, form == FIND || form == PREPARED_FIND ? first : last,
              haystack, n, needle, m);
    }
}

/* Run every strategy in all its forms on ranges that lie where they shall lie. */
static inline void check_here(const char *id, const unsigned char *haystack, size_t n,
                              const unsigned char *needle, size_t m, size_t first, size_t last) {
    for (size_t i = 0; i < subject_count; i++) {
        check_subject(&subjects[i], id, haystack, n, needle, m, first, last);
    }
}

/* ---- One case in many layouts ---------------------------------------------------------------- */

static inline void mirror(unsigned char *to, const unsigned char *from, size_t length) {
    for (size_t i = 0; i < length; i++) {
        to[length - 1 - i] = from[i];
    }
}

static inline size_t mirrored(size_t offset, size_t n, size_t m) {
    return offset == FM_ABSENT ? FM_ABSENT : n - m - offset;
}

/* An arena with room for `length` bytes anywhere, kept and grown between calls. */
static inline struct arena arena_for(struct arena *kept, size_t length) {
    size_t page = page_size();
    size_t wanted = 2 * length + 4 * page;
    size_t size = (size_t)(kept->high - kept->low);
    if (kept->low == NULL || size < wanted) {
        if (kept->low != NULL) {
            munmap(kept->low - page, size + 2 * page);
        }
        *kept = arena_of(wanted);
    }
    return *kept;
}

static struct arena haystack_arena;
static struct arena needle_arena;

/* Copy the case to the given places, decoys around the haystack, and check it there. */
static inline void check_at(const char *id, const unsigned char *haystack, size_t n,
                            enum place haystack_place, size_t haystack_offset,
                            const unsigned char *needle, size_t m, enum place needle_place,
                            size_t needle_offset, size_t first, size_t last) {
    struct arena outer = arena_for(&haystack_arena, n + haystack_offset);
    struct arena inner = arena_for(&needle_arena, m + needle_offset);
    unsigned char *h = place(outer, haystack_place, haystack_offset, n);
    unsigned char *d = place(inner, needle_place, needle_offset, m);
    copy_bytes(h, haystack, n);
    copy_bytes(d, needle, m);
    put_decoys(outer, h, n, d, m);
    check_here(id, h, n, d, m, first, last);
}

/* The case, or its mirror image, in one layout. */
static inline void check_layout(const char *id, const unsigned char *haystack, size_t n,
                                enum place haystack_place, size_t haystack_offset,
                                const unsigned char *needle, size_t m, enum place needle_place,
                                size_t needle_offset, bool mirror_it, size_t first, size_t last) {
    if (!mirror_it) {
        check_at(id, haystack, n, haystack_place, haystack_offset, needle, m, needle_place,
                 needle_offset, first, last);
        return;
    }
    unsigned char *mirrored_haystack = malloc(n + m + 1);
    if (!mirrored_haystack) {
        perror("check_layout");
        exit(2);
    }
    unsigned char *mirrored_needle = mirrored_haystack + n;
    mirror(mirrored_haystack, haystack, n);
    mirror(mirrored_needle, needle, m);
    check_at(id, mirrored_haystack, n, haystack_place, haystack_offset, mirrored_needle, m,
             needle_place, needle_offset, mirrored(last, n, m), mirrored(first, n, m));
    free(mirrored_haystack);
}

enum { LAYOUTS = 2 * PLACES * PLACES };

/* One of the layouts: haystack and needle each at the start of a page, at the end of one or across
 * a page border, as they are or mirrored. */
static inline void check_numbered(const char *id, size_t layout, const unsigned char *haystack,
                                  size_t n, const unsigned char *needle, size_t m, size_t first,
                                  size_t last) {
    check_layout(id, haystack, n, (enum place)(layout % PLACES), 0, needle, m,
                 (enum place)(layout / PLACES % PLACES), 0, layout / PLACES / PLACES % 2, first,
                 last);
}

/* The case in all layouts. */
static inline void check(const char *id, const unsigned char *haystack, size_t n,
                         const unsigned char *needle, size_t m, size_t first, size_t last) {
    for (size_t layout = 0; layout < LAYOUTS; layout++) {
        check_numbered(id, layout, haystack, n, needle, m, first, last);
    }
}

/* The case in one layout, another one at each call: for sweeps of many similar cases. */
static inline void check_in_turn(const char *id, const unsigned char *haystack, size_t n,
                                 const unsigned char *needle, size_t m, size_t first, size_t last) {
    static size_t turn;
    check_numbered(id, turn++, haystack, n, needle, m, first, last);
}

/* ---- Building cases -------------------------------------------------------------------------- */

struct text {
    size_t length;
    unsigned char bytes[1 << 23];
};

static inline void add_bytes(struct text *text, const void *bytes, size_t length) {
    if (length > sizeof text->bytes - text->length) {
        printf("a test's text is too small\n");
        abort();
    }
    copy_bytes(text->bytes + text->length, bytes, length);
    text->length += length;
}

static inline void add(struct text *text, const char *string) {
    add_bytes(text, string, strlen(string));
}

/* `count` times the byte. */
static inline void add_run(struct text *text, unsigned char byte, size_t count) {
    while (count-- > 0) {
        add_bytes(text, &byte, 1);
    }
}

static inline void add_text(struct text *text, const struct text *other) {
    add_bytes(text, other->bytes, other->length);
}

static inline struct text *clear(struct text *text) {
    text->length = 0;
    return text;
}

/* The Fibonacci word a, ab, aba, abaab, ...: each is the one before it and then the one before
 * that, which is a prefix of it. The richest of words in near-periods. */
static inline void add_fibonacci(struct text *text, size_t length) {
    unsigned char *start = text->bytes + text->length;
    add(text, "ab");
    for (size_t done = 2, before = 1; done < length;) {
        size_t more = before < length - done ? before : length - done;
        add_bytes(text, start, more);
        before = done;
        done += more;
    }
}

/* The Thue-Morse word abba baab ...: letter i says whether i has an odd number of bits. No factor
 * occurs three times in a row, yet all occur again soon. */
static inline void add_thue_morse(struct text *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        unsigned ones = 0;
        for (size_t bits = i; bits > 0; bits &= bits - 1) {
            ones++;
        }
        add_run(text, ones % 2 ? 'b' : 'a', 1);
    }
}

/* The two texts of the case being built. */
static struct text haystack_text;
static struct text needle_text;

static inline void check_texts(const char *id, size_t first, size_t last) {
    check(id, haystack_text.bytes, haystack_text.length, needle_text.bytes, needle_text.length,
          first, last);
}

static inline void check_texts_in_turn(const char *id, size_t first, size_t last) {
    check_in_turn(id, haystack_text.bytes, haystack_text.length, needle_text.bytes,
                  needle_text.length, first, last);
}

/* Where the expectation is what the double loop says: for cases whose matches are many. */
static inline void check_texts_against_oracle(const char *id) {
    const struct text *h = &haystack_text;
    const struct text *d = &needle_text;
    check_texts_in_turn(id, oracle_first(h->bytes, h->length, d->bytes, d->length),
                        oracle_last(h->bytes, h->length, d->bytes, d->length));
}

#endif
