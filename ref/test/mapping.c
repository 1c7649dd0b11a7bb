/* SPDX-License-Identifier: MPL-2.0
 *
 * What changes or asks about the mapping itself: resize, flush, advice, names, size; and the
 * tables of statuses and constants. */
#include "check.h"

#include "os.h"

static int64_t size_of(const fm_map *map) {
    int64_t size = -1;
    OK(fm_size(map, &size));
    return size;
}

static void resizing_a_file(void) {
    size_t page = fm_page_size();
    int fd = file_of("0123456789", 10);
    fm_map *map, *other;
    OK(fm_open(fd, 0, NULL, &map));
    OK(fm_open(fd, 0, NULL, &other));
    OK(fm_seek(map, 8, 0, NULL));
    OK(fm_resize(map, (ptrdiff_t)(3 * page + 5)));
    CHECK(length_of(map) == 3 * page + 5 && size_of(map) == (int64_t)(3 * page + 5));
    CHECK(holds(map, 0, "0123456789\0\0", 12) && holds(map, 3 * page, "\0\0\0\0\0", 5));
    CHECK(length_of(other) == 10 && holds(other, 0, "0123456789", 10));
    OK(fm_resize(map, 4));
    CHECK(length_of(map) == 4 && size_of(map) == 4 && holds(map, 0, "0123", 4));

    /* a position behind the end */
    size_t n = 77;
    unsigned char byte;
    ptrdiff_t index;
    CHECK(position_of(map) == 8);
    OK(fm_read(map, &byte, 1, &n));
    CHECK(n == 0);
    n = 77;
    OK(fm_readline(map, &byte, 1, &n));
    CHECK(n == 0);
    OK(fm_readable(map, SIZE_MAX, &n));
    CHECK(n == 0);
    STATUS(FM_READ_RANGE, fm_read_byte(map, &byte));
    STATUS(FM_WRITE_RANGE, fm_write(map, "", 0));
    STATUS(FM_WRITE_BYTE_RANGE, fm_write_byte(map, 1));
    STATUS(FM_SEEK_RANGE, fm_seek(map, 0, 1, NULL));
    OK(fm_find(map, "", 0, FM_UNBOUNDED, FM_UNBOUNDED, &index));
    CHECK(index == -1);
    OK(fm_seek(map, -6, 1, NULL));
    CHECK(position_of(map) == 2);

    /* grown again: zeros, not the bytes of before */
    OK(fm_resize(map, 10));
    CHECK(holds(map, 0, "0123\0\0\0\0\0\0", 10));
    OK(fm_resize(map, 10));

    STATUS(FM_RESIZE_RANGE, fm_resize(map, -1));
    STATUS(FM_RESIZE_RANGE, fm_resize(map, PTRDIFF_MIN));
    REFUSED(EINVAL, fm_resize(map, 0));
    CHECK(size_of(map) == 10 && length_of(map) == 10);
    STATUS(FM_OS, fm_resize(map, PTRDIFF_MAX)); /* EFBIG or ENOMEM: of the file system */
    CHECK(size_of(map) == 10 && length_of(map) == 10 && holds(map, 0, "0123\0", 5));
    fm_free(map);
    fm_free(other);
    close(fd);
}

static void resizing_at_an_offset(void) {
    size_t page = fm_page_size();
    char *content = calloc(1, page + 10);
    NEED(content);
    memcpy(content, "before", 6);
    memcpy(content + page, "0123456789", 10);
    int fd = file_of(content, page + 10);
    fm_options options = fm_options_default();
    fm_map *map;
    options.offset = (int64_t)page;
    OK(fm_open(fd, 5, &options, &map));
    OK(fm_resize(map, 7)); /* cuts the file off behind the map */
    CHECK(size_of(map) == (int64_t)page + 7 && holds(map, 0, "0123456", 7));
    STATUS(FM_RESIZE_RANGE, fm_resize(map, PTRDIFF_MAX));
    STATUS(FM_RESIZE_RANGE, fm_resize(map, PTRDIFF_MAX - (ptrdiff_t)page + 1));
    char start[6];
    CHECK(pread(fd, start, 6, 0) == 6 && memcmp(start, "before", 6) == 0);
    fm_free(map);
    close(fd);
    free(content);
}

