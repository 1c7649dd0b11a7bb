/* SPDX-License-Identifier: MPL-2.0
 *
 * Another libc's memmem as a strategy. Compiled once for each library; see lifted.h. */
#include "libc/lifted.h"

FM_STRATEGY(.summary = "that libc's memmem; backwards its memrchr and memcmp",
            .source = FM_LIBC_VERSION,
            .worst_case = FM_LIBC_WORST_CASE "; backwards n*m: a^n with needle a^(m-1) b",
            .available = lifted_available, .find = fm_libc_memmem_find,
            .rfind = fm_libc_memrchr_rfind);
