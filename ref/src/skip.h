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

#include <stdbool.h>
#include <string.h>

/* The result is a variable, and the register that the handler sets a constraint: a variable bound
 * to a register for good is lost in any call between two accesses, such as a sanitizer's. Arm has
 * no such constraint; there no call comes between. */
#if defined(__linux__) && defined(__GNUC__) && defined(__x86_64__) && !defined(__ILP32__)
#define FM_CAN_SKIP 1
#define FM_CAN_BE_WIDE 1
#define FM_IS_WIDE __builtin_cpu_supports("avx2") /* whether this processor is */
#define FM_RESULT(name) uint64_t name
#define FM_RESULT_REGISTER "a"
#define FM_RELOCATE_NOTHING "R_X86_64_NONE"
#define FM_LOAD_BYTE "movzbl (%1), %k0"
#define FM_STORE_BYTE "movb %b2, (%1)"
#define FM_LOAD_2 "movzwl (%2), %k1"
#define FM_LOAD_4 "movl (%2), %k1"
#define FM_LOAD_8 "movq (%2), %1"
#define FM_LOAD_BLOCK "movdqu (%2), %1"
#define FM_BLOCK_REGISTER "=x"
#elif defined(__linux__) && defined(__GNUC__) && defined(__aarch64__) && !defined(__AARCH64EB__)
#define FM_CAN_SKIP 1
#define FM_RESULT(name) register uint64_t name __asm__("x0")
#define FM_RESULT_REGISTER "r"
#define FM_RELOCATE_NOTHING "R_AARCH64_NONE"
#define FM_LOAD_BYTE "ldrb %w0, [%1]"
#define FM_STORE_BYTE "strb %w2, [%1]"
#define FM_LOAD_2 "ldrh %w1, [%2]"
#define FM_LOAD_4 "ldr %w1, [%2]"
#define FM_LOAD_8 "ldr %1, [%2]"
#define FM_LOAD_BLOCK "ldr %q1, [%2]"
#define FM_BLOCK_REGISTER "=w"
#else
#define FM_CAN_SKIP 0
#endif
#ifndef FM_CAN_BE_WIDE
#define FM_CAN_BE_WIDE 0
#define FM_IS_WIDE 0
#endif

/* The way to the wide calls takes no jump. Between an interpreter's many jumps, five that were
 * taken made a line of 300 bytes cost 1.1 times as much. */
#define FM_LIKELY(condition) __builtin_expect(condition, 1)
#define FM_UNLIKELY(condition) __builtin_expect(condition, 0)

/* ---- Vectors of 32 bytes: wide.c ---------------------------------------------------------- */

/* As fm_guarded_copy out of the map (n >= 32), and as fm_guarded_line. */
fm_status fm_wide_copy(unsigned char *to, const unsigned char *from, size_t n);
size_t fm_wide_line(const unsigned char *from, size_t n);

/* The most bytes of a copy that costs no more so than under a guard; beyond that the C library's
 * copy is as fast. */
enum { FM_WIDE_COPY = 4096 };

/* ---- Single instructions ------------------------------------------------------------------ */

#if FM_CAN_SKIP

/* One note: where the instruction is and where to go on, relative to the note's two fields. */
struct fm_skip {
    int32_t instruction;
    int32_t next;
};

/* The linker's bounds of the table. */
extern const struct fm_skip __start_fm_skips[] __attribute__((visibility("hidden")));
extern const struct fm_skip __stop_fm_skips[] __attribute__((visibility("hidden")));

/* After a fault at label 1, go on at `next`. The relocation does nothing but refer from the
 * instruction to its note: linkers that drop what nothing refers to (lld's --gc-sections) keep the
 * one with the other. */
#define FM_NOTE(next)                                                                              \
    ".pushsection fm_skips, \"a\"\n"                                                               \
    ".balign 4\n"                                                                                  \
    "3: .long 1b - ., " next " - .\n"                                                              \
    ".popsection\n"                                                                                \
    ".reloc 1b, " FM_RELOCATE_NOTHING ", 3b\n"
#define FM_NOTED(instruction) "1: " instruction "\n2:\n" FM_NOTE("2b")

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
    FM_RESULT(value);
    __asm__ volatile(FM_NOTED(FM_LOAD_BYTE) : "=" FM_RESULT_REGISTER(value) : "r"(from) : "memory");
    if (value > UINT8_MAX) {
        return FM_FAULT;
    }
    *byte = (unsigned char)value;
    return FM_OK;
}

static inline fm_status fm_guarded_store(unsigned char *to, unsigned char byte) {
    FM_RESULT(failed) = 0;
    __asm__ volatile(FM_NOTED(FM_STORE_BYTE)
                     : "+" FM_RESULT_REGISTER(failed)
                     : "r"(to), "r"(byte)
                     : "memory");
    return failed ? FM_FAULT : FM_OK;
}

/* Copy the first and the last bytes that a type holds; they may overlap. */
#define FM_COPY_ENDS(type, load, to_register)                                                      \
    do {                                                                                           \
        type first_, last_;                                                                        \
        const size_t rest_ = n - sizeof(type);                                                     \
        __asm__ volatile(FM_NOTED(load)                                                            \
                         : "+" FM_RESULT_REGISTER(failed), to_register(first_)                     \
                         : "r"(from)                                                               \
                         : "memory");                                                              \
        __asm__ volatile(FM_NOTED(load)                                                            \
                         : "+" FM_RESULT_REGISTER(failed), to_register(last_)                      \
                         : "r"(from + rest_)                                                       \
                         : "memory");                                                              \
        memcpy(to, &first_, sizeof(type));                                                         \
        memcpy(to + rest_, &last_, sizeof(type));                                                  \
    } while (0)

/* As fm_guarded_copy out of the map, `to` being anywhere else; faster for up to some KiB. All loads
 * share one result: one that faults leaves it set, and rubbish in `to`. */
static inline fm_status fm_guarded_copy_out(unsigned char *to, const unsigned char *from,
                                            size_t n) {
    typedef uint64_t block __attribute__((vector_size(16)));
    FM_RESULT(failed) = 0;
    if (FM_LIKELY(n > 2 * sizeof(block))) {
        if (FM_LIKELY(n <= FM_WIDE_COPY && FM_IS_WIDE)) {
            return fm_wide_copy(to, from, n);
        }
        return fm_guarded_copy(to, from, n);
    }
    if (n >= sizeof(block)) {
        FM_COPY_ENDS(block, FM_LOAD_BLOCK, FM_BLOCK_REGISTER);
    } else if (n >= sizeof(uint64_t)) {
        FM_COPY_ENDS(uint64_t, FM_LOAD_8, "=r");
    } else if (n >= sizeof(uint32_t)) {
        FM_COPY_ENDS(uint32_t, FM_LOAD_4, "=r");
    } else if (n >= sizeof(uint16_t)) {
        FM_COPY_ENDS(uint16_t, FM_LOAD_2, "=r");
    } else if (n != 0) {
        return fm_guarded_load(from, to);
    }
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

static inline size_t fm_guarded_line(const unsigned char *from, size_t n) {
    return FM_LIKELY(FM_IS_WIDE) ? fm_wide_line(from, n) : fm_line_from(from, n, 0);
}

#endif
