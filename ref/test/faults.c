/* SPDX-License-Identifier: MPL-2.0
 *
 * Files truncated under their maps: every operation answers FM_FAULT, everything else lives on,
 * and faults that are not ours go where they went before. */
#include "check.h"

#include "fault.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>

/* Sanitizers would report faults themselves that are to end a process. */
__attribute__((visibility("default"))) const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "handle_sigbus=0:use_sigaltstack=0";
}
__attribute__((visibility("default"))) const char *__tsan_default_options(void);
const char *__tsan_default_options(void) {
    return "handle_sigbus=0:use_sigaltstack=0";
}

enum { PAGES = 4 };
static size_t page;

/* A map of PAGES pages of 'a' over a file that holds `kept` bytes now. */
static fm_map *truncated_to(size_t kept, int *fd) {
    fm_map *map;
    char *content = malloc(PAGES * page);
    NEED(content);
    memset(content, 'a', PAGES * page);
    *fd = file_of(content, PAGES * page);
    free(content);
    OK(fm_open(*fd, 0, NULL, &map));
    NEED(ftruncate(*fd, (off_t)kept) == 0);
    return map;
}

/* ---- One operation after the other ---------------------------------------------------------- */

static void every_operation_answers_fault(void) {
    int fd;
    fm_map *map = truncated_to(0, &fd);
    unsigned char byte = 7;
    char *buffer = calloc(PAGES, page);
    NEED(buffer);
    size_t n = 77;
    ptrdiff_t index = 77;
    fm_range whole = {0, 1, PAGES * page}, odd = {1, 2, PAGES * page / 2};
    fm_range backwards = {PAGES * page - 1, -1, PAGES * page}, one = {3, 1, 1};
    fm_finder *finder;
    OK(fm_finder_new("b", 1, &finder));

    for (int round = 0; round < 100; round++) {
        STATUS(FM_FAULT, fm_get(map, 0, &byte));
        STATUS(FM_FAULT, fm_get(map, -1, &byte));
        STATUS(FM_FAULT, fm_set(map, 5, 1));
        STATUS(FM_FAULT, fm_get_slice(map, whole, buffer));
        STATUS(FM_FAULT, fm_get_slice(map, one, buffer));
        STATUS(FM_FAULT, fm_get_slice(map, odd, buffer));
        STATUS(FM_FAULT, fm_get_slice(map, backwards, buffer));
        STATUS(FM_FAULT, fm_set_slice(map, whole, buffer, whole.count));
        STATUS(FM_FAULT, fm_set_slice(map, one, buffer, 1));
        STATUS(FM_FAULT, fm_set_slice(map, odd, buffer, odd.count));
        STATUS(FM_FAULT, fm_set_slice(map, backwards, buffer, backwards.count));
        STATUS(FM_FAULT, fm_line_length(map, &n));
        STATUS(FM_FAULT, fm_read(map, buffer, 10, &n));
        STATUS(FM_FAULT, fm_readline(map, buffer, 10, &n));
        STATUS(FM_FAULT, fm_read_byte(map, &byte));
        STATUS(FM_FAULT, fm_write(map, "x", 1));
        STATUS(FM_FAULT, fm_write_byte(map, 1));
        STATUS(FM_FAULT, fm_move(map, 0, 1, 10));
        STATUS(FM_FAULT, fm_find(map, "bb", 2, 0, FM_UNBOUNDED, &index));
        STATUS(FM_FAULT, fm_rfind(map, "bb", 2, 0, FM_UNBOUNDED, &index));
        STATUS(FM_FAULT, fm_find(map, "b", 1, 0, FM_UNBOUNDED, &index));
        STATUS(FM_FAULT, fm_rfind(map, "b", 1, 0, FM_UNBOUNDED, &index));
        STATUS(FM_FAULT, fm_find_with(map, finder, 0, FM_UNBOUNDED, &index));
        STATUS(FM_FAULT, fm_rfind_with(map, finder, 0, FM_UNBOUNDED, &index));
        STATUS(FM_FAULT, fm_count_with(map, finder, 0, FM_UNBOUNDED, &n));
    }
    CHECK(byte == 7 && n == 77 && index == 77); /* results are written on FM_OK only */
    CHECK(position_of(map) == 0);
    OK(fm_read(map, buffer, 0, &n));
    CHECK(n == 0);
    OK(fm_flush(map, 0, -1, 0));

    /* the file grows again: so do the map's answers */
    NEED(ftruncate(fd, (off_t)(PAGES * page)) == 0);
    OK(fm_get(map, 0, &byte));
    CHECK(byte == 0);
    OK(fm_write(map, "xyz", 3));
    OK(fm_find(map, "yz", 2, 0, FM_UNBOUNDED, &index));
    CHECK(index == 1);

    /* the other side of a copy, or the needle, may be the one that is missing */
    int other_fd;
    fm_map *other = truncated_to(0, &other_fd);
    void *data;
    OK(fm_borrow(other, &data, &n, NULL));
    STATUS(FM_FAULT, fm_write(map, data, 10));
    STATUS(FM_FAULT, fm_find(map, data, 10, 0, FM_UNBOUNDED, &index));
    STATUS(FM_FAULT, fm_rfind(map, data, 1, 0, FM_UNBOUNDED, &index));
    OK(fm_seek(map, 0, 0, NULL));
    STATUS(FM_FAULT, fm_read(map, data, 10, &n));
    CHECK(position_of(map) == 0);
    fm_free(other);
    close(other_fd);

    sigset_t blocked;
    NEED(pthread_sigmask(SIG_SETMASK, NULL, &blocked) == 0);
    CHECK(!sigismember(&blocked, SIGBUS));
    fm_finder_free(finder);
    fm_free(map);
    close(fd);
    free(buffer);
}

