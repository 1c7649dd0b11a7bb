/* SPDX-License-Identifier: MPL-2.0
 *
 * The requests of the C driver's protocol, each a call of libfmmap or an operation on a temporary
 * file. README.md describes the protocol.
 */
#include "requests.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fmmap.h"

#ifndef O_BINARY
#define O_BINARY 0
#endif
#ifndef FM_VERSION
#define FM_VERSION "unknown"
#endif

enum { PROTOCOL = 1, MAX_ARGUMENTS = 10, MAX_MAPS = 64, MAX_FILES = 64, PATH_SIZE = 1024 };

/* ---- The request being served --------------------------------------------------------------- */

static char *word[MAX_ARGUMENTS];
static int words;
static int next_word;

static void cut(char *line) {
    words = 0;
    for (char *at = line; *at != '\0' && words < MAX_ARGUMENTS;) {
        word[words++] = at;
        at += strcspn(at, " \r");
        while (*at == ' ' || *at == '\r')
            *at++ = '\0';
    }
    next_word = 1;
}

static const char *take(void) {
    return next_word < words ? word[next_word++] : "-";
}

static int descriptor_of(int file);
static int constant(const char *name, size_t length);

/* A number in digits, fd:FILE for the descriptor of a file, or constants joined by |. */
static int64_t take_number(int64_t absent) {
    const char *text = take();
    if (strcmp(text, "-") == 0)
        return absent;
    if (strncmp(text, "fd:", 3) == 0)
        return descriptor_of(atoi(text + 3));
    if (*text < 'A' || *text > 'Z')
        return strtoll(text, NULL, 10);
    int all = 0;
    for (size_t n; *text != '\0'; text += n + (text[n] == '|')) {
        n = strcspn(text, "|");
        all |= constant(text, n);
    }
    return all;
}

static int nibble(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 0;
}

/* Bytes are written x and two hexadecimal digits each; they are decoded in place. */
static unsigned char *take_bytes(size_t *n) {
    char *text = next_word < words ? word[next_word++] : word[0] + strlen(word[0]);
    unsigned char *bytes = (unsigned char *)text;
    size_t digits = *text == 'x' ? strlen(text + 1) : 0;
    *n = digits / 2;
    for (size_t i = 0; i < *n; i++)
        bytes[i] = (unsigned char)(nibble(text[1 + 2 * i]) << 4 | nibble(text[2 + 2 * i]));
    return bytes;
}

/* ---- The answer being written -----------------------------------------------------------------
 */

static char *answer;
static size_t answer_length, answer_space;

static void reserve(size_t more) {
    if (answer_length + more + 1 > answer_space) {
        answer_space = 2 * (answer_length + more + 1);
        answer = realloc(answer, answer_space);
        if (answer == NULL) {
            fputs("driver-c: no memory for an answer\n", stderr);
            exit(1);
        }
    }
}

#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
static void
say(const char *format, ...) {
    va_list arguments;
    reserve(PATH_SIZE + 256);
    va_start(arguments, format);
    int n = vsnprintf(answer + answer_length, answer_space - answer_length, format, arguments);
    va_end(arguments);
    if (n > 0)
        answer_length += (size_t)n;
}

static void answer_bad(const char *why) {
    say("bad %s", why);
}

/* ---- Kinds of answers
 * -------------------------------------------------------------------------------- */

static const struct {
    int code;
    const char *name;
} errno_names[] = {
    {EACCES, "EACCES"},         {EAGAIN, "EAGAIN"}, {EBADF, "EBADF"},   {EBUSY, "EBUSY"},
    {EEXIST, "EEXIST"},         {EFAULT, "EFAULT"}, {EFBIG, "EFBIG"},   {EINTR, "EINTR"},
    {EINVAL, "EINVAL"},         {EIO, "EIO"},       {EISDIR, "EISDIR"}, {EMFILE, "EMFILE"},
    {ENFILE, "ENFILE"},         {ENODEV, "ENODEV"}, {ENOENT, "ENOENT"}, {ENOMEM, "ENOMEM"},
    {ENOSPC, "ENOSPC"},         {ENOSYS, "ENOSYS"}, {ENXIO, "ENXIO"},   {EPERM, "EPERM"},
    {EROFS, "EROFS"},
#ifdef EOPNOTSUPP
    {EOPNOTSUPP, "EOPNOTSUPP"},
#endif
#ifdef EOVERFLOW
    {EOVERFLOW, "EOVERFLOW"},
#endif
#ifdef ETXTBSY
    {ETXTBSY, "ETXTBSY"},
#endif
};

static const char *errno_name(int code) {
    for (size_t i = 0; i < sizeof errno_names / sizeof *errno_names; i++)
        if (errno_names[i].code == code)
            return errno_names[i].name;
    return "EUNKNOWN";
}

