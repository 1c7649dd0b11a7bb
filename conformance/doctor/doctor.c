/* SPDX-License-Identifier: MPL-2.0
 *
 * doctor FOLDER: which features of mmap the file system at FOLDER really has, as one table. Each
 * row is tried on a file there; nothing is derived from the file system's name.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fmmap.h"

#ifndef O_BINARY
#define O_BINARY 0
#endif

/* One row's answer; detail says more, or is empty. */
struct finding {
    enum { YES, NO, UNKNOWN } answer;
    char detail[160];
};

static char path[1024];
static int fd = -1;
static size_t page;

static struct finding yes(const char *detail) {
    struct finding found = {YES, ""};
    snprintf(found.detail, sizeof found.detail, "%s", detail);
    return found;
}

static struct finding no(const char *detail) {
    struct finding found = yes(detail);
    found.answer = NO;
    return found;
}

static struct finding unknown(const char *detail) {
    struct finding found = yes(detail);
    found.answer = UNKNOWN;
    return found;
}

/* What a failed call says. */
static struct finding refused(const char *call, fm_status status) {
    int code = errno;
    struct finding found = {NO, ""};
    snprintf(found.detail, sizeof found.detail, "%s: %s", call,
             status == FM_OS ? strerror(code) : fm_message(status));
    return found;
}

static struct finding refused_by_system(const char *call) {
    return refused(call, FM_OS);
}

/* ---- The file under test --------------------------------------------------------------------- */

/* An empty file at `path`, filled with `pages` pages of 'a'. */
static bool fresh_file(size_t pages) {
    if (fd >= 0)
        close(fd);
    fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_BINARY, 0600);
    char *content = malloc(page);
    bool done = fd >= 0 && content != NULL;
    if (content != NULL)
        memset(content, 'a', page);
    for (size_t i = 0; done && i < pages; i++)
        done = write(fd, content, page) == (ssize_t)page;
    free(content);
    return done;
}

static int byte_in_file(off_t at) {
    unsigned char byte;
    return lseek(fd, at, SEEK_SET) == at && read(fd, &byte, 1) == 1 ? byte : -1;
}

static bool put_in_file(off_t at, char byte) {
    return lseek(fd, at, SEEK_SET) == at && write(fd, &byte, 1) == 1;
}

static int constant(const char *name) {
    fm_constant one;
    for (size_t i = 0; fm_constant_at(i, &one); i++)
        if (strcmp(one.name, name) == 0)
            return one.value;
    return -1;
}

/* Starts a row: a map of a fresh file of two pages, or a finding that ends the row. */
#define OPEN_OR_RETURN(map, options)                                                               \
    fm_map *map = NULL;                                                                            \
    if (!fresh_file(2))                                                                            \
        return refused_by_system("writing a file");                                                \
    {                                                                                              \
        fm_status opened = fm_open(fd, 0, options, &map);                                          \
        if (opened != FM_OK)                                                                       \
            return refused("mmap", opened);                                                        \
    }

/* ---- Rows ------------------------------------------------------------------------------------ */

static struct finding shared_mapping(void) {
    OPEN_OR_RETURN(map, NULL);
    fm_status status = fm_set(map, 1, 'S');
    int seen = byte_in_file(1);
    fm_free(map);
    if (status != FM_OK)
        return refused("storing", status);
    if (seen == 'S')
        return yes("a store is in the file at once");
    return byte_in_file(1) == 'S' ? yes("a store is in the file after closing only")
                                  : no("a store does not reach the file");
}

static struct finding shared_reading(void) {
    OPEN_OR_RETURN(map, NULL);
    unsigned char before = 0, after = 0;
    fm_get(map, 1, &before);
    bool wrote = put_in_file(1, 'W');
    fm_get(map, 1, &after);
    fm_free(map);
    if (!wrote)
        return refused_by_system("write");
    return after == 'W' ? yes("") : no("the mapping keeps the old byte");
}

static struct finding two_mappings(void) {
    OPEN_OR_RETURN(map, NULL);
    fm_map *other = NULL;
    unsigned char seen = 0;
    fm_status status = fm_open(fd, 0, NULL, &other);
    if (status == FM_OK) {
        fm_set(map, 1, 'T');
        fm_get(other, 1, &seen);
        fm_free(other);
    }
    fm_free(map);
    return status != FM_OK ? refused("mmap", status) : seen == 'T' ? yes("") : no("");
}

static struct finding private_mapping(void) {
    fm_options options = fm_options_default();
    options.access = FM_ACCESS_COPY;
    OPEN_OR_RETURN(map, &options);
    unsigned char own = 0;
    fm_set(map, 1, 'P');
    fm_get(map, 1, &own);
    fm_free(map);
    int seen = byte_in_file(1);
    return own == 'P' && seen == 'a' ? yes("") : no(seen == 'P' ? "a store reaches the file" : "");
}

