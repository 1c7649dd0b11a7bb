/* SPDX-License-Identifier: MPL-2.0
 *
 * Offsets that do not fit 24 bits; with FM_LARGE=1 also 31 and 32 (needs 4 GiB of address space, of
 * which only the touched pages take memory, and minutes). Forwards the one match is at the far end
 * of a long haystack of zeros, backwards at its start. */
#include "check.h"

static const char *const needles[] = {"x", "a needle of more than 32 bytes, 36..."};

static void check_offset(struct arena arena, size_t offset) {
    for (size_t i = 0; i < sizeof needles / sizeof needles[0]; i++) {
        const unsigned char *needle = (const unsigned char *)needles[i];
        size_t m = strlen(needles[i]);
        unsigned char *match = arena.low + offset;
        memcpy(match, needle, m);
        check_here("VX-09, SZ-05 far match", arena.low, offset + m, needle, m, offset, offset);
        memset(match, 0, m);

        match = arena.low + 50;
        memcpy(match, needle, m);
        check_here("VX-09, SZ-05 far from the end", arena.low, 50 + m + offset, needle, m, 50, 50);
        memset(match, 0, m);
    }
}

int main(void) {
    static const uint64_t offsets[] = {((uint64_t)1 << 24) - 1, ((uint64_t)1 << 24) + 1};
    /* Below 2^31, across 2^32, above it. */
    static const uint64_t large_offsets[] = {((uint64_t)1 << 31) - 1, ((uint64_t)1 << 32) - 3,
                                             ((uint64_t)1 << 32) + 1};
    tests_begin();
    bool large = environment_number("FM_LARGE", 0) > 0;
    if (large && SIZE_MAX >> 32 == 0) {
        printf("not tested: offsets of 2^31 and more, the address space is too small\n");
        large = false;
    }
    struct arena arena = arena_of(large ? ((size_t)4 << 30) + 8192 : ((size_t)1 << 24) + 8192);
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        check_offset(arena, (size_t)offsets[i]);
    }
    for (size_t i = 0; large && i < sizeof large_offsets / sizeof large_offsets[0]; i++) {
        check_offset(arena, (size_t)large_offsets[i]);
    }
    return tests_end();
}
