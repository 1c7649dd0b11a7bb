/* SPDX-License-Identifier: MPL-2.0
 *
 * What the library takes for granted of the C library and the system below it, asked of them: where
 * one of these fails, a port has to be mended there first. */
#include "check.h"

#include <signal.h>

static size_t page;

enum { RW = PROT_READ | PROT_WRITE, PRIVATE = MAP_PRIVATE | MAP_ANONYMOUS };

/* The call of the system fails with that errno. */
#define FAILS(error, call)                                                                         \
    do {                                                                                           \
        errno = 0;                                                                                 \
        CHECK((intptr_t)(call) == -1);                                                             \
        CHECK(errno == (error));                                                                   \
    } while (0)

/* Fresh memory, its pages filled with 'a', 'b', ... */
static unsigned char *pages_of_letters(size_t count) {
    unsigned char *memory = mmap(NULL, count * page, RW, PRIVATE, -1, 0);
    NEED(memory != MAP_FAILED);
    for (size_t i = 0; i < count; i++) {
        memset(memory + i * page, (int)('a' + i), page);
    }
    return memory;
}

static bool is_filled_with(const unsigned char *memory, unsigned char byte) {
    return memory[0] == byte && memcmp(memory, memory + 1, page - 1) == 0;
}

/* The signal that reading, or writing, one byte gives, or 0. */
static int signal_of(volatile unsigned char *byte, bool write_it) {
    pid_t child = fork();
    NEED(child >= 0);
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL); /* a sanitizer would report it */
        signal(SIGBUS, SIG_DFL);
        unsigned char value = *byte;
        if (write_it) {
            *byte = value;
        }
        _exit(0);
    }
    int status = 0;
    NEED(waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/* Linux says SIGSEGV, others SIGBUS for memory that is there but may not be touched. */
static bool is_forbidden(volatile unsigned char *byte, bool write_it) {
    int signal_number = signal_of(byte, write_it);
    return signal_number == SIGSEGV || signal_number == SIGBUS;
}

static void memory_begins_at_a_page(void) {
    static const ptrdiff_t lengths[] = {1, 3, 4097, 70000};
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        void *data;
        size_t n;
        fm_map *map = anonymous((size_t)lengths[i]);
        OK(fm_borrow(map, &data, &n, NULL));
        CHECK((uintptr_t)data % page == 0 && n == (size_t)lengths[i]);
        fm_release(map);
        fm_free(map);
        map = map_of("abc", 3);
        OK(fm_borrow(map, &data, &n, NULL));
        CHECK((uintptr_t)data % page == 0);
        fm_release(map);
        fm_free(map);
    }
}

static void impossible_sizes(void) {
    size_t too_large = (size_t)PTRDIFF_MAX + 1;
    FAILS(EINVAL, mmap(NULL, 0, RW, PRIVATE, -1, 0));
    FAILS(ENOMEM, mmap(NULL, too_large, RW, PRIVATE, -1, 0));
    FAILS(ENOMEM, mmap(NULL, too_large - page, RW, PRIVATE, -1, 0));
    FAILS(ENOMEM, mmap(NULL, SIZE_MAX - page, RW, PRIVATE, -1, 0));
}

static void unmapping(void) {
    unsigned char *memory = pages_of_letters(3);
    FAILS(EINVAL, munmap(memory, 0));
    FAILS(EINVAL, munmap(memory + 1, page));
    CHECK(munmap(memory + page, page) == 0);
    CHECK(is_filled_with(memory, 'a') && is_filled_with(memory + 2 * page, 'c'));
    CHECK(is_forbidden(memory + page, false));
    CHECK(munmap(memory + page, page) == 0); /* nothing there is no error */
    CHECK(munmap(memory, 3 * page) == 0);
    CHECK(is_forbidden(memory, false));
}