static struct finding read_only_file(void) {
    fm_options options = fm_options_default();
    options.access = FM_ACCESS_READ;
    if (!fresh_file(1))
        return refused_by_system("writing a file");
    int reader = open(path, O_RDONLY | O_BINARY);
    fm_map *map = NULL;
    fm_status status = fm_open(reader, 0, &options, &map);
    struct finding found = status == FM_OK ? yes("") : refused("mmap", status);
    if (status == FM_OK)
        fm_free(map);
    if (reader >= 0)
        close(reader);
    return found;
}

static struct finding executable(void) {
    fm_options options = fm_options_default();
    if (constant("PROT_EXEC") < 0)
        return unknown("this system has no PROT_EXEC");
    options.prot = constant("PROT_READ") | constant("PROT_EXEC");
    OPEN_OR_RETURN(map, &options);
    fm_free(map);
    return yes("");
}

static struct finding resized(size_t pages) {
    OPEN_OR_RETURN(map, NULL);
    unsigned char byte = 1;
    size_t length = pages * page;
    fm_status status = fm_resize(map, (ptrdiff_t)length);
    if (status == FM_OK)
        status = fm_get(map, -1, &byte);
    fm_free(map);
    struct stat info;
    if (status != FM_OK)
        return refused("resize", status);
    if (fstat(fd, &info) != 0 || (size_t)info.st_size != length)
        return no("the file does not follow");
    return byte == (pages > 2 ? 0 : 'a') ? yes("") : no("the last byte is wrong");
}

static struct finding shrinks(void) {
    return resized(1);
}

static struct finding grows(void) {
    return resized(5);
}

/* Map the whole file and borrow its bytes, those of the last page after its end too. */
static fm_status borrow_file(fm_map **map, volatile unsigned char **bytes, size_t *length) {
    void *data = NULL;
    fm_status status = fm_open(fd, 0, NULL, map);
    if (status == FM_OK)
        status = fm_borrow(*map, &data, length, NULL);
    *bytes = data;
    return status;
}

/* The mapping's last page holds more of the file once that has grown. */
static struct finding grown_by_others(void) {
    if (!fresh_file(0) || !put_in_file(0, 'a'))
        return refused_by_system("writing a file");
    fm_map *map;
    volatile unsigned char *bytes;
    size_t length;
    fm_status status = borrow_file(&map, &bytes, &length);
    if (status != FM_OK)
        return refused("mmap", status);
    bool wrote = put_in_file(1, 'G');
    unsigned char seen = bytes[1];
    fm_release(map);
    fm_free(map);
    return !wrote ? refused_by_system("write") : seen == 'G' ? yes("") : no("");
}

static struct finding tail_is_zero(void) {
    if (!fresh_file(1) || ftruncate(fd, 100) != 0)
        return refused_by_system("truncating a file");
    fm_map *map;
    volatile unsigned char *bytes;
    size_t length, dirty = 0;
    fm_status status = borrow_file(&map, &bytes, &length);
    if (status != FM_OK)
        return refused("mmap", status);
    for (size_t i = length; i < page; i++)
        dirty += bytes[i] != 0;
    fm_release(map);
    fm_free(map);
    return dirty == 0 ? yes("") : no("bytes after the end are not zero");
}

/* POSIX: what is stored after the end, in the last page, is not written to the file. */
static struct finding tail_stays_out(void) {
    if (!fresh_file(0) || !put_in_file(99, 'a'))
        return refused_by_system("writing a file");
    fm_map *map;
    volatile unsigned char *bytes;
    size_t length;
    fm_status status = borrow_file(&map, &bytes, &length);
    if (status != FM_OK)
        return refused("mmap", status);
    bytes[200] = 'X';
    fm_release(map);
    fm_flush(map, 0, -1, 0);
    fm_free(map);
    bool grown = ftruncate(fd, (off_t)page) == 0;
    int seen = byte_in_file(200);
    return !grown      ? refused_by_system("truncate")
           : seen == 0 ? yes("")
                       : no("what was stored after the end appears when the file grows");
}

static struct finding truncated(void) {
    OPEN_OR_RETURN(map, NULL);
    unsigned char byte = 0;
    bool cut = ftruncate(fd, 0) == 0;
    fm_status status = fm_get(map, 1, &byte);
    fm_free(map);
    if (!cut)
        return no("a mapped file cannot be truncated");
    return status == FM_FAULT ? yes("reading what is gone is reported as a fault")
           : status != FM_OK  ? refused("reading", status)
           : byte == 0        ? no("what is gone reads as zero")
                              : no("the old bytes stay readable");
}

