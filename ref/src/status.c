/* SPDX-License-Identifier: MPL-2.0
 *
 * One table: each status, the Python exception it stands for, and its text. Texts that Python
 * programs match are Python's. */
#include "fmmap.h"

#include <stddef.h>

static const struct {
    const char *name;
    const char *exception;
    const char *message;
} statuses[FM_STATUS_COUNT] = {
#define STATUS(status, exception, message) [status] = {#status, exception, message}
    STATUS(FM_OK, "", "no error"),
    STATUS(FM_CLOSED, "ValueError", "mmap closed or invalid"),
    STATUS(FM_OS, "OSError", "the system refused; errno tells why"),
    STATUS(FM_FAULT, "OSError", "mapped memory could not be supplied: file truncated or I/O error"),
    STATUS(FM_NO_MEMORY, "MemoryError", "out of memory"),
    STATUS(FM_UNSUPPORTED, "NotImplementedError", "this system has no such operation"),
    STATUS(FM_BAD_LENGTH, "OverflowError", "memory mapped length must be positive"),
    STATUS(FM_BAD_OFFSET, "OverflowError", "memory mapped offset must be positive"),
    STATUS(FM_BAD_ACCESS, "ValueError", "mmap invalid access parameter."),
    STATUS(FM_ACCESS_CONFLICT, "ValueError", "mmap can't specify both access and flags, prot."),
    STATUS(FM_EMPTY_FILE, "ValueError", "cannot mmap an empty file"),
    STATUS(FM_OFFSET_PAST_END, "ValueError", "mmap offset is greater than file size"),
    STATUS(FM_LENGTH_PAST_END, "ValueError", "mmap length is greater than file size"),
    STATUS(FM_LENGTH_TOO_LARGE, "ValueError", "mmap length is too large"),
    STATUS(FM_READ_ONLY, "TypeError", "mmap can't modify a readonly memory map."),
    STATUS(FM_NOT_RESIZABLE, "TypeError",
           "mmap can't resize a readonly or copy-on-write memory map."),
    STATUS(FM_BORROWED, "BufferError", "cannot close exported pointers exist"),
    STATUS(FM_RESIZE_BORROWED, "BufferError", "mmap can't resize with extant buffers exported."),
    STATUS(FM_INDEX, "IndexError", "mmap index out of range"),
    STATUS(FM_SLICE_SIZE, "IndexError", "mmap slice assignment is wrong size"),
    STATUS(FM_SLICE_STEP, "ValueError", "slice step cannot be zero"),
    STATUS(FM_BYTE_VALUE, "ValueError", "mmap item value must be in range(0, 256)"),
    STATUS(FM_READ_RANGE, "ValueError", "read byte out of range"),
    STATUS(FM_WRITE_RANGE, "ValueError", "data out of range"),
    STATUS(FM_WRITE_BYTE_RANGE, "ValueError", "write byte out of range"),
    STATUS(FM_SEEK_RANGE, "ValueError", "seek out of range"),
    STATUS(FM_SEEK_WHENCE, "ValueError", "unknown seek type"),
    STATUS(FM_MOVE_RANGE, "ValueError", "source, destination, or count out of range"),
    STATUS(FM_RESIZE_RANGE, "ValueError", "new size out of range"),
    STATUS(FM_RESIZE_SHARED, "ValueError",
           "mmap: can't expand a shared anonymous mapping on this system"),
    STATUS(FM_RESIZE_UNTRACKED, "ValueError", "mmap can't resize with trackfd=False."),
    STATUS(FM_SIZE_UNTRACKED, "ValueError", "can't get size with trackfd=False"),
    STATUS(FM_FLUSH_RANGE, "ValueError", "flush values out of range"),
    STATUS(FM_ADVISE_START, "ValueError", "madvise start out of bounds"),
    STATUS(FM_ADVISE_LENGTH, "ValueError", "madvise length invalid"),
    STATUS(FM_ADVISE_OVERFLOW, "OverflowError", "madvise length too large"),
    STATUS(FM_NAME_TOO_LONG, "ValueError", "name is too long"),
    STATUS(FM_NOT_ANONYMOUS, "ValueError", "only anonymous memory can be named"),
    STATUS(FM_STRATEGY_UNKNOWN, "ValueError", "no strategy of that name runs on this machine"),
#undef STATUS
};

static bool is_known(fm_status status) {
    return (unsigned)status < FM_STATUS_COUNT;
}

const char *fm_status_name(fm_status status) {
    return is_known(status) ? statuses[status].name : "unknown";
}

const char *fm_exception(fm_status status) {
    return is_known(status) ? statuses[status].exception : "SystemError";
}

const char *fm_message(fm_status status) {
    return is_known(status) ? statuses[status].message : "unknown status";
}
