/* SPDX-License-Identifier: MPL-2.0
 *
 * What is timed: a pair of a workload and a strategy, measured as the workload's model says. */
#ifndef FMB_MODELS_H
#define FMB_MODELS_H

#include "gbench.h"
#include "input.h"
#include "strategy.h"

typedef struct fmb_pair {
    const fmb_input *input;
    const struct fm_strategy *strategy;
    bool waits;    /* see fmb_check: it is timed by the wall clock */
    char *problem; /* why there is no time: the message of its error row; NULL if all is well */
} fmb_pair;

/* Why the strategy cannot run the workload at all, or NULL. */
const char *fmb_refusal(const fmb_input *input, const struct fm_strategy *strategy);

/* The strategy's answer to one case, by the same calls that are timed. */
fmb_answer fmb_answer_of(const fmb_input *input, const struct fm_strategy *strategy,
                         const fmb_case *one);

/* Time the pair: a gb_function whose argument is an fmb_pair. Every timed answer is summed up and
 * the sum compared; if it is wrong, or came faster than any machine can read the bytes, `problem`
 * is set and the row is an error. */
void fmb_measure(gb_state *state, void *pair);

#endif
