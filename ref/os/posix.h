/* SPDX-License-Identifier: MPL-2.0
 *
 * What posix.c asks of the system's own file. */
#ifndef FM_POSIX_H
#define FM_POSIX_H

#include "os.h"

#include <sys/types.h>

/* Before a file is mapped. */
void fm_posix_before_mapping(int fd);

/* mremap(2) that may move: the new address, or MAP_FAILED with errno. FM_UNSUPPORTED systems
 * have none: fm_posix_can_remap is false and the function is never called. */
extern const bool fm_posix_can_remap;
void *fm_posix_remap(void *data, size_t length, size_t new_length);

/* Whether shared anonymous memory may grow here. */
extern const bool fm_posix_shared_anonymous_grows;

/* Name for memory, or FM_UNSUPPORTED. */
fm_status fm_posix_name(void *data, size_t length, const char *name);

/* If the interrupted instruction may be skipped (see skip.h), arrange that, and answer true. */
bool fm_posix_skip(void *signal_context);

/* Constants are listed by name and found by #ifdef. */
#define FM_CONSTANT(name)                                                                          \
    { #name, name }

#endif
