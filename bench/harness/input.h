/* SPDX-License-Identifier: MPL-2.0
 *
 * A prepared workload, as prepare.py wrote it. README.md describes the file format. */
#ifndef FMB_INPUT_H
#define FMB_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a workload is measured; METHOD.md tells what each one means. */
typedef enum fmb_model {
    FMB_FIRST,     /* one search that succeeds */
    FMB_ABSENT,    /* one search that fails */
    FMB_ALL,       /* all occurrences, one after the other */
    FMB_TINY,      /* short searches in changing order: nanoseconds a call */
    FMB_PREPARED,  /* as first or absent, by a searcher that was built before */
    FMB_STREAMING, /* one search through a fresh mapping of a file */
    FMB_MODEL_COUNT
} fmb_model;

extern const char *const fmb_model_names[FMB_MODEL_COUNT];

/* The answer of a case. A search has at most one match; FMB_ALL counts all. `sum` is the sum of
 * (offset + 1) over the matches, modulo 2^64: together with the count it tells answers apart. */
typedef struct fmb_answer {
    uint64_t count;
    uint64_t sum;
} fmb_answer;

typedef struct fmb_case {
    const unsigned char *haystack;
    size_t n;
    const unsigned char *needle;
    size_t m;
    fmb_answer expected;
    uint64_t looked; /* bytes that any searcher has to pass to know the answer */
} fmb_case;

typedef struct fmb_bytes {
    unsigned char *base; /* a block of their own, for free(); NULL in the pool */
    unsigned char *at;
    size_t length;
} fmb_bytes;

typedef struct fmb_input {
    char *name;
    fmb_model model;
    bool reverse;
    size_t align; /* of each haystack, in bytes above a multiple of 4096 */
    char *advice; /* FMB_STREAMING: what the system is told of the mapping; see streaming.c */
    fmb_case *cases;
    size_t case_count;
    fmb_bytes *haystacks;
    size_t haystack_count;
    fmb_bytes *needles;
    size_t needle_count;
    unsigned char *pool; /* those shorter than a page, one behind the other */
    size_t pool_size;
    size_t pool_used;
} fmb_input;

/* Read the file; on failure prints one line that names it and answers NULL. Haystacks are copied
 * to memory that was written to, so no page of them is the system's shared page of zeros. */
fmb_input *fmb_input_read(const char *path);
void fmb_input_free(fmb_input *input);

#endif
