/* SPDX-License-Identifier: MPL-2.0
 *
 * Naming anonymous memory. The name appears with Python's prefix, so that tools which know
 * Python's maps know these. */
#include "../os/os.h"

#include <string.h>

#define PREFIX "cpython:mmap:"

fm_status fm_set_name(const fm_map *map, const char *name) {
    char full[sizeof(PREFIX) + FM_NAME_MAX] = PREFIX;
    size_t length = strlen(name);
    if (!fm_map_is_open(map)) {
        return FM_CLOSED;
    }
    if (length > FM_NAME_MAX) {
        return FM_NAME_TOO_LONG;
    }
    if (!fm_os_is_anonymous(map)) {
        return FM_NOT_ANONYMOUS;
    }
    memcpy(full + strlen(PREFIX), name, length + 1);
    return fm_os_name(map, full);
}
