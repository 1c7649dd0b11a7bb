/* SPDX-License-Identifier: MPL-2.0
 *
 * Requests about maps, each a call of libfmmap.
 */
#include "maps.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fmmap.h"
#include "wire.h"

enum { MAX_MAPS = 64 };

static fm_map *maps[MAX_MAPS];
static void *borrowed[MAX_MAPS];
static size_t borrowed_length[MAX_MAPS];
static int map_count;

static void do_open(void) {
    fm_options options = fm_options_default();
    int fd = (int)take_number(-1);
    ptrdiff_t length = (ptrdiff_t)take_number(0);
    options.access = (int)take_number(options.access);
    options.flags = (int)take_number(options.flags);
    options.prot = (int)take_number(options.prot);
    options.offset = take_number(options.offset);
    options.trackfd = take_number(options.trackfd) != 0;
    options.tagname = take_text();
    if (map_count == MAX_MAPS) {
        answer_bad("too many maps");
        return;
    }
    fm_status status = fm_open(fd, length, &options, &maps[map_count]);
    int code = errno;
    if (status == FM_OK)
        answer_number(map_count++);
    else
        answer_status(status, code);
}

static void do_length(fm_map *map) {
    size_t length = 0;
    fm_status status = fm_length(map, &length);
    answer_value(status, (int64_t)length);
}

static void do_size(fm_map *map) {
    int64_t size = 0;
    fm_status status = fm_size(map, &size);
    answer_value(status, size);
}

static void do_tell(fm_map *map) {
    size_t position = 0;
    fm_status status = fm_tell(map, &position);
    answer_value(status, (int64_t)position);
}

static void do_seek(fm_map *map) {
    size_t position = 0;
    ptrdiff_t distance = (ptrdiff_t)take_number(0);
    int whence = (int)take_number(0);
    fm_status status = fm_seek(map, distance, whence, &position);
    answer_value(status, (int64_t)position);
}

static void do_get(fm_map *map) {
    unsigned char byte = 0;
    fm_status status = fm_get(map, (ptrdiff_t)take_number(0), &byte);
    answer_value(status, byte);
}

static void do_set(fm_map *map) {
    ptrdiff_t index = (ptrdiff_t)take_number(0);
    answer_done(fm_set(map, index, (int)take_number(0)));
}

static fm_status take_slice(fm_map *map, fm_range *range) {
    ptrdiff_t start = (ptrdiff_t)take_number(FM_UNBOUNDED);
    ptrdiff_t stop = (ptrdiff_t)take_number(FM_UNBOUNDED);
    ptrdiff_t step = (ptrdiff_t)take_number(1);
    return fm_slice(map, start, stop, step, range);
}

static void do_slice(fm_map *map) {
    fm_range range = {0, 1, 0};
    fm_status status = take_slice(map, &range);
    unsigned char *data = malloc(range.count + 1);
    if (status == FM_OK)
        status = data == NULL ? FM_NO_MEMORY : fm_get_slice(map, range, data);
    int code = errno;
    if (status == FM_OK)
        answer_bytes(data, range.count);
    else
        answer_status(status, code);
    free(data);
}

static void do_set_slice(fm_map *map) {
    fm_range range = {0, 1, 0};
    fm_status status = take_slice(map, &range);
    size_t n;
    const unsigned char *data = take_bytes(&n);
    answer_done(status == FM_OK ? fm_set_slice(map, range, data, n) : status);
}

typedef fm_status reader(fm_map *map, void *out, size_t max, size_t *count);

static void answer_read(fm_map *map, fm_status sized, size_t max, reader *read_some) {
    size_t count = 0;
    unsigned char *data = sized == FM_OK ? malloc(max + 1) : NULL;
    fm_status status = sized != FM_OK ? sized : data == NULL ? FM_NO_MEMORY : FM_OK;
    if (status == FM_OK)
        status = read_some(map, data, max, &count);
    int code = errno;
    if (status == FM_OK)
        answer_bytes(data, count);
    else
        answer_status(status, code);
    free(data);
}

static void do_read(fm_map *map) {
    int64_t max = take_number(-1);
    size_t count = 0;
    fm_status sized = fm_readable(map, max < 0 ? SIZE_MAX : (size_t)max, &count);
    answer_read(map, sized, count, fm_read);
}

static void do_readline(fm_map *map) {
    size_t count = 0;
    fm_status sized = fm_line_length(map, &count);
    answer_read(map, sized, count, fm_readline);
}