/* A hole in what the library has mapped: its calls of the system find it. */
static void a_hole_in_a_map(void) {
    void *data;
    size_t n;
    fm_map *map = anonymous(3 * page);
    OK(fm_borrow(map, &data, &n, NULL));
    unsigned char *hole = (unsigned char *)data + page;
    NEED(munmap(hole, page) == 0);
    FAILS(ENOMEM, msync(hole, page, MS_SYNC));
    FAILS(ENOMEM, mprotect(hole, page, PROT_READ));
    REFUSED(ENOMEM, fm_flush(map, 0, -1, 0));
    OK(fm_flush(map, 0, (ptrdiff_t)page, 0));
    OK(fm_flush(map, (ptrdiff_t)(2 * page), -1, 0));
    /* before others take it */
    NEED(mmap(hole, page, PROT_NONE, PRIVATE | MAP_FIXED, -1, 0) == hole);
    fm_release(map);
    fm_free(map);
    CHECK(is_forbidden(data, false) && is_forbidden(hole + page, false));
}

static void protection(void) {
    unsigned char *memory = pages_of_letters(3);
    CHECK(mprotect(memory + page, page, PROT_READ) == 0);
    CHECK(signal_of(memory + page, false) == 0 && is_forbidden(memory + page, true));
    CHECK(signal_of(memory, true) == 0 && signal_of(memory + 2 * page, true) == 0);
    /* An unaligned start is EINVAL, but some C libraries align it first. */
    CHECK(mprotect(memory + 1, page - 1, PROT_NONE) == 0 ? is_forbidden(memory, false)
                                                         : errno == EINVAL);
    NEED(munmap(memory, 3 * page) == 0);
}

/* Where other memory was, new memory has its own protection and is zeroed. */
static void recycled_memory(void) {
    static const int before[] = {PROT_NONE, PROT_READ, PROT_READ | PROT_EXEC, RW};
    for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
        unsigned char *memory = pages_of_letters(1);
        NEED(mprotect(memory, page, before[i]) == 0 && munmap(memory, page) == 0);
        CHECK(mmap(memory, page, RW, PRIVATE | MAP_FIXED, -1, 0) == memory);
        CHECK(is_filled_with(memory, 0));
        CHECK(signal_of(memory, true) == 0);
        NEED(munmap(memory, page) == 0);
    }
}

static void fixed_over_a_part(void) {
    unsigned char *memory = pages_of_letters(3);
    int fd = file_of("file", 4);
    CHECK(mmap(memory + page, page, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0) == memory + page);
    CHECK(memcmp(memory + page, "file\0", 5) == 0 && is_forbidden(memory + page, true));
    CHECK(is_filled_with(memory, 'a') && is_filled_with(memory + 2 * page, 'c'));
    CHECK(signal_of(memory, true) == 0 && signal_of(memory + 2 * page, true) == 0);
    NEED(munmap(memory, 3 * page) == 0);
    close(fd);
}

/* Without MAP_FIXED an address is a wish: one that is taken, odd or nobody's changes nothing. */
static void useless_hints(void) {
    unsigned char *memory = pages_of_letters(2);
    const uintptr_t hints[] = {
        1, page, (uintptr_t)memory, (uintptr_t)memory + 1, UINTPTR_MAX, UINTPTR_MAX - page + 1};
    for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
        unsigned char *other = mmap((void *)hints[i], page + 1, RW, PRIVATE, -1, 0);
        NEED(other != MAP_FAILED);
        CHECK((uintptr_t)other % page == 0);
        CHECK(other + 2 * page <= memory || other >= memory + 2 * page);
        memset(other, 'x', page + 1);
        NEED(munmap(other, page + 1) == 0);
    }
    CHECK(is_filled_with(memory, 'a') && is_filled_with(memory + page, 'b'));
    NEED(munmap(memory, 2 * page) == 0);
}

/* Address 0 is no wish for any other. Only the privileged may have it. */
static void fixed_at_zero(void) {
    void *memory = mmap(NULL, page, RW, PRIVATE | MAP_FIXED, -1, 0);
    CHECK(memory == NULL || memory == MAP_FAILED);
    if (memory != MAP_FAILED) {
        NEED(munmap(memory, page) == 0);
    }
}

