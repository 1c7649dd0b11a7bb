/* SPDX-License-Identifier: MPL-2.0
 *
 * Reading and writing at the position. A call that fails leaves the position where it was. */
#include "map.h"

fm_status fm_readable(const fm_map *map, size_t max, size_t *count) {
    if (!fm_map_is_open(map)) {
        return FM_CLOSED;
    }
    size_t rest = fm_map_rest(map);
    *count = max < rest ? max : rest;
    return FM_OK;
}

/* Bytes of the line, but at most `max`: nothing behind these is looked at. */
static fm_status line_length(const fm_map *map, size_t max, size_t *count) {
    size_t n;
    fm_status status = fm_readable(map, max, &n);
    if (status != FM_OK) {
        return status;
    }
    if (n > 0 && (n = fm_guarded_line(map->data + map->position, n)) == 0) {
        return FM_FAULT;
    }
    *count = n;
    return FM_OK;
}

fm_status fm_line_length(const fm_map *map, size_t *count) {
    return line_length(map, SIZE_MAX, count);
}

static fm_status read_forward(fm_map *map, void *out, size_t n, size_t *count) {
    if (n > 0) {
        fm_status status = fm_guarded_copy(out, map->data + map->position, n);
        if (status != FM_OK) {
            return status;
        }
        map->position += n;
    }
    *count = n;
    return FM_OK;
}

fm_status fm_read(fm_map *map, void *out, size_t max, size_t *count) {
    size_t n;
    fm_status status = fm_readable(map, max, &n);
    return status == FM_OK ? read_forward(map, out, n, count) : status;
}

fm_status fm_readline(fm_map *map, void *out, size_t max, size_t *count) {
    size_t n;
    fm_status status = line_length(map, max, &n);
    return status == FM_OK ? read_forward(map, out, n, count) : status;
}

fm_status fm_read_byte(fm_map *map, unsigned char *byte) {
    if (!fm_map_is_open(map)) {
        return FM_CLOSED;
    }
    if (fm_map_rest(map) == 0) {
        return FM_READ_RANGE;
    }
    fm_status status = fm_guarded_load(map->data + map->position, byte);
    map->position += status == FM_OK;
    return status;
}

fm_status fm_write(fm_map *map, const void *data, size_t n) {
    if (!fm_map_is_open(map)) {
        return FM_CLOSED;
    }
    if (!map->writable) {
        return FM_READ_ONLY;
    }
    if (!fm_map_holds(map, map->position, n)) {
        return FM_WRITE_RANGE;
    }
    if (n > 0) {
        fm_status status = fm_guarded_copy(map->data + map->position, data, n);
        if (status != FM_OK) {
            return status;
        }
        map->position += n;
    }
    return FM_OK;
}

fm_status fm_write_byte(fm_map *map, unsigned char byte) {
    if (!fm_map_is_open(map)) {
        return FM_CLOSED;
    }
    if (!map->writable) {
        return FM_READ_ONLY;
    }
    if (fm_map_rest(map) == 0) {
        return FM_WRITE_BYTE_RANGE;
    }
    fm_status status = fm_guarded_store(map->data + map->position, byte);
    map->position += status == FM_OK;
    return status;
}
