/* SPDX-License-Identifier: MPL-2.0
 *
 * POSIX systems: mapping, descriptors, flushing, advice, faults. */
#include "posix.h"
#include "../src/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "posix_constants.h"

#define READ_WRITE (PROT_READ | PROT_WRITE)

/* Flags that make the address an order. Ours is always 0, where only the privileged may map: over
 * what is there, and a map at NULL would count as closed. */
#ifdef MAP_FIXED_NOREPLACE
#define FIXED (MAP_FIXED | MAP_FIXED_NOREPLACE)
#else
#define FIXED MAP_FIXED
#endif

static fm_status failed(int error) {
    errno = error;
    return FM_OS;
}

/* ---- Options ------------------------------------------------------------------------------ */

void fm_os_defaults(fm_options *options) {
    options->flags = MAP_SHARED;
    options->prot = READ_WRITE;
}

fm_status fm_os_check_options(fm_options *options) {
    if (options->access == FM_ACCESS_DEFAULT) {
        if (!(options->prot & PROT_WRITE)) {
            options->access = FM_ACCESS_READ;
        } else if (!(options->prot & PROT_READ)) {
            options->access = FM_ACCESS_WRITE;
        }
        return FM_OK;
    }
    if (options->flags != MAP_SHARED || options->prot != READ_WRITE) {
        return FM_ACCESS_CONFLICT;
    }
    if (options->access == FM_ACCESS_READ) {
        options->prot = PROT_READ;
    } else if (options->access == FM_ACCESS_COPY) {
        options->flags = MAP_PRIVATE;
    }
    return FM_OK;
}

/* ---- Opening and closing ------------------------------------------------------------------ */

/* The bytes to map of a regular file; other descriptors are the system's to judge. */
static fm_status check_file(int fd, int64_t offset, size_t *length) {
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        return FM_OK;
    }
    if (*length > 0) {
        return offset > status.st_size || (uintmax_t)(status.st_size - offset) < *length
                   ? FM_LENGTH_PAST_END
                   : FM_OK;
    }
    if (status.st_size == 0) {
        return FM_EMPTY_FILE;
    }
    if (offset >= status.st_size) {
        return FM_OFFSET_PAST_END;
    }
    if (status.st_size - offset > PTRDIFF_MAX) {
        return FM_LENGTH_TOO_LARGE;
    }
    *length = (size_t)(status.st_size - offset);
    return FM_OK;
}

fm_status fm_os_open(fm_map *map, int fd, size_t length, const fm_options *options) {
    int flags = options->flags;
    int kept = -1;
    if (fd == -1) {
        flags |= MAP_ANONYMOUS;
    } else {
        if (fm_posix_system.before_mapping) {
            fm_posix_system.before_mapping(fd);
        }
        fm_status status = check_file(fd, options->offset, &length);
        if (status != FM_OK) {
            return status;
        }
    }
    if (flags & FIXED) {
        return failed(EPERM);
    }
    if (fd != -1 && options->trackfd && (kept = fcntl(fd, F_DUPFD_CLOEXEC, 0)) == -1) {
        return FM_OS;
    }
    void *data = mmap(NULL, length, options->prot, flags, fd, (off_t)options->offset);
    if (data == MAP_FAILED) {
        int error = errno;
        if (kept != -1) {
            close(kept);
        }
        return failed(error);
    }
    map->data = data;
    map->length = length;
    map->file = kept;
    map->flags = flags;
    return FM_OK;
}

/* Linux refuses (EINVAL) to unmap a part of a huge page, but maps whole ones for any length. Their
 * size is a power of two: the first rounding that is accepted ends where the mapping ends. */
static void unmap(void *data, size_t length) {
    size_t huge = 4096;
    int status = munmap(data, length);
    while (status != 0 && errno == EINVAL && huge <= SIZE_MAX / 4) {
        huge *= 2;
        status = munmap(data, (length + huge - 1) & ~(huge - 1));
    }
}

void fm_os_close(fm_map *map) {
    if (map->data) {
        unmap(map->data, map->length);
    }
    if (map->file != FM_NO_FILE) {
        close((int)map->file);
    }
}

/* ---- Size and resize ---------------------------------------------------------------------- */

