/* SPDX-License-Identifier: MPL-2.0
 *
 * Every access of the library to mapped bytes, each under a guard. */
#include "fault.h"
#include "guard.h"
#include "search.h"

#include <string.h>

FM_THREAD_LOCAL struct fm_guard *fm_guard_innermost;

fm_status fm_guarded_copy(void *to, const void *from, size_t n) {
    struct fm_guard guard;
    fm_guard_enter(&guard, from, n, to, n);
    if (FM_GUARD_CAUGHT(&guard)) {
        return FM_FAULT;
    }
    memmove(to, from, n);
    fm_guard_leave(&guard);
    return FM_OK;
}

/* Guard the bytes between the range's first and last, both included, and `other[0, count)`. The
 * range is not empty. */
static void guard_range(struct fm_guard *guard, const unsigned char *data, fm_range range,
                        const void *other) {
    size_t last = range.start + (range.count - 1) * (size_t)range.step;
    size_t low = range.step > 0 ? range.start : last;
    size_t high = range.step > 0 ? last : range.start;
    fm_guard_enter(guard, data + low, high - low + 1, other, range.count);
}

fm_status fm_guarded_gather(void *out, const unsigned char *data, fm_range range) {
    unsigned char *bytes = out;
    struct fm_guard guard;
    if (range.count == 0) {
        return FM_OK;
    }
    guard_range(&guard, data, range, out);
    if (FM_GUARD_CAUGHT(&guard)) {
        return FM_FAULT;
    }
    for (size_t i = 0, at = range.start; i < range.count; i++, at += (size_t)range.step) {
        bytes[i] = data[at];
    }
    fm_guard_leave(&guard);
    return FM_OK;
}

fm_status fm_guarded_scatter(unsigned char *data, fm_range range, const void *source) {
    const unsigned char *bytes = source;
    struct fm_guard guard;
    if (range.count == 0) {
        return FM_OK;
    }
    guard_range(&guard, data, range, source);
    if (FM_GUARD_CAUGHT(&guard)) {
        return FM_FAULT;
    }
    for (size_t i = 0, at = range.start; i < range.count; i++, at += (size_t)range.step) {
        data[at] = bytes[i];
    }
    fm_guard_leave(&guard);
    return FM_OK;
}

fm_status fm_guarded_load(const unsigned char *from, unsigned char *byte) {
    struct fm_guard guard;
    fm_guard_enter(&guard, from, 1, NULL, 0);
    if (FM_GUARD_CAUGHT(&guard)) {
        return FM_FAULT;
    }
    *byte = *(const volatile unsigned char *)from;
    fm_guard_leave(&guard);
    return FM_OK;
}

fm_status fm_guarded_store(unsigned char *to, unsigned char byte) {
    struct fm_guard guard;
    fm_guard_enter(&guard, to, 1, NULL, 0);
    if (FM_GUARD_CAUGHT(&guard)) {
        return FM_FAULT;
    }
    *(volatile unsigned char *)to = byte;
    fm_guard_leave(&guard);
    return FM_OK;
}

fm_status fm_guarded_clear(unsigned char *to, size_t n) {
    struct fm_guard guard;
    fm_guard_enter(&guard, to, n, NULL, 0);
    if (FM_GUARD_CAUGHT(&guard)) {
        return FM_FAULT;
    }
    memset(to, 0, n);
    fm_guard_leave(&guard);
    return FM_OK;
}

fm_status fm_guarded_line(const unsigned char *from, size_t n, size_t *length) {
    struct fm_guard guard;
    fm_guard_enter(&guard, from, n, NULL, 0);
    if (FM_GUARD_CAUGHT(&guard)) {
        return FM_FAULT;
    }
    const unsigned char *newline = memchr(from, '\n', n);
    *length = newline ? (size_t)(newline - from) + 1 : n;
    fm_guard_leave(&guard);
    return FM_OK;
}

#define GUARDED_SEARCH(haystack, n, needle, m, result, call)                                       \
    struct fm_guard guard;                                                                         \
    fm_guard_enter(&guard, haystack, n, needle, m);                                                \
    if (FM_GUARD_CAUGHT(&guard)) {                                                                 \
        return FM_FAULT;                                                                           \
    }                                                                                              \
    *(result) = call;                                                                              \
    fm_guard_leave(&guard);                                                                        \
    return FM_OK

fm_status fm_guarded_find(const void *haystack, size_t n, const void *needle, size_t m,
                          size_t *at) {
    GUARDED_SEARCH(haystack, n, needle, m, at, fm_search_find(haystack, n, needle, m));
}

fm_status fm_guarded_rfind(const void *haystack, size_t n, const void *needle, size_t m,
                           size_t *at) {
    GUARDED_SEARCH(haystack, n, needle, m, at, fm_search_rfind(haystack, n, needle, m));
}

fm_status fm_guarded_finder_find(const fm_finder *finder, const void *haystack, size_t n,
                                 size_t *at) {
    GUARDED_SEARCH(haystack, n, NULL, 0, at, fm_finder_find(finder, haystack, n));
}

fm_status fm_guarded_finder_rfind(const fm_finder *finder, const void *haystack, size_t n,
                                  size_t *at) {
    GUARDED_SEARCH(haystack, n, NULL, 0, at, fm_finder_rfind(finder, haystack, n));
}

fm_status fm_guarded_finder_count(const fm_finder *finder, const void *haystack, size_t n,
                                  size_t *count) {
    GUARDED_SEARCH(haystack, n, NULL, 0, count, fm_finder_count(finder, haystack, n));
}
