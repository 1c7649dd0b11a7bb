/* SPDX-License-Identifier: MPL-2.0
 *
 * What fmmap.h promises to threads: maps are independent, looking at one map may happen side by
 * side, searchers are shared, and a strategy may be chosen at any time. Meant to be run under
 * ThreadSanitizer too: make ctest SANITIZE=thread. */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>

enum { THREADS = 8, ROUNDS = 100, LENGTH = 100000, NEEDLE_AT = 77777 };

static const char needle[] = "needle";
static const size_t m = sizeof(needle) - 1;

static char content[LENGTH];
static fm_map *shared;
static fm_finder *finder;
static pthread_barrier_t start;
static atomic_uint wrong; /* answers */

#define EXPECT(condition) (void)((condition) || wrong++)

static void in_threads(void *(*work)(void *), size_t argument_size, void *arguments) {
    pthread_t threads[THREADS];
    wrong = 0;
    NEED(pthread_barrier_init(&start, NULL, THREADS) == 0);
    for (size_t i = 0; i < THREADS; i++) {
        NEED(pthread_create(&threads[i], NULL, work, (char *)arguments + i * argument_size) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        NEED(pthread_join(threads[i], NULL) == 0);
    }
    pthread_barrier_destroy(&start);
    CHECK(wrong == 0);
}

/* ---- The first search of the process -------------------------------------------------------- */

static void *search_for_the_first_time(void *unused) {
    (void)unused;
    pthread_barrier_wait(&start);
    EXPECT(fm_memmem(content, LENGTH, needle, m) == content + NEEDLE_AT);
    EXPECT(strcmp(fm_strategy_in_use(), "auto") == 0);
    return NULL;
}

static void all_search_first(void) {
    in_threads(search_for_the_first_time, 0, content);
}

/* ---- One map -------------------------------------------------------------------------------- */

static void *look(void *unused) {
    (void)unused;
    pthread_barrier_wait(&start);
    for (int round = 0; round < ROUNDS; round++) {
        ptrdiff_t index = 0;
        size_t n = 0;
        unsigned char byte = 0;
        char bytes[sizeof(needle)] = "";
        void *data = NULL;
        fm_range range = {NEEDLE_AT, 1, m};
        EXPECT(fm_find(shared, needle, m, 0, FM_UNBOUNDED, &index) == FM_OK && index == NEEDLE_AT);
        EXPECT(fm_rfind(shared, needle, m, 0, FM_UNBOUNDED, &index) == FM_OK && index == NEEDLE_AT);
        EXPECT(fm_find_with(shared, finder, 0, FM_UNBOUNDED, &index) == FM_OK &&
               index == NEEDLE_AT);
        EXPECT(fm_count_with(shared, finder, 0, FM_UNBOUNDED, &n) == FM_OK && n == 1);
        EXPECT(fm_get(shared, NEEDLE_AT, &byte) == FM_OK && byte == 'n');
        EXPECT(fm_get_slice(shared, range, bytes) == FM_OK && strcmp(bytes, needle) == 0);
        EXPECT(fm_length(shared, &n) == FM_OK && n == LENGTH);
        EXPECT(fm_borrow(shared, &data, &n, NULL) == FM_OK && memcmp(data, content, LENGTH) == 0);
        EXPECT(fm_close(shared) == FM_BORROWED); /* by this thread, whatever the others do */
        fm_release(shared);
    }
    return NULL;
}

static void all_look_at_one_map(void) {
    shared = map_of(content, LENGTH);
    OK(fm_finder_new(needle, m, &finder));
    in_threads(look, 0, content);
    OK(fm_close(shared)); /* every loan was returned */
    fm_finder_free(finder);
    fm_free(shared);
}

/* ---- A map for each ------------------------------------------------------------------------- */

static void *use_own_map(void *own) {
    unsigned char mark = *(unsigned char *)own;
    pthread_barrier_wait(&start);
    for (int round = 0; round < ROUNDS; round++) {
        fm_options options = fm_options_default();
        fm_map *map = NULL;
        ptrdiff_t index = 0;
        options.flags = MAP_PRIVATE;
        EXPECT(fm_open(-1, 5000, &options, &map) == FM_OK);
        if (!map) {
            return NULL;
        }
        EXPECT(fm_seek(map, 3000, 0, NULL) == FM_OK && fm_write_byte(map, mark) == FM_OK);
        EXPECT(fm_find(map, &mark, 1, 0, FM_UNBOUNDED, &index) == FM_OK && index == 3000);
        fm_status resized = UNDER_TSAN ? FM_OK : fm_resize(map, 20000);
        EXPECT(resized == FM_OK || resized == FM_UNSUPPORTED);
        EXPECT(fm_rfind(map, &mark, 1, 0, FM_UNBOUNDED, &index) == FM_OK && index == 3000);
        EXPECT(fm_close(map) == FM_OK);
        fm_free(map);
    }
    return NULL;
}

static void each_uses_a_map(void) {
    unsigned char marks[THREADS];
    for (int i = 0; i < THREADS; i++) {
        marks[i] = (unsigned char)('a' + i);
    }
    in_threads(use_own_map, 1, marks);
}

/* ---- A choice while others search ----------------------------------------------------------- */

static void *choose_or_search(void *chooses) {
    pthread_barrier_wait(&start);
    for (int round = 0; round < ROUNDS; round++) {
        if (*(bool *)chooses) {
            EXPECT(fm_use_strategy(round % 2 ? "auto" : "two_way") == FM_OK);
        } else {
            EXPECT(fm_memmem(content, LENGTH, needle, m) == content + NEEDLE_AT);
            EXPECT(fm_memrmem(content, LENGTH, needle, m) == content + NEEDLE_AT);
        }
    }
    return NULL;
}

static void strategies_change_under_searches(void) {
    bool chooses[THREADS] = {true};
    in_threads(choose_or_search, sizeof(bool), chooses);
    OK(fm_use_strategy("auto"));
}

int main(void) {
    for (size_t i = 0; i < LENGTH; i++) {
        content[i] = (char)('a' + i % 23);
    }
    memcpy(content + NEEDLE_AT, needle, m);
    unsetenv("FM_STRATEGY");
    TEST(all_search_first); /* before any other search of this process */
    TEST(all_look_at_one_map);
    TEST(each_uses_a_map);
    TEST(strategies_change_under_searches);
    return report();
}
