/* SPDX-License-Identifier: MPL-2.0
 *
 * The measured loops, one a model. Each takes the number of iterations and gives back the sum of
 * (offset + 1) over all matches it was told of, FM_ABSENT counting 0: what the expected answers
 * add up to if every timed call was right.
 *
 * Searches are called through a volatile pointer: the compiler sees neither the function nor that
 * it is the same one each time, so it drops no call and moves none out of the loop. */
#include "models.h"

#include "streaming.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static fm_search_fn *search_of(const fmb_input *input, const struct fm_strategy *strategy) {
    return input->reverse ? strategy->rfind : strategy->find;
}

static fm_prepared_fn *prepared_search_of(const fmb_input *input,
                                          const struct fm_strategy *strategy) {
    return input->reverse ? strategy->prepared_rfind : strategy->prepared_find;
}

const char *fmb_refusal(const fmb_input *input, const struct fm_strategy *strategy) {
    if (!fm_strategy_available(strategy)) {
        return "this machine cannot run the strategy";
    }
    if (input->model == FMB_PREPARED && !prepared_search_of(input, strategy)) {
        return "the strategy offers no prepared search";
    }
    if (!search_of(input, strategy)) {
        return input->reverse ? "the strategy cannot search backwards"
                              : "the strategy cannot search forwards";
    }
    return NULL;
}

/* All matches that do not overlap, from the left or from the right. */
static fmb_answer all_matches(fm_search_fn *volatile *search, bool reverse, const fmb_case *one) {
    fmb_answer answer = {0, 0};
    size_t start = 0;
    size_t end = one->n;
    for (;;) {
        size_t found = (*search)(one->haystack + start, end - start, one->needle, one->m);
        if (found == FM_ABSENT) {
            return answer;
        }
        answer.count++;
        answer.sum += start + found + 1;
        if (reverse) {
            end = found;
        } else {
            start += found + one->m;
        }
    }
}

/* A searcher for the case's needle, or NULL if memory is short. */
static void *searcher_for(const struct fm_strategy *strategy, const fmb_case *one) {
    void *searcher = malloc(strategy->searcher_size);
    if (searcher) {
        strategy->prepare(searcher, one->needle, one->m);
    }
    return searcher;
}

/* Of an offset, or FM_ABSENT. */
static fmb_answer single(size_t found) {
    return (fmb_answer){.count = found != FM_ABSENT, .sum = (uint64_t)found + 1};
}

fmb_answer fmb_answer_of(const fmb_input *input, const struct fm_strategy *strategy,
                         const fmb_case *one) {
    fm_search_fn *volatile search = search_of(input, strategy);
    if (input->model == FMB_ALL) {
        return all_matches(&search, input->reverse, one);
    }
    if (input->model == FMB_PREPARED) {
        void *searcher = searcher_for(strategy, one);
        if (!searcher) {
            return (fmb_answer){UINT64_MAX, 0};
        }
        size_t found = prepared_search_of(input, strategy)(searcher, one->haystack, one->n);
        free(searcher);
        return single(found);
    }
    return single(search(one->haystack, one->n, one->needle, one->m));
}

/* ---- The loops -------------------------------------------------------------------------- */

static uint64_t time_searches(gb_state *state, fmb_pair *pair) {
    fm_search_fn *volatile search = search_of(pair->input, pair->strategy);
    const fmb_case *cases = pair->input->cases;
    const fmb_case *end = cases + pair->input->case_count;
    uint64_t sum = 0;
    for (int64_t left = gb_start(state); left > 0; left--) {
        for (const fmb_case *one = cases; one < end; one++) {
            sum += (uint64_t)search(one->haystack, one->n, one->needle, one->m) + 1;
            GB_KEEP(sum);
        }
    }
    gb_stop(state);
    return sum;
}

/* One call an iteration; the cases take turns in the order of the input, which is shuffled. */
static uint64_t time_calls(gb_state *state, fmb_pair *pair) {
    fm_search_fn *volatile search = search_of(pair->input, pair->strategy);
    const fmb_case *one = pair->input->cases;
    const fmb_case *end = one + pair->input->case_count;
    uint64_t sum = 0;
    for (int64_t left = gb_start(state); left > 0; left--) {
        sum += (uint64_t)search(one->haystack, one->n, one->needle, one->m) + 1;
        GB_KEEP(sum);
        if (++one == end) {
            one = pair->input->cases;
        }
    }
    gb_stop(state);
    return sum;
}

static uint64_t time_all(gb_state *state, fmb_pair *pair) {
    fm_search_fn *volatile search = search_of(pair->input, pair->strategy);
    const fmb_case *cases = pair->input->cases;
    const fmb_case *end = cases + pair->input->case_count;
    uint64_t sum = 0;
    for (int64_t left = gb_start(state); left > 0; left--) {
        for (const fmb_case *one = cases; one < end; one++) {
            sum += all_matches(&search, pair->input->reverse, one).sum;
        }
    }
    gb_stop(state);
    return sum;
}

