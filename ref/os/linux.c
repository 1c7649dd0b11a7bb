/* SPDX-License-Identifier: MPL-2.0
 *
 * Linux: mremap(2), names of anonymous memory, skipping an instruction. */
#include "posix.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/vfs.h>
#include <ucontext.h>

#ifndef TMPFS_MAGIC /* of <linux/magic.h>, which not all have */
#define TMPFS_MAGIC 0x01021994ul
#define RAMFS_MAGIC 0x858458f6ul
#endif
#ifndef PR_SET_VMA /* Linux 5.17, newer than some headers */
#define PR_SET_VMA 0x53564d41
#define PR_SET_VMA_ANON_NAME 0
#endif

static void *remap(void *data, size_t length, size_t new_length) {
    return mremap(data, length, new_length, MREMAP_MAYMOVE);
}

static bool is_in_memory(int fd) {
    struct statfs file_system;
    if (fstatfs(fd, &file_system) != 0) {
        return false;
    }
    const unsigned long type = (unsigned long)file_system.f_type;
    return type == TMPFS_MAGIC || type == RAMFS_MAGIC;
}

static bool name_memory(void *data, size_t length, const char *name) {
    return prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, data, length, name) == 0;
}

#if FM_CAN_SKIP
#ifdef __x86_64__
#define PROGRAM_COUNTER(context) (context)->uc_mcontext.gregs[REG_RIP]
#define RESULT_REGISTER(context) (context)->uc_mcontext.gregs[REG_RAX]
#else
#define PROGRAM_COUNTER(context) (context)->uc_mcontext.pc
#define RESULT_REGISTER(context) (context)->uc_mcontext.regs[0]
#endif

static bool skip(void *signal_context) {
    ucontext_t *context = signal_context;
    /* a program without any such access needs a table, too */
    __asm__ volatile(FM_NOTED("nop"));
    uintptr_t next = fm_skip_from((uintptr_t)PROGRAM_COUNTER(context));
    if (next == 0) {
        return false;
    }
    PROGRAM_COUNTER(context) = (__typeof__(PROGRAM_COUNTER(context)))next;
    RESULT_REGISTER(context) = (__typeof__(RESULT_REGISTER(context)))-1;
    return true;
}
#endif

const struct fm_posix_system fm_posix_system = {
    .remap = remap,
    .is_in_memory = is_in_memory,
    .shared_anonymous_grows = false, /* the new pages would have no memory behind them */
    .name = name_memory,
#if FM_CAN_SKIP
    .skip = skip,
#endif
};
