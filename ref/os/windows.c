/* SPDX-License-Identifier: MPL-2.0
 *
 * Windows: file mapping objects with names, resize by making them anew, faults by a vectored
 * exception handler. A map holds a view (data), the mapping object (section), a duplicate of the
 * file's handle (file) and the mapping object's name (tag). Win32 errors become errno values. */
#include "../src/guard.h"
#include "os.h"

#include <errno.h>
#include <io.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

enum { ANONYMOUS = 1 }; /* a flag of fm_map: there is no file, kept or not */

/* ---- Errors ------------------------------------------------------------------------------- */

static int errno_of(DWORD error) {
    switch (error) {
    case ERROR_ACCESS_DENIED:
    case ERROR_SHARING_VIOLATION:
    case ERROR_LOCK_VIOLATION:
    case ERROR_USER_MAPPED_FILE:
        return EACCES;
    case ERROR_ALREADY_EXISTS:
        return EEXIST;
    case ERROR_INVALID_HANDLE:
        return EBADF;
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_OUTOFMEMORY:
    case ERROR_COMMITMENT_LIMIT:
        return ENOMEM;
    case ERROR_DISK_FULL:
    case ERROR_HANDLE_DISK_FULL:
        return ENOSPC;
    case ERROR_TOO_MANY_OPEN_FILES:
        return EMFILE;
    case ERROR_FILE_NOT_FOUND:
        return ENOENT;
    case ERROR_INVALID_PARAMETER:
    case ERROR_MAPPED_ALIGNMENT:
    case ERROR_FILE_INVALID:
        return EINVAL;
    default:
        return EIO;
    }
}

static fm_status failed(DWORD error) {
    errno = errno_of(error);
    return FM_OS;
}

/* ---- Options ------------------------------------------------------------------------------ */

void fm_os_defaults(fm_options *options) {
    (void)options; /* flags and prot are ignored here */
}

fm_status fm_os_check_options(fm_options *options) {
    (void)options;
    return FM_OK;
}

static DWORD protection(int access) {
    return access == FM_ACCESS_READ   ? PAGE_READONLY
           : access == FM_ACCESS_COPY ? PAGE_WRITECOPY
                                      : PAGE_READWRITE;
}

static DWORD view_access(int access) {
    return access == FM_ACCESS_READ   ? FILE_MAP_READ
           : access == FM_ACCESS_COPY ? FILE_MAP_COPY
                                      : FILE_MAP_WRITE;
}

/* ---- Files -------------------------------------------------------------------------------- */

static HANDLE handle_of(intptr_t file) {
    return (HANDLE)file; /* FM_NO_FILE is INVALID_HANDLE_VALUE */
}

static DWORD high_half(int64_t value) {
    return (DWORD)((uint64_t)value >> 32);
}

static DWORD low_half(int64_t value) {
    return (DWORD)((uint64_t)value & UINT32_MAX);
}

static bool file_size(HANDLE file, int64_t *size) {
    LARGE_INTEGER value;
    if (!GetFileSizeEx(file, &value)) {
        return false;
    }
    *size = value.QuadPart;
    return true;
}

static bool set_file_size(HANDLE file, int64_t size) {
    LARGE_INTEGER value;
    value.QuadPart = size;
    return SetFilePointerEx(file, value, NULL, FILE_BEGIN) && SetEndOfFile(file);
}

/* The bytes to map. A file that is too short grows, as it does under Python. */
static fm_status check_file(HANDLE file, int64_t offset, size_t *length) {
    int64_t size;
    if (!file_size(file, &size)) {
        return failed(GetLastError());
    }
    if (*length > 0) {
        if (offset > INT64_MAX - (int64_t)*length) {
            return FM_LENGTH_TOO_LARGE;
        }
        int64_t end = offset + (int64_t)*length;
        return end <= size || set_file_size(file, end) ? FM_OK : failed(GetLastError());
    }
    if (size == 0) {
        return FM_EMPTY_FILE;
    }
    if (offset >= size) {
        return FM_OFFSET_PAST_END;
    }
    if (size - offset > PTRDIFF_MAX) {
        return FM_LENGTH_TOO_LARGE;
    }
    *length = (size_t)(size - offset);
    return FM_OK;
}

/* ---- Mapping objects ---------------------------------------------------------------------- */

/* A mapping object and a view of it. With `is_new` an existing object of that name is refused,
 * yet left in *section: it is the caller's old one. */
