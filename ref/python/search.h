/* SPDX-License-Identifier: MPL-2.0
 *
 * Searching large haystacks without the global lock, for m.find and for finders. */
#ifndef FM_PYTHON_SEARCH_H
#define FM_PYTHON_SEARCH_H

#include "module.h"

/* A search of this many bytes or fewer keeps the lock. Giving it up and taking it back costs
 * about 60 ns when nobody else wants it, but up to a switch interval (5 ms) when somebody does;
 * a search of 64 KiB takes 2 to 10 us. */
#define FM_LOCKED_SEARCH ((size_t)64 << 10)

/* One direction of a search for whatever `what` describes. *at is FM_NPOS for absent. */
typedef fm_status fm_probe(const void *what, const unsigned char *haystack, size_t n, size_t *at);

/* Search with the lock where a program that walks from match to match finds its next one, in the
 * first (last) bytes; only then, if at all, search the rest without it. m: the needle's length.
 * The caller keeps haystack and needle alive and the needle unchanged. */
fm_status fm_search_forward(fm_probe *probe, const void *what, size_t m,
                            const unsigned char *haystack, size_t n, size_t *at);
fm_status fm_search_backward(fm_probe *probe, const void *what, size_t m,
                             const unsigned char *haystack, size_t n, size_t *at);

#endif
