/* SPDX-License-Identifier: MPL-2.0
 *
 * What a vector kernel knows of a needle: the bytes it looks for in the haystack before it compares
 * a candidate in full. A rare byte as probe makes few false candidates. */
#ifndef FM_PATTERN_H
#define FM_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FM_PROBES 3

struct fm_pattern {
    const unsigned char *needle; /* not owned */
    size_t m;                    /* its length, at least 1 */
    size_t offset[FM_PROBES];    /* of the probe bytes, each < m, rarest first */
    bool two_suffice;            /* the first two are expected to leave few false candidates */
};

/* Choose probes by how common bytes are in files in general. Looks at the first `limit` bytes of
 * the needle at most, so that choosing costs little beside a short search. m >= 1. */
void fm_pattern_choose(struct fm_pattern *pattern, const unsigned char *needle, size_t m,
                       size_t limit);

/* Choose probes by how common bytes are in `sample`, a part of the haystack. */
void fm_pattern_refine(struct fm_pattern *pattern, const unsigned char *sample, size_t length);

#endif
