/* SPDX-License-Identifier: MPL-2.0
 *
 * find of every strategy against the double loop. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct input input = input_of(data, size);
    size_t expected = first_from(&input, 0);
    for_each_strategy(strategy) {
        expect(strategy, "find", strategy->find(input.haystack, input.n, input.needle, input.m),
               expected);
    }
    input_free(&input);
    return 0;
}
