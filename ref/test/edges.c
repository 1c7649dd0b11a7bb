/* SPDX-License-Identifier: MPL-2.0
 *
 * No operation touches a byte outside what it is asked for: maps whose outer pages, and whose
 * neighbours in memory, may not be touched. A fault ends the test: the map's pages are
 * inaccessible by protection, which the library does not catch. */
#include "check.h"

#include "fault.h"

static size_t page;

/* A map of three pages of which only the middle one may be touched. */
static fm_map *fenced(unsigned char **middle) {
    void *data;
    size_t n;
    fm_map *map = anonymous(3 * page);
    OK(fm_borrow(map, &data, &n, NULL));
    *middle = (unsigned char *)data + page;
    memset(*middle, '.', page);
    NEED(mprotect(data, page, PROT_NONE) == 0);
    NEED(mprotect(*middle + page, page, PROT_NONE) == 0);
    fm_release(map);
    return map;
}

static void items_and_slices(void) {
    unsigned char *middle, byte, got[80];
    fm_map *map = fenced(&middle);
    ptrdiff_t first = (ptrdiff_t)page, last = 2 * (ptrdiff_t)page - 1;
    fm_range range;
    OK(fm_set(map, first, 'A'));
    OK(fm_set(map, last, 'Z'));
    OK(fm_get(map, first, &byte));
    CHECK(byte == 'A');
    OK(fm_get(map, last, &byte));
    CHECK(byte == 'Z');
    for (ptrdiff_t n = 0; n <= 80; n++) {
        for (ptrdiff_t step = 1; step <= 3; step++) {
            ptrdiff_t span = n * step < 80 ? n * step : 80;
            OK(fm_slice(map, first, first + span, step, &range));
            OK(fm_get_slice(map, range, got));
            OK(fm_set_slice(map, range, got, range.count));
            OK(fm_slice(map, last, last - span, -step, &range));
            OK(fm_get_slice(map, range, got));
            OK(fm_set_slice(map, range, got, range.count));
        }
        OK(fm_move(map, first, last + 1 - n, n));
        OK(fm_move(map, last + 1 - n, first, n));
    }
    fm_free(map);
}

static void reading_and_writing(void) {
    unsigned char *middle, got[80];
    fm_map *map = fenced(&middle);
    size_t count;
    middle[page - 1] = '\n';
    for (size_t n = 1; n <= 80; n++) {
        OK(fm_seek(map, (ptrdiff_t)page, 0, NULL));
        OK(fm_read(map, got, n, &count));
        OK(fm_seek(map, (ptrdiff_t)(2 * page - n), 0, NULL));
        OK(fm_line_length(map, &count));
        CHECK(count == n);
        OK(fm_readline(map, got, sizeof(got), &count));
        CHECK(count == n && position_of(map) == 2 * page);
        OK(fm_seek(map, (ptrdiff_t)(2 * page - n), 0, NULL));
        OK(fm_write(map, got, n));
        OK(fm_seek(map, (ptrdiff_t)page, 0, NULL));
        OK(fm_write(map, got, n - 1));
    }
    OK(fm_seek(map, (ptrdiff_t)(2 * page - 1), 0, NULL));
    OK(fm_read_byte(map, got));
    OK(fm_seek(map, (ptrdiff_t)page, 0, NULL));
    OK(fm_write_byte(map, 1));
    fm_free(map);
}

/* The module's way to copy out of a map, between two fences each. */
static void copies(void) {
    unsigned char *from, *to;
    unsigned char *expected = malloc(page);
    NEED(expected);
    fm_map *source = fenced(&from), *target = fenced(&to);
    for (size_t i = 0; i < page; i++) {
        from[i] = (unsigned char)(i * 7 + i / 256);
    }
    for (size_t n = 0; n <= page; n += n < 700 ? 1 : 97) {
        const size_t places[] = {0, (page - n) / 2, page - n};
        for (size_t i = 0; i < 9; i++) {
            const unsigned char *bytes = from + places[i / 3];
            memset(to, '.', page);
            memset(expected, '.', page);
            memcpy(expected + places[i % 3], bytes, n);
            OK(fm_guarded_copy_out(to + places[i % 3], bytes, n));
            CHECK(memcmp(to, expected, page) == 0);
        }
    }
    fm_free(source);
    fm_free(target);
    free(expected);
}

static void searching(void) {
    unsigned char *middle;
    unsigned char needle[70];
    fm_map *map = fenced(&middle);
    memset(needle, '.', sizeof(needle));
    for (size_t m = 0; m <= sizeof(needle); m++) {
        for (size_t margin = 0; margin < 34; margin++) {
            ptrdiff_t start = (ptrdiff_t)(page + margin), end = (ptrdiff_t)(2 * page - margin);
            ptrdiff_t index = 77;
            fm_finder *finder;
            if (m) {
                needle[m - 1] = '!';
            }
            OK(fm_find(map, needle, m, start, end, &index));
            CHECK(index == (m ? -1 : start));
            OK(fm_rfind(map, needle, m, start, end, &index));
            CHECK(index == (m ? -1 : end));
            OK(fm_finder_new(needle, m, &finder));
            OK(fm_find_with(map, finder, start, end, &index));
            OK(fm_rfind_with(map, finder, start, end, &index));
            fm_finder_free(finder);
            if (m) {
                needle[m - 1] = '.';
            }
            OK(fm_find(map, needle, m, start, end, &index));
            CHECK(index == start);
            OK(fm_rfind(map, needle, m, start, end, &index));
            CHECK(index == end - (ptrdiff_t)m);
        }
    }
    fm_free(map);
}

/* The end of the map itself, with a page behind it that may not be touched. */
static void the_end_of_a_map(void) {
    void *data;
    size_t n;
    char *got = malloc(page);
    NEED(got);
    fm_map *map = anonymous(2 * page);
    OK(fm_resize(map, (ptrdiff_t)page));
    OK(fm_borrow(map, &data, &n, NULL));
    void *fence = mmap((char *)data + page, page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    NEED(fence != MAP_FAILED);
    if (fence != (char *)data + page) { /* the address was taken, so it is some other page's */
        munmap(fence, page);
        fence = NULL;
    }
    memset(data, '.', n);
    ptrdiff_t index;
    for (size_t start = page - 70; start <= page; start++) {
        OK(fm_seek(map, (ptrdiff_t)start, 0, NULL));
        OK(fm_line_length(map, &n));
        CHECK(n == page - start);
        OK(fm_find(map, ".!", 2, FM_UNBOUNDED, FM_UNBOUNDED, &index));
        CHECK(index == -1);
        OK(fm_rfind(map, "!.", 2, FM_UNBOUNDED, FM_UNBOUNDED, &index));
        CHECK(index == -1);
        OK(fm_find(map, "!", 1, FM_UNBOUNDED, FM_UNBOUNDED, &index));
        CHECK(index == -1);
        OK(fm_read(map, got, SIZE_MAX, &n));
        CHECK(n == page - start);
    }
    if (fence) {
        munmap(fence, page);
    }
    fm_release(map);
    fm_free(map);
    free(got);
}

int main(void) {
    page = fm_page_size();
    TEST(items_and_slices);
    TEST(reading_and_writing);
    TEST(copies);
    TEST(searching);
    if (can_resize()) {
        TEST(the_end_of_a_map);
    }
    return report();
}
