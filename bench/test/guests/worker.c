/* SPDX-License-Identifier: MPL-2.0 */
#include "strategy.h"

#include <time.h>

/* By the processor's own clock, so that neither a busy nor a slow machine changes what is right. */
static void work(void) {
    struct timespec begun, now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begun);
    do {
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    } while ((now.tv_sec - begun.tv_sec) * 1000000000 + now.tv_nsec - begun.tv_nsec < 2000000);
}

static size_t find(const unsigned char *haystack, size_t n, const unsigned char *needle, size_t m) {
    work();
    return fm_strategy_by_name("memmem")->find(haystack, n, needle, m);
}

static size_t rfind(const unsigned char *haystack, size_t n, const unsigned char *needle,
                    size_t m) {
    work();
    return fm_strategy_by_name("memmem")->rfind(haystack, n, needle, m);
}

FM_STRATEGY(.summary = "right, after 2 ms of work", .source = "test 1.0", .worst_case = "linear",
            .find = find, .rfind = rfind);
