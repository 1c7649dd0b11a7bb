/* SPDX-License-Identifier: MPL-2.0
 *
 * One prepared searcher of every strategy that has them, used on the haystack and on pieces of it.
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct input input = input_of(data, size);
    for_each_strategy(strategy) {
        if (strategy->searcher_size == 0) {
            continue;
        }
        void *searcher = block_of(strategy->searcher_size);
        strategy->prepare(searcher, input.needle, input.m);
        struct input piece = input;
        for (size_t pieces = 0; pieces < 3; pieces++) {
            expect(strategy, "prepared find",
                   strategy->prepared_find(searcher, piece.haystack, piece.n),
                   first_from(&piece, 0));
            expect(strategy, "prepared rfind",
                   strategy->prepared_rfind(searcher, piece.haystack, piece.n),
                   last_before(&piece, piece.n));
            piece.haystack += pieces == 0 ? piece.n / 2 : 0;
            piece.n = pieces == 0 ? piece.n - piece.n / 2 : piece.n / 2;
        }
        free(searcher);
    }
    input_free(&input);
    return 0;
}
