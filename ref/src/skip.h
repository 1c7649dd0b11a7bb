/* SPDX-License-Identifier: MPL-2.0
 *
 * Access to few mapped bytes at no cost: no guard, but a note in the object file that the one
 * instruction may fault. The handler looks the faulting instruction up in the table of notes,
 * sets the result register to -1 and goes on behind it. (Linux kernels access user memory in the
 * same way, by their exception table.)
 *
 * The table is that of the executable or library this is compiled into, and so is the handler:
 * whoever includes this file links libfmmap.a. */
#ifndef FM_SKIP_H
#define FM_SKIP_H

#include "fmmap.h"

#include <string.h>

#if defined(__linux__) && defined(__GNUC__) && defined(__x86_64__) && !defined(__ILP32__)
#include <emmintrin.h>
#define FM_CAN_SKIP 1
#define FM_CAN_PEEK 1
#define FM_RESULT_REGISTER "rax"
#define FM_LOAD_BYTE "movzbl (%1), %k0"
#define FM_STORE_BYTE "movb %b2, (%1)"
#define FM_LOAD_WORD "movq (%2), %1"
#define FM_LOAD_BLOCK "movdqu (%2), %1"
#define FM_BLOCK_REGISTER "=x"
#elif defined(__linux__) && defined(__GNUC__) && defined(__aarch64__) && !defined(__AARCH64EB__)
#define FM_CAN_SKIP 1
#define FM_RESULT_REGISTER "x0"
#define FM_LOAD_BYTE "ldrb %w0, [%1]"
#define FM_STORE_BYTE "strb %w2, [%1]"
#define FM_LOAD_WORD "ldr %1, [%2]"
#define FM_LOAD_BLOCK "ldr %q1, [%2]"
#define FM_BLOCK_REGISTER "=w"
#else
#define FM_CAN_SKIP 0
#endif
#ifndef FM_CAN_PEEK
#define FM_CAN_PEEK 0
#endif

#if FM_CAN_SKIP

/* One note: where the instruction is and where to go on, relative to the note's two fields. */
struct fm_skip {
    int32_t instruction;
    int32_t next;
};

/* The linker's bounds of the table. */
extern const struct fm_skip __start_fm_skips[] __attribute__((visibility("hidden")));
extern const struct fm_skip __stop_fm_skips[] __attribute__((visibility("hidden")));

#define FM_NOTED(instruction)                                                                      \
    "1: " instruction "\n2:\n"                                                                     \
    ".pushsection fm_skips, \"a\"\n"                                                               \
    ".balign 4\n"                                                                                  \
    ".long 1b - ., 2b - .\n"                                                                       \
    ".popsection\n"

/* Where to go on after a fault at that instruction, or 0. */
static inline uintptr_t fm_skip_from(uintptr_t instruction) {
    for (const struct fm_skip *skip = __start_fm_skips; skip < __stop_fm_skips; skip++) {
        if ((uintptr_t)&skip->instruction + (uintptr_t)skip->instruction == instruction) {
            return (uintptr_t)&skip->next + (uintptr_t)skip->next;
        }
    }
    return 0;
}

static inline fm_status fm_guarded_load(const unsigned char *from, unsigned char *byte) {
    register uint64_t value __asm__(FM_RESULT_REGISTER);
    __asm__ volatile(FM_NOTED(FM_LOAD_BYTE) : "=r"(value) : "r"(from) : "memory");
    if (value > UINT8_MAX) {
        return FM_FAULT;
    }
    *byte = (unsigned char)value;
    return FM_OK;
}

static inline fm_status fm_guarded_store(unsigned char *to, unsigned char byte) {
    register uint64_t failed __asm__(FM_RESULT_REGISTER) = 0;
    __asm__ volatile(FM_NOTED(FM_STORE_BYTE) : "+r"(failed) : "r"(to), "r"(byte) : "memory");
    return failed ? FM_FAULT : FM_OK;
}

/* As fm_guarded_copy out of the map, `to` being anywhere else; faster for few bytes. All loads
 * share one result: one that faults leaves it set, and rubbish in `to`. */
static inline fm_status fm_guarded_copy_out(unsigned char *to, const unsigned char *from,
                                            size_t n) {
    typedef uint64_t block __attribute__((vector_size(16)));
    register uint64_t failed __asm__(FM_RESULT_REGISTER) = 0;
    if (n < sizeof(uint64_t) || n > 16 * sizeof(block)) {
        return fm_guarded_copy(to, from, n);
    }
    if (n < sizeof(block)) {
        uint64_t first, last; /* they overlap */
        size_t rest = n - sizeof(last);
        __asm__ volatile(FM_NOTED(FM_LOAD_WORD)
                         : "+r"(failed), "=&r"(first)
                         : "r"(from)
                         : "memory");
        __asm__ volatile(FM_NOTED(FM_LOAD_WORD)
                         : "+r"(failed), "=&r"(last)
                         : "r"(from + rest)
                         : "memory");
        memcpy(to, &first, sizeof(first));
        memcpy(to + rest, &last, sizeof(last));
        return failed ? FM_FAULT : FM_OK;
    }
    const size_t rest = n - sizeof(block);
    for (size_t at = 0;; at += sizeof(block)) {
        at = at < rest ? at : rest; /* the last block may overlap the one before */
        block bytes;
        __asm__ volatile(FM_NOTED(FM_LOAD_BLOCK)
                         : "+r"(failed), FM_BLOCK_REGISTER(bytes)
                         : "r"(from + at)
                         : "memory");
        memcpy(to + at, &bytes, sizeof(bytes));
        if (at == rest) {
            return failed ? FM_FAULT : FM_OK;
        }
    }
}

#if FM_CAN_PEEK
/* Bytes of one look, and the looks after which a guard costs less than another one. */
enum { FM_PEEK = 64, FM_PEEKS = 4 };

/* Copy FM_PEEK bytes, and tell by one bit for each which of them are newlines. After FM_FAULT both
 * are rubbish. */
static inline fm_status fm_peek_line(unsigned char *to, const unsigned char *from,
                                     uint64_t *newlines) {
    register uint64_t failed __asm__(FM_RESULT_REGISTER) = 0;
    const __m128i newline = _mm_set1_epi8('\n');
    uint64_t bits = 0;
#pragma GCC unroll 4
    for (unsigned at = 0; at < FM_PEEK; at += sizeof(__m128i)) {
        __m128i bytes;
        __asm__ volatile(FM_NOTED(FM_LOAD_BLOCK)
                         : "+r"(failed), FM_BLOCK_REGISTER(bytes)
                         : "r"(from + at)
                         : "memory");
        _mm_storeu_si128((__m128i *)(void *)(to + at), bytes);
        bits |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, newline)) << at;
    }
    *newlines = bits;
    return failed ? FM_FAULT : FM_OK;
}
#endif

#else

static inline fm_status fm_guarded_load(const unsigned char *from, unsigned char *byte) {
    return fm_guarded_copy(byte, from, 1);
}

static inline fm_status fm_guarded_store(unsigned char *to, unsigned char byte) {
    return fm_guarded_copy(to, &byte, 1);
}

static inline fm_status fm_guarded_copy_out(unsigned char *to, const unsigned char *from,
                                            size_t n) {
    return fm_guarded_copy(to, from, n);
}

#endif

#endif
