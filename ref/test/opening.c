/* SPDX-License-Identifier: MPL-2.0
 *
 * Opening: which arguments are refused with which status, in which order, and what an open map
 * holds of the system. */
#include "check.h"

#include <fcntl.h>
#include <sys/resource.h>

static fm_map *out; /* must stay as it is when a call fails */

static fm_status open_with(int fd, ptrdiff_t length, int access, int flags, int prot,
                           int64_t offset) {
    fm_options options = {
        .access = access, .flags = flags, .prot = prot, .offset = offset, .trackfd = true};
    out = NULL;
    return fm_open(fd, length, &options, &out);
}

enum { SHARED = MAP_SHARED, RW = PROT_READ | PROT_WRITE };

static void refused_arguments(void) {
    int64_t page = (int64_t)fm_page_size();
    int fd = file_of("abc", 3);
    STATUS(FM_BAD_LENGTH, open_with(fd, -1, 0, SHARED, RW, 0));
    STATUS(FM_BAD_LENGTH, open_with(fd, PTRDIFF_MIN, 0, SHARED, RW, -1));
    STATUS(FM_BAD_OFFSET, open_with(fd, 0, 0, SHARED, RW, -1));
    STATUS(FM_BAD_OFFSET, open_with(fd, 0, 9, SHARED, RW, INT64_MIN));
    STATUS(FM_ACCESS_CONFLICT, open_with(fd, 0, FM_ACCESS_READ, MAP_PRIVATE, RW, 0));
    STATUS(FM_ACCESS_CONFLICT, open_with(fd, 0, FM_ACCESS_WRITE, SHARED, PROT_READ, 0));
    STATUS(FM_ACCESS_CONFLICT, open_with(fd, 0, 4, SHARED, PROT_READ, 0));
    STATUS(FM_BAD_ACCESS, open_with(fd, 0, 4, SHARED, RW, 0));
    STATUS(FM_BAD_ACCESS, open_with(fd, 0, -1, SHARED, RW, 0));
    STATUS(FM_LENGTH_PAST_END, open_with(fd, 4, 0, SHARED, RW, 0));
    STATUS(FM_LENGTH_PAST_END, open_with(fd, PTRDIFF_MAX, 0, SHARED, RW, 0));
    STATUS(FM_LENGTH_PAST_END, open_with(fd, PTRDIFF_MAX, 0, SHARED, RW, INT64_MAX));
    STATUS(FM_LENGTH_PAST_END, open_with(fd, 1, 0, SHARED, RW, page));
    STATUS(FM_OFFSET_PAST_END, open_with(fd, 0, 0, SHARED, RW, 3));
    STATUS(FM_OFFSET_PAST_END, open_with(fd, 0, 0, SHARED, RW, INT64_MAX));
    REFUSED(EINVAL, open_with(fd, 2, 0, SHARED, RW, 1));
    REFUSED(EINVAL, open_with(-1, 2, 0, SHARED, RW, 1));
    REFUSED(EINVAL, open_with(-1, 0, 0, SHARED, RW, 0));
    REFUSED(EBADF, open_with(-2, 1, 0, SHARED, RW, 0));
    REFUSED(EBADF, open_with(-2, 0, 0, SHARED, RW, 0));
    REFUSED(ENOMEM, open_with(-1, PTRDIFF_MAX, 0, SHARED, RW, 0));
    REFUSED(EPERM, open_with(-1, page, 0, MAP_PRIVATE | MAP_FIXED, RW, 0)); /* root, too */
    STATUS(FM_LENGTH_PAST_END, open_with(fd, 4, 0, MAP_PRIVATE | MAP_FIXED, RW, 0));
    CHECK(msync(NULL, (size_t)page, MS_ASYNC) == -1 && errno == ENOMEM); /* nothing is there */
    CHECK(out == NULL);
    NEED(ftruncate(fd, 0) == 0);
    STATUS(FM_EMPTY_FILE, open_with(fd, 0, 0, SHARED, RW, 0));
    STATUS(FM_LENGTH_PAST_END, open_with(fd, 1, 0, SHARED, RW, 0));
    close(fd);
    REFUSED(EBADF, open_with(fd, 1, 0, SHARED, RW, 0));
}

