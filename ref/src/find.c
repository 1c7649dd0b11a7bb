/* SPDX-License-Identifier: MPL-2.0
 *
 * Searching a map. */
#include "map.h"

typedef fm_status search(const void *haystack, size_t n, const void *needle, size_t m, size_t *at);

static inline fm_status search_window(const fm_map *map, const void *needle, size_t m,
                                      ptrdiff_t start, ptrdiff_t end, ptrdiff_t *index,
                                      search *guarded_search) {
    size_t from, n, at;
    if (!fm_map_is_open(map)) {
        return FM_CLOSED;
    }
    if (!fm_map_window(map, start, end, &from, &n) || m > n) {
        *index = -1;
        return FM_OK;
    }
    fm_status status = guarded_search(map->data + from, n, needle, m, &at);
    if (status == FM_OK) {
        *index = at == FM_NPOS ? -1 : (ptrdiff_t)(from + at);
    }
    return status;
}

fm_status fm_find(const fm_map *map, const void *needle, size_t m, ptrdiff_t start, ptrdiff_t end,
                  ptrdiff_t *index) {
    return search_window(map, needle, m, start, end, index, fm_guarded_find);
}

fm_status fm_rfind(const fm_map *map, const void *needle, size_t m, ptrdiff_t start, ptrdiff_t end,
                   ptrdiff_t *index) {
    return search_window(map, needle, m, start, end, index, fm_guarded_rfind);
}
