/* SPDX-License-Identifier: MPL-2.0
 *
 * All occurrences, overlapping ones too: forwards each search begins behind the start of the last
 * match, backwards each ends before its end. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct input input = input_of(data, size);
    for_each_strategy(strategy) {
        for (size_t start = 0; start <= input.n;) {
            size_t expected = first_from(&input, start);
            size_t got =
                strategy->find(input.haystack + start, input.n - start, input.needle, input.m);
            expect(strategy, "find", got, expected == FM_ABSENT ? FM_ABSENT : expected - start);
            if (expected == FM_ABSENT) {
                break;
            }
            start = expected + 1;
        }
        for (size_t end = input.n;;) {
            size_t expected = last_before(&input, end);
            expect(strategy, "rfind", strategy->rfind(input.haystack, end, input.needle, input.m),
                   expected);
            if (expected == FM_ABSENT || expected + input.m == 0) {
                break;
            }
            end = expected + input.m - 1;
        }
    }
    input_free(&input);
    return 0;
}