static void other_kinds_of_files(void) {
    int pipes[2];
    NEED(pipe(pipes) == 0);
    STATUS(FM_OS, open_with(pipes[0], 1, 0, SHARED, RW, 0));
    close(pipes[0]);
    close(pipes[1]);
    int fd = open("/dev/zero", O_RDWR);
    NEED(fd >= 0);
    OK(open_with(fd, 5000, 0, SHARED, RW, 0));
    CHECK(holds(out, 4996, "\0\0\0\0", 4));
    fm_free(out);
    STATUS(FM_OS, open_with(fd, 0, 0, SHARED, RW, 0));
    close(fd);
    fd = open(".", O_RDONLY);
    STATUS(FM_OS, open_with(fd, 1, 0, SHARED, PROT_READ, 0));
    close(fd);
}

static void recorded_access(void) {
    const struct {
        int access, flags, prot, recorded;
    } cases[] = {
        {FM_ACCESS_DEFAULT, MAP_SHARED, RW, FM_ACCESS_DEFAULT},
        {FM_ACCESS_DEFAULT, MAP_PRIVATE, RW, FM_ACCESS_DEFAULT},
        {FM_ACCESS_DEFAULT, MAP_SHARED, PROT_READ, FM_ACCESS_READ},
        {FM_ACCESS_DEFAULT, MAP_SHARED, PROT_NONE, FM_ACCESS_READ},
        {FM_ACCESS_DEFAULT, MAP_SHARED, PROT_WRITE, FM_ACCESS_WRITE},
        {FM_ACCESS_READ, MAP_SHARED, RW, FM_ACCESS_READ},
        {FM_ACCESS_WRITE, MAP_SHARED, RW, FM_ACCESS_WRITE},
        {FM_ACCESS_COPY, MAP_SHARED, RW, FM_ACCESS_COPY},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int fd = file_of("abc", 3);
        OK(open_with(fd, 0, cases[i].access, cases[i].flags, cases[i].prot, 0));
        CHECK(fm_access(out) == cases[i].recorded);
        STATUS(cases[i].recorded == FM_ACCESS_READ ? FM_READ_ONLY : FM_OK, fm_write(out, "X", 1));
        OK(fm_flush(out, 0, -1, 0));
        char byte = 0;
        bool is_private = cases[i].flags == MAP_PRIVATE || cases[i].access == FM_ACCESS_COPY ||
                          cases[i].recorded == FM_ACCESS_READ;
        CHECK(pread(fd, &byte, 1, 0) == 1 && byte == (is_private ? 'a' : 'X'));
        fm_free(out);
        close(fd);
    }
}

static void offsets(void) {
    size_t page = fm_page_size();
    char *content = malloc(2 * page + 10);
    NEED(content);
    memset(content, 'a', 2 * page);
    memcpy(content + 2 * page, "0123456789", 10);
    int fd = file_of(content, 2 * page + 10);
    OK(open_with(fd, 0, 0, SHARED, RW, 2 * (int64_t)page));
    CHECK(length_of(out) == 10 && holds(out, 0, "0123456789", 10));
    CHECK(fm_offset(out) == 2 * (int64_t)page);
    int64_t size = 0;
    OK(fm_size(out, &size));
    CHECK(size == 2 * (int64_t)page + 10);
    fm_free(out);
    OK(open_with(fd, 3, 0, SHARED, RW, 2 * (int64_t)page));
    CHECK(length_of(out) == 3 && position_of(out) == 0);
    fm_free(out);
    close(fd);
    free(content);
}

