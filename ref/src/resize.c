/* SPDX-License-Identifier: MPL-2.0
 *
 * Changing the length of a map and of its file. */
#include "../os/os.h"

fm_status fm_resize(fm_map *map, ptrdiff_t length) {
    if (!fm_map_is_open(map)) {
        return FM_CLOSED;
    }
    if (fm_map_is_borrowed(map)) {
        return FM_RESIZE_BORROWED;
    }
    if (!map->trackfd) {
        return FM_RESIZE_UNTRACKED;
    }
    if (map->access == FM_ACCESS_READ || map->access == FM_ACCESS_COPY) {
        return FM_NOT_RESIZABLE;
    }
    if (length < 0 || PTRDIFF_MAX - length < map->offset) {
        return FM_RESIZE_RANGE;
    }
    return fm_os_resize(map, (size_t)length);
}