static void only_the_missing_part_is_missing(void) {
    int fd;
    fm_map *map = truncated_to(page + 10, &fd);
    unsigned char byte;
    ptrdiff_t index;
    OK(fm_get(map, (ptrdiff_t)page + 9, &byte));
    CHECK(byte == 'a');
    OK(fm_get(map, (ptrdiff_t)(2 * page) - 1, &byte));
    CHECK(byte == 0); /* the rest of the file's last page */
    STATUS(FM_FAULT, fm_get(map, (ptrdiff_t)(2 * page), &byte));
    OK(fm_find(map, "a\0", 2, 0, FM_UNBOUNDED, &index));
    CHECK(index == (ptrdiff_t)page + 9);
    OK(fm_rfind(map, "a\0", 2, 0, (ptrdiff_t)(2 * page), &index));
    CHECK(index == (ptrdiff_t)page + 9);
    STATUS(FM_FAULT, fm_rfind(map, "a\0", 2, 0, FM_UNBOUNDED, &index));
    fm_free(map);
    close(fd);
}

/* However near to a page's end it begins: C libraries' functions then read from in front of it. */
static void ranges_anywhere_in_a_missing_page(void) {
    int fd;
    fm_map *map = truncated_to(0, &fd);
    char got[16];
    size_t n;
    ptrdiff_t index;
    const char *name;
    for (ptrdiff_t at = (ptrdiff_t)page - 130; at <= (ptrdiff_t)page; at++) {
        fm_range odd = {(size_t)at, 3, 5};
        OK(fm_seek(map, at, 0, NULL));
        STATUS(FM_FAULT, fm_line_length(map, &n));
        STATUS(FM_FAULT, fm_readline(map, got, sizeof(got), &n));
        STATUS(FM_FAULT, fm_read(map, got, sizeof(got), &n));
        STATUS(FM_FAULT, fm_write(map, "bytes", 5));
        STATUS(FM_FAULT, fm_get_slice(map, odd, got));
        STATUS(FM_FAULT, fm_set_slice(map, odd, "bytes", 5));
        for (size_t i = 0; (name = fm_strategy_at(i)); i++) {
            OK(fm_use_strategy(name));
            for (ptrdiff_t length = 1; length <= 100; length += 1 + 2 * length) {
                STATUS(FM_FAULT, fm_find(map, "b", 1, at, at + length, &index));
                STATUS(FM_FAULT, fm_rfind(map, "b", 1, at, at + length, &index));
                STATUS(FM_FAULT, fm_find(map, "bc", 2, at, at + 1 + length, &index));
                STATUS(FM_FAULT, fm_rfind(map, "bc", 2, at, at + 1 + length, &index));
            }
        }
    }
    OK(fm_use_strategy("auto"));
    fm_free(map);
    close(fd);
}

