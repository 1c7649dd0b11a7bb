/* SPDX-License-Identifier: MPL-2.0
 *
 * Every strategy that the benchmark compares: those of libfmmap, and those that only the benchmark
 * is linked with (other projects' searchers, other C libraries' functions). */
#ifndef FMB_MEMBERS_H
#define FMB_MEMBERS_H

#include "strategy.h"

/* Sorted by name, ended by NULL; lives as long as the program. NULL if memory is short. */
const struct fm_strategy *const *fmb_members(void);

/* Whose code it is: "fmmap", or of a guest its source, which names the project and version. */
const char *fmb_origin(const struct fm_strategy *strategy);

#endif