static void descriptors(void) {
    int before = open_descriptors();
    int fd = file_of("abc", 3);
    fm_options options = fm_options_default();
    OK(fm_open(fd, 0, &options, &out));
    CHECK(open_descriptors() == before + 2);
    NEED(close(fd) == 0);
    int64_t size = 0;
    OK(fm_size(out, &size));
    CHECK(size == 3);
    for (int kept = 0; kept < 1024; kept++) {
        int flags = fcntl(kept, F_GETFD);
        struct stat status;
        if (flags != -1 && fstat(kept, &status) == 0 && S_ISREG(status.st_mode) &&
            status.st_size == 3) {
            CHECK(flags & FD_CLOEXEC);
        }
    }
    OK(fm_close(out));
    CHECK(open_descriptors() == before);
    fm_free(out);

    fd = file_of("abc", 3);
    options.trackfd = false;
    OK(fm_open(fd, 0, &options, &out));
    CHECK(open_descriptors() == before + 1);
    close(fd);
    STATUS(FM_SIZE_UNTRACKED, fm_size(out, &size));
    STATUS(FM_RESIZE_UNTRACKED, fm_resize(out, 3));
    OK(fm_write(out, "X", 1));
    OK(fm_flush(out, 0, -1, 0));
    fm_free(out);

    OK(fm_open(-1, 10, &options, &out));
    STATUS(FM_SIZE_UNTRACKED, fm_size(out, &size));
    STATUS(FM_RESIZE_UNTRACKED, fm_resize(out, 5));
    fm_free(out);
    out = anonymous(10);
    CHECK(open_descriptors() == before);
    OK(fm_size(out, &size));
    CHECK(size == 10);
    fm_free(out);
    CHECK(open_descriptors() == before);
}

/* Failures of every step give back what the steps before it took. */
static void failures_leak_nothing(void) {
    int before = open_descriptors();
    int fd = file_of("abc", 3);
    for (int i = 0; i < 2000; i++) {
        NEED(open_with(fd, 2, 0, SHARED, RW, 1) == FM_OS);
        NEED(open_with(fd, 4, 0, SHARED, RW, 0) == FM_LENGTH_PAST_END);
    }
    struct rlimit limit, none;
    NEED(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    none = limit;
    int lowest_free = dup(fd);
    close(lowest_free);
    none.rlim_cur = (rlim_t)lowest_free;
    NEED(setrlimit(RLIMIT_NOFILE, &none) == 0);
    REFUSED(EMFILE, open_with(fd, 3, 0, SHARED, RW, 0));
    fm_options options = fm_options_default();
    options.trackfd = false;
    OK(fm_open(fd, 3, &options, &out));
    fm_free(out);
    NEED(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    close(fd);
    CHECK(open_descriptors() == before);
}

static void permissions(void) {
    char path[] = "/tmp/fmmap-test-XXXXXX";
    int fd = mkstemp(path);
    NEED(fd >= 0 && write(fd, "abc", 3) == 3);
    close(fd);
    fd = open(path, O_RDONLY);
    REFUSED(EACCES, open_with(fd, 0, 0, SHARED, RW, 0));
    OK(open_with(fd, 0, FM_ACCESS_READ, SHARED, RW, 0));
    fm_free(out);
    OK(open_with(fd, 0, FM_ACCESS_COPY, SHARED, RW, 0));
    OK(fm_write(out, "X", 1));
    fm_free(out);
    OK(open_with(fd, 0, 0, MAP_PRIVATE, RW, 0));
    STATUS(FM_OS, fm_resize(out, 5000)); /* the descriptor cannot extend the file */
    CHECK(length_of(out) == 3 && holds(out, 0, "abc", 3));
    fm_free(out);
    close(fd);
    fd = open(path, O_WRONLY);
    REFUSED(EACCES, open_with(fd, 3, 0, SHARED, RW, 0));
    close(fd);
    unlink(path);
}

int main(void) {
    TEST(refused_arguments);
    TEST(other_kinds_of_files);
    TEST(recorded_access);
    TEST(offsets);
    TEST(descriptors);
    TEST(failures_leak_nothing);
    TEST(permissions);
    return report();
}