fm_status fm_os_size(const fm_map *map, int64_t *size) {
    struct stat status;
    if (fstat((int)map->file, &status) != 0) {
        return FM_OS;
    }
    *size = status.st_size;
    return FM_OK;
}

static bool truncate_file(const fm_map *map, size_t length) {
    return ftruncate((int)map->file, (off_t)(map->offset + (int64_t)length)) == 0;
}

/* Whether growing would show what an earlier, longer map wrote to the rest of the last page: if no
 * file has the bytes behind the end of the map yet, and nobody but the map has the page. */
static bool keeps_old_bytes(const fm_map *map) {
    int64_t size;
    return map->file == FM_NO_FILE ||
           ((map->flags & MAP_PRIVATE) && fm_os_size(map, &size) == FM_OK &&
            size <= map->offset + (int64_t)map->length);
}

static fm_status clear_page_rest(const fm_map *map, size_t from) {
    size_t page_rest = -from & (fm_os_page_size() - 1);
    size_t map_rest = map->length - from;
    return fm_guarded_clear(map->data + from, map_rest < page_rest ? map_rest : page_rest);
}

/* The file is cut before the map shrinks, which cannot fail, and extended after the map grew, which
 * can be taken back: so a failure leaves both as they were. (Python truncates the file first in
 * any case, and leaves it so.) */
fm_status fm_os_resize(fm_map *map, size_t length) {
    if (!fm_posix_system.remap) {
        return FM_UNSUPPORTED;
    }
    bool tracks_file = map->file != FM_NO_FILE;
    if (!tracks_file && !fm_posix_system.shared_anonymous_grows && !(map->flags & MAP_PRIVATE) &&
        length > map->length) {
        return FM_RESIZE_SHARED;
    }
    if (length == 0) {
        return failed(EINVAL);
    }
    size_t old_length = map->length;
    bool is_stale = length > old_length && keeps_old_bytes(map);
    if (tracks_file && length <= old_length && !truncate_file(map, length)) {
        return FM_OS;
    }
    void *data = fm_posix_system.remap(map->data, old_length, length);
    if (data == MAP_FAILED) {
        return FM_OS;
    }
    if (tracks_file && length > old_length && !truncate_file(map, length)) {
        int error = errno;
        void *cut = fm_posix_system.remap(data, length, old_length);
        map->data = cut == MAP_FAILED ? data : cut; /* longer than it need be */
        return failed(error);
    }
    map->data = data;
    map->length = length;
    return is_stale ? clear_page_rest(map, old_length) : FM_OK;
}

/* ---- Flush and advice --------------------------------------------------------------------- */

fm_status fm_os_flush(const fm_map *map, size_t offset, size_t size, int flags) {
    return msync(map->data + offset, size, flags ? flags : MS_SYNC) == 0 ? FM_OK : FM_OS;
}

bool fm_os_flush_waits(const fm_map *map) {
    struct stat status;
    if (map->file == FM_NO_FILE) {
        return !fm_os_is_anonymous(map);
    }
    return !fm_posix_system.is_in_memory || fstat((int)map->file, &status) != 0 ||
           !S_ISREG(status.st_mode) || !fm_posix_system.is_in_memory((int)map->file);
}

fm_status fm_os_advise(const fm_map *map, int advice, size_t start, size_t length) {
    return madvise(map->data + start, length, advice) == 0 ? FM_OK : FM_OS;
}

bool fm_os_is_anonymous(const fm_map *map) {
    return map->flags & MAP_ANONYMOUS;
}

fm_status fm_os_name(const fm_map *map, const char *name) {
    if (!fm_posix_system.name) {
        return FM_UNSUPPORTED;
    }
    return fm_posix_system.name(map->data, map->length, name) ? FM_OK : FM_OS;
}

/* ---- Pages -------------------------------------------------------------------------------- */

size_t fm_os_page_size(void) {
    static _Atomic size_t page_size;
    size_t size = atomic_load_explicit(&page_size, memory_order_relaxed);
    if (size == 0) {
        size = (size_t)sysconf(_SC_PAGESIZE);
        atomic_store_explicit(&page_size, size, memory_order_relaxed);
    }
    return size;
}

size_t fm_os_granularity(void) {
    return fm_os_page_size();
}

