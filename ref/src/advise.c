/* SPDX-License-Identifier: MPL-2.0
 *
 * Advice to the system about the use of the mapped memory. */
#include "../os/os.h"

fm_status fm_advise(const fm_map *map, int advice, ptrdiff_t start, ptrdiff_t length) {
    if (!fm_map_is_open(map)) {
        return FM_CLOSED;
    }
    if (start < 0 || (size_t)start >= map->length) {
        return FM_ADVISE_START;
    }
    size_t rest = map->length - (size_t)start;
    if (length == FM_UNBOUNDED) {
        return fm_os_advise(map, advice, (size_t)start, rest);
    }
    if (length < 0) {
        return FM_ADVISE_LENGTH;
    }
    if (PTRDIFF_MAX - start < length) {
        return FM_ADVISE_OVERFLOW;
    }
    return fm_os_advise(map, advice, (size_t)start, (size_t)length < rest ? (size_t)length : rest);
}