/* A line that ends before the missing page is whole; one that does not is missing. */
static void lines_before_a_missing_page(void) {
    int fd;
    fm_map *map = truncated_to(page, &fd);
    unsigned char got[400];
    ptrdiff_t end = (ptrdiff_t)page;
    size_t n;
    for (ptrdiff_t length = 1; length < (ptrdiff_t)sizeof(got); length++) {
        OK(fm_seek(map, end - length, 0, NULL));
        STATUS(FM_FAULT, fm_line_length(map, &n));
        STATUS(FM_FAULT, fm_readline(map, got, sizeof(got), &n));
        OK(fm_readline(map, got, (size_t)length, &n)); /* all that is asked for is there */
        CHECK(n == (size_t)length);
        OK(fm_seek(map, end - length, 0, NULL));
        for (ptrdiff_t at = end - length; at < end; at += 1 + at % 7) {
            n = 0;
            OK(fm_set(map, at, '\n'));
            OK(fm_line_length(map, &n));
            CHECK(n == (size_t)(at - (end - length)) + 1);
            OK(fm_set(map, at, 'a'));
        }
    }
    CHECK(position_of(map) == page - sizeof(got) + 1);
    fm_free(map);
    close(fd);
}

/* The module's way to copy out of a map. */
static void copies_into_a_missing_page(void) {
    int fd;
    fm_map *map = truncated_to(page, &fd);
    unsigned char got[600];
    void *data;
    size_t length;
    OK(fm_borrow(map, &data, &length, NULL));
    const unsigned char *end = (const unsigned char *)data + page;
    for (size_t n = 1; n <= sizeof(got); n++) {
        OK(fm_guarded_copy_out(got, end - n, n));
        for (size_t there = 0; there < n; there += 1 + there / 4) {
            STATUS(FM_FAULT, fm_guarded_copy_out(got, end - there, n));
        }
    }
    fm_release(map);
    fm_free(map);
    close(fd);
}

/* ---- Truncation while operations run -------------------------------------------------------- */

static atomic_bool is_over;
static atomic_uint truncations;
static size_t big;

static void *truncate_again_and_again(void *fd) {
    while (!is_over) {
        NEED(ftruncate(*(int *)fd, 0) == 0);
        truncations++;
        NEED(ftruncate(*(int *)fd, (off_t)big) == 0);
    }
    return NULL;
}

static void *work_on_something_else(void *rounds) {
    fm_map *map = map_of("unrelated work", 14);
    while (!is_over) {
        ptrdiff_t index = -1;
        if (fm_find(map, "work", 4, 0, FM_UNBOUNDED, &index) != FM_OK || index != 10) {
            return NULL; /* rounds stays odd */
        }
        *(size_t *)rounds += 2;
    }
    *(size_t *)rounds += 1;
    fm_free(map);
    return NULL;
}

static fm_status run(int operation, fm_map *map, char *buffer) {
    size_t n;
    ptrdiff_t index;
    unsigned char byte;
    fm_range whole = {0, 1, big}, every_third = {0, 3, big / 3};
    NEED(fm_seek(map, 0, 0, NULL) == FM_OK);
    switch (operation) {
    case 0:
        return fm_find(map, "needle", 6, 0, FM_UNBOUNDED, &index);
    case 1:
        return fm_rfind(map, "needle", 6, 0, FM_UNBOUNDED, &index);
    case 2:
        return fm_read(map, buffer, SIZE_MAX, &n);
    case 3:
        return fm_get_slice(map, whole, buffer);
    case 4:
        return fm_get_slice(map, every_third, buffer);
    case 5:
        return fm_write(map, buffer, big);
    case 6:
        return fm_move(map, 0, 1, (ptrdiff_t)big - 1);
    case 7:
        return fm_readline(map, buffer, big, &n);
    case 8:
        return fm_set_slice(map, every_third, buffer, every_third.count);
    case 9:
        return fm_get(map, (ptrdiff_t)big / 2, &byte);
    default:
        return fm_set(map, (ptrdiff_t)big / 2, 0);
    }
}

