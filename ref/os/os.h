/* SPDX-License-Identifier: MPL-2.0
 *
 * What the library asks of the system. POSIX systems share posix.c, which leaves to the system's
 * own file what posix.h declares; Windows implements everything in windows.c. Callers have
 * checked all arguments against the map; only the system can still refuse. FM_OS leaves errno. */
#ifndef FM_OS_H
#define FM_OS_H

#include "../src/map.h"

/* The defaults of Python's constructor for flags and prot. */
void fm_os_defaults(fm_options *options);

/* Complete access, flags and prot from one another: FM_ACCESS_CONFLICT. access is a known mode. */
fm_status fm_os_check_options(fm_options *options);

/* Map: fill data, length, file, section, tag, flags. *map is closed, access, offset and trackfd
 * are set. length 0 means to the end of the file. */
fm_status fm_os_open(fm_map *map, int fd, size_t length, const fm_options *options);

/* Give everything back that fm_os_open took; failures are of no interest to anyone. */
void fm_os_close(fm_map *map);

/* Size of the file now; the map tracks a file. */
fm_status fm_os_size(const fm_map *map, int64_t *size);

/* Change length, file and data; the map is not borrowed, and is trackfd and writable. On failure
 * everything stays as it was, or on Windows at worst the map is closed. */
fm_status fm_os_resize(fm_map *map, size_t length);

/* Write [offset, offset + size) back. */
fm_status fm_os_flush(const fm_map *map, size_t offset, size_t size, int flags);

/* Whether that may wait for a device. */
bool fm_os_flush_waits(const fm_map *map);

fm_status fm_os_advise(const fm_map *map, int advice, size_t start, size_t length);

/* Whether the map shows no file, and naming its memory in full. */
bool fm_os_is_anonymous(const fm_map *map);
fm_status fm_os_name(const fm_map *map, const char *name);

size_t fm_os_page_size(void);
size_t fm_os_granularity(void);

/* Start catching faults (see fault.h); called before each mapping, does something only once. */
void fm_os_catch_faults(void);

/* The constants of this system, ended by a NULL name. */
extern const fm_constant fm_os_constants[];

#endif