static struct finding flushed(void) {
    OPEN_OR_RETURN(map, NULL);
    fm_set(map, 1, 'F');
    fm_status status = fm_flush(map, 0, -1, 0);
    fm_free(map);
    return status == FM_OK ? yes("") : refused("flush", status);
}

static struct finding time_changes(void) {
    OPEN_OR_RETURN(map, NULL);
    struct stat before, after;
    bool known = fstat(fd, &before) == 0;
    sleep(1); /* a file system may count in whole seconds */
    fm_set(map, 1, 'M');
    fm_flush(map, 0, -1, 0);
    known = known && fstat(fd, &after) == 0;
    fm_free(map);
    return !known                              ? refused_by_system("stat")
           : before.st_mtime != after.st_mtime ? yes("")
                                               : no("");
}

static struct finding unlinked(void) {
    OPEN_OR_RETURN(map, NULL);
    unsigned char byte = 0;
    if (unlink(path) != 0) {
        fm_free(map);
        return no("a mapped file cannot be removed");
    }
    fm_status status = fm_get(map, 1, &byte);
    fm_free(map);
    return status == FM_OK && byte == 'a' ? yes("") : refused("reading", status);
}

static struct finding advised(void) {
    int advice = constant("MADV_WILLNEED");
    OPEN_OR_RETURN(map, NULL);
    fm_status status = advice < 0 ? FM_UNSUPPORTED : fm_advise(map, advice, 0, FM_UNBOUNDED);
    fm_free(map);
    return status == FM_OK ? yes("") : refused("madvise", status);
}

/* 5 GiB with holes, and the bytes around 4 GiB. */
static struct finding beyond_4_gib(void) {
    const int64_t gib = (int64_t)1 << 30;
    if (sizeof(off_t) < 8)
        return unknown("file offsets have 32 bits here");
    if (!fresh_file(0) || ftruncate(fd, (off_t)(5 * gib)) != 0)
        return refused_by_system("truncate to 5 GiB");
    struct stat info;
    fm_options options = fm_options_default();
    options.offset = 4 * gib;
    fm_map *map = NULL;
    fm_status status = fm_open(fd, (ptrdiff_t)page, &options, &map);
    if (status != FM_OK)
        return refused("mmap at 4 GiB", status);
    status = fm_set(map, 1, 'L');
    fm_free(map);
    if (status != FM_OK)
        return refused("storing at 4 GiB", status);
    if (byte_in_file((off_t)(4 * gib + 1)) != 'L')
        return no("the byte went elsewhere");
    if (fstat(fd, &info) != 0 || (int64_t)info.st_blocks * 512 > gib)
        return no("mapped, but the file has no holes: it takes up 5 GiB");
    return yes("");
}

static const struct {
    const char *feature;
    struct finding (*find)(void);
} rows[] = {
    {"shared mapping: stores reach the file", shared_mapping},
    {"write() shows in a mapping", shared_reading},
    {"two mappings see each other", two_mappings},
    {"private mapping: stores stay out", private_mapping},
    {"read-only file", read_only_file},
    {"executable mapping", executable},
    {"resize: shrink", shrinks},
    {"resize: grow", grows},
    {"growth by others shows in the last page", grown_by_others},
    {"bytes after the end are zero", tail_is_zero},
    {"stores after the end stay out of the file", tail_stays_out},
    {"truncation under a mapping is noticed", truncated},
    {"flush", flushed},
    {"stores change the modification time", time_changes},
    {"a mapped file can be removed and stays", unlinked},
    {"advice", advised},
    {"sparse files beyond 4 GiB", beyond_4_gib},
};

int main(int argc, char **argv) {
    if (argc != 2 || *argv[1] == '\0') {
        fprintf(stderr, "fmmap: doctor wants one folder, the file system to look at\n");
        return 2;
    }
    page = fm_page_size();
    int n = snprintf(path, sizeof path, "%s/fmmap-doctor-%ld", argv[1], (long)getpid());
    if (n < 0 || (size_t)n >= sizeof path || !fresh_file(1)) {
        fprintf(stderr, "fmmap: no file can be made in %s: %s\n", argv[1], strerror(errno));
        return 2;
    }
    printf("mmap on the file system of %s, pages of %llu bytes\n\n", argv[1],
           (unsigned long long)page);
    int missing = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static const char *const words[] = {"yes", "no", "unknown"};
        struct finding found = rows[i].find();
        printf("%-42s %-8s %s\n", rows[i].feature, words[found.answer], found.detail);
        fflush(stdout);
        missing += found.answer == NO;
    }
    unlink(path);
    printf("\n%d of %d features missing\n", missing, (int)(sizeof rows / sizeof *rows));
    return 0;
}
