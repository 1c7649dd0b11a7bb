/* SPDX-License-Identifier: MPL-2.0
 *
 * rfind of every strategy against the double loop. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct input input = input_of(data, size);
    size_t expected = last_before(&input, input.n);
    for_each_strategy(strategy) {
        expect(strategy, "rfind", strategy->rfind(input.haystack, input.n, input.needle, input.m),
               expected);
    }
    input_free(&input);
    return 0;
}