static void resizing_a_private_map(void) {
    int fd = file_of("0123456789", 10);
    fm_options options = fm_options_default();
    fm_map *map;
    options.flags = MAP_PRIVATE;
    OK(fm_open(fd, 0, &options, &map));
    OK(fm_write(map, "xxxxxxxxxx", 10));
    OK(fm_resize(map, 3));
    OK(fm_resize(map, 10));
    CHECK(holds(map, 0, "xxx\0\0\0\0\0\0\0", 10)); /* the file's bytes, not the x of before */
    fm_free(map);
    close(fd);

    fd = file_of("0123456789", 10);
    OK(fm_open(fd, 3, &options, &map));
    OK(fm_write(map, "xxx", 3));
    OK(fm_resize(map, 8));
    CHECK(holds(map, 0, "xxx34567", 8)); /* these the file had */
    fm_free(map);
    close(fd);
}

static void resizing_anonymous_memory(void) {
    size_t page = fm_page_size();
    fm_map *map = anonymous(page);
    OK(fm_write(map, "shared", 6));
    STATUS(FM_RESIZE_SHARED, fm_resize(map, (ptrdiff_t)page + 1));
    OK(fm_resize(map, 10));
    STATUS(FM_RESIZE_SHARED, fm_resize(map, 11));
    CHECK(length_of(map) == 10 && size_of(map) == 10 && holds(map, 0, "shared\0", 7));
    fm_free(map);

    fm_options options = fm_options_default();
    options.flags = MAP_PRIVATE;
    OK(fm_open(-1, 100, &options, &map));
    for (int i = 0; i < 100; i++) {
        OK(fm_set(map, i, 'x'));
    }
    OK(fm_resize(map, 3));
    OK(fm_resize(map, (ptrdiff_t)(2 * page + 1)));
    CHECK(holds(map, 0, "xxx\0\0\0\0\0\0", 9)); /* not the x of before */
    CHECK(holds(map, 96, "\0\0\0\0\0", 5) && holds(map, 2 * page, "\0", 1));
    fm_free(map);
}

static void sizes_follow_the_file(void) {
    int fd = file_of("0123456789", 10);
    fm_map *map;
    OK(fm_open(fd, 4, NULL, &map));
    CHECK(size_of(map) == 10);
    NEED(ftruncate(fd, 20000) == 0);
    CHECK(size_of(map) == 20000 && length_of(map) == 4);
    fm_free(map);
    close(fd);
}

static void flushing(void) {
    size_t page = fm_page_size();
    char *content = calloc(2, page);
    NEED(content);
    fm_map *map = map_of(content, 2 * page);
    free(content);
    OK(fm_flush(map, 0, -1, 0));
    OK(fm_flush(map, (ptrdiff_t)page, -1, MS_ASYNC));
    OK(fm_flush(map, (ptrdiff_t)page, 1, MS_SYNC | MS_INVALIDATE));
    OK(fm_flush(map, (ptrdiff_t)(2 * page), 0, 0));
    OK(fm_flush(map, (ptrdiff_t)(2 * page), -1, 0));
    REFUSED(EINVAL, fm_flush(map, 1, 1, 0));
    REFUSED(EINVAL, fm_flush(map, 0, -1, MS_SYNC | MS_ASYNC));
    const ptrdiff_t far[] = {PTRDIFF_MIN, PTRDIFF_MAX, PTRDIFF_MAX - 1, (ptrdiff_t)(2 * page) + 1};
    for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
        STATUS(FM_FLUSH_RANGE, fm_flush(map, far[i], -1, 0));
        STATUS(FM_FLUSH_RANGE, fm_flush(map, 0, far[i], 0));
        STATUS(FM_FLUSH_RANGE, fm_flush(map, (ptrdiff_t)page, far[i], 0));
    }
    STATUS(FM_FLUSH_RANGE, fm_flush(map, -1, 0, 0));
    STATUS(FM_FLUSH_RANGE, fm_flush(map, 0, -2, 0));
    fm_free(map);

    map = map_in_mode("abc", 3, FM_ACCESS_READ); /* nothing to do: nothing else is judged */
    OK(fm_flush(map, 1, 1, MS_SYNC | MS_ASYNC));
    STATUS(FM_FLUSH_RANGE, fm_flush(map, 1, 3, 0));
    fm_free(map);
    map = anonymous(10);
    OK(fm_flush(map, 0, -1, 0));
    fm_free(map);
}

/* The module keeps the interpreter's lock where there is nothing to wait for. */
static void what_flushing_waits_for(void) {
    fm_map *map = anonymous(10);
    CHECK(!fm_os_flush_waits(map));
    fm_free(map);
#ifdef MFD_CLOEXEC
    fm_options options = fm_options_default();
    int fd = memfd_create("in memory", MFD_CLOEXEC);
    NEED(fd >= 0 && ftruncate(fd, 10) == 0);
    OK(fm_open(fd, 0, NULL, &map));
    CHECK(!fm_os_flush_waits(map));
    fm_free(map);
    options.trackfd = false;
    OK(fm_open(fd, 0, &options, &map));
    CHECK(fm_os_flush_waits(map)); /* who knows */
    fm_free(map);
    close(fd);
#endif
}

