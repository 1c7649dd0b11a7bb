/* SPDX-License-Identifier: MPL-2.0
 *
 * Every needle in every haystack over a small alphabet, against the double loop. Finds nearly every
 * mistake of period arithmetic. The matches of an iteration need no test of their own: what is left
 * behind a match is a haystack of this table too.
 *
 * FM_LARGE=1 takes longer haystacks: about a hundred times the work. */
#include "check.h"

enum { LONGEST = 16 };

struct words {
    size_t count;
    size_t *lengths;
    unsigned char (*bytes)[LONGEST];
};

static size_t power(size_t base, size_t exponent) {
    return exponent == 0 ? 1 : base * power(base, exponent - 1);
}

/* All words over {a, b, ...} of `letters` letters, of each length from `shortest` to `longest`. */
static struct words all_words(size_t letters, size_t shortest, size_t longest) {
    struct words words = {0};
    size_t capacity = 0;
    for (size_t length = shortest; length <= longest; length++) {
        capacity += power(letters, length);
    }
    words.lengths = malloc(capacity * sizeof *words.lengths);
    words.bytes = malloc(capacity * sizeof *words.bytes);
    if (!words.lengths || !words.bytes) {
        perror("all_words");
        exit(2);
    }
    for (size_t length = shortest; length <= longest; length++) {
        for (size_t number = 0; number < power(letters, length); number++) {
            for (size_t i = 0, digits = number; i < length; i++, digits /= letters) {
                words.bytes[words.count][i] = (unsigned char)('a' + digits % letters);
            }
            words.lengths[words.count++] = length;
        }
    }
    return words;
}

struct answer {
    size_t first;
    size_t last;
};

/* One needle in all haystacks, by one strategy. The haystacks lie before an unreadable page. */
static void check_needle(struct subject *subject, const struct words *haystacks,
                         const unsigned char *needle, size_t m, const struct answer *answers) {
    const struct fm_strategy *strategy = subject->strategy;
    static volatile enum form form;
    running.subject = subject;
    running.m = m;
    running.id = "TW-10 exhaustive";
    form = FIND;
    alarm(SECONDS_TO_HANG);
    int fault = sigsetjmp(running.fault, 0);
    if (fault != 0) {
        judge(subject, form, running.id, fault, 0, 0, haystack_arena.high - running.n, running.n,
              needle, m);
        form++;
    }
    for (; form < FORMS; form++) {
        running.form = form;
        if (form >= PREPARED_FIND) {
            if (strategy->searcher_size == 0) {
                return;
            }
            strategy->prepare(subject->searcher, needle, m);
        }
        for (size_t i = 0; i < haystacks->count; i++) {
            size_t n = running.n = haystacks->lengths[i];
            unsigned char *haystack = haystack_arena.high - n;
            memcpy(haystack, haystacks->bytes[i], n);
            size_t got = form == FIND    ? strategy->find(haystack, n, needle, m)
                         : form == RFIND ? strategy->rfind(haystack, n, needle, m)
                         : form == PREPARED_FIND
                             ? strategy->prepared_find(subject->searcher, haystack, n)
                             : strategy->prepared_rfind(subject->searcher, haystack, n);
            size_t expected =
                form == FIND || form == PREPARED_FIND ? answers[i].first : answers[i].last;
            judge(subject, form, running.id, 0, got, expected, haystack, n, needle, m);
        }
    }
}

static void check_alphabet(size_t letters, size_t longest_haystack, size_t longest_needle) {
    struct words haystacks = all_words(letters, 0, longest_haystack);
    struct words needles = all_words(letters, 1, longest_needle);
    struct answer *answers = malloc(haystacks.count * sizeof *answers);
    if (!answers) {
        perror("check_alphabet");
        exit(2);
    }
    for (size_t k = 0; k < needles.count; k++) {
        size_t m = needles.lengths[k];
        unsigned char *needle = needle_arena.high - m;
        memcpy(needle, needles.bytes[k], m);
        for (size_t i = 0; i < haystacks.count; i++) {
            size_t n = haystacks.lengths[i];
            answers[i].first = oracle_first(haystacks.bytes[i], n, needle, m);
            answers[i].last = oracle_last(haystacks.bytes[i], n, needle, m);
        }
        for (size_t s = 0; s < subject_count; s++) {
            check_needle(&subjects[s], &haystacks, needle, m, answers);
        }
    }
    free(answers);
    free(haystacks.lengths);
    free(haystacks.bytes);
    free(needles.lengths);
    free(needles.bytes);
}

int main(void) {
    tests_begin();
    arena_for(&haystack_arena, LONGEST);
    arena_for(&needle_arena, LONGEST);
    bool large = environment_number("FM_LARGE", 0) > 0;
    check_alphabet(2, large ? 14 : 11, 8);
    check_alphabet(3, large ? 9 : 7, large ? 6 : 4);
    return tests_end();
}