/* Answers a failure with its Python exception; code is the errno of FM_OS. */
static void answer_status(fm_status status, int code) {
    const char *name = status == FM_OS ? errno_name(code) : status == FM_FAULT ? "EFAULT" : "-";
    say("raise %s %s %s %s", fm_status_name(status), fm_exception(status), name,
        status == FM_OS ? strerror(code) : fm_message(status));
}

static void answer_errno(void) {
    say("raise FM_OS OSError %s %s", errno_name(errno), strerror(errno));
}

static void answer_bytes(const void *data, size_t n) {
    static const char digits[] = "0123456789abcdef";
    const unsigned char *bytes = data;
    say("ok x");
    reserve(2 * n);
    for (size_t i = 0; i < n; i++) {
        answer[answer_length++] = digits[bytes[i] >> 4];
        answer[answer_length++] = digits[bytes[i] & 15];
    }
    answer[answer_length] = '\0';
}

static void answer_number(int64_t number) {
    say("ok %lld", (long long)number);
}

/* "ok", a number or a failure, by status */
static void answer_done(fm_status status) {
    int code = errno;
    if (status == FM_OK)
        say("ok");
    else
        answer_status(status, code);
}

static void answer_value(fm_status status, int64_t number) {
    int code = errno;
    if (status == FM_OK)
        answer_number(number);
    else
        answer_status(status, code);
}

/* ---- Files ---------------------------------------------------------------------------------- */

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

static int descriptor_of(int file) {
    return file >= 0 && file < file_count ? files[file].fd : -1;
}

/* How much of n bytes one call moves: Windows counts them in an unsigned int. */
static unsigned one_transfer(size_t n) {
    return n < 1u << 30 ? (unsigned)n : 1u << 30;
}

