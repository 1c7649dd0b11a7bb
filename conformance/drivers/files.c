/* SPDX-License-Identifier: MPL-2.0
 *
 * Requests about temporary files.
 */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wire.h"

enum { MAX_FILES = 64 };

static const char *folder;
static struct {
    int fd; /* keeps its number when closed */
    bool open;
    char path[PATH_SIZE];
} files[MAX_FILES];
static int file_count;
static unsigned serial;

static int open_mode(const char *mode) {
    if (strcmp(mode, "rb") == 0)
        return O_RDONLY;
    if (strcmp(mode, "wb") == 0)
        return O_WRONLY | O_CREAT | O_TRUNC;
    if (strcmp(mode, "w+b") == 0)
        return O_RDWR | O_CREAT | O_TRUNC;
    if (strcmp(mode, "a+b") == 0)
        return O_RDWR | O_CREAT | O_APPEND;
    return O_RDWR;
}

int descriptor_of(int file) {
    return file >= 0 && file < file_count ? files[file].fd : -1;
}

/* How much of n bytes one call moves: Windows counts them in an unsigned int. */
static unsigned one_transfer(size_t n) {
    return n < 1u << 30 ? (unsigned)n : 1u << 30;
}

/* All n bytes at the offset; false with errno. */
bool write_all(int fd, off_t offset, const unsigned char *data, size_t n) {
    if (lseek(fd, offset, SEEK_SET) < 0)
        return false;
    while (n > 0) {
        ssize_t done = write(fd, data, one_transfer(n));
        if (done < 0)
            return false;
        data += done;
        n -= (size_t)done;
    }
    return true;
}

/* Takes a slot for the file at path. False when all are taken. */
static bool keep_file(const char *path, const char *mode) {
    if (file_count == MAX_FILES)
        return answer_bad("too many files"), false;
    int fd = open(path, open_mode(mode) | O_BINARY, 0600);
    if (fd < 0)
        return answer_errno(), false;
    if (path != files[file_count].path)
        strcpy(files[file_count].path, path);
    files[file_count].fd = fd;
    files[file_count].open = true;
    say("ok %d %d %s", file_count++, fd, path);
    return true;
}

static void do_file(void) {
    size_t n;
    const unsigned char *data = take_bytes(&n);
    const char *mode = take();
    char path[PATH_SIZE];
    temporary_path(path);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_BINARY, 0600);
    if (fd < 0) {
        answer_errno();
        return;
    }
    bool written = write_all(fd, 0, data, n);
    if (!written)
        answer_errno();
    close(fd);
    if (written)
        keep_file(path, mode);
}

/* Opens the file once more, for an operation that goes past the descriptor. */
static int file_again(int at, int flags) {
    return open(files[at].path, flags | O_BINARY);
}

static void do_reopen(int at) {
    char path[PATH_SIZE];
    strcpy(path, files[at].path);
    keep_file(path, take());
}

static void do_contents(int at) {
    struct stat info;
    int fd = file_again(at, O_RDONLY);
    if (fd < 0 || fstat(fd, &info) != 0) {
        answer_errno();
        return;
    }
    size_t n = (size_t)info.st_size, got = 0;
    unsigned char *data = malloc(n + 1);
    ssize_t part = 1;
    while (data != NULL && got < n && (part = read(fd, data + got, one_transfer(n - got))) > 0)
        got += (size_t)part;
    if (data == NULL || part < 0)
        answer_errno();
    else
        answer_bytes(data, got);
    free(data);
    close(fd);
}

static void do_file_size(int at) {
    struct stat info;
    if (stat(files[at].path, &info) != 0)
        answer_errno();
    else
        answer_number(info.st_size);
}

static void do_write_at(int at) {
    off_t offset = (off_t)take_number(0);
    size_t n;
    const unsigned char *data = take_bytes(&n);
    int fd = file_again(at, O_RDWR);
    if (fd < 0 || !write_all(fd, offset, data, n))
        answer_errno();
    else
        say("ok");
    if (fd >= 0)
        close(fd);
}

static void do_truncate(int at) {
    int fd = file_again(at, O_RDWR);
    if (fd < 0 || ftruncate(fd, (off_t)take_number(0)) != 0)
        answer_errno();
    else
        say("ok");
    if (fd >= 0)
        close(fd);
}

static void shut(int at) {
    if (files[at].open)
        close(files[at].fd);
    files[at].open = false;
}

static void do_close_file(int at) {
    shut(at);
    say("ok");
}

static void do_unlink(int at) {
    if (unlink(files[at].path) == 0)
        say("ok");
    else
        answer_errno();
}

static const struct {
    const char *name;
    void (*perform)(int file);
} verbs[] = {{"reopen", do_reopen},     {"contents", do_contents}, {"file_size", do_file_size},
             {"write_at", do_write_at}, {"truncate", do_truncate}, {"close_file", do_close_file},
             {"unlink", do_unlink}};

bool serve_file_request(const char *verb) {
    if (strcmp(verb, "file") == 0) {
        do_file();
        return true;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verb, verbs[i].name) == 0) {
            int64_t at = take_number(-1);
            if (at >= 0 && at < file_count)
                verbs[i].perform((int)at);
            else
                answer_bad("no such file");
            return true;
        }
    return false;
}

void reset_files(void) {
    while (file_count > 0) {
        shut(--file_count);
        unlink(files[file_count].path);
    }
}

void prepare_files(const char *temporary) {
    folder = temporary;
}

void temporary_path(char path[PATH_SIZE]) {
    snprintf(path, PATH_SIZE, "%s/fmmap-%ld-%u", folder, (long)getpid(), serial++);
}
