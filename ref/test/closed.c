/* SPDX-License-Identifier: MPL-2.0
 *
 * Every call on a closed map, and closing itself. */
#include "check.h"

static void every_call_answers_closed(fm_map *map) {
    unsigned char byte;
    char buffer[8];
    size_t n;
    int64_t size;
    ptrdiff_t index;
    void *data;
    fm_range range = {0, 1, 1};
    fm_finder *finder = NULL;
    OK(fm_finder_new("a", 1, &finder));

    STATUS(FM_CLOSED, fm_length(map, &n));
    STATUS(FM_CLOSED, fm_size(map, &size));
    STATUS(FM_CLOSED, fm_tell(map, &n));
    STATUS(FM_CLOSED, fm_seek(map, 0, 0, &n));
    STATUS(FM_CLOSED, fm_seek(map, 0, 9, &n));
    STATUS(FM_CLOSED, fm_get(map, 0, &byte));
    STATUS(FM_CLOSED, fm_set(map, 0, 1));
    STATUS(FM_CLOSED, fm_slice(map, 0, 1, 1, &range));
    STATUS(FM_CLOSED, fm_slice(map, 0, 1, 0, &range));
    STATUS(FM_CLOSED, fm_get_slice(map, range, buffer));
    STATUS(FM_CLOSED, fm_set_slice(map, range, "x", 1));
    STATUS(FM_CLOSED, fm_readable(map, 1, &n));
    STATUS(FM_CLOSED, fm_line_length(map, &n));
    STATUS(FM_CLOSED, fm_read(map, buffer, 1, &n));
    STATUS(FM_CLOSED, fm_readline(map, buffer, 1, &n));
    STATUS(FM_CLOSED, fm_read_byte(map, &byte));
    STATUS(FM_CLOSED, fm_write(map, "x", 1));
    STATUS(FM_CLOSED, fm_write_byte(map, 1));
    STATUS(FM_CLOSED, fm_find(map, "x", 1, FM_UNBOUNDED, FM_UNBOUNDED, &index));
    STATUS(FM_CLOSED, fm_rfind(map, "x", 1, FM_UNBOUNDED, FM_UNBOUNDED, &index));
    STATUS(FM_CLOSED, fm_find_with(map, finder, FM_UNBOUNDED, FM_UNBOUNDED, &index));
    STATUS(FM_CLOSED, fm_rfind_with(map, finder, FM_UNBOUNDED, FM_UNBOUNDED, &index));
    STATUS(FM_CLOSED, fm_count_with(map, finder, FM_UNBOUNDED, FM_UNBOUNDED, &n));
    STATUS(FM_CLOSED, fm_move(map, 0, 0, 0));
    STATUS(FM_CLOSED, fm_resize(map, 1));
    STATUS(FM_CLOSED, fm_flush(map, 0, -1, 0));
    STATUS(FM_CLOSED, fm_advise(map, 0, 0, FM_UNBOUNDED));
    STATUS(FM_CLOSED, fm_set_name(map, "x"));
    STATUS(FM_CLOSED, fm_borrow(map, &data, &n, NULL));
    fm_finder_free(finder);
}

static void closing(void) {
    fm_map *map = map_in_mode("abc", 3, FM_ACCESS_COPY);
    CHECK(!fm_is_closed(map));
    OK(fm_close(map));
    CHECK(fm_is_closed(map));
    CHECK(fm_access(map) == FM_ACCESS_COPY);
    CHECK(fm_offset(map) == 0);
    every_call_answers_closed(map);
    OK(fm_close(map));
    fm_free(map);
    fm_free(NULL);

    map = anonymous(10);
    OK(fm_close(map));
    every_call_answers_closed(map);
    fm_free(map);
}

static void closing_keeps_shared_changes(void) {
    char bytes[3];
    fm_map *map;
    int fd = file_of("abc", 3);
    OK(fm_open(fd, 0, NULL, &map));
    OK(fm_write(map, "XY", 2));
    fm_free(map);
    CHECK(pread(fd, bytes, 3, 0) == 3 && memcmp(bytes, "XYc", 3) == 0);
    close(fd);
}

/* Whether anything is mapped at the address. */
static bool is_mapped(const char *address) {
    uintptr_t page = (uintptr_t)address & ~(uintptr_t)(fm_page_size() - 1);
    return msync((void *)page, 1, MS_ASYNC) == 0 || errno != ENOMEM;
}

static fm_map *map_with(int flags, size_t length) {
    fm_options options = fm_options_default();
    fm_map *map = NULL;
    options.flags |= flags;
    return fm_open(-1, (ptrdiff_t)length, &options, &map) == FM_OK ? map : NULL;
}

