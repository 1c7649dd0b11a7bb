/* SPDX-License-Identifier: MPL-2.0 */
#include "verify.h"

#include "models.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* "offset 17", "nothing" or "3 matches". */
static const char *describe(char text[64], const fmb_input *input, fmb_answer answer) {
    if (input->model == FMB_ALL) {
        snprintf(text, 64, "%" PRIu64 " matches (offsets sum up to %" PRIu64 ")", answer.count,
                 answer.sum - answer.count);
    } else if (answer.count == 0) {
        snprintf(text, 64, "nothing");
    } else {
        snprintf(text, 64, "offset %" PRIu64, answer.sum - 1);
    }
    return text;
}

static double cpu_seconds(const struct rusage *usage) {
    return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) +
           1e-6 * (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec);
}

/* Whether more than half of the time since `before` went by while the process was off the CPU by
 * its own will. Being pushed off by others is no fault of the strategy. */
static bool waited(const struct rusage *before, double seconds) {
    struct rusage after;
    getrusage(RUSAGE_SELF, &after);
    return after.ru_nvcsw > before->ru_nvcsw &&
           cpu_seconds(&after) - cpu_seconds(before) < seconds / 2;
}

/* In the child: answer everything, tell how it went through the pipe. */
static void answer_all(const fmb_input *input, const struct fm_strategy *strategy, int out) {
    fmb_check check = {.verdict = FMB_RIGHT};
    struct rusage before;
    getrusage(RUSAGE_SELF, &before);
    double start = now();
    for (size_t i = 0; i < input->case_count && check.verdict == FMB_RIGHT; i++) {
        const fmb_case *one = &input->cases[i];
        fmb_answer answer = fmb_answer_of(input, strategy, one);
        if (answer.count != one->expected.count || answer.sum != one->expected.sum) {
            char got[64], expected[64];
            check.verdict = FMB_WRONG;
            snprintf(check.message, sizeof check.message,
                     "wrong answer: %s, not %s, for %zu bytes in %zu (case %zu)",
                     describe(got, input, answer), describe(expected, input, one->expected), one->m,
                     one->n, i);
        }
    }
    check.seconds = now() - start;
    check.waits = waited(&before, check.seconds);
    _exit(write(out, &check, sizeof check) == (ssize_t)sizeof check ? 0 : 1);
}

/* The child's check, or one that says why there is none. */
static fmb_check hear(int in, pid_t child, double limit) {
    fmb_check check = {.verdict = FMB_WRONG};
    struct pollfd waiting = {.fd = in, .events = POLLIN};
    int ready;
    do {
        ready = poll(&waiting, 1, (int)(limit * 1000));
    } while (ready < 0 && errno == EINTR);
    bool heard = ready > 0 && read(in, &check, sizeof check) == (ssize_t)sizeof check;
    if (!heard) {
        kill(child, SIGKILL);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (heard) {
        return check;
    }
    if (ready == 0) {
        check.verdict = FMB_TOO_SLOW;
        check.seconds = limit;
        snprintf(check.message, sizeof check.message, "no answer within %g s", limit);
    } else {
        check.verdict = FMB_WRONG;
        snprintf(check.message, sizeof check.message, "wrong answer: none, it crashed with %s",
                 WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "an exit");
    }
    return check;
}

fmb_check fmb_verify(const fmb_input *input, const struct fm_strategy *strategy, double limit) {
    fmb_check failed = {.verdict = FMB_WRONG, .message = "cannot be checked: no process or pipe"};
    int ends[2];
    if (pipe(ends) != 0) {
        return failed;
    }
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        answer_all(input, strategy, ends[1]);
    }
    close(ends[1]);
    fmb_check check = child < 0 ? failed : hear(ends[0], child, limit);
    close(ends[0]);
    return check;
}