static fm_status make_view(const fm_map *map, HANDLE file, size_t length, bool is_new,
                           HANDLE *section, void **data) {
    int64_t end = map->offset + (int64_t)length;
    *data = NULL;
    *section = CreateFileMappingW(file, NULL, protection(map->access), high_half(end),
                                  low_half(end), map->tag);
    if (!*section) {
        return failed(GetLastError());
    }
    if (is_new && GetLastError() == ERROR_ALREADY_EXISTS) {
        return failed(ERROR_ALREADY_EXISTS);
    }
    *data = MapViewOfFile(*section, view_access(map->access), high_half(map->offset),
                          low_half(map->offset), length);
    if (!*data) {
        DWORD error = GetLastError();
        CloseHandle(*section);
        *section = NULL;
        return failed(error);
    }
    return FM_OK;
}

/* The name of a mapping object, NULL for none. */
static fm_status wide_name(const char *name, wchar_t **wide) {
    *wide = NULL;
    if (!name || !*name) {
        return FM_OK;
    }
    int size = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, name, -1, NULL, 0);
    if (size == 0) {
        return failed(ERROR_INVALID_PARAMETER);
    }
    *wide = malloc((size_t)size * sizeof(**wide));
    if (!*wide) {
        return FM_NO_MEMORY;
    }
    MultiByteToWideChar(CP_UTF8, 0, name, -1, *wide, size);
    return FM_OK;
}

/* ---- Opening and closing ------------------------------------------------------------------ */

#ifdef _UCRT
/* Not in the headers of older MinGW-w64 */
_CRTIMP _invalid_parameter_handler
_set_thread_local_invalid_parameter_handler(_invalid_parameter_handler handler);

static void ignore(const wchar_t *expression, const wchar_t *function, const wchar_t *file,
                   unsigned line, uintptr_t reserved) {
    (void)expression, (void)function, (void)file, (void)line, (void)reserved;
}

/* INVALID_HANDLE_VALUE for a descriptor that is none: the Universal C Runtime would end the process
 * otherwise. */
static HANDLE handle_of_descriptor(int fd) {
    _invalid_parameter_handler before = _set_thread_local_invalid_parameter_handler(ignore);
    HANDLE handle = (HANDLE)_get_osfhandle(fd);
    _set_thread_local_invalid_parameter_handler(before);
    return handle;
}
#else
static HANDLE handle_of_descriptor(int fd) {
    return (HANDLE)_get_osfhandle(fd);
}
#endif

/* The file of a descriptor, checked; kept by the map if it tracks its file. */
static fm_status open_file(fm_map *map, int fd, size_t *length, HANDLE *file) {
    *file = handle_of_descriptor(fd);
    if (*file == INVALID_HANDLE_VALUE) {
        errno = EBADF;
        return FM_OS;
    }
    _lseeki64(fd, 0, SEEK_SET); /* as Python does */
    fm_status status = check_file(*file, map->offset, length);
    if (status != FM_OK || !map->trackfd) {
        return status;
    }
    HANDLE kept, process = GetCurrentProcess();
    if (!DuplicateHandle(process, *file, process, &kept, 0, FALSE, DUPLICATE_SAME_ACCESS)) {
        return failed(GetLastError());
    }
    map->file = (intptr_t)kept;
    return FM_OK;
}

fm_status fm_os_open(fm_map *map, int fd, size_t length, const fm_options *options) {
    HANDLE file = INVALID_HANDLE_VALUE, section = NULL;
    void *data = NULL;
    wchar_t *tag = NULL;
    fm_status status = FM_OK;
    if (fd == -1 || fd == 0) { /* 0 too, as in Python */
        map->flags = ANONYMOUS;
        if ((uint64_t)length > (uint64_t)(INT64_MAX - map->offset)) {
            status = FM_LENGTH_TOO_LARGE;
        }
    } else {
        status = open_file(map, fd, &length, &file);
    }
    if (status == FM_OK && (status = wide_name(options->tagname, &tag)) == FM_OK) {
        map->tag = tag;
        status = make_view(map, file, length, false, &section, &data);
    }
    map->section = section;
    map->data = data;
    map->length = length;
    if (status != FM_OK) {
        int error = errno;
        fm_map detached = fm_map_detach(map);
        fm_os_close(&detached);
        errno = error;
    }
    return status;
}

void fm_os_close(fm_map *map) {
    if (map->data) {
        UnmapViewOfFile(map->data);
    }
    if (map->section) {
        CloseHandle(map->section);
    }
    if (map->file != FM_NO_FILE) {
        CloseHandle(handle_of(map->file));
    }
    free(map->tag);
}

/* ---- Size and resize ---------------------------------------------------------------------- */

fm_status fm_os_size(const fm_map *map, int64_t *size) {
    return file_size(handle_of(map->file), size) ? FM_OK : failed(GetLastError());
}

/* A file can change its size only while nothing maps it, so the map is made anew; while others
 * map the file it keeps its size and the map its length. Should the map be lost, it is closed. */
