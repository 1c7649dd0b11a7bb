/* SPDX-License-Identifier: MPL-2.0
 *
 * Another libc's memchr and memrchr as a strategy. Compiled once for each library; see lifted.h. */
#include "libc/lifted.h"

FM_STRATEGY(.summary = "that libc's memchr or memrchr for the first byte, memcmp for the rest",
            .source = FM_LIBC_VERSION, .worst_case = "n*m: a^n with needle a^(m-1) b",
            .available = lifted_available, .find = fm_libc_memchr_find,
            .rfind = fm_libc_memrchr_rfind);
