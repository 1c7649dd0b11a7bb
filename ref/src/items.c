/* SPDX-License-Identifier: MPL-2.0
 *
 * Items and slices. */
#include "map.h"

#include <limits.h>
#include <stdlib.h>

fm_status fm_get(const fm_map *map, ptrdiff_t index, unsigned char *byte) {
    size_t offset;
    if (!fm_map_is_open(map)) {
        return FM_CLOSED;
    }
    if (!fm_map_index(map, index, &offset)) {
        return FM_INDEX;
    }
    return fm_guarded_load(map->data + offset, byte);
}

fm_status fm_set(fm_map *map, ptrdiff_t index, int byte) {
    size_t offset;
    if (!fm_map_is_open(map)) {
        return FM_CLOSED;
    }
    if (!map->writable) {
        return FM_READ_ONLY;
    }
    if (!fm_map_index(map, index, &offset)) {
        return FM_INDEX;
    }
    if (byte < 0 || byte > UCHAR_MAX) {
        return FM_BYTE_VALUE;
    }
    return fm_guarded_store(map->data + offset, (unsigned char)byte);
}

/* A bound of a slice, negative from the end, clamped to [low, high]. */
static ptrdiff_t bound(ptrdiff_t value, ptrdiff_t length, ptrdiff_t low, ptrdiff_t high) {
    if (value < 0) {
        value += length;
    }
    return value < low ? low : value > high ? high : value;
}

fm_status fm_slice(const fm_map *map, ptrdiff_t start, ptrdiff_t stop, ptrdiff_t step,
                   fm_range *range) {
    if (!fm_map_is_open(map)) {
        return FM_CLOSED;
    }
    if (step == 0) {
        return FM_SLICE_STEP;
    }
    ptrdiff_t length = (ptrdiff_t)map->length;
    /* forwards from 0 to length, backwards from length - 1 to "before 0" */
    ptrdiff_t low = step > 0 ? 0 : -1;
    ptrdiff_t high = step > 0 ? length : length - 1;
    ptrdiff_t first =
        start == FM_UNBOUNDED ? (step > 0 ? low : high) : bound(start, length, low, high);
    ptrdiff_t end = stop == FM_UNBOUNDED ? (step > 0 ? high : low) : bound(stop, length, low, high);
    size_t distance = 0;
    size_t stride = step > 0 ? (size_t)step : -(size_t)step;
    if (step > 0 && first < end) {
        distance = (size_t)(end - first);
    } else if (step < 0 && end < first) {
        distance = (size_t)(first - end);
    }
    range->start = distance ? (size_t)first : 0;
    range->step = step;
    range->count = distance ? (distance - 1) / stride + 1 : 0;
    return FM_OK;
}

bool fm_map_holds_range(const fm_map *map, fm_range range) {
    if (range.count == 0) {
        return true;
    }
    if (range.start >= map->length) {
        return false;
    }
    size_t stride = range.step >= 0 ? (size_t)range.step : -(size_t)range.step;
    size_t room = range.step >= 0 ? map->length - 1 - range.start : range.start;
    return stride == 0 || range.count - 1 <= room / stride;
}

fm_status fm_get_slice(const fm_map *map, fm_range range, void *out) {
    if (!fm_map_is_open(map)) {
        return FM_CLOSED;
    }
    if (!fm_map_holds_range(map, range)) {
        return FM_INDEX;
    }
    if (range.count == 0) {
        return FM_OK; /* and `out` may be NULL */
    }
    if (range.step == 1) {
        return fm_guarded_copy(out, map->data + range.start, range.count);
    }
    return fm_guarded_gather(out, map->data, range);
}

static bool overlaps(const fm_map *map, const void *data, size_t n) {
    uintptr_t start = (uintptr_t)data;
    uintptr_t map_start = (uintptr_t)map->data;
    return start < map_start + map->length && map_start < start + n;
}

/* Data that lies in the map itself must be read as a whole before any of it is overwritten. */
static fm_status scatter_through_copy(const fm_map *map, fm_range range, const void *data) {
    void *copy = malloc(range.count);
    if (!copy) {
        return FM_NO_MEMORY;
    }
    fm_status status = fm_guarded_copy(copy, data, range.count);
    if (status == FM_OK) {
        status = fm_guarded_scatter(map->data, range, copy);
    }
    free(copy);
    return status;
}

fm_status fm_set_slice(fm_map *map, fm_range range, const void *data, size_t n) {
    if (!fm_map_is_open(map)) {
        return FM_CLOSED;
    }
    if (!map->writable) {
        return FM_READ_ONLY;
    }
    if (!fm_map_holds_range(map, range)) {
        return FM_INDEX;
    }
    if (n != range.count) {
        return FM_SLICE_SIZE;
    }
    if (n == 0) {
        return FM_OK; /* and `data` may be NULL */
    }
    if (range.step == 1) {
        return fm_guarded_copy(map->data + range.start, data, n);
    }
    return overlaps(map, data, n) ? scatter_through_copy(map, range, data)
                                  : fm_guarded_scatter(map->data, range, data);
}
