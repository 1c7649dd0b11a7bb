/* SPDX-License-Identifier: MPL-2.0
 *
 * fmmap-bench: prepared workloads x strategies -> Google Benchmark.
 *
 * Every pair is checked before anything is timed. A pair that is right becomes the benchmark
 * MODEL/WORKLOAD/STRATEGY. One that is wrong becomes a row with an error and is never timed. One
 * that cannot run is named in the list of pairs, with the reason. run.py is the usual caller. */
#include "gbench.h"
#include "input.h"
#include "members.h"
#include "models.h"
#include "program.h"
#include "verify.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: fmmap-bench [options] [--benchmark_... of Google Benchmark] INPUT...\n"
    "  INPUT             a prepared workload, see bench/harness/prepare.py\n"
    "  --strategies=A,B  only these; default: all that were built\n"
    "  --limit=SECONDS   most time that checking one pair may take; default 10\n"
    "  --seed=N          order of the benchmarks; default 1\n"
    "  --pairs=FILE      write what became of each pair: verdict, workload, strategy,\n"
    "                    seconds of one pass, reason; separated by tabs\n"
    "  --libc            print the C library that was loaded and its version, and end\n"
    "  --list            print the strategies and what they say of themselves, and end:\n"
    "                    name, available, prepared, origin, source, worst case, summary\n"
    "Exit status: 0 all answers right, 1 a wrong one, 2 not run.\n";

struct options {
    char *strategies; /* separated by commas, or NULL */
    double limit;
    unsigned long seed;
    FILE *pairs; /* or NULL */
};

static int complain(const char *name, const char *problem) {
    fprintf(stderr, "fmmap-bench: %s %s\n", name, problem);
    return 2;
}

static int list_members(void) {
    for (const struct fm_strategy *const *member = fmb_members(); member && *member; member++) {
        const struct fm_strategy *strategy = *member;
        printf("%s\t%d\t%d\t%s\t%s\t%s\t%s\n", strategy->name, fm_strategy_available(strategy),
               strategy->searcher_size > 0, fmb_origin(strategy), strategy->source,
               strategy->worst_case, strategy->summary);
    }
    return 0;
}

/* Whether the name is in the list; an absent list holds every name. */
static bool selected(const char *list, const char *name) {
    size_t length = strlen(name);
    for (const char *at = list; at; at = strchr(at, ','), at = at ? at + 1 : NULL) {
        if (strncmp(at, name, length) == 0 && (at[length] == ',' || at[length] == '\0')) {
            return true;
        }
    }
    return list == NULL;
}

/* The first name of the list that no strategy has, or NULL. Cuts the list there. */
static const char *unknown_name(char *list) {
    for (char *at = list; at && *at;) {
        char *comma = strchr(at, ',');
        size_t length = comma ? (size_t)(comma - at) : strlen(at);
        bool known = false;
        for (const struct fm_strategy *const *member = fmb_members(); *member; member++) {
            known = known || (strlen((*member)->name) == length &&
                              strncmp((*member)->name, at, length) == 0);
        }
        if (!known) {
            at[length] = '\0';
            return at;
        }
        at = comma ? comma + 1 : NULL;
    }
    return NULL;
}

static void note_pair(const struct options *options, const char *verdict, const fmb_pair *pair,
                      double seconds, const char *reason) {
    if (options->pairs) {
        fprintf(options->pairs, "%s\t%s\t%s\t%.9f\t%s\n", verdict, pair->input->name,
                pair->strategy->name, seconds, reason);
    }
}

/* Check the pair; true if it is to be registered, be it for timing or as an error. */
static bool admit(fmb_pair *pair, const struct options *options) {
    const char *refusal = fmb_refusal(pair->input, pair->strategy);
    if (refusal) {
        note_pair(options, "refused", pair, 0, refusal);
        return false;
    }
    fmb_check check = fmb_verify(pair->input, pair->strategy, options->limit);
    switch (check.verdict) {
    case FMB_TOO_SLOW:
        note_pair(options, "refused", pair, check.seconds, check.message);
        return false;
    case FMB_WRONG:
        note_pair(options, "wrong", pair, check.seconds, check.message);
        fprintf(stderr, "fmmap-bench: %s on %s: %s\n", pair->strategy->name, pair->input->name,
                check.message);
        pair->problem = strdup(check.message);
        return pair->problem != NULL;
    case FMB_RIGHT:
        note_pair(options, "right", pair, check.seconds, "");
        pair->waits = check.waits;
        break;
    }
    return true;
}

/* Fisher and Yates's shuffle: which pair runs before which must not be the same in every process,
 * since what ran before leaves its mark on caches and predictors. */
