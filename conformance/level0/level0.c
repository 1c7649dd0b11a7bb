/* SPDX-License-Identifier: MPL-2.0
 *
 * Conformance level 0: the portable core of the cases as one program, for a system that has no
 * Python. It needs a libc and libfmmap: no threads, no fork, no C++. It replays the requests that
 * the cases made of the C driver (gen/level0.inc, written by harness/record.py), compares the
 * answers, and prints TAP.
 *
 *     level0 [FOLDER [TEXT]]   temporary files go to FOLDER (default .); only cases whose name
 *                              holds TEXT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fmmap.h"
#include "requests.h"

struct recorded_case {
    const char *name, *behaviour, *rule;
    const char *needs;         /* capabilities, parted by spaces; ! for one that must be absent */
    bool paged;                /* knows the page size it was recorded with */
    const char *const *script; /* request, answer, ..., NULL */
};

#include "level0.inc"

enum { COUNT = sizeof recorded / sizeof *recorded, WORD = 64 };

static char *able; /* the driver's greeting: a line "capability WORD" for each */

static bool has(const char *capability) {
    char line[2 * WORD];
    snprintf(line, sizeof line, "\ncapability %s\n", capability);
    return strstr(able, line) != NULL;
}

/* Why the case cannot run here, or NULL. */
static const char *refusal(const struct recorded_case *one) {
    static char why[2 * WORD];
    char word[WORD];
    for (const char *at = one->needs; *at != '\0';) {
        size_t n = strcspn(at, " ");
        bool wanted = *at != '!';
        snprintf(word, sizeof word, "%.*s", (int)n - !wanted, at + !wanted);
        if (has(word) != wanted) {
            snprintf(why, sizeof why, "%s %s", wanted ? "lacks" : "has", word);
            return why;
        }
        at += n + (at[n] == ' ');
    }
    if (one->paged &&
        (fm_page_size() != RECORDED_PAGE || fm_granularity() != RECORDED_GRANULARITY)) {
        snprintf(why, sizeof why, "recorded with pages of %d bytes", (int)RECORDED_PAGE);
        return why;
    }
    return NULL;
}

/* Whether an answer begins with the recorded words. */
static bool agrees(const char *answer, const char *recorded_answer) {
    size_t n = strlen(recorded_answer);
    return strncmp(answer, recorded_answer, n) == 0 && (answer[n] == '\0' || answer[n] == ' ');
}

static void print_short(const char *label, const char *text) {
    printf("# %s %.200s%s\n", label, text, strlen(text) > 200 ? "..." : "");
}

/* Replays one case, prints its TAP line; false if an answer differs. */
static bool replay(int number, const struct recorded_case *one) {
    for (const char *const *step = one->script; *step != NULL; step += 2) {
        char *request = malloc(strlen(step[0]) + 1);
        if (request == NULL) {
            printf("Bail out! no memory\n");
            exit(2);
        }
        strcpy(request, step[0]);
        const char *answer = serve_request(request);
        free(request);
        if (!agrees(answer, step[1])) {
            printf("not ok %d - %s\n# %s: %s\n", number, one->name, one->behaviour, one->rule);
            print_short("asked:   ", step[0]);
            print_short("expected:", step[1]);
            print_short("answered:", answer);
            return false;
        }
    }
    printf("ok %d - %s\n", number, one->name);
    return true;
}

int main(int argc, char **argv) {
    int failed = 0, skipped = 0, number = 0, chosen = 0;
    const char *folder = argc > 1 ? argv[1] : ".", *text = argc > 2 ? argv[2] : "";
    char trial[] = "file x r+b";
    prepare_requests(folder);
    const char *tried = serve_request(trial);
    if (strncmp(tried, "ok ", 3) != 0) {
        printf("Bail out! no file can be made in %s: %s\n", folder, tried);
        return 2;
    }
    reset_requests();
    const char *introduction = greeting();
    able = malloc(strlen(introduction) + 1);
    if (able == NULL)
        return 2;
    strcpy(able, introduction);

    for (int i = 0; i < COUNT; i++)
        chosen += strstr(recorded[i].name, text) != NULL;
    if (chosen == 0) {
        printf("Bail out! no case has %s in its name\n", text);
        return 2;
    }
    printf("TAP version 13\n1..%d\n", chosen);
    for (int i = 0; i < COUNT; i++) {
        if (strstr(recorded[i].name, text) == NULL)
            continue;
        const char *why = refusal(&recorded[i]);
        number++;
        if (why != NULL) {
            printf("ok %d - %s # SKIP %s\n", number, recorded[i].name, why);
            skipped++;
        } else if (!replay(number, &recorded[i])) {
            failed++;
        }
        reset_requests();
        fflush(stdout);
    }
    printf("# %d passed, %d failed, %d skipped\n", number - failed - skipped, failed, skipped);
    free(able);
    return failed > 0;
}
