/* SPDX-License-Identifier: MPL-2.0
 *
 * Opening and closing. */
#include "../os/os.h"

#include <errno.h>
#include <stdlib.h>

fm_options fm_options_default(void) {
    fm_options options = {.access = FM_ACCESS_DEFAULT, .trackfd = true};
    fm_os_defaults(&options);
    return options;
}

fm_status fm_check_options(ptrdiff_t length, fm_options *options) {
    if (length < 0) {
        return FM_BAD_LENGTH;
    }
    if (options->offset < 0) {
        return FM_BAD_OFFSET;
    }
    bool is_known = options->access >= FM_ACCESS_DEFAULT && options->access <= FM_ACCESS_COPY;
    fm_status status = fm_os_check_options(options);
    return status == FM_OK && !is_known ? FM_BAD_ACCESS : status;
}

fm_status fm_map_open(fm_map *map, int fd, size_t length, const fm_options *options) {
    *map = (fm_map){
        .offset = options->offset,
        .file = FM_NO_FILE,
        .access = options->access,
        .writable = options->access != FM_ACCESS_READ,
        .trackfd = options->trackfd,
    };
    fm_os_catch_faults();
    return fm_os_open(map, fd, length, options);
}

void fm_map_unmap(fm_map *detached) {
    fm_os_close(detached);
}

fm_status fm_open(int fd, ptrdiff_t length, const fm_options *options, fm_map **out) {
    fm_options checked = options ? *options : fm_options_default();
    fm_status status = fm_check_options(length, &checked);
    if (status != FM_OK) {
        return status;
    }
    fm_map *map = malloc(sizeof(*map));
    if (!map) {
        return FM_NO_MEMORY;
    }
    status = fm_map_open(map, fd, (size_t)length, &checked);
    if (status != FM_OK) {
        int error = errno;
        free(map);
        errno = error;
        return status;
    }
    *out = map;
    return FM_OK;
}

fm_status fm_close(fm_map *map) {
    if (fm_map_is_borrowed(map)) {
        return FM_BORROWED;
    }
    fm_map detached = fm_map_detach(map);
    fm_map_unmap(&detached);
    return FM_OK;
}

void fm_free(fm_map *map) {
    if (map) {
        fm_map_unmap(map);
        free(map);
    }
}

bool fm_is_closed(const fm_map *map) {
    return !fm_map_is_open(map);
}

int fm_access(const fm_map *map) {
    return map->access;
}

int64_t fm_offset(const fm_map *map) {
    return map->offset;
}
