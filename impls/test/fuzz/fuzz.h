/* SPDX-License-Identifier: MPL-2.0
 *
 * What the fuzz targets share. An input is two bytes of needle length, the needle, the haystack;
 * the haystack ends with up to four more copies of the needle, as many as the top bits of the
 * length say, so that the fuzzer finds matches without having to guess them. Haystack and needle
 * lie in blocks of their exact size, so that AddressSanitizer sees every byte read outside. */
#ifndef FM_FUZZ_H
#define FM_FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strategy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    unsigned char *haystack;
    size_t n;
    unsigned char *needle;
    size_t m;
};

static inline unsigned char *block_of(size_t length) {
    unsigned char *block = malloc(length);
    if (block == NULL && length > 0) {
        abort();
    }
    return block;
}

static inline struct input input_of(const uint8_t *data, size_t size) {
    struct input input = {0};
    size_t wanted = size < 2 ? 0 : (size_t)(data[0] | (data[1] & 7) << 8);
    size_t copies = size < 2 ? 0 : (size_t)(data[1] >> 5) % 5;
    size_t left = size < 2 ? 0 : size - 2;
    input.m = wanted < left ? wanted : left;
    input.n = left - input.m + copies * input.m;
    input.needle = block_of(input.m);
    input.haystack = block_of(input.n);
    if (left > 0) {
        memcpy(input.needle, data + 2, input.m);
        memcpy(input.haystack, data + 2 + input.m, left - input.m);
    }
    for (size_t end = left - input.m; end < input.n; end += input.m) {
        memcpy(input.haystack + end, input.needle, input.m);
    }
    return input;
}

static inline void input_free(struct input *input) {
    free(input->haystack);
    free(input->needle);
}

static inline bool occurs(const struct input *input, size_t offset) {
    for (size_t i = 0; i < input->m; i++) {
        if (input->haystack[offset + i] != input->needle[i]) {
            return false;
        }
    }
    return true;
}

/* The double loop: the first occurrence from `start` on, the last one that ends at `end` or before.
 */
static inline size_t first_from(const struct input *input, size_t start) {
    for (size_t offset = start; offset + input->m <= input->n; offset++) {
        if (occurs(input, offset)) {
            return offset;
        }
    }
    return FM_ABSENT;
}

static inline size_t last_before(const struct input *input, size_t end) {
    for (size_t offset = end < input->m ? 0 : end - input->m + 1; offset-- > 0;) {
        if (occurs(input, offset)) {
            return offset;
        }
    }
    return FM_ABSENT;
}

static inline void expect(const struct fm_strategy *strategy, const char *form, size_t got,
                          size_t expected) {
    if (got != expected) {
        fprintf(stderr, "FAIL %s %s: got %zd, expected %zd\n", strategy->name, form, (ssize_t)got,
                (ssize_t)expected);
        abort();
    }
}

/* for_each_strategy(strategy) { ... }: those that this machine can run. */
#define for_each_strategy(strategy)                                                                \
    for (const struct fm_strategy *const *at_ = fm_strategies, *strategy; (strategy = *at_);       \
         at_++)                                                                                    \
        if (fm_strategy_available(strategy))

#endif