static void truncation_under_running_operations(void) {
    enum { OPERATIONS = 11, ROUNDS = 120 };
    static const int fewer = 4; /* copies of everything write holes, which is slow */
    unsigned faults[OPERATIONS] = {0};
    big = 512 * page;
    char *buffer = calloc(1, big);
    NEED(buffer);
    int fd = file_of("", 0);
    NEED(ftruncate(fd, (off_t)big) == 0);
    fm_map *map;
    OK(fm_open(fd, 0, NULL, &map));
    pthread_t truncating, working;
    size_t rounds = 0;
    NEED(pthread_create(&truncating, NULL, truncate_again_and_again, &fd) == 0);
    NEED(pthread_create(&working, NULL, work_on_something_else, &rounds) == 0);
    for (int operation = 0; operation < OPERATIONS; operation++) {
        int most = operation < 9 ? ROUNDS * 100 : ROUNDS * 10000;
        int wanted = operation < 9 ? ROUNDS : ROUNDS / fewer;
        for (int i = 0; i < most && faults[operation] < (unsigned)wanted; i++) {
            fm_status status = run(operation, map, buffer);
            if (status == FM_FAULT) {
                faults[operation]++;
            } else if (status != FM_OK) {
                CHECK(status == FM_OK || status == FM_FAULT);
            }
        }
        CHECK(faults[operation] > 0);
    }
    is_over = true;
    pthread_join(truncating, NULL);
    pthread_join(working, NULL);
    CHECK(rounds > 2 && rounds % 2 == 1);
    printf("truncations: %u; faults of each operation:", truncations);
    for (int operation = 0; operation < OPERATIONS; operation++) {
        printf(" %u", faults[operation]);
    }
    printf("; unrelated searches: %zu\n", rounds / 2);
    fm_free(map);
    close(fd);
    free(buffer);
}

static void *fault_many_times(void *count) {
    int fd;
    fm_map *map = truncated_to(0, &fd);
    unsigned char byte;
    char buffer[100];
    size_t n;
    for (int i = 0; i < 3000; i++) {
        if (fm_get(map, i, &byte) == FM_FAULT && fm_read(map, buffer, 100, &n) == FM_FAULT) {
            ++*(int *)count;
        }
    }
    fm_free(map);
    close(fd);
    return NULL;
}

