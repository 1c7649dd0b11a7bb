/* SPDX-License-Identifier: MPL-2.0
 *
 * The strategy behind every search of the library: the vector search on the widest instruction set
 * of this CPU, with a bound on its work, so that two-way takes over where comparing candidates
 * stops paying. Linear in n + m; simd/kernel.h has the size classes and the bound.
 *
 * The choice is made at the first call and kept in function pointers; before it, they point at
 * functions that make it. Threads may make it at once: all choose the same. */
#include "simd/best.h"

/* The kernel on plain words is compiled in: `auto` needs no other strategy to be there. */
#include "simd/word.h"

#include "simd/kernel.h"

static const struct fm_kernel words = {VEC_BYTES, find_linear, rfind_linear, prepared_find_linear,
                                       prepared_rfind_linear};

static fm_search_fn first_find;
static fm_search_fn first_rfind;
static fm_prepared_fn first_prepared_find;
static fm_prepared_fn first_prepared_rfind;

static _Atomic(fm_search_fn *) chosen_find = first_find;
static _Atomic(fm_search_fn *) chosen_rfind = first_rfind;
static _Atomic(fm_prepared_fn *) chosen_prepared_find = first_prepared_find;
static _Atomic(fm_prepared_fn *) chosen_prepared_rfind = first_prepared_rfind;

#define CHOSEN(which) atomic_load_explicit(&chosen_##which, memory_order_relaxed)

static const struct fm_kernel *choose(void) {
    const struct fm_strategy *best = fm_best_vectors();
    const struct fm_kernel *kernel = best ? best->kernel : &words;
    atomic_store_explicit(&chosen_find, kernel->find, memory_order_relaxed);
    atomic_store_explicit(&chosen_rfind, kernel->rfind, memory_order_relaxed);
    atomic_store_explicit(&chosen_prepared_find, kernel->prepared_find, memory_order_relaxed);
    atomic_store_explicit(&chosen_prepared_rfind, kernel->prepared_rfind, memory_order_relaxed);
    return kernel;
}

static size_t first_find(const unsigned char *haystack, size_t n, const unsigned char *needle,
                         size_t m) {
    return choose()->find(haystack, n, needle, m);
}

static size_t first_rfind(const unsigned char *haystack, size_t n, const unsigned char *needle,
                          size_t m) {
    return choose()->rfind(haystack, n, needle, m);
}

static size_t first_prepared_find(const void *searcher, const unsigned char *haystack, size_t n) {
    return choose()->prepared_find(searcher, haystack, n);
}

static size_t first_prepared_rfind(const void *searcher, const unsigned char *haystack, size_t n) {
    return choose()->prepared_rfind(searcher, haystack, n);
}

static size_t auto_find(const unsigned char *haystack, size_t n, const unsigned char *needle,
                        size_t m) {
    return CHOSEN(find)(haystack, n, needle, m);
}

static size_t auto_rfind(const unsigned char *haystack, size_t n, const unsigned char *needle,
                         size_t m) {
    return CHOSEN(rfind)(haystack, n, needle, m);
}

static size_t auto_prepared_find(const void *searcher, const unsigned char *haystack, size_t n) {
    return CHOSEN(prepared_find)(searcher, haystack, n);
}

static size_t auto_prepared_rfind(const void *searcher, const unsigned char *haystack, size_t n) {
    return CHOSEN(prepared_rfind)(searcher, haystack, n);
}

FM_STRATEGY(.summary = "the widest vector search of this CPU, two-way where that stops paying",
            .source = "this project", .worst_case = "linear", .find = auto_find,
            .rfind = auto_rfind, .searcher_size = sizeof(struct fm_searcher), .prepare = prepare,
            .prepared_find = auto_prepared_find, .prepared_rfind = auto_prepared_rfind,
            .choose = choose);
