/* SPDX-License-Identifier: MPL-2.0
 *
 * What only Windows does: names of mappings, files that grow, resizing anything, faults by
 * exceptions. Run by test_windows.py, under Wine if need be. */
#include "fmmap.h"

#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>

static unsigned passed, failed;

#define CHECK(condition)                                                                           \
    ((condition) ? (void)passed++                                                                  \
                 : (void)(failed++, printf("%s:%d: %s\n", __FILE__, __LINE__, #condition)))

static size_t length_of(const fm_map *map) {
    size_t length = 0;
    CHECK(fm_length(map, &length) == FM_OK);
    return length;
}

static int64_t size_of(const fm_map *map) {
    int64_t size = 0;
    CHECK(fm_size(map, &size) == FM_OK);
    return size;
}

static int file_of(const char *text) {
    int fd = open("fmmap-test.tmp", O_RDWR | O_CREAT | O_TRUNC | O_BINARY, 0600);
    CHECK(write(fd, text, (unsigned)strlen(text)) == (int)strlen(text));
    return fd;
}

static void files(void) {
    fm_map *map;
    fm_options options = fm_options_default();
    unsigned char byte = 0;
    ptrdiff_t index = 0;
    int fd = file_of("hello world");
    CHECK(fm_open(fd, 0, NULL, &map) == FM_OK);
    CHECK(length_of(map) == 11 && size_of(map) == 11);
    CHECK(fm_find(map, "world", 5, 0, FM_UNBOUNDED, &index) == FM_OK && index == 6);
    CHECK(fm_resize(map, 5000) == FM_OK && length_of(map) == 5000 && size_of(map) == 5000);
    CHECK(fm_get(map, 4999, &byte) == FM_OK && byte == 0);
    CHECK(fm_resize(map, 0) == FM_OS && errno == EINVAL && length_of(map) == 5000);
    CHECK(fm_resize(map, 11) == FM_OK && size_of(map) == 11);
    CHECK(fm_flush(map, 0, -1, 0) == FM_OK && fm_flush(map, 3, 2, 0) == FM_OK);
    CHECK(fm_flush(map, 11, 0, 0) == FM_OK && fm_flush(map, 0, 0, 0) == FM_OK);
    CHECK(fm_flush(map, 11, 1, 0) == FM_FLUSH_RANGE);
    CHECK(fm_advise(map, 0, 0, FM_UNBOUNDED) == FM_UNSUPPORTED);
    fm_free(map);

    CHECK(fm_open(fd, 100, NULL, &map) == FM_OK && size_of(map) == 100); /* the file grows */
    fm_free(map);
    options.offset = (int64_t)fm_granularity() / 2;
    CHECK(fm_open(fd, 10, &options, &map) == FM_OS && errno == EINVAL);
    options.offset = 0;
    options.access = FM_ACCESS_READ;
    CHECK(fm_open(fd, 0, &options, &map) == FM_OK && fm_write(map, "x", 1) == FM_READ_ONLY);
    fm_free(map);
    options.access = FM_ACCESS_COPY;
    CHECK(fm_open(fd, 0, &options, &map) == FM_OK && fm_write(map, "X", 1) == FM_OK);
    CHECK(fm_resize(map, 1) == FM_NOT_RESIZABLE);
    fm_free(map);
    options.access = FM_ACCESS_DEFAULT;
    options.trackfd = false;
    CHECK(fm_open(fd, 0, &options, &map) == FM_OK);
    CHECK(fm_get(map, 0, &byte) == FM_OK && byte == 'h');
    CHECK(fm_resize(map, 1) == FM_RESIZE_UNTRACKED);
    fm_free(map);
    CHECK(fm_open(999, 0, NULL, &map) == FM_OS && errno == EBADF);
    close(fd);
    fd = file_of("");
    CHECK(fm_open(fd, 0, NULL, &map) == FM_EMPTY_FILE);
    close(fd);
}

/* Wine lets a file shrink that others map; Windows does not. */
static bool is_wine(void) {
    return GetProcAddress(GetModuleHandleA("ntdll.dll"), "wine_get_version") != NULL;
}

/* A map whose file somebody else maps too keeps its length, and both keep their bytes. */
static void resizing_beside_another_map(void) {
    fm_map *map, *other;
    unsigned char byte = 0;
    int fd = file_of("hello world");
    CHECK(fm_open(fd, 0, NULL, &map) == FM_OK && fm_open(fd, 0, NULL, &other) == FM_OK);
    close(fd);
    fm_status resized = fm_resize(map, 5);
    CHECK(is_wine() || resized == FM_OS);
    CHECK(length_of(map) == (resized == FM_OK ? 5 : 11) && length_of(other) == 11);
    CHECK(fm_get(map, 4, &byte) == FM_OK && byte == 'o');
    CHECK(fm_get(other, 4, &byte) == FM_OK && byte == 'o');
    fm_free(other);
    CHECK(fm_resize(map, 5) == FM_OK && length_of(map) == 5 && size_of(map) == 5);
    CHECK(fm_get(map, -1, &byte) == FM_OK && byte == 'o');
    fm_free(map);
}

static void names(void) {
    fm_map *map, *same, *other;
    fm_options options = fm_options_default();
    char bytes[6];
    size_t n;
    options.tagname = "fmmap-t\xc3\xa9st";
    CHECK(fm_open(-1, 100, &options, &map) == FM_OK);
    CHECK(fm_open(-1, 100, &options, &same) == FM_OK);
    options.tagname = "fmmap-other";
    CHECK(fm_open(-1, 100, &options, &other) == FM_OK);
    CHECK(fm_write(map, "shared", 6) == FM_OK);
    CHECK(fm_read(same, bytes, 6, &n) == FM_OK && memcmp(bytes, "shared", 6) == 0);
    CHECK(fm_read(other, bytes, 6, &n) == FM_OK && memcmp(bytes, "\0\0\0\0\0", 6) == 0);
    CHECK(fm_resize(map, 200) == FM_OS && errno == EEXIST); /* somebody else has it too */
    CHECK(length_of(map) == 100 && length_of(same) == 100);
    CHECK(fm_seek(map, 0, 0, NULL) == FM_OK);
    CHECK(fm_read(map, bytes, 6, &n) == FM_OK && memcmp(bytes, "shared", 6) == 0);
    fm_free(same);
    CHECK(fm_resize(map, 70000) == FM_OK && length_of(map) == 70000);
    CHECK(fm_seek(map, 0, 0, NULL) == FM_OK);
    CHECK(fm_read(map, bytes, 6, &n) == FM_OK && memcmp(bytes, "shared", 6) == 0);
    CHECK(fm_resize(map, 3) == FM_OK && length_of(map) == 3);
    fm_free(map);
    fm_free(other);
}

static void faults(void) {
    fm_map *map;
    fm_finder *finder;
    void *data;
    size_t n = 77;
    DWORD old;
    unsigned char byte = 7;
    char bytes[10];
    ptrdiff_t index = 77;
    fm_range odd = {1, 2, 4};
    CHECK(fm_open(-1, 5000, NULL, &map) == FM_OK && fm_finder_new("zz", 2, &finder) == FM_OK);
    CHECK(fm_borrow(map, &data, &n, NULL) == FM_OK);
    CHECK(VirtualProtect(data, n, PAGE_NOACCESS, &old));
    n = 77;
    for (int round = 0; round < 100; round++) {
        CHECK(fm_get(map, 0, &byte) == FM_FAULT && byte == 7);
        CHECK(fm_set(map, 0, 1) == FM_FAULT);
        CHECK(fm_get_slice(map, odd, bytes) == FM_FAULT);
        CHECK(fm_set_slice(map, odd, "abcd", 4) == FM_FAULT);
        CHECK(fm_find(map, "zz", 2, 0, FM_UNBOUNDED, &index) == FM_FAULT);
        CHECK(fm_rfind(map, "zz", 2, 0, FM_UNBOUNDED, &index) == FM_FAULT);
        CHECK(fm_find_with(map, finder, 0, FM_UNBOUNDED, &index) == FM_FAULT && index == 77);
        CHECK(fm_read(map, bytes, 5, &n) == FM_FAULT);
        CHECK(fm_readline(map, bytes, 5, &n) == FM_FAULT && n == 77);
        CHECK(fm_read_byte(map, &byte) == FM_FAULT);
        CHECK(fm_write(map, "abc", 3) == FM_FAULT);
        CHECK(fm_write_byte(map, 1) == FM_FAULT);
        CHECK(fm_move(map, 0, 1, 2) == FM_FAULT);
    }
    CHECK(VirtualProtect(data, 5000, PAGE_READWRITE, &old));
    CHECK(fm_get(map, 0, &byte) == FM_OK && byte == 0);
    fm_finder_free(finder);
    fm_free(map);
}

int main(void) {
    CHECK(fm_granularity() % fm_page_size() == 0);
    files();
    resizing_beside_another_map();
    names();
    faults();
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}