static void check_closing_unmaps(int flags, size_t length) {
    void *data;
    fm_map *map = map_with(flags, length);
    NEED(map);
    OK(fm_borrow(map, &data, &length, NULL));
    fm_release(map);
    const char *first = data, *last = first + length - 1;
    CHECK(is_mapped(first) && is_mapped(last));
    OK(fm_close(map));
    CHECK(!is_mapped(first) && !is_mapped(last));
    fm_free(map);
}

static void closing_unmaps(void) {
    const size_t page = fm_page_size();
    check_closing_unmaps(0, 1);
    check_closing_unmaps(0, page);
    check_closing_unmaps(0, 7 * page + 1);
}

/* For huge pages of 2^size bytes. They are not touched, so the system need not own any. */
static int huge(int size) {
#if defined(MAP_HUGETLB) && defined(MAP_HUGE_SHIFT)
    return MAP_HUGETLB | MAP_NORESERVE | (int)((unsigned)size << MAP_HUGE_SHIFT);
#else
    return (void)size, 0;
#endif
}

enum { SMALLEST = 16, LARGEST = 30 }; /* 64 KiB on Arm, 2 MiB and 1 GiB on x86-64 */

static bool has_huge_pages(int size) {
    fm_map *map = huge(size) ? map_with(huge(size), 1) : NULL;
    fm_free(map);
    return map != NULL;
}

static void closing_unmaps_huge_pages(void) {
    for (int size = SMALLEST; size <= LARGEST; size++) {
        if (has_huge_pages(size)) {
            const size_t page = (size_t)1 << size;
            check_closing_unmaps(huge(size), 1);
            check_closing_unmaps(huge(size), page);
            check_closing_unmaps(huge(size), page + 5);
        }
    }
}

static bool has_some_huge_pages(void) {
    for (int size = SMALLEST; size <= LARGEST; size++) {
        if (has_huge_pages(size)) {
            return true;
        }
    }
    puts("not tested: huge pages, which this system does not have");
    return false;
}

static void borrowed_bytes_stay(void) {
    fm_map *map = map_of("abc", 3);
    void *data, *again;
    size_t n;
    bool writable = false;
    OK(fm_borrow(map, &data, &n, &writable));
    CHECK(n == 3 && writable && memcmp(data, "abc", 3) == 0);
    OK(fm_borrow(map, &again, &n, NULL));
    CHECK(again == data);
    STATUS(FM_BORROWED, fm_close(map));
    STATUS(FM_RESIZE_BORROWED, fm_resize(map, 3));
    STATUS(FM_RESIZE_BORROWED, fm_resize(map, -1));
    fm_release(map);
    STATUS(FM_BORROWED, fm_close(map));
    CHECK(!fm_is_closed(map));
    ((char *)data)[1] = 'B';
    CHECK(holds(map, 0, "aBc", 3));
    fm_release(map);
    OK(fm_close(map));
    fm_free(map);

    map = map_in_mode("abc", 3, FM_ACCESS_READ);
    OK(fm_borrow(map, &data, &n, &writable));
    CHECK(!writable);
    fm_free(map); /* ends it even so */
}

static void read_only_comes_before_ranges(void) {
    fm_map *map = map_in_mode("abc", 3, FM_ACCESS_READ);
    fm_range nowhere = {7, 1, 9}, empty = {0, 1, 0};
    STATUS(FM_READ_ONLY, fm_set(map, 9, 900));
    STATUS(FM_READ_ONLY, fm_set_slice(map, nowhere, "", 0));
    STATUS(FM_READ_ONLY, fm_set_slice(map, empty, "", 0));
    STATUS(FM_READ_ONLY, fm_write(map, "", 0));
    STATUS(FM_READ_ONLY, fm_write(map, "abcdef", 6));
    STATUS(FM_READ_ONLY, fm_write_byte(map, 1));
    STATUS(FM_READ_ONLY, fm_move(map, -1, -1, -1));
    STATUS(FM_READ_ONLY, fm_move(map, 0, 0, 0));
    STATUS(FM_NOT_RESIZABLE, fm_resize(map, 1));
    STATUS(FM_NOT_RESIZABLE, fm_resize(map, -1));
    CHECK(holds(map, 0, "abc", 3));
    fm_free(map);
}

int main(void) {
    TEST(closing);
    TEST(closing_keeps_shared_changes);
    TEST(closing_unmaps);
    if (has_some_huge_pages()) {
        TEST(closing_unmaps_huge_pages);
    }
    TEST(borrowed_bytes_stay);
    TEST(read_only_comes_before_ranges);
    return report();
}