/* All n bytes at the offset; false with errno. */
static bool write_all(int fd, off_t offset, const unsigned char *data, size_t n) {
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
    snprintf(path, sizeof path, "%s/fmmap-%ld-%u", folder, (long)getpid(), serial++);
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

static int take_file(void) {
    int64_t at = take_number(-1);
    return at >= 0 && at < file_count ? (int)at : -1;
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

static void close_file(int at) {
    if (files[at].open)
        close(files[at].fd);
    files[at].open = false;
}

/* ---- Maps ----------------------------------------------------------------------------------- */

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
    size_t n;
    unsigned char *name = take_bytes(&n);
    name[n] = '\0'; /* inside the two digits that each byte took */
    answer_done(fm_set_name(map, (const char *)name));
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

/* ---- Greeting ------------------------------------------------------------------------------- */

static void able(const char *capability, bool is) {
    if (is)
        say("capability %s\n", capability);
}

static int constant(const char *name, size_t length) {
    fm_constant one;
    for (size_t i = 0; fm_constant_at(i, &one); i++)
        if (strncmp(one.name, name, length) == 0 && one.name[length] == '\0')
            return one.value;
    return -1;
}

static int named(const char *name) {
    return constant(name, strlen(name));
}

static bool opens(int fd, ptrdiff_t length, const fm_options *options) {
    fm_map *map = NULL;
    fm_status status = fm_open(fd, length, options, &map);
    if (status == FM_OK)
        fm_free(map);
    return status == FM_OK;
}

/* Anything but "there is no such operation" counts as having it. */
static bool has(fm_status status) {
    return status != FM_UNSUPPORTED;
}

static void probe(void) {
    bool posix = named("MAP_SHARED") >= 0;
    able("posix", posix);
    able("msync", posix);
    able("windows", !posix);
    able("private", named("MAP_PRIVATE") >= 0);
    able("prot", named("PROT_READ") >= 0);
    able("anon", opens(-1, 1, NULL));
    able("64bit", sizeof(void *) > 4);
    able("32bit", sizeof(void *) == 4);
#if defined(__linux__)
    able("linux", true);
#elif defined(__APPLE__)
    able("macos", true);
#elif defined(__FreeBSD__)
    able("freebsd", true);
#elif defined(__NetBSD__)
    able("netbsd", true);
#elif defined(__OpenBSD__)
    able("openbsd", true);
#elif defined(__sun)
    able("solaris", true);
#endif
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/fmmap-%ld-probe", folder, (long)getpid());
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_BINARY, 0600);
    fm_map *map = NULL;
    fm_options options = fm_options_default();
    if (fd >= 0 && write_all(fd, 0, (const unsigned char *)"12345678", 8)) {
        options.trackfd = false;
        able("trackfd", opens(fd, 8, &options));
        if (fm_open(fd, 8, NULL, &map) == FM_OK) {
            bool resizes = has(fm_resize(map, 4));
            void *data;
            size_t length;
            able("resize", resizes);
            able("mremap", resizes && posix);
            able("madvise", has(fm_advise(map, 0, 0, FM_UNBOUNDED)));
            bool borrows = fm_borrow(map, &data, &length, NULL) == FM_OK;
            able("exports", borrows);
            if (borrows)
                fm_release(map);
            fm_free(map);
        }
        struct stat info;
        /* off_t may have 32 bits */
        off_t large = sizeof(off_t) > 4 ? (off_t)((int64_t)5 << 30) : -1;
        if (large > 0 && ftruncate(fd, large) == 0 && fstat(fd, &info) == 0 &&
            info.st_size == large)
            able("largefile", true);
    }
    if (fd >= 0) {
        close(fd);
        unlink(path);
    }
    options = fm_options_default();
    if (posix && named("MAP_ANONYMOUS") >= 0) {
        options.flags = named("MAP_PRIVATE") | named("MAP_ANONYMOUS");
        if (fm_open(-1, 1, &options, &map) == FM_OK) {
            able("set_name", fm_set_name(map, "fmmap") == FM_OK);
            fm_free(map);
        }
        if (named("PROT_EXEC") >= 0) {
            options.prot = named("PROT_READ") | named("PROT_EXEC");
            able("exec", opens(-1, 1, &options));
        }
    }
}

const char *greeting(void) {
    answer_length = 0;
    say("fmmap-driver %d\n", PROTOCOL);
    say("implementation libfmmap %s\n", FM_VERSION);
    say("api 3.15\n");
    say("page %llu\n", (unsigned long long)fm_page_size());
    say("granularity %llu\n", (unsigned long long)fm_granularity());
    say("bits %d\n", (int)sizeof(void *) * CHAR_BIT);
#if defined(__x86_64__)
    say("arch x86_64\n");
#elif defined(__aarch64__)
    say("arch aarch64\n");
#elif defined(__i386__)
    say("arch i386\n");
#elif defined(__arm__)
    say("arch arm\n");
#elif defined(__s390x__)
    say("arch s390x\n");
#elif defined(__riscv)
    say("arch riscv\n");
#elif defined(__powerpc64__)
    say("arch ppc64\n");
#endif
#if defined(__GLIBC__)
    say("libc glibc headers %d.%d\n", __GLIBC__, __GLIBC_MINOR__);
#elif defined(__dietlibc__)
    say("libc dietlibc\n");
#elif defined(__KLIBC__)
    say("libc klibc\n");
#elif defined(__UCLIBC__)
    say("libc uclibc\n");
#elif defined(__linux__)
    say("libc unnamed (musl does not say)\n");
#endif
    fm_constant one;
    for (size_t i = 0; fm_constant_at(i, &one); i++)
        say("constant %s %d\n", one.name, one.value);
    probe();
    return answer;
}

/* ---- Serving -------------------------------------------------------------------------------- */

void reset_requests(void) {
    while (map_count > 0)
        fm_free(maps[--map_count]);
    while (file_count > 0) {
        close_file(--file_count);
        unlink(files[file_count].path);
    }
}

static const struct {
    const char *name;
    void (*perform)(int file);
} file_verbs[] = {{"reopen", do_reopen},
                  {"contents", do_contents},
                  {"file_size", do_file_size},
                  {"write_at", do_write_at},
                  {"truncate", do_truncate}};

static const struct {
    const char *name;
    void (*perform)(fm_map *map);
} map_verbs[] = {{"close", do_close},
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

static void perform(const char *verb) {
    if (strcmp(verb, "reset") == 0) {
        reset_requests();
        say("ok");
        return;
    }
    if (strcmp(verb, "file") == 0) {
        do_file();
        return;
    }
    if (strcmp(verb, "open") == 0) {
        do_open();
        return;
    }
    for (size_t i = 0; i < sizeof map_verbs / sizeof *map_verbs; i++)
        if (strcmp(verb, map_verbs[i].name) == 0) {
            int64_t at = take_number(-1);
            if (at < 0 || at >= map_count) {
                answer_bad("no such map");
                return;
            }
            at_map = (int)at;
            map_verbs[i].perform(maps[at]);
            return;
        }
    int at = take_file();
    if (at < 0) {
        answer_bad("no such request or file");
        return;
    }
    if (strcmp(verb, "close_file") == 0) {
        close_file(at);
        say("ok");
        return;
    }
    if (strcmp(verb, "unlink") == 0) {
        if (unlink(files[at].path) == 0)
            say("ok");
        else
            answer_errno();
        return;
    }
    for (size_t i = 0; i < sizeof file_verbs / sizeof *file_verbs; i++)
        if (strcmp(verb, file_verbs[i].name) == 0) {
            file_verbs[i].perform(at);
            return;
        }
    answer_bad("no such request");
}

void prepare_requests(const char *temporary) {
    folder = temporary;
}

const char *serve_request(char *line) {
    answer_length = 0;
    reserve(0);
    answer[0] = '\0';
    cut(line);
    errno = 0;
    if (words > 0)
        perform(word[0]);
    return answer;
}
