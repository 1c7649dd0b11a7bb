/* SPDX-License-Identifier: MPL-2.0
 *
 * What the tests of the library share: checks that print and go on, files and maps to work on. */
#ifndef FM_REF_TEST_CHECK_H
#define FM_REF_TEST_CHECK_H

#include "fmmap.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static unsigned tests_passed;
static unsigned tests_failed;
static _Atomic unsigned checks;        /* by any thread */
static _Atomic unsigned checks_failed; /* of the running test */

#define CHECK(condition)                                                                           \
    ((void)checks++, (condition) ? (void)0                                                         \
                                 : ((void)checks_failed++,                                         \
                                    (void)printf("%s:%d: %s\n", __FILE__, __LINE__, #condition)))

/* Run a function of checks as one test. */
#define TEST(function)                                                                             \
    do {                                                                                           \
        function();                                                                                \
        *(checks_failed == 0 ? &tests_passed : &tests_failed) += 1;                                \
        checks_failed = 0;                                                                         \
    } while (0)

/* The call's status is the expected one. */
#define STATUS(expected, call) check_status(expected, call, #call, __FILE__, __LINE__)
#define OK(call) STATUS(FM_OK, call)

static inline void check_status(fm_status expected, fm_status got, const char *call,
                                const char *file, int line) {
    checks++;
    if (got == expected) {
        return;
    }
    checks_failed++;
    printf("%s:%d: %s is %s, not %s", file, line, call, fm_status_name(got),
           fm_status_name(expected));
    printf(got == FM_OS ? " (%s)\n" : "\n", strerror(errno));
}

/* The call fails with that errno. */
#define REFUSED(error, call)                                                                       \
    do {                                                                                           \
        STATUS(FM_OS, call);                                                                       \
        CHECK(errno == (error));                                                                   \
    } while (0)

static inline int report(void) {
    printf("%u checks\n%u passed, %u failed\n", checks, tests_passed, tests_failed);
    return tests_failed != 0 || checks_failed != 0;
}

/* A test that cannot go on without this. */
#define NEED(condition)                                                                            \
    ((condition)                                                                                   \
         ? (void)0                                                                                 \
         : (perror(#condition), tests_failed++, (void)(checks_failed = 0), exit(report())))

/* ThreadSanitizer blocks all signals in handlers, and takes what mremap(2) moves for strangers'. */
#if defined(__SANITIZE_THREAD__)
#define UNDER_TSAN true
#elif defined(__has_feature)
#define UNDER_TSAN __has_feature(thread_sanitizer)
#else
#define UNDER_TSAN false
#endif

/* A file without a name, holding n bytes of data; the caller closes it. */
static inline int file_of(const void *data, size_t n) {
    FILE *file = tmpfile();
    NEED(file);
    int fd = dup(fileno(file));
    NEED(fd >= 0);
    fclose(file);
    NEED(n == 0 || pwrite(fd, data, n, 0) == (ssize_t)n);
    return fd;
}

/* A map of such a file, or of zeroed anonymous memory. */
static inline fm_map *map_of(const void *data, size_t n) {
    fm_map *map = NULL;
    int fd = file_of(data, n);
    NEED(fm_open(fd, 0, NULL, &map) == FM_OK);
    close(fd);
    return map;
}

static inline fm_map *anonymous(size_t n) {
    fm_map *map = NULL;
    NEED(fm_open(-1, (ptrdiff_t)n, NULL, &map) == FM_OK);
    return map;
}

/* A map in one of the access modes. */
static inline fm_map *map_in_mode(const void *data, size_t n, int access) {
    fm_options options = fm_options_default();
    fm_map *map = NULL;
    int fd = file_of(data, n);
    options.access = access;
    NEED(fm_open(fd, 0, &options, &map) == FM_OK);
    close(fd);
    return map;
}

/* Whether maps can change their length on this system; said once if not. */
static inline bool can_resize(void) {
    fm_map *map = anonymous(1);
    bool can = fm_resize(map, 1) != FM_UNSUPPORTED;
    fm_free(map);
    if (!can) {
        puts("not tested: resize, which this system does not have");
    }
    return can;
}

static inline size_t length_of(const fm_map *map) {
    size_t length = 0;
    OK(fm_length(map, &length));
    return length;
}

static inline size_t position_of(const fm_map *map) {
    size_t position = 0;
    OK(fm_tell(map, &position));
    return position;
}

/* The map's bytes from `start` on are these. */
static inline bool holds(const fm_map *map, size_t start, const void *bytes, size_t n) {
    fm_range range = {start, 1, n};
    unsigned char *copy = malloc(n + 1);
    NEED(copy);
    bool same = fm_get_slice(map, range, copy) == FM_OK && memcmp(copy, bytes, n) == 0;
    free(copy);
    return same;
}

/* How many descriptors the process has. */
static inline int open_descriptors(void) {
    int count = 0;
    for (int fd = 0; fd < 1024; fd++) {
        struct stat status;
        count += fstat(fd, &status) == 0;
    }
    return count;
}

/* Random numbers: xorshift64* (Marsaglia 2003, Vigna 2016). FM_SEED= repeats a run. */
static uint64_t random_state;

static inline void random_seed(void) {
    const char *given = getenv("FM_SEED");
    random_state = given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL);
    printf("FM_SEED=%" PRIu64 "\n", random_state);
    random_state = random_state * 2 + 1;
}

static inline size_t random_below(size_t bound) {
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (size_t)((random_state * 0x2545f4914f6cdd1du) >> 33) % bound;
}

#endif
