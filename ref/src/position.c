/* SPDX-License-Identifier: MPL-2.0
 *
 * Length, size of the file, position. */
#include "../os/os.h"

fm_status fm_length(const fm_map *map, size_t *length) {
    if (!fm_map_is_open(map)) {
        return FM_CLOSED;
    }
    *length = map->length;
    return FM_OK;
}

fm_status fm_size(const fm_map *map, int64_t *size) {
    if (!fm_map_is_open(map)) {
        return FM_CLOSED;
    }
    if (!map->trackfd) {
        return FM_SIZE_UNTRACKED;
    }
    if (map->file == FM_NO_FILE) {
        *size = (int64_t)map->length;
        return FM_OK;
    }
    return fm_os_size(map, size);
}

fm_status fm_tell(const fm_map *map, size_t *position) {
    if (!fm_map_is_open(map)) {
        return FM_CLOSED;
    }
    *position = map->position;
    return FM_OK;
}

fm_status fm_seek(fm_map *map, ptrdiff_t distance, int whence, size_t *position) {
    if (!fm_map_is_open(map)) {
        return FM_CLOSED;
    }
    size_t base;
    switch (whence) {
    case 0:
        base = 0;
        break;
    case 1:
        base = map->position;
        break;
    case 2:
        base = map->length;
        break;
    default:
        return FM_SEEK_WHENCE;
    }
    /* base <= PTRDIFF_MAX: a sum below 0 wraps to more than any length */
    size_t target = base + (size_t)distance;
    if (target > map->length) {
        return FM_SEEK_RANGE;
    }
    map->position = target;
    if (position) {
        *position = target;
    }
    return FM_OK;
}
