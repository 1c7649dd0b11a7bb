/* SPDX-License-Identifier: MPL-2.0
 *
 * Writing changes back to the file. */
#include "../os/os.h"

fm_status fm_flush(const fm_map *map, ptrdiff_t offset, ptrdiff_t size, int flags) {
    if (!fm_map_is_open(map)) {
        return FM_CLOSED;
    }
    ptrdiff_t length = (ptrdiff_t)map->length;
    if (offset < 0 || offset > length) {
        return FM_FLUSH_RANGE;
    }
    if (size == -1) {
        size = length - offset;
    }
    if (size < 0 || length - offset < size) {
        return FM_FLUSH_RANGE;
    }
    if (map->access == FM_ACCESS_READ || map->access == FM_ACCESS_COPY) {
        return FM_OK; /* nothing of it can have changed the file */
    }
    return fm_os_flush(map, (size_t)offset, (size_t)size, flags);
}
