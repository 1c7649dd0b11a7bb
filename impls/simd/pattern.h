/* SPDX-License-Identifier: MPL-2.0
 *
 * What a vector kernel knows of a needle: which of its bytes to look for in the haystack before a
 * candidate is compared in full. A rare byte as probe makes few false candidates. */
#ifndef FM_PATTERN_H
#define FM_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/leap.h"

#define FM_PROBES 8   /* most probes that a pattern has */
#define FM_FAILURES 8 /* false candidates that are remembered */

struct fm_pattern {
    const unsigned char *needle; /* not owned */
    size_t m;                    /* its length */
    size_t looked;               /* its bytes that probes were chosen from */
    size_t rare;                 /* place of a byte that is rare in most files, or m */
    unsigned known;              /* probes there are, at least 1 where m >= 1 */
    unsigned probes;             /* the first so many of them are to be tested, in [1, known] */
    size_t offset[FM_PROBES];    /* of the probes, each < m, the most telling first */
};

/* What prepared search keeps of it. */
struct fm_searcher {
    struct fm_pattern pattern;
    struct fm_leap leap[2]; /* forward and in reverse; only of a needle long enough to leap with */
};

/* The middle of m bytes; in reverse that of the mirrored ones, so that one-shot searches of
 * mirrored input begin with the same bytes. */
static inline size_t fm_pattern_middle(size_t m, bool reverse) {
    return reverse ? m / 2 : (m - 1) / 2;
}

/* The place of the rarest of the needle's first `limit` bytes in the direction of the search, or m
 * if all of them are common. */
size_t fm_pattern_rare(const unsigned char *needle, size_t m, size_t limit, bool reverse);

/* Choose up to three probes by how common bytes are in files in general. Looks at the first `limit`
 * bytes of the needle at most, in that direction: choosing takes about 1 ns for each. m >= 1. */
void fm_pattern_choose(struct fm_pattern *pattern, const unsigned char *needle, size_t m,
                       size_t limit, bool reverse);

/* Add the probe that would have rejected most of `count` false candidates, which start at the
 * offsets `failures` of the haystack and had all probes right. False if there is none to add. */
bool fm_pattern_learn(struct fm_pattern *pattern, const unsigned char *haystack,
                      const size_t failures[], size_t count);

#endif
