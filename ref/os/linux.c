/* SPDX-License-Identifier: MPL-2.0
 *
 * Linux: mremap(2), names of anonymous memory, constants. */
#include "posix.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <ucontext.h>

#ifndef PR_SET_VMA /* Linux 5.17, newer than some headers */
#define PR_SET_VMA 0x53564d41
#define PR_SET_VMA_ANON_NAME 0
#endif

void fm_posix_before_mapping(int fd) {
    (void)fd;
}

const bool fm_posix_can_remap = true;

void *fm_posix_remap(void *data, size_t length, size_t new_length) {
    return mremap(data, length, new_length, MREMAP_MAYMOVE);
}

const bool fm_posix_shared_anonymous_grows = false; /* new pages would fault: bpo-issue 137733 */

fm_status fm_posix_name(void *data, size_t length, const char *name) {
    return prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, data, length, name) == 0 ? FM_OK : FM_OS;
}

#if FM_CAN_SKIP
#ifdef __x86_64__
#define PROGRAM_COUNTER(context) (context)->uc_mcontext.gregs[REG_RIP]
#define RESULT_REGISTER(context) (context)->uc_mcontext.gregs[REG_RAX]
#else
#define PROGRAM_COUNTER(context) (context)->uc_mcontext.pc
#define RESULT_REGISTER(context) (context)->uc_mcontext.regs[0]
#endif

/* So that there is a table in a program that has no such access; fits no instruction. */
static const struct fm_skip no_skip __attribute__((used, section("fm_skips"))) = {0, 0};

bool fm_posix_skip(void *signal_context) {
    ucontext_t *context = signal_context;
    uintptr_t next = fm_skip_from((uintptr_t)PROGRAM_COUNTER(context));
    if (next == 0) {
        return false;
    }
    PROGRAM_COUNTER(context) = (__typeof__(PROGRAM_COUNTER(context)))next;
    RESULT_REGISTER(context) = (__typeof__(RESULT_REGISTER(context)))-1;
    return true;
}
#else
bool fm_posix_skip(void *signal_context) {
    (void)signal_context;
    return false;
}
#endif

const fm_constant fm_os_constants[] = {
#ifdef MADV_DODUMP
    FM_CONSTANT(MADV_DODUMP),
#endif
#ifdef MADV_DOFORK
    FM_CONSTANT(MADV_DOFORK),
#endif
#ifdef MADV_DONTDUMP
    FM_CONSTANT(MADV_DONTDUMP),
#endif
#ifdef MADV_DONTFORK
    FM_CONSTANT(MADV_DONTFORK),
#endif
#ifdef MADV_DONTNEED
    FM_CONSTANT(MADV_DONTNEED),
#endif
#ifdef MADV_FREE
    FM_CONSTANT(MADV_FREE),
#endif
#ifdef MADV_HUGEPAGE
    FM_CONSTANT(MADV_HUGEPAGE),
#endif
#ifdef MADV_HWPOISON
    FM_CONSTANT(MADV_HWPOISON),
#endif
#ifdef MADV_KEEPONFORK
    FM_CONSTANT(MADV_KEEPONFORK),
#endif
#ifdef MADV_MERGEABLE
    FM_CONSTANT(MADV_MERGEABLE),
#endif
#ifdef MADV_NOHUGEPAGE
    FM_CONSTANT(MADV_NOHUGEPAGE),
#endif
#ifdef MADV_NORMAL
    FM_CONSTANT(MADV_NORMAL),
#endif
#ifdef MADV_RANDOM
    FM_CONSTANT(MADV_RANDOM),
#endif
#ifdef MADV_REMOVE
    FM_CONSTANT(MADV_REMOVE),
#endif
#ifdef MADV_SEQUENTIAL
    FM_CONSTANT(MADV_SEQUENTIAL),
#endif
#ifdef MADV_SOFT_OFFLINE
    FM_CONSTANT(MADV_SOFT_OFFLINE),
#endif
#ifdef MADV_UNMERGEABLE
    FM_CONSTANT(MADV_UNMERGEABLE),
#endif
#ifdef MADV_WILLNEED
    FM_CONSTANT(MADV_WILLNEED),
#endif
#ifdef MADV_WIPEONFORK
    FM_CONSTANT(MADV_WIPEONFORK),
#endif
#ifdef MAP_32BIT
    FM_CONSTANT(MAP_32BIT),
#endif
#ifdef MAP_ANON
    FM_CONSTANT(MAP_ANON),
#endif
#ifdef MAP_ANONYMOUS
    FM_CONSTANT(MAP_ANONYMOUS),
#endif
#ifdef MAP_DENYWRITE
    FM_CONSTANT(MAP_DENYWRITE),
#endif
#ifdef MAP_EXECUTABLE
    FM_CONSTANT(MAP_EXECUTABLE),
#endif
#ifdef MAP_NORESERVE
    FM_CONSTANT(MAP_NORESERVE),
#endif
#ifdef MAP_POPULATE
    FM_CONSTANT(MAP_POPULATE),
#endif
    FM_CONSTANT(MAP_PRIVATE),
    FM_CONSTANT(MAP_SHARED),
#ifdef MAP_STACK
    FM_CONSTANT(MAP_STACK),
#endif
    FM_CONSTANT(MS_ASYNC),
    FM_CONSTANT(MS_INVALIDATE),
    FM_CONSTANT(MS_SYNC),
    FM_CONSTANT(PROT_EXEC),
    FM_CONSTANT(PROT_READ),
    FM_CONSTANT(PROT_WRITE),
    {NULL, 0},
};
