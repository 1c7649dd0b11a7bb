/* SPDX-License-Identifier: MPL-2.0
 *
 * Searching a map. */
#include "map.h"

static fm_status resolve(const fm_map *map, ptrdiff_t start, ptrdiff_t end, size_t *from, size_t *n,
                         bool *is_window) {
    if (!fm_map_is_open(map)) {
        return FM_CLOSED;
    }
    *is_window = fm_map_window(map, start, end, from, n);
    return FM_OK;
}

/* The body of all four searches: answer -1 for an inverted window, else the result of `call`,
 * which searches [map->data + from, n) and sets `at`. */
#define SEARCH_WINDOW(call)                                                                        \
    size_t from, n, at;                                                                            \
    bool is_window;                                                                                \
    fm_status status = resolve(map, start, end, &from, &n, &is_window);                            \
    if (status == FM_OK && !is_window) {                                                           \
        *index = -1;                                                                               \
    } else if (status == FM_OK && (status = call) == FM_OK) {                                      \
        *index = at == FM_NPOS ? -1 : (ptrdiff_t)(from + at);                                      \
    }                                                                                              \
    return status

fm_status fm_find(const fm_map *map, const void *needle, size_t m, ptrdiff_t start, ptrdiff_t end,
                  ptrdiff_t *index) {
    SEARCH_WINDOW(fm_guarded_find(map->data + from, n, needle, m, &at));
}

fm_status fm_rfind(const fm_map *map, const void *needle, size_t m, ptrdiff_t start, ptrdiff_t end,
                   ptrdiff_t *index) {
    SEARCH_WINDOW(fm_guarded_rfind(map->data + from, n, needle, m, &at));
}

fm_status fm_find_with(const fm_map *map, const fm_finder *finder, ptrdiff_t start, ptrdiff_t end,
                       ptrdiff_t *index) {
    SEARCH_WINDOW(fm_guarded_finder_find(finder, map->data + from, n, &at));
}

fm_status fm_rfind_with(const fm_map *map, const fm_finder *finder, ptrdiff_t start, ptrdiff_t end,
                        ptrdiff_t *index) {
    SEARCH_WINDOW(fm_guarded_finder_rfind(finder, map->data + from, n, &at));
}

fm_status fm_count_with(const fm_map *map, const fm_finder *finder, ptrdiff_t start, ptrdiff_t end,
                        size_t *count) {
    size_t from, n;
    bool is_window;
    fm_status status = resolve(map, start, end, &from, &n, &is_window);
    if (status != FM_OK) {
        return status;
    }
    if (!is_window) {
        *count = 0;
        return FM_OK;
    }
    return fm_guarded_finder_count(finder, map->data + from, n, count);
}
