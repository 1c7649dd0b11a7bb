/* SPDX-License-Identifier: MPL-2.0
 *
 * What a POSIX system has beyond posix.c, told by the system's own file. A part that is NULL is
 * not there. */
#ifndef FM_POSIX_H
#define FM_POSIX_H

#include "os.h"

struct fm_posix_system {
    /* To be done with a file before it is mapped. */
    void (*before_mapping)(int fd);

    /* mremap(2) to a new length, at any address: that address, or MAP_FAILED with errno. */
    void *(*remap)(void *data, size_t length, size_t new_length);

    /* Whether the file has its content in memory only, so that there is nothing to flush it to. */
    bool (*is_in_memory)(int fd);

    /* Whether shared anonymous memory stays whole when it is remapped longer. */
    bool shared_anonymous_grows;

    /* Name anonymous memory; false with errno. */
    bool (*name)(void *data, size_t length, const char *name);

    /* If the instruction that a signal interrupted may be skipped (see skip.h), arrange that in
     * the signal's context and answer true. */
    bool (*skip)(void *context);
};

extern const struct fm_posix_system fm_posix_system;

#endif
