/* SPDX-License-Identifier: MPL-2.0 */
#include "plain.h"

#include <time.h>

static void nap(void) {
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
}

static size_t find(const unsigned char *haystack, size_t n, const unsigned char *needle, size_t m) {
    nap();
    return plain_find(haystack, n, needle, m);
}

static size_t rfind(const unsigned char *haystack, size_t n, const unsigned char *needle,
                    size_t m) {
    nap();
    return plain_rfind(haystack, n, needle, m);
}

FM_STRATEGY(.summary = "right, after a nap of 20 ms", .source = "test 1.0", .worst_case = "n*m",
            .find = find, .rfind = rfind);
