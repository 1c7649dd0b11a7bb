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
#define FM_RESULT_REGISTER "rax"
#define FM_LOAD_BYTE "movzbl (%1), %k0"
#define FM_STORE_BYTE "movb %b2, (%1)"
#define FM_LOAD_WORD "movq (%2), %1"
#define FM_LOAD_BLOCK "movdqu (%2), %1"
#define FM_BLOCK_REGISTER "=x"
#define FM_BLOCK_BITS(bytes) ((uint64_t)(unsigned)_mm_movemask_epi8((__m128i)(bytes)))
#define FM_BITS_PER_BYTE 1
#elif defined(__linux__) && defined(__GNUC__) && defined(__aarch64__) && !defined(__AARCH64EB__)
#include <arm_neon.h>
#define FM_CAN_SKIP 1
#define FM_RESULT_REGISTER "x0"
#define FM_LOAD_BYTE "ldrb %w0, [%1]"
#define FM_STORE_BYTE "strb %w2, [%1]"
#define FM_LOAD_WORD "ldr %1, [%2]"
#define FM_LOAD_BLOCK "ldr %q1, [%2]"
#define FM_BLOCK_REGISTER "=w"
#define FM_BLOCK_BITS(bytes)                                                                       \
    vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16((uint16x8_t)(bytes), 4)), 0)
#define FM_BITS_PER_BYTE 4
#else
#define FM_CAN_SKIP 0
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

typedef unsigned char fm_block __attribute__((vector_size(16)));

/* Load 16 bytes; after a fault, which `failed` keeps, they are rubbish. */
#define FM_LOAD(failed, from, block)                                                               \
    __asm__ volatile(FM_NOTED(FM_LOAD_BLOCK)                                                       \
                     : "+r"(failed), FM_BLOCK_REGISTER(block)                                      \
                     : "r"(from)                                                                   \
                     : "memory")

/* The length of the line if it ends in the first blocks of 16 bytes, as far as they lie in n and
 * in one page; else 0, and *without is how far there is no newline. Blocks stay in one page because
 * the page behind a line may be missing, or may not be touched. */
static inline fm_status fm_short_line(const unsigned char *from, size_t n, size_t *length,
                                      size_t *without) {
    enum { BLOCK = sizeof(fm_block), GROUP = 4 * BLOCK, MOST = 4 * GROUP, SMALLEST_PAGE = 4096 };
    register uint64_t failed __asm__(FM_RESULT_REGISTER) = 0;
    const size_t page_rest = SMALLEST_PAGE - ((uintptr_t)from & (SMALLEST_PAGE - 1));
    const size_t in_page = n < page_rest ? n : page_rest;
    const size_t most = in_page < MOST ? in_page : MOST;
    size_t at = 0, stop = most < GROUP ? most : GROUP;
    uint64_t newlines = 0; /* FM_BITS_PER_BYTE bits for each */
    for (;;) {
        for (; stop - at >= BLOCK; at += BLOCK) {
            fm_block block;
            FM_LOAD(failed, from + at, block);
            newlines = FM_BLOCK_BITS(block == '\n');
            if (newlines) {
                break;
            }
        }
        if (newlines || stop == most) {
            break;
        }
        for (; most - at >= GROUP; at += GROUP) {
            fm_block a, b, c, d;
            FM_LOAD(failed, from + at, a);
            FM_LOAD(failed, from + at + BLOCK, b);
            FM_LOAD(failed, from + at + 2 * BLOCK, c);
            FM_LOAD(failed, from + at + 3 * BLOCK, d);
            if (FM_BLOCK_BITS((a == '\n') | (b == '\n') | (c == '\n') | (d == '\n'))) {
                break;
            }
        }
        stop = most; /* block by block again: where in the group, or behind the last one */
    }
    *length = newlines ? at + (size_t)__builtin_ctzll(newlines) / FM_BITS_PER_BYTE + 1 : 0;
    *without = at;
    return failed ? FM_FAULT : FM_OK;
}

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
