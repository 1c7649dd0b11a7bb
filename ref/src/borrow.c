/* SPDX-License-Identifier: MPL-2.0
 *
 * Lending the mapped bytes out. */
#include "map.h"

fm_status fm_borrow(fm_map *map, void **data, size_t *length, bool *writable) {
    if (!fm_map_is_open(map)) {
        return FM_CLOSED;
    }
    fm_map_borrow(map);
    *data = map->data;
    *length = map->length;
    if (writable) {
        *writable = map->writable;
    }
    return FM_OK;
}

void fm_release(fm_map *map) {
    fm_map_release(map);
}
