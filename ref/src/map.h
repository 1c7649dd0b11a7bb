/* SPDX-License-Identifier: MPL-2.0
 *
 * The map object, for the library itself and for callers that want its hot paths inlined (the
 * Python module). Everything here trusts its caller: the inline functions check what their
 * comment says and nothing else. */
#ifndef FM_MAP_H
#define FM_MAP_H

#include "fault.h"
#include "fmmap.h"

#include <stdatomic.h>

/* Invariants while open: data != NULL; data[0, length) is mapped (and may fault, see fault.h);
 * length > 0. The position may exceed the length after a shrinking resize. A closed map keeps
 * offset and access, and nothing else. */
struct fm_map {
    unsigned char *data; /* NULL: closed */
    size_t length;
    size_t position;
    atomic_size_t borrows; /* holders of data; not 0: data and length must stay */
    int64_t offset;        /* of the file, in bytes */
    intptr_t file;         /* descriptor or handle kept for size and resize, FM_NO_FILE: none */
    void *section;         /* Windows: the mapping object's handle */
    void *tag;             /* Windows: its name, or NULL */
    int flags;             /* MAP_* as given to the system */
    int access;            /* FM_ACCESS_*, derived from prot if none was given */
    bool writable;         /* access is not FM_ACCESS_READ */
    bool trackfd;
};

#define FM_NO_FILE ((intptr_t)-1)

/* ---- Opening and closing in place --------------------------------------------------------- */

/* The checks of fm_open that need no file, in their documented order. *options is completed:
 * access, flags and prot are what the system will be asked for, access is what will be recorded. */
fm_status fm_check_options(ptrdiff_t length, fm_options *options);

/* Fill *map, which need not be initialised, with an open map. `options` passed fm_check_options.
 * On failure *map is closed. */
fm_status fm_map_open(fm_map *map, int fd, size_t length, const fm_options *options);

/* Closing in two steps, so that the slow one may run without the caller's lock: fm_map_detach
 * leaves *map closed and answers what it held; fm_map_unmap releases that. An already closed map
 * is fine for both. */
static inline fm_map fm_map_detach(fm_map *map) {
    fm_map detached = *map;
    map->data = NULL;
    map->length = 0;
    map->file = FM_NO_FILE;
    map->section = NULL;
    map->tag = NULL;
    return detached;
}
void fm_map_unmap(fm_map *detached);

/* ---- Checked access ----------------------------------------------------------------------- */

static inline bool fm_map_is_open(const fm_map *map) {
    return map->data != NULL;
}

/* Resolve an index, negative from the end, to an offset. The map is open. */
static inline bool fm_map_index(const fm_map *map, ptrdiff_t index, size_t *offset) {
    *offset = (size_t)index + (index < 0 ? map->length : 0);
    return *offset < map->length;
}

/* Bytes from the position to the end; 0 if the position lies behind it. The map is open. */
static inline size_t fm_map_rest(const fm_map *map) {
    return map->position < map->length ? map->length - map->position : 0;
}

/* Whether [offset, offset + n) lies inside. The map is open. */
static inline bool fm_map_holds(const fm_map *map, size_t offset, size_t n) {
    return offset <= map->length && n <= map->length - offset;
}

/* Whether the range's bytes lie inside. The map is open. */
bool fm_map_holds_range(const fm_map *map, fm_range range);

/* Resolve the bounds of find and rfind to the window [*from, *from + *n); false if it is
 * inverted, so that not even an empty needle lies in it. The map is open. */
static inline bool fm_map_window(const fm_map *map, ptrdiff_t start, ptrdiff_t end, size_t *from,
                                 size_t *n) {
    ptrdiff_t length = (ptrdiff_t)map->length;
    if (start == FM_UNBOUNDED) {
        start = (ptrdiff_t)map->position;
    } else if (start < 0) {
        start = start + length < 0 ? 0 : start + length;
    }
    if (end == FM_UNBOUNDED || end > length) {
        end = length;
    } else if (end < 0) {
        end = end + length < 0 ? 0 : end + length;
    }
    if (end < start) {
        return false;
    }
    *from = (size_t)start;
    *n = (size_t)(end - start);
    return true;
}

/* Count a holder of the bytes in or out. To search without the caller's lock: with the lock,
 * resolve the window and borrow; without it, fm_guarded_find (fault.h); with it, release. */
static inline void fm_map_borrow(fm_map *map) {
    atomic_fetch_add_explicit(&map->borrows, 1, memory_order_relaxed);
}
static inline void fm_map_release(fm_map *map) {
    atomic_fetch_sub_explicit(&map->borrows, 1, memory_order_release);
}
static inline bool fm_map_is_borrowed(const fm_map *map) {
    return atomic_load_explicit(&map->borrows, memory_order_acquire) != 0;
}

#endif