/* A file of 1000 bytes is zeros up to the page's end, and stays out of reach behind that. */
static void behind_the_end_of_a_file(void) {
    char content[1000];
    memset(content, 'f', sizeof(content));
    for (size_t pages = 1; pages <= 2; pages++) {
        int fd = file_of(content, sizeof(content));
        unsigned char *memory = mmap(NULL, pages * page, RW, MAP_SHARED, fd, 0);
        NEED(memory != MAP_FAILED);
        NEED(signal_of(memory, false) == 0);
        CHECK(memcmp(memory, content, sizeof(content)) == 0);
        CHECK(memory[1000] == 0 && memcmp(memory + 1000, memory + 1001, page - 1001) == 0);
        memory[1000] = memory[page - 1] = 'X';
        CHECK(msync(memory, pages * page, MS_SYNC) == 0);
        struct stat status;
        CHECK(fstat(fd, &status) == 0 && status.st_size == 1000);
        CHECK(pages == 1 || signal_of(memory + page, false) == SIGBUS);
        CHECK(pages == 1 || signal_of(memory + page, true) == SIGBUS);
        NEED(ftruncate(fd, (off_t)(2 * page)) == 0); /* what it gains is there */
        NEED(pwrite(fd, "new", 3, (off_t)page) == 3);
        CHECK(pages == 1 || memcmp(memory + page, "new\0", 4) == 0);
        NEED(munmap(memory, pages * page) == 0);
        close(fd);
    }
}

static void writing_back_anonymous_memory(void) {
    const int kinds[] = {MAP_SHARED, MAP_PRIVATE};
    for (size_t i = 0; i < 2; i++) {
        fm_options options = fm_options_default();
        fm_map *map;
        options.flags = kinds[i];
        OK(fm_open(-1, (ptrdiff_t)page, &options, &map));
        OK(fm_write(map, "abc", 3));
        OK(fm_flush(map, 0, -1, MS_SYNC));
        OK(fm_flush(map, 0, -1, MS_ASYNC));
        REFUSED(EINVAL, fm_flush(map, 0, -1, MS_SYNC | MS_ASYNC));
        CHECK(holds(map, 0, "abc", 4));
        fm_free(map);
    }
}

#ifdef MREMAP_FIXED
/* mremap(2) takes a fifth argument with one of its flags only. */
static void moving(void) {
    const int unknown_flag = 0x100;
    unsigned char *memory = pages_of_letters(2);
    unsigned char *place = mmap(NULL, 4 * page, PROT_NONE, PRIVATE, -1, 0);
    NEED(place != MAP_FAILED);
    FAILS(EINVAL, mremap(memory, 2 * page, 3 * page, MREMAP_MAYMOVE | unknown_flag));
    FAILS(EINVAL, mremap(memory + 1, page, page, MREMAP_MAYMOVE));
    CHECK(mremap(memory, 2 * page, (size_t)PTRDIFF_MAX + 1, MREMAP_MAYMOVE) == MAP_FAILED);
    CHECK(errno == ENOMEM || errno == EINVAL); /* the C library's word, or Linux's */
    CHECK(is_filled_with(memory, 'a') && is_filled_with(memory + page, 'b'));

    void *moved = mremap(memory, 2 * page, 3 * page, MREMAP_MAYMOVE | MREMAP_FIXED, place);
    CHECK(moved == place);
    CHECK(is_filled_with(place, 'a') && is_filled_with(place + page, 'b'));
    CHECK(is_filled_with(place + 2 * page, 0) && is_forbidden(place + 3 * page, false));
    CHECK(is_forbidden(memory, false));

    unsigned char *grown = mremap(place, 3 * page, 9 * page, MREMAP_MAYMOVE);
    NEED((void *)grown != MAP_FAILED);
    CHECK(is_filled_with(grown, 'a') && is_filled_with(grown + page, 'b'));
    CHECK(is_filled_with(grown + 8 * page, 0));
    CHECK(mremap(grown, 9 * page, page, 0) == grown);
    CHECK(is_filled_with(grown, 'a') && is_forbidden(grown + page, false));
    NEED(munmap(grown, page) == 0);
}
#endif

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0); /* some failures end in a fault */
    page = fm_page_size();
    TEST(memory_begins_at_a_page);
    TEST(impossible_sizes);
    TEST(unmapping);
    TEST(a_hole_in_a_map);
    TEST(protection);
    TEST(recycled_memory);
    TEST(fixed_over_a_part);
    TEST(useless_hints);
    if (UNDER_TSAN) {
        puts("not tested: memory at address 0, for which ThreadSanitizer ends a process");
    } else {
        TEST(fixed_at_zero);
    }
    TEST(behind_the_end_of_a_file);
    TEST(writing_back_anonymous_memory);
#ifdef MREMAP_FIXED
    TEST(moving);
#endif
    return report();
}
