/* SPDX-License-Identifier: MPL-2.0
 *
 * The guard itself: see fault.h for the idea. Used by guarded.c, which sets guards, and by the
 * system's file of ref/os, which catches faults. */
#ifndef FM_GUARD_H
#define FM_GUARD_H

#include <setjmp.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FM_JUMPS_ARE_WATCHED 1
#elif defined(__has_feature)
#define FM_JUMPS_ARE_WATCHED __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#else
#define FM_JUMPS_ARE_WATCHED 0
#endif

/* Saving the context must cost next to nothing: the compiler's own pair keeps three words and is
 * a handful of instructions. It neither saves the signal mask nor unwinds an alternate stack,
 * which Linux does not need (the kernel looks at the stack pointer), nor Windows, whose handler
 * does not jump; elsewhere the C library knows best. AddressSanitizer and ThreadSanitizer keep
 * their books by watching the C library's pair; the latter runs handlers with all signals blocked,
 * so there the mask must be saved. */
#if defined(__x86_64__) && defined(__GNUC__) && !(FM_JUMPS_ARE_WATCHED) &&                         \
    (defined(__linux__) || defined(_WIN32))
typedef void *fm_context[5];
#define FM_CONTEXT_SAVE(context) __builtin_setjmp(context)
#define FM_CONTEXT_JUMP(context) __builtin_longjmp((context), 1)
#else
typedef sigjmp_buf fm_context;
#define FM_CONTEXT_SAVE(context) sigsetjmp((context), FM_JUMPS_ARE_WATCHED)
#define FM_CONTEXT_JUMP(context) siglongjmp((context), 1)
#endif

struct fm_guard {
    struct fm_guard *outer; /* of this thread, or NULL */
    uintptr_t start[2];     /* the guarded ranges */
    size_t size[2];
    fm_context context;
};

/* A library that is loaded late may have few bytes of the fast, early thread-local storage under
 * glibc; musl has none to give and finds its slower way quick enough. */
#if defined(__GLIBC__)
#define FM_THREAD_LOCAL _Thread_local __attribute__((tls_model("initial-exec")))
#else
#define FM_THREAD_LOCAL _Thread_local
#endif

extern FM_THREAD_LOCAL struct fm_guard *fm_guard_innermost;

static inline void fm_guard_enter(struct fm_guard *guard, const void *a, size_t a_size,
                                  const void *b, size_t b_size) {
    guard->start[0] = (uintptr_t)a;
    guard->size[0] = a_size;
    guard->start[1] = (uintptr_t)b;
    guard->size[1] = b_size;
    guard->outer = fm_guard_innermost;
}

static inline bool fm_guard_set(struct fm_guard *guard) {
    fm_guard_innermost = guard;
    atomic_signal_fence(memory_order_seq_cst); /* the guarded access stays behind this line */
    return false;
}

/* To be called in an `if`; true means that a fault was caught and the guard is gone. The context
 * is saved first, so that the handler never sees a guard without one. */
#define FM_GUARD_CAUGHT(guard) (FM_CONTEXT_SAVE((guard)->context) || fm_guard_set(guard))

static inline void fm_guard_leave(struct fm_guard *guard) {
    atomic_signal_fence(memory_order_seq_cst); /* and before this one */
    fm_guard_innermost = guard->outer;
}

/* For the handler: end the innermost guard of this thread. */
static inline void fm_guard_catch_any(void) {
    struct fm_guard *guard = fm_guard_innermost;
    if (guard) {
        fm_guard_innermost = guard->outer;
        FM_CONTEXT_JUMP(guard->context);
    }
}

/* Whether the address lies in a page that the range touches. A C library's memchr and its like read
 * whole aligned blocks: the address of such a read, which is that of the fault, may lie in front of
 * the range's first byte, but never in another page. */
static inline bool fm_guard_reaches(uintptr_t start, size_t size, uintptr_t address) {
    const uintptr_t in_page = 4096 - 1; /* the smallest page there is */
    const uintptr_t first = start & ~in_page;
    return size != 0 && address - first <= ((start + (size - 1)) | in_page) - first;
}

/* For the handler: whether the address is guarded in this thread. */
static inline bool fm_guard_covers(uintptr_t address) {
    const struct fm_guard *guard = fm_guard_innermost;
    return guard && (fm_guard_reaches(guard->start[0], guard->size[0], address) ||
                     fm_guard_reaches(guard->start[1], guard->size[1], address));
}

#endif
