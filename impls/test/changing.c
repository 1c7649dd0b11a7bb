/* SPDX-License-Identifier: MPL-2.0
 *
 * The haystack changes while it is searched, as a mapped file does when another process writes to
 * it (CC-01; glibc bug 29863): any offset at which an occurrence fits is a good answer, and so is
 * "absent", but never one out of range, and no byte outside is read. Code that sees a difference
 * and reads again to find it runs off the end. */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>

enum { SEARCHES = 400 }; /* of each form, needle and strategy */

struct writer {
    volatile unsigned char *bytes;
    size_t length;
    atomic_bool stop;
};

/* Make and break occurrences, here and there. */
static void *write_on(void *argument) {
    struct writer *writer = argument;
    uint64_t place = 1;
    while (!atomic_load_explicit(&writer->stop, memory_order_relaxed)) {
        place = place * 6364136223846793005u + 1442695040888963407u;
        writer->bytes[(size_t)(place >> 32) % writer->length] ^= 1;
    }
    return NULL;
}

static void search_while_writing(struct subject *subject, const unsigned char *haystack, size_t n,
                                 const unsigned char *needle, size_t m) {
    running.subject = subject;
    running.id = "CC-01 changing haystack";
    running.n = n;
    running.m = m;
    for (enum form form = FIND; form < FORMS && has_form(subject, form); form++) {
        running.form = form;
        alarm(SECONDS_TO_HANG);
        int fault = sigsetjmp(running.fault, 0);
        if (fault != 0) {
            judge(subject, running.form, running.id, fault, 0, 0, haystack, n, needle, m);
            return;
        }
        for (int i = 0; i < SEARCHES; i++) {
            size_t got = search_as(subject, form, haystack, n, needle, m);
            size_t expected = got <= n - m ? got : FM_ABSENT;
            judge(subject, form, running.id, 0, got, expected, haystack, n, needle, m);
        }
    }
}

int main(void) {
    static const size_t lengths[] = {1, 2, 3, 4, 7, 16, 33, 100, 700};
    tests_begin();
    const size_t n = page_size(); /* both of its ends are borders */
    struct arena outer = arena_of(n);
    struct arena inner = arena_of(page_size());
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        const size_t m = lengths[i];
        unsigned char *needle = place(inner, AT_END, 0, m);
        for (size_t k = 0; k < m; k++) {
            needle[k] = (unsigned char)('a' + 2 * (k % 5)); /* the writer makes it b, d, f, ... */
        }
        for (size_t k = 0; k < n; k++) {
            outer.low[k] = needle[k % m];
        }
        struct writer writer = {.bytes = outer.low, .length = n, .stop = false};
        pthread_t thread;
        if (pthread_create(&thread, NULL, write_on, &writer) != 0) {
            printf("no second thread can be had\n");
            return 2;
        }
        for (size_t s = 0; s < subject_count; s++) {
            search_while_writing(&subjects[s], outer.low, n, needle, m);
        }
        atomic_store(&writer.stop, true);
        pthread_join(thread, NULL);
    }
    return tests_end();
}
