/* SPDX-License-Identifier: MPL-2.0
 *
 * What programmers write by hand: the libc's memchr (memrchr backwards) leaps to the needle's first
 * byte, memcmp compares the rest. As fast as the libc where that byte is rare, as slow as its calls
 * where it is common. */
#include "strategy.h"

#include "common/libc.h"

FM_STRATEGY(.summary = "the libc's memchr or memrchr for the first byte, memcmp for the rest",
            .source = "folklore; ISO C memchr, GNU memrchr",
            .worst_case = "n*m: a^n with needle a^(m-1) b", .find = fm_libc_memchr_find,
            .rfind = fm_libc_memrchr_rfind);