static void threads_fault_side_by_side(void) {
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    int counts[THREADS] = {0};
    for (int i = 0; i < THREADS; i++) {
        NEED(pthread_create(&threads[i], NULL, fault_many_times, &counts[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        CHECK(counts[i] == 3000);
    }
}

/* ---- Faults that are not ours --------------------------------------------------------------- */

/* How a child process that does this ends: its exit status, or minus the signal. */
static int ending_of(void (*action)(void)) {
    fflush(stdout);
    pid_t child = fork();
    NEED(child >= 0);
    if (child == 0) {
        action();
        _exit(0);
    }
    int status = 0;
    NEED(waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static sigjmp_buf resume;
static void *volatile fault_address;
static fm_map *volatile nested;
static volatile fm_status nested_status;

static void touch_borrowed_bytes(void) {
    int fd;
    void *data;
    size_t n;
    fm_map *map = truncated_to(0, &fd);
    NEED(fm_borrow(map, &data, &n, NULL) == FM_OK);
    fault_address = NULL;
    (void)*(volatile char *)data;
}

/* The same with a guard of the library having been set and left in this thread before. */
static void touch_borrowed_bytes_after_an_operation(void) {
    int fd;
    unsigned char byte;
    char bytes[3];
    size_t n;
    fm_map *map = truncated_to(0, &fd);
    NEED(fm_get(map, 0, &byte) == FM_FAULT && fm_read(map, bytes, 3, &n) == FM_FAULT);
    touch_borrowed_bytes();
}

static void signal_itself(void) {
    fm_free(anonymous(1));
    kill(getpid(), SIGBUS);
}

static void ignore(void) {
    signal(SIGBUS, SIG_IGN);
}

static void ignore_and_signal_itself(void) {
    ignore();
    signal_itself();
    _exit(42);
}

static void ignore_and_touch(void) {
    ignore();
    touch_borrowed_bytes();
}

static void on_foreign_fault(int signal, siginfo_t *info, void *context) {
    sigset_t blocked;
    (void)context;
    fault_address = info->si_addr;
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    bool is_as_asked = signal == SIGBUS && sigismember(&blocked, SIGBUS) == 1 &&
                       sigismember(&blocked, SIGUSR1) == 1 &&
                       (UNDER_TSAN || !sigismember(&blocked, SIGUSR2));
    if (nested) { /* the library is used inside the handler */
        unsigned char bytes[3];
        size_t n;
        sigset_t bus;
        sigemptyset(&bus);
        sigaddset(&bus, SIGBUS);
        pthread_sigmask(SIG_UNBLOCK, &bus, NULL);
        nested_status = fm_read(nested, bytes, 3, &n);
    }
    siglongjmp(resume, is_as_asked ? 1 : 2);
}

static void chain_to_a_handler(void) {
    struct sigaction action = {.sa_flags = SA_SIGINFO};
    void *data;
    size_t n;
    int fd, nested_fd;
    action.sa_sigaction = on_foreign_fault;
    sigemptyset(&action.sa_mask);
    sigaddset(&action.sa_mask, SIGUSR1);
    sigaction(SIGBUS, &action, NULL);
    fm_map *map = truncated_to(0, &fd);
    NEED(fm_borrow(map, &data, &n, NULL) == FM_OK);
    for (int round = 0; round < 4; round++) {
        volatile int way;
        if (round == 2) {
            nested = truncated_to(0, &nested_fd);
            nested_status = FM_OK;
        }
        fault_address = NULL;
        way = sigsetjmp(resume, 1);
        if (way == 0) {
            (void)*((volatile char *)data + 5);
            _exit(1);
        }
        if (way != 1 || fault_address != (char *)data + 5 ||
            (nested && nested_status != FM_FAULT)) {
            _exit(2);
        }
        char bytes[3];
        if (fm_read(map, bytes, 3, &n) != FM_FAULT) {
            _exit(3);
        }
    }
    _exit(42);
}

static volatile int seen;

static void on_signal_simply(int signal) {
    (void)signal;
    seen++;
}

static void chain_to_a_simple_handler(void) {
    struct sigaction action = {.sa_handler = on_signal_simply, .sa_flags = (int)SA_RESETHAND};
    sigaction(SIGBUS, &action, NULL);
    signal_itself();
    if (seen != 1) {
        _exit(1);
    }
    signal_itself(); /* the handler was for once */
}

/* What Python's faulthandler does if it is enabled after the library's first map. */
static struct sigaction before_the_late_one;

static void on_fault_as_the_late_one(int signal) {
    sigaction(signal, &before_the_late_one, NULL);
    seen++;
    raise(signal);
}

static void a_late_handler_raises_again(void) {
    int fd;
    size_t n;
    char bytes[3];
    fm_map *map = truncated_to(0, &fd);
    struct sigaction late = {.sa_handler = on_fault_as_the_late_one, .sa_flags = SA_NODEFER};
    sigaction(SIGBUS, &late, &before_the_late_one);
    if (fm_read(map, bytes, 3, &n) != FM_FAULT || seen != 1) {
        _exit(1);
    }
    if (fm_read(map, bytes, 3, &n) != FM_FAULT || seen != 1) {
        _exit(2);
    }
    _exit(42);
}

/* A handler that is installed after ours and calls it, with all signals blocked meanwhile. */
static void on_fault_before_ours(int signal, siginfo_t *info, void *context) {
    seen++;
    before_the_late_one.sa_sigaction(signal, info, context);
}

static void a_late_handler_calls_ours(void) {
    enum { ROUNDS = 5 };
    int fd;
    size_t n;
    char *bytes = malloc(PAGES * page);
    sigset_t blocked;
    fm_map *map = truncated_to(0, &fd);
    struct sigaction late = {.sa_flags = SA_SIGINFO};
    late.sa_sigaction = on_fault_before_ours;
    sigfillset(&late.sa_mask);
    sigaction(SIGBUS, &late, &before_the_late_one);
    for (int round = 0; round < ROUNDS; round++) {
        if (fm_read(map, bytes, PAGES * page, &n) != FM_FAULT) {
            _exit(1);
        }
    }
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    bool is_blocked = sigismember(&blocked, SIGBUS) || sigismember(&blocked, SIGUSR1);
    _exit(seen == ROUNDS && !is_blocked ? 42 : 2);
}

static void signal_itself_by_default(void) {
    struct sigaction action = {.sa_flags = SA_SIGINFO};
    action.sa_handler = SIG_DFL;
    sigaction(SIGBUS, &action, NULL);
    signal_itself();
}

static void signal_itself_in_vain(void) {
    struct sigaction action = {.sa_flags = SA_SIGINFO};
    action.sa_handler = SIG_IGN;
    sigaction(SIGBUS, &action, NULL);
    signal_itself();
    _exit(42);
}

/* A read(2) that waits while somebody sends the signal goes on, or not, as it would without us. */
static struct {
    bool has_map;
    pthread_t reader;
    int pipe[2];
    int signals; /* at most; then there is something to read */
    atomic_bool is_done;
} reading;

static void *send_signals_and_write(void *unused) {
    const struct timespec moment = {0, 1000000};
    for (int i = 0; i < reading.signals && !reading.is_done; i++) {
        nanosleep(&moment, NULL);
        pthread_kill(reading.reader, SIGBUS);
    }
    return write(reading.pipe[1], "x", 1) == 1 ? unused : NULL;
}

static void read_through_signals(int signals) {
    pthread_t sending;
    char byte;
    if (reading.has_map) {
        fm_free(anonymous(1));
    }
    reading.reader = pthread_self();
    reading.signals = signals;
    NEED(pipe(reading.pipe) == 0);
    NEED(pthread_create(&sending, NULL, send_signals_and_write, NULL) == 0);
    ssize_t n = read(reading.pipe[0], &byte, 1);
    int error = errno;
    reading.is_done = true;
    pthread_join(sending, NULL);
    _exit(n == 1 ? 42 : error == EINTR ? 43 : 44);
}

static void handle(int flags) {
    struct sigaction action = {.sa_handler = on_signal_simply, .sa_flags = flags};
    sigaction(SIGBUS, &action, NULL);
}

static void read_ignoring_signals(void) {
    ignore();
    read_through_signals(50);
}

static void read_restarted(void) {
    handle(SA_RESTART);
    read_through_signals(50);
}

static void read_interrupted(void) {
    handle(0);
    read_through_signals(60000); /* one will come while it waits */
}

static bool ends_as_without_us(void (*action)(void)) {
    reading.has_map = false; /* in the child, too */
    int without = ending_of(action);
    reading.has_map = true;
    return ending_of(action) == without;
}

static void fault_on_another_stack(void) {
    stack_t stack = {.ss_size = 65536};
    stack.ss_sp = malloc(stack.ss_size);
    NEED(stack.ss_sp && sigaltstack(&stack, NULL) == 0);
    int count = 0;
    fault_many_times(&count);
    stack_t now;
    NEED(sigaltstack(NULL, &now) == 0);
    _exit(count == 3000 && !(now.ss_flags & SS_ONSTACK) ? 42 : 1);
}

static void faults_elsewhere_go_elsewhere(void) {
    CHECK(ending_of(touch_borrowed_bytes) == -SIGBUS);
    CHECK(ending_of(touch_borrowed_bytes_after_an_operation) == -SIGBUS);
    CHECK(ending_of(signal_itself) == -SIGBUS);
    CHECK(ending_of(ignore_and_signal_itself) == 42);
    CHECK(ending_of(ignore_and_touch) == -SIGBUS);
    CHECK(ending_of(chain_to_a_handler) == 42);
    CHECK(ending_of(chain_to_a_simple_handler) == -SIGBUS);
    CHECK(ending_of(a_late_handler_raises_again) == 42);
    CHECK(ending_of(a_late_handler_calls_ours) == 42);
    CHECK(ending_of(signal_itself_by_default) == -SIGBUS);
    CHECK(ending_of(signal_itself_in_vain) == 42);
    CHECK(ends_as_without_us(read_ignoring_signals));
    CHECK(ends_as_without_us(read_restarted));
    CHECK(ends_as_without_us(read_interrupted));
    CHECK(ending_of(fault_on_another_stack) == 42);
}

int main(void) {
    page = fm_page_size();
    TEST(faults_elsewhere_go_elsewhere); /* first: its children install the handler themselves */
    TEST(every_operation_answers_fault);
    TEST(only_the_missing_part_is_missing);
    TEST(ranges_anywhere_in_a_missing_page);
    TEST(lines_before_a_missing_page);
    TEST(copies_into_a_missing_page);
    TEST(threads_fault_side_by_side);
    TEST(truncation_under_running_operations);
    return report();
}
