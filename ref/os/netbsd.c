/* SPDX-License-Identifier: MPL-2.0
 *
 * NetBSD: an mremap(2) of its own, which takes the wanted address and may choose another. */
#include "posix.h"

#include <sys/mman.h>

static void *remap(void *data, size_t length, size_t new_length) {
    return mremap(data, length, data, new_length, 0);
}

const struct fm_posix_system fm_posix_system = {
    .remap = remap,
    .shared_anonymous_grows = false, /* the new pages would have no memory behind them */
};
