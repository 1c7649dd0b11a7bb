/* SPDX-License-Identifier: MPL-2.0
 *
 * Every literal case of seeds.def, with 0 to 34 bytes of padding on both sides, and with up to 300
 * on one. Shifts every case through every lane of every vector width. */
#include "check.h"

#define NONE FM_ABSENT

static const struct seed {
    const char *name;
    const char *haystack;
    size_t n;
    const char *needle;
    size_t m;
    size_t first;
    size_t last;
} seeds[] = {
#define SEED(name, haystack, needle, first, last)                                                  \
    {name, haystack, sizeof haystack - 1, needle, sizeof needle - 1, first, last},
#include "seeds.def"
#undef SEED
};

enum { PADDING = 34, LONG_PADDING = 300 };

/* A byte that is not in the needle, so that padding makes no new match. */
static unsigned char padding_for(const struct seed *seed) {
    unsigned char byte = '.';
    while (memchr(seed->needle, byte, seed->m)) {
        byte++;
    }
    return byte;
}

static void check_padded(const struct seed *seed, size_t left, size_t right) {
    unsigned char padding = padding_for(seed);
    struct text *text = clear(&haystack_text);
    add_run(text, padding, left);
    add_bytes(text, seed->haystack, seed->n);
    add_run(text, padding, right);
    size_t first = seed->first == NONE ? NONE : seed->first + left;
    size_t last = seed->last == NONE ? NONE : seed->last + left;
    if (seed->m == 0) {
        first = 0;
        last = text->length;
    }
    check_in_turn(seed->name, text->bytes, text->length, (const unsigned char *)seed->needle,
                  seed->m, first, last);
}

int main(void) {
    tests_begin();
    for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++) {
        const struct seed *seed = &seeds[i];
        check(seed->name, (const unsigned char *)seed->haystack, seed->n,
              (const unsigned char *)seed->needle, seed->m, seed->first, seed->last);
        for (size_t left = 0; left <= PADDING; left++) {
            for (size_t right = 0; right <= PADDING; right++) {
                check_padded(seed, left, right);
            }
        }
        for (size_t padding = PADDING + 1; padding <= LONG_PADDING; padding++) {
            check_padded(seed, padding, 0);
            check_padded(seed, 0, padding);
            check_padded(seed, padding, padding);
        }
    }
    return tests_end();
}
