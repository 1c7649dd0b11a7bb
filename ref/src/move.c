/* SPDX-License-Identifier: MPL-2.0
 *
 * Moving bytes inside the map. */
#include "map.h"

fm_status fm_move(fm_map *map, ptrdiff_t to, ptrdiff_t from, ptrdiff_t count) {
    if (!fm_map_is_open(map)) {
        return FM_CLOSED;
    }
    if (!map->writable) {
        return FM_READ_ONLY;
    }
    if (to < 0 || from < 0 || count < 0 || !fm_map_holds(map, (size_t)to, (size_t)count) ||
        !fm_map_holds(map, (size_t)from, (size_t)count)) {
        return FM_MOVE_RANGE;
    }
    return fm_guarded_copy(map->data + to, map->data + from, (size_t)count);
}