static void shuffle(fmb_pair *pairs, size_t count, unsigned long seed) {
    uint64_t state = 0x9e3779b97f4a7c15u * (seed + 1);
    for (size_t left = count; left > 1; left--) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        size_t other = (size_t)(state % left);
        fmb_pair kept = pairs[left - 1];
        pairs[left - 1] = pairs[other];
        pairs[other] = kept;
    }
}

static void register_pair(fmb_pair *pair) {
    char name[512];
    snprintf(name, sizeof name, "%s/%s/%s", fmb_model_names[pair->input->model], pair->input->name,
             pair->strategy->name);
    gb_benchmark *registered = gb_register(name, fmb_measure, pair);
    if (pair->waits) {
        gb_use_real_time(registered);
    }
}

static int run(fmb_input **inputs, size_t input_count, const struct options *options) {
    const struct fm_strategy *const *members = fmb_members();
    size_t member_count = 0;
    while (members[member_count]) {
        member_count++;
    }
    fmb_pair *pairs = calloc(input_count * member_count, sizeof *pairs);
    if (!pairs) {
        return complain("memory", "is short");
    }
    size_t count = 0;
    for (size_t i = 0; i < input_count; i++) {
        for (size_t k = 0; k < member_count; k++) {
            fmb_pair pair = {.input = inputs[i], .strategy = members[k]};
            if (selected(options->strategies, members[k]->name) && admit(&pair, options)) {
                pairs[count++] = pair;
            }
        }
    }
    if (options->pairs) {
        fflush(options->pairs);
    }
    shuffle(pairs, count, options->seed);
    for (size_t i = 0; i < count; i++) {
        register_pair(&pairs[i]);
    }
    gb_run();
    int status = 0;
    for (size_t i = 0; i < count; i++) {
        if (pairs[i].problem) {
            status = 1;
        }
        free(pairs[i].problem);
    }
    free(pairs);
    return status;
}

/* Read the options; -1 to go on, else the exit status. */
static int take_options(int argc, char **argv, struct options *options) {
    static const struct option known[] = {
        {"strategies", required_argument, NULL, 's'},
        {"limit", required_argument, NULL, 'l'},
        {"seed", required_argument, NULL, 'r'},
        {"pairs", required_argument, NULL, 'p'},
        {"list", no_argument, NULL, 'L'},
        {"libc", no_argument, NULL, 'c'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    char libc[64];
    char *end;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 's':
            options->strategies = optarg;
            if (*optarg == '\0') {
                return complain("--strategies=", "names none: --list tells which there are");
            }
            break;
        case 'l':
            options->limit = strtod(optarg, &end);
            /* poll() takes milliseconds in an int */
            if (*end != '\0' || !(options->limit > 0 && options->limit <= 1e6)) {
                return complain("--limit=", "is in seconds, above 0 and at most a million");
            }
            break;
        case 'r':
            options->seed = strtoul(optarg, &end, 10);
            if (*end != '\0' || *optarg < '0' || *optarg > '9') {
                return complain("--seed=", "is a whole number");
            }
            break;
        case 'p':
            options->pairs = fopen(optarg, "w");
            if (!options->pairs) {
                return complain(optarg, "cannot be written: --pairs= wants a file");
            }
            break;
        case 'L':
            return list_members();
        case 'c':
            puts(fmb_libc(libc));
            return 0;
        case 'h':
            fputs(usage, stdout);
            return 0;
        default:
            return complain(argv[optind - 1], "is no option, or lacks its value: see --help");
        }
    }
    const char *unknown = unknown_name(options->strategies);
    if (unknown) {
        return complain(unknown, "is no strategy: --list tells which there are");
    }
    if (optind == argc) {
        return complain("INPUT", "is missing: see --help");
    }
    return -1;
}

int main(int argc, char **argv) {
    struct options options = {.limit = 10, .seed = 1};
    gb_init(&argc, argv);
    int status =
        fmb_members() ? take_options(argc, argv, &options) : complain("memory", "is short");
    if (status < 0) {
        fmb_describe_program();
        size_t count = (size_t)(argc - optind);
        fmb_input **inputs = calloc(count, sizeof(fmb_input *));
        bool good = inputs != NULL;
        for (size_t i = 0; good && i < count; i++) {
            inputs[i] = fmb_input_read(argv[optind + (int)i]);
            good = inputs[i] != NULL;
        }
        status = good ? run(inputs, count, &options) : 2;
        gb_shutdown();
        for (size_t i = 0; inputs && i < count; i++) {
            fmb_input_free(inputs[i]);
        }
        free(inputs);
    }
    if (options.pairs) {
        fclose(options.pairs);
    }
    return status;
}