static uint64_t time_prepared(gb_state *state, fmb_pair *pair) {
    fm_prepared_fn *volatile search = prepared_search_of(pair->input, pair->strategy);
    const fmb_case *cases = pair->input->cases;
    size_t count = pair->input->case_count;
    void **searchers = calloc(count, sizeof *searchers);
    bool ready = searchers != NULL;
    for (size_t i = 0; ready && i < count; i++) {
        searchers[i] = searcher_for(pair->strategy, &cases[i]);
        ready = searchers[i] != NULL;
    }
    uint64_t sum = 0;
    if (!ready) {
        gb_error(state, "memory is short");
    }
    for (int64_t left = gb_start(state); left > 0; left--) {
        for (size_t i = 0; i < count; i++) {
            sum += (uint64_t)search(searchers[i], cases[i].haystack, cases[i].n) + 1;
            GB_KEEP(sum);
        }
    }
    gb_stop(state);
    for (size_t i = 0; searchers && i < count; i++) {
        free(searchers[i]);
    }
    free(searchers);
    return sum;
}

static uint64_t time_streaming(gb_state *state, fmb_pair *pair) {
    fm_search_fn *volatile search = search_of(pair->input, pair->strategy);
    const fmb_case *one = pair->input->cases;
    const char *advice = pair->input->advice ? pair->input->advice : "none";
    const char *problem;
    fmb_stream *stream = fmb_stream_open(one, advice, &problem);
    if (!stream) {
        gb_error(state, problem);
    }
    uint64_t sum = 0;
    for (int64_t left = gb_start(state); left > 0; left--) {
        const unsigned char *mapping = fmb_stream_map(stream);
        if (mapping) {
            sum += (uint64_t)search(mapping, one->n, one->needle, one->m) + 1;
            GB_KEEP(sum);
            fmb_stream_unmap(stream, mapping);
        }
    }
    gb_stop(state);
    fmb_stream_close(stream);
    return sum;
}

static uint64_t (*const loops[FMB_MODEL_COUNT])(gb_state *state, fmb_pair *pair) = {
    [FMB_FIRST] = time_searches, [FMB_ABSENT] = time_searches,   [FMB_ALL] = time_all,
    [FMB_TINY] = time_calls,     [FMB_PREPARED] = time_prepared, [FMB_STREAMING] = time_streaming,
};

/* ---- One run ---------------------------------------------------------------------------- */

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* What right answers add up to over so many iterations. */
static uint64_t expected_sum(const fmb_input *input, uint64_t iterations) {
    uint64_t pass = 0;
    for (size_t i = 0; i < input->case_count; i++) {
        pass += input->cases[i].expected.sum;
    }
    if (input->model != FMB_TINY) {
        return iterations * pass;
    }
    uint64_t sum = iterations / input->case_count * pass;
    for (size_t i = 0; i < iterations % input->case_count; i++) {
        sum += input->cases[i].expected.sum;
    }
    return sum;
}

/* Seconds below which an iteration cannot be: a searcher has to load at least one of every m
 * bytes; no core loads more than 128 bytes at once or does so more than 20e9 times a second. A
 * faster answer means that the work was not done, not that it was done well. */
static double least_seconds(const fmb_input *input) {
    double loads = 0;
    for (size_t i = 0; i < input->case_count; i++) {
        double span = input->cases[i].m > 128 ? (double)input->cases[i].m : 128;
        loads += 1 + (double)input->cases[i].looked / span;
    }
    if (input->model == FMB_TINY) {
        loads = 1;
    }
    return loads / 20e9;
}

static void fail(gb_state *state, fmb_pair *pair, const char *problem) {
    if (!pair->problem) {
        pair->problem = strdup(problem);
    }
    gb_error(state, problem);
}

void fmb_measure(gb_state *state, void *argument) {
    fmb_pair *pair = argument;
    const fmb_input *input = pair->input;
    if (pair->problem) {
        gb_error(state, pair->problem);
        return;
    }
    double start = now();
    uint64_t sum = loops[input->model](state, pair);
    double seconds = now() - start;
    uint64_t iterations = (uint64_t)gb_iterations_done(state);
    if (iterations == 0) {
        return; /* the loop has told why */
    }
    if (sum != expected_sum(input, iterations)) {
        fail(state, pair, "wrong answer: right when checked, wrong while timed");
        return;
    }
    if (seconds < (double)iterations * least_seconds(input)) {
        fail(state, pair, "impossible speed: the calls cannot have been made");
        return;
    }
    double looked = 0;
    for (size_t i = 0; i < input->case_count; i++) {
        looked += (double)input->cases[i].looked;
    }
    if (input->model != FMB_TINY) {
        gb_bytes_per_iteration(state, looked);
        gb_counter(state, "calls", (double)input->case_count);
    }
}
