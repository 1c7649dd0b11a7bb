/* SPDX-License-Identifier: MPL-2.0
 *
 * Work of a known length by the processor's own clock, so that neither a busy nor a slow machine
 * changes what is right. */
#ifndef WORK_H
#define WORK_H

#include <time.h>

static inline void work(double nanoseconds) {
    struct timespec begun, now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begun);
    do {
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    } while ((double)(now.tv_sec - begun.tv_sec) * 1e9 + (double)(now.tv_nsec - begun.tv_nsec) <
             nanoseconds);
}

#endif