static void advice(void) {
    size_t page = fm_page_size();
    fm_map *map = anonymous(2 * page);
    OK(fm_advise(map, MADV_NORMAL, 0, FM_UNBOUNDED));
    OK(fm_advise(map, MADV_SEQUENTIAL, (ptrdiff_t)page, FM_UNBOUNDED));
    OK(fm_advise(map, MADV_NORMAL, (ptrdiff_t)page, 5000000));
    OK(fm_advise(map, MADV_NORMAL, 0, 0));
    REFUSED(EINVAL, fm_advise(map, MADV_NORMAL, 1, 1));
    REFUSED(EINVAL, fm_advise(map, -1, 0, FM_UNBOUNDED));
    STATUS(FM_ADVISE_START, fm_advise(map, MADV_NORMAL, -1, -1));
    STATUS(FM_ADVISE_START, fm_advise(map, MADV_NORMAL, (ptrdiff_t)(2 * page), 0));
    STATUS(FM_ADVISE_START, fm_advise(map, MADV_NORMAL, PTRDIFF_MAX, PTRDIFF_MAX));
    STATUS(FM_ADVISE_LENGTH, fm_advise(map, MADV_NORMAL, 0, -1));
    STATUS(FM_ADVISE_OVERFLOW, fm_advise(map, MADV_NORMAL, (ptrdiff_t)page, PTRDIFF_MAX));
    OK(fm_advise(map, MADV_NORMAL, 0, PTRDIFF_MAX));
    fm_free(map);

    fm_options options = fm_options_default();
    options.flags = MAP_PRIVATE;
    OK(fm_open(-1, (ptrdiff_t)page, &options, &map));
    OK(fm_write(map, "gone", 4));
    OK(fm_advise(map, MADV_DONTNEED, 0, FM_UNBOUNDED));
    CHECK(holds(map, 0, "\0\0\0\0", 4));
    fm_free(map);
}

static void names(void) {
    char longest[FM_NAME_MAX + 2];
    fm_map *map = anonymous(10);
    memset(longest, 'n', sizeof(longest));
    longest[FM_NAME_MAX + 1] = '\0';
    STATUS(FM_NAME_TOO_LONG, fm_set_name(map, longest));
    longest[FM_NAME_MAX] = '\0';
    fm_status status = fm_set_name(map, longest);
    CHECK(status == FM_OK || status == FM_UNSUPPORTED || /* another system */
          (status == FM_OS && errno == EINVAL));         /* a kernel without names */
    fm_free(map);
    map = map_of("abc", 3);
    STATUS(FM_NOT_ANONYMOUS, fm_set_name(map, ""));
    longest[FM_NAME_MAX] = 'n';
    STATUS(FM_NAME_TOO_LONG, fm_set_name(map, longest));
    fm_free(map);
}

static void tables(void) {
    for (int status = 0; status < FM_STATUS_COUNT; status++) {
        CHECK(strncmp(fm_status_name((fm_status)status), "FM_", 3) == 0);
        CHECK((fm_exception((fm_status)status)[0] != '\0') == (status != FM_OK));
        CHECK(fm_message((fm_status)status)[0] != '\0');
    }
    CHECK(fm_message(FM_STATUS_COUNT) != NULL && fm_message((fm_status)-1) != NULL);
    CHECK(fm_exception((fm_status)-1) != NULL && fm_status_name((fm_status)-1) != NULL);

    fm_constant constant;
    bool has_shared = false, has_sync = false;
    size_t n = 0;
    for (; fm_constant_at(n, &constant); n++) {
        has_shared |= strcmp(constant.name, "MAP_SHARED") == 0 && constant.value == MAP_SHARED;
        has_sync |= strcmp(constant.name, "MS_SYNC") == 0 && constant.value == MS_SYNC;
    }
    CHECK(n > 10 && has_shared && has_sync);
    CHECK(!fm_constant_at(SIZE_MAX, &constant));
    CHECK(fm_page_size() > 0 && fm_granularity() % fm_page_size() == 0);
}

int main(void) {
    if (can_resize()) {
        TEST(resizing_a_file);
        TEST(resizing_at_an_offset);
        TEST(resizing_a_private_map);
        TEST(resizing_anonymous_memory);
    }
    TEST(sizes_follow_the_file);
    TEST(flushing);
    TEST(what_flushing_waits_for);
    TEST(advice);
    TEST(names);
    TEST(tables);
    return report();
}
