/* SPDX-License-Identifier: MPL-2.0
 *
 * Checking answers before anything is timed. */
#ifndef FMB_VERIFY_H
#define FMB_VERIFY_H

#include "input.h"
#include "strategy.h"

typedef enum fmb_verdict {
    FMB_RIGHT,
    FMB_WRONG,   /* a wrong answer, or a crash on the way to it */
    FMB_TOO_SLOW /* no answer within the time limit */
} fmb_verdict;

typedef struct fmb_check {
    fmb_verdict verdict;
    double seconds;    /* that all cases of the workload took, once each */
    bool waits;        /* it sleeps or waits for others: CPU time does not tell how long it takes */
    char message[200]; /* empty if right */
} fmb_check;

/* Let the strategy answer every case of the workload, in a child process: one that crashes or
 * does not end within `limit` seconds takes nothing else with it. */
fmb_check fmb_verify(const fmb_input *input, const struct fm_strategy *strategy, double limit);

#endif
