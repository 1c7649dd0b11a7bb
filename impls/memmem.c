/* SPDX-License-Identifier: MPL-2.0
 *
 * The libc's own memmem. Backwards no libc has a function, so that is memrchr and memcmp. */
#include "strategy.h"

#include "common/libc.h"

static bool available(void) {
    return FM_LIBC_HAS_MEMMEM;
}

FM_STRATEGY(.summary = "the libc's memmem; backwards its memrchr and memcmp",
            .source = "POSIX.1-2024 memmem, GNU memrchr",
            .worst_case = "the libc's: linear in musl and (times up to 256) in glibc, n*m in most "
                          "others; backwards n*m: a^n with needle a^(m-1) b",
            .available = available, .find = fm_libc_memmem_find, .rfind = fm_libc_memrchr_rfind);
