/* SPDX-License-Identifier: MPL-2.0
 *
 * Random cases against the double loop, at random distances from unreadable pages or in blocks of
 * their exact size. The shapes lean to what breaks searchers: small alphabets, periods, needles
 * that almost occur.
 *
 * FM_CASES=N runs N cases (1,000,000 if unset), FM_SEED=S repeats a run. */
#include "check.h"

static void add_random(struct text *text, size_t length, size_t letters) {
    static const char common[] = "etaoin shrdlucmfwypvbgkjqxz";
    for (size_t i = 0; i < length; i++) {
        size_t letter = random_below(letters);
        if (letters == 27) { /* as in text: some letters far more often than others */
            letter = random_below(letter + 1);
        }
        add_run(text, letters == 256 ? (unsigned char)letter : (unsigned char)common[letter % 27],
                1);
    }
}

/* Lengths from a few bytes to thousands, small ones far more often. */
static size_t random_length(size_t most) {
    size_t bound = most;
    for (size_t i = random_below(6); i > 0 && bound > 8; i--) {
        bound /= 4;
    }
    return random_below(bound + 1);
}

static void make_case(void) {
    static const size_t alphabets[] = {1, 2, 2, 3, 4, 27, 27, 256};
    size_t letters = alphabets[random_below(sizeof alphabets / sizeof alphabets[0])];
    size_t n = random_length(3000);
    size_t m = random_length(random_below(4) == 0 ? 600 : 70);
    clear(&haystack_text);
    clear(&needle_text);

    add_random(&needle_text, m, letters);
    if (random_below(3) == 0 && m > 1) { /* periodic, perhaps with one wrong byte */
        size_t period = 1 + random_below(m);
        for (size_t i = period; i < m; i++) {
            needle_text.bytes[i] = needle_text.bytes[i - period];
        }
        if (random_below(2) == 0) {
            needle_text.bytes[random_below(m)] ^= (unsigned char)(1 + random_below(255));
        }
    }
    switch (random_below(4)) {
    case 0: /* the haystack knows nothing of the needle */
        add_random(&haystack_text, n, letters);
        break;
    case 1: /* the needle is a piece of the haystack, perhaps with one wrong byte */
        add_random(&haystack_text, n, letters);
        if (m > 0 && m <= n) {
            memcpy(needle_text.bytes, haystack_text.bytes + random_below(n - m + 1), m);
            if (random_below(3) == 0) {
                needle_text.bytes[random_below(m)] ^= (unsigned char)(1 + random_below(255));
            }
        }
        break;
    case 2: /* pieces of the needle */
        while (haystack_text.length < n && m > 0) {
            size_t start = random_below(2) == 0 ? 0 : random_below(m);
            add_bytes(&haystack_text, needle_text.bytes + start, 1 + random_below(m - start));
        }
        break;
    default: /* the needle over and over, with some wrong bytes */
        while (haystack_text.length < n && m > 0) {
            add_text(&haystack_text, &needle_text);
        }
        if (haystack_text.length > 0) {
            for (size_t wrong = random_below(9); wrong > 0; wrong--) {
                haystack_text.bytes[random_below(haystack_text.length)] ^=
                    (unsigned char)(1u << random_below(8));
            }
        }
    }
}

static unsigned char *block_of(size_t length) {
    unsigned char *block = malloc(length);
    if (block == NULL && length > 0) {
        perror("block_of");
        exit(2);
    }
    return block;
}

/* In blocks of the heap, half of them with some bytes in front so that they begin anywhere.
 * AddressSanitizer sees every byte that is read outside of them. */
static void check_in_blocks(const struct text *haystack, const struct text *needle, size_t first,
                            size_t last) {
    const size_t odd = random_below(2) * random_below(16);
    unsigned char *h = block_of(haystack->length + odd);
    unsigned char *d = block_of(needle->length + odd);
    copy_bytes(h + odd, haystack->bytes, haystack->length);
    copy_bytes(d + odd, needle->bytes, needle->length);
    check_here("random, in blocks", h + odd, haystack->length, d + odd, needle->length, first,
               last);
    free(h);
    free(d);
}

int main(void) {
    tests_begin();
    random_seed();
    unsigned long cases = environment_number("FM_CASES", 1000000);
    for (unsigned long i = 0; i < cases; i++) {
        make_case();
        const struct text *h = &haystack_text;
        const struct text *d = &needle_text;
        const size_t first = oracle_first(h->bytes, h->length, d->bytes, d->length);
        const size_t last = oracle_last(h->bytes, h->length, d->bytes, d->length);
        if (random_below(8) == 0) {
            check_in_blocks(h, d, first, last);
        } else {
            check_layout("random", h->bytes, h->length, (enum place)random_below(PLACES),
                         random_below(3) ? 0 : random_below(64), d->bytes, d->length,
                         (enum place)random_below(PLACES), random_below(3) ? 0 : random_below(64),
                         random_below(2), first, last);
        }
        if (i % 10000000 == 9999999) {
            printf("%lu cases\n", i + 1);
        }
    }
    return tests_end();
}