/* ---- Faults ------------------------------------------------------------------------------- */

static struct sigaction previous; /* who had the signal before; set before the handler is */

#if defined(__OpenBSD__)
#define FM_MASK_OF(interrupted) (&(const sigset_t){(sigset_t)(interrupted)->sc_mask})
#else
#define FM_MASK_OF(interrupted) (&(interrupted)->uc_sigmask)
#endif

/* Whether the system itself found the access bad, as opposed to somebody's kill(2). */
static bool is_memory_fault(const siginfo_t *info) {
    switch (info->si_code) {
    case BUS_ADRALN:
    case BUS_ADRERR:
    case BUS_OBJERR:
#ifdef BUS_MCEERR_AR
    case BUS_MCEERR_AR: /* hardware memory error */
#endif
#ifdef BUS_OOMERR
    case BUS_OOMERR: /* FreeBSD: no memory to bring the page in */
#endif
        return true;
    default:
        return false;
    }
}

/* What the default action would have done: nobody sees a difference but in the time. */
static void die(int signal, const siginfo_t *info) {
    struct sigaction deadly = {.sa_handler = SIG_DFL};
    sigaction(signal, &deadly, NULL);
    if (!is_memory_fault(info)) {
        raise(signal);
    } /* else: returning repeats the access, which now ends the process where it happened */
}

/* Call the previous handler as the system would have. */
static void call_previous(int signal, siginfo_t *info, void *context) {
    struct sigaction action = previous;
    sigset_t before;
    if ((unsigned)action.sa_flags & SA_RESETHAND) {
        previous.sa_flags = 0;
        previous.sa_handler = SIG_DFL;
    }
    if (!(action.sa_flags & SA_NODEFER)) {
        sigaddset(&action.sa_mask, signal);
    }
    pthread_sigmask(SIG_BLOCK, &action.sa_mask, &before);
    if (action.sa_flags & SA_SIGINFO) {
        action.sa_sigaction(signal, info, context);
    } else {
        action.sa_handler(signal);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* SIG_DFL and SIG_IGN count whatever the flags are: a handler that was for once leaves SA_SIGINFO
 * behind. (sa_sigaction and sa_handler share their place on every system of this folder.) */
static void pass_on(int signal, siginfo_t *info, void *context) {
    if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
        call_previous(signal, info, context);
    } else if (previous.sa_handler == SIG_DFL || is_memory_fault(info)) {
        die(signal, info); /* a fault cannot be ignored */
    }
}

/* Back to the guard, which there is, with the signal mask of the interrupted code: a handler that
 * was installed after ours and called it may have more signals blocked, this one with them. */
static void jump_back(const ucontext_t *interrupted) {
    pthread_sigmask(SIG_SETMASK, FM_MASK_OF(interrupted), NULL);
    fm_guard_catch_any();
}

static void on_fault(int signal, siginfo_t *info, void *context) {
    int error = errno;
    if (is_memory_fault(info)) {
        if (fm_posix_system.skip && fm_posix_system.skip(context)) {
            return;
        }
        if (fm_guard_covers((uintptr_t)info->si_addr)) {
            jump_back(context);
        }
    } else if (info->si_pid == getpid()) {
        /* Raised by this process while this thread is under a guard: a handler that was installed
         * after ours (Python's faulthandler) took a guarded fault for a fatal one, restored us and
         * raised the signal again. */
        fm_guard_catch_any();
    }
    pass_on(signal, info, context);
    errno = error;
}

static void install(void) {
    /* SA_NODEFER: the handler is left by a jump, so the signal must not stay blocked.
     * SA_ONSTACK: a thread may have a stack of its own for signals, and whoever we pass the
     * signal on to may count on it. SA_RESTART: calls of the system that a signal of somebody's
     * kill(2) interrupts go on, if they did before. */
    struct sigaction ours = {.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK};
    ours.sa_sigaction = on_fault;
    sigemptyset(&ours.sa_mask);
    sigaction(SIGBUS, NULL, &previous);
    if (previous.sa_handler == SIG_IGN || (previous.sa_flags & SA_RESTART)) {
        ours.sa_flags |= SA_RESTART;
    }
    sigaction(SIGBUS, &ours, NULL);
}

void fm_os_catch_faults(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install);
}
