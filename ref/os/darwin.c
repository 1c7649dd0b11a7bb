/* SPDX-License-Identifier: MPL-2.0
 *
 * macOS: a file is flushed before it is mapped. No mremap(2), so no resize. */
#include "posix.h"

#include <fcntl.h>

/* What other descriptors have written must have arrived before the file is mapped, as in Python.
 * File systems that cannot do this fail, which does no harm. */
static void flush_file(int fd) {
    (void)fcntl(fd, F_FULLFSYNC);
}

const struct fm_posix_system fm_posix_system = {.before_mapping = flush_file};