static void do_read_byte(fm_map *map) {
    unsigned char byte = 0;
    fm_status status = fm_read_byte(map, &byte);
    answer_value(status, byte);
}

static void do_write(fm_map *map) {
    size_t n;
    const unsigned char *data = take_bytes(&n);
    answer_value(fm_write(map, data, n), (int64_t)n);
}

static void do_write_byte(fm_map *map) {
    answer_done(fm_write_byte(map, (unsigned char)take_number(0)));
}

typedef fm_status finder(const fm_map *map, const void *needle, size_t m, ptrdiff_t start,
                         ptrdiff_t end, ptrdiff_t *index);

static void answer_search(fm_map *map, finder *search) {
    size_t m;
    const unsigned char *needle = take_bytes(&m);
    ptrdiff_t start = (ptrdiff_t)take_number(FM_UNBOUNDED);
    ptrdiff_t end = (ptrdiff_t)take_number(FM_UNBOUNDED);
    ptrdiff_t index = -1;
    fm_status status = search(map, needle, m, start, end, &index);
    answer_value(status, index);
}

static void do_find(fm_map *map) {
    answer_search(map, fm_find);
}
static void do_rfind(fm_map *map) {
    answer_search(map, fm_rfind);
}

static void do_move(fm_map *map) {
    ptrdiff_t to = (ptrdiff_t)take_number(0);
    ptrdiff_t from = (ptrdiff_t)take_number(0);
    answer_done(fm_move(map, to, from, (ptrdiff_t)take_number(0)));
}

static void do_resize(fm_map *map) {
    answer_done(fm_resize(map, (ptrdiff_t)take_number(0)));
}

static void do_flush(fm_map *map) {
    ptrdiff_t offset = (ptrdiff_t)take_number(0);
    ptrdiff_t size = (ptrdiff_t)take_number(-1);
    answer_done(fm_flush(map, offset, size, (int)take_number(0)));
}

static void do_advise(fm_map *map) {
    int advice = (int)take_number(0);
    ptrdiff_t start = (ptrdiff_t)take_number(0);
    answer_done(fm_advise(map, advice, start, (ptrdiff_t)take_number(FM_UNBOUNDED)));
}

static void do_name(fm_map *map) {
    answer_done(fm_set_name(map, take_text()));
}

static void do_close(fm_map *map) {
    answer_done(fm_close(map));
}
static void do_closed(fm_map *map) {
    answer_number(fm_is_closed(map));
}
static void do_access(fm_map *map) {
    answer_number(fm_access(map));
}
static void do_offset(fm_map *map) {
    answer_number(fm_offset(map));
}

static int at_map; /* the map that the request names */

static void do_borrow(fm_map *map) {
    bool writable = false;
    fm_status status = fm_borrow(map, &borrowed[at_map], &borrowed_length[at_map], &writable);
    answer_value(status, writable);
}

static void do_borrowed(fm_map *map) {
    (void)map;
    answer_bytes(borrowed[at_map], borrowed_length[at_map]);
}

static void do_release(fm_map *map) {
    fm_release(map);
    say("ok");
}

static const struct {
    const char *name;
    void (*perform)(fm_map *map);
} verbs[] = {{"close", do_close},
             {"closed", do_closed},
             {"access", do_access},
             {"offset", do_offset},
             {"length", do_length},
             {"size", do_size},
             {"tell", do_tell},
             {"seek", do_seek},
             {"get", do_get},
             {"set", do_set},
             {"slice", do_slice},
             {"set_slice", do_set_slice},
             {"read", do_read},
             {"readline", do_readline},
             {"read_byte", do_read_byte},
             {"write", do_write},
             {"write_byte", do_write_byte},
             {"find", do_find},
             {"rfind", do_rfind},
             {"move", do_move},
             {"resize", do_resize},
             {"flush", do_flush},
             {"advise", do_advise},
             {"name", do_name},
             {"borrow", do_borrow},
             {"borrowed", do_borrowed},
             {"release", do_release}};

bool serve_map_request(const char *verb) {
    if (strcmp(verb, "open") == 0) {
        do_open();
        return true;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verb, verbs[i].name) == 0) {
            int64_t at = take_number(-1);
            if (at >= 0 && at < map_count) {
                at_map = (int)at;
                verbs[i].perform(maps[at]);
            } else {
                answer_bad("no such map");
            }
            return true;
        }
    return false;
}

void reset_maps(void) {
    while (map_count > 0)
        fm_free(maps[--map_count]);
}