static fm_status resize_file(fm_map *map, size_t length) {
    HANDLE file = handle_of(map->file), section;
    void *data;
    DWORD error = 0;
    UnmapViewOfFile(map->data);
    CloseHandle(map->section);
    map->data = NULL;
    map->section = NULL;
    if (!set_file_size(file, map->offset + (int64_t)length)) {
        error = GetLastError();
        length = map->length;
    }
    fm_status status = make_view(map, file, length, false, &section, &data);
    if (status != FM_OK) {
        fm_map detached = fm_map_detach(map);
        fm_os_close(&detached);
        return status;
    }
    map->section = section;
    map->data = data;
    map->length = length;
    return error ? failed(error) : FM_OK;
}

/* Anonymous memory is copied to a new mapping object. One with a name must first give the name
 * up; if somebody else has it too, it cannot, and everything stays. */
static fm_status resize_anonymous(fm_map *map, size_t length) {
    HANDLE section;
    void *data;
    if (map->tag) {
        CloseHandle(map->section); /* the view keeps the memory */
        map->section = NULL;
    }
    fm_status status = make_view(map, INVALID_HANDLE_VALUE, length, true, &section, &data);
    if (status != FM_OK) {
        if (section) {
            map->section = section;
        }
        return status;
    }
    status = fm_guarded_copy(data, map->data, length < map->length ? length : map->length);
    if (status != FM_OK) {
        UnmapViewOfFile(data);
        CloseHandle(section);
        return status;
    }
    UnmapViewOfFile(map->data);
    if (map->section) {
        CloseHandle(map->section);
    }
    map->section = section;
    map->data = data;
    map->length = length;
    return FM_OK;
}

fm_status fm_os_resize(fm_map *map, size_t length) {
    if (length == 0) {
        return failed(ERROR_INVALID_PARAMETER);
    }
    return map->file == FM_NO_FILE ? resize_anonymous(map, length) : resize_file(map, length);
}

/* ---- Flush and advice --------------------------------------------------------------------- */

fm_status fm_os_flush(const fm_map *map, size_t offset, size_t size, int flags) {
    (void)flags;
    if (size == 0) {
        return FM_OK; /* to the system 0 means all the rest, of which there may be none */
    }
    return FlushViewOfFile(map->data + offset, size) ? FM_OK : failed(GetLastError());
}

fm_status fm_os_advise(const fm_map *map, int advice, size_t start, size_t length) {
    (void)map;
    (void)advice;
    (void)start;
    (void)length;
    return FM_UNSUPPORTED;
}

bool fm_os_flush_waits(const fm_map *map) {
    return !fm_os_is_anonymous(map);
}

bool fm_os_is_anonymous(const fm_map *map) {
    return map->flags & ANONYMOUS;
}

fm_status fm_os_name(const fm_map *map, const char *name) {
    (void)map;
    (void)name;
    return FM_UNSUPPORTED;
}

/* ---- Pages and constants ------------------------------------------------------------------ */

static SYSTEM_INFO system_info(void) {
    SYSTEM_INFO info;
    GetSystemInfo(&info);
    return info;
}

size_t fm_os_page_size(void) {
    return system_info().dwPageSize;
}

size_t fm_os_granularity(void) {
    return system_info().dwAllocationGranularity;
}

const fm_constant fm_os_constants[] = {{NULL, 0}};

/* ---- Faults ------------------------------------------------------------------------------- */

#ifndef _M_X64
#error "windows.c: how to continue after a fault is written for x86-64 only"
#endif

static _Noreturn void continue_in_guard(void) {
    fm_guard_catch_any();
    abort(); /* there is a guard: on_exception looked */
}

/* Not by jumping out of the handler: the system would not learn that the exception is over. The
 * interrupted thread continues in the function above instead, on its own stack. */
static LONG CALLBACK on_exception(EXCEPTION_POINTERS *exception) {
    const EXCEPTION_RECORD *record = exception->ExceptionRecord;
    bool is_fault = (record->ExceptionCode == EXCEPTION_IN_PAGE_ERROR ||
                     record->ExceptionCode == EXCEPTION_ACCESS_VIOLATION) &&
                    record->NumberParameters >= 2;
    if (!is_fault || !fm_guard_covers((uintptr_t)record->ExceptionInformation[1])) {
        return EXCEPTION_CONTINUE_SEARCH;
    }
    CONTEXT *context = exception->ContextRecord;
    /* As after a call: 16-byte aligned less the return address, 32 bytes for the callee above. */
    context->Rsp = ((context->Rsp - 128) & ~(DWORD64)15) - 8;
    context->Rip = (DWORD64)continue_in_guard;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static BOOL CALLBACK install(INIT_ONCE *once, void *parameter, void **context) {
    (void)once;
    (void)parameter;
    (void)context;
    AddVectoredExceptionHandler(1, on_exception);
    return TRUE;
}

void fm_os_catch_faults(void) {
    static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
    InitOnceExecuteOnce(&once, install, NULL, NULL);
}
