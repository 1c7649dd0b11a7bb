/* SPDX-License-Identifier: MPL-2.0
 *
 * fmmap: Python's mmap object as a C library, and substring search in both directions.
 *
 * Units: every length, position, offset and index is in bytes.
 * Failures: calls return an fm_status, results go through pointers, which are written only on
 * FM_OK. "Not found" is a result, not a failure. FM_OS leaves the system's error in errno.
 * Closing: every call on a closed map answers FM_CLOSED unless it says otherwise.
 * Threads: different maps are independent. On one map, calls that only look (find, get, copy,
 * length, borrow, release) may run side by side; any other call needs the caller's own lock.
 * Faults: where a call touches mapped memory that the system cannot supply (the file was
 * truncated, the device failed, the disk is full), it answers FM_FAULT and the process lives.
 * See "Faults" in fmmap(3) for how and for what is not covered.
 *
 * Each call names the Python call it mirrors, where `m` is the map. In cost notes n is the length
 * of the haystack, m that of the needle; a call without a cost note takes constant time but for
 * what the system does. Python's argument conventions hold: negative indices count from the end.
 * The failures named with a call come in the order in which they are looked for.
 */
#ifndef FMMAP_H
#define FMMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__) && !defined(_WIN32)
#define FM_API __attribute__((visibility("default")))
#else
#define FM_API
#endif

/* ---- Searching memory ------------------------------------------------------------------- */

/* First (fm_memmem) or last (fm_memrmem) occurrence of needle in haystack, or NULL. An empty
 * needle is found at haystack, by fm_memrmem at haystack + n. Linear in n + m, no allocation,
 * reads nothing outside the two ranges. As memmem(3). */
FM_API void *fm_memmem(const void *haystack, size_t n, const void *needle, size_t m);
FM_API void *fm_memrmem(const void *haystack, size_t n, const void *needle, size_t m);

#define FM_NPOS SIZE_MAX /* "no such offset" */

/* A prepared search: pay for looking at the needle once, then search many haystacks. Immutable,
 * so threads may share it. */
typedef struct fm_finder fm_finder;

/* ---- Status ----------------------------------------------------------------------------- */

/* One value for each way a call can fail; fm_exception and fm_message give the Python exception
 * and text of each. */
typedef enum fm_status {
    FM_OK = 0,
    FM_CLOSED,           /* ValueError: mmap closed or invalid */
    FM_OS,               /* OSError with errno */
    FM_FAULT,            /* OSError EFAULT: mapped memory could not be supplied */
    FM_NO_MEMORY,        /* MemoryError */
    FM_UNSUPPORTED,      /* NotImplementedError: this system has no such operation */
    FM_BAD_LENGTH,       /* OverflowError: negative length */
    FM_BAD_OFFSET,       /* OverflowError: negative offset */
    FM_BAD_ACCESS,       /* ValueError: access is none of the four modes */
    FM_ACCESS_CONFLICT,  /* ValueError: access together with flags or prot */
    FM_EMPTY_FILE,       /* ValueError: cannot mmap an empty file */
    FM_OFFSET_PAST_END,  /* ValueError: mmap offset is greater than file size */
    FM_LENGTH_PAST_END,  /* ValueError: mmap length is greater than file size */
    FM_LENGTH_TOO_LARGE, /* ValueError: mmap length is too large */
    FM_READ_ONLY,        /* TypeError: mmap can't modify a readonly memory map. */
    FM_NOT_RESIZABLE,    /* TypeError: read-only and copy-on-write maps cannot be resized */
    FM_BORROWED,         /* BufferError: cannot close exported pointers exist */
    FM_RESIZE_BORROWED,  /* BufferError: resize while bytes are borrowed */
    FM_INDEX,            /* IndexError: mmap index out of range */
    FM_SLICE_SIZE,       /* IndexError: slice assignment of another length */
    FM_SLICE_STEP,       /* ValueError: slice step cannot be zero */
    FM_BYTE_VALUE,       /* ValueError: byte outside 0..255 */
    FM_READ_RANGE,       /* ValueError: read byte out of range */
    FM_WRITE_RANGE,      /* ValueError: data out of range */
    FM_WRITE_BYTE_RANGE, /* ValueError: write byte out of range */
    FM_SEEK_RANGE,       /* ValueError: seek out of range */
    FM_SEEK_WHENCE,      /* ValueError: unknown seek type */
    FM_MOVE_RANGE,       /* ValueError: source, destination, or count out of range */
    FM_RESIZE_RANGE,     /* ValueError: new size out of range */
    FM_RESIZE_SHARED,    /* ValueError: shared anonymous memory cannot grow */
    FM_RESIZE_UNTRACKED, /* ValueError: trackfd false: no descriptor to resize */
    FM_SIZE_UNTRACKED,   /* ValueError: trackfd false: no descriptor to ask */
    FM_FLUSH_RANGE,      /* ValueError: flush values out of range */
    FM_ADVISE_START,     /* ValueError: madvise start out of bounds */
    FM_ADVISE_LENGTH,    /* ValueError: madvise length invalid */
    FM_ADVISE_OVERFLOW,  /* OverflowError: madvise length too large */
    FM_NAME_TOO_LONG,    /* ValueError: name is too long */
    FM_NOT_ANONYMOUS,    /* ValueError: only anonymous memory can be named */
    FM_STRATEGY_UNKNOWN, /* ValueError: no strategy of that name on this machine */
    FM_STATUS_COUNT
} fm_status;

FM_API const char *fm_status_name(fm_status status); /* "FM_CLOSED" */
FM_API const char *fm_exception(fm_status status);   /* "ValueError" */
FM_API const char *fm_message(fm_status status);     /* one sentence, never NULL */

/* ---- Prepared search -------------------------------------------------------------------- */

/* Copies the needle. FM_NO_MEMORY. Time O(m); memory m bytes and some 8 KiB. */
FM_API fm_status fm_finder_new(const void *needle, size_t m, fm_finder **out);
FM_API void fm_finder_free(fm_finder *finder); /* NULL is fine */

/* Offset of the first or last occurrence, or FM_NPOS. Linear in n. */
FM_API size_t fm_finder_find(const fm_finder *finder, const void *haystack, size_t n);
FM_API size_t fm_finder_rfind(const fm_finder *finder, const void *haystack, size_t n);

/* Number of occurrences that do not overlap, counted from the left, as bytes.count does; an
 * empty needle occurs n + 1 times. Linear in n. */
FM_API size_t fm_finder_count(const fm_finder *finder, const void *haystack, size_t n);

/* All occurrences from the left, not overlapping:
 *     fm_matches it = fm_matches_of(finder, haystack, n);
 *     for (size_t at; (at = fm_matches_next(&it)) != FM_NPOS;) ... */
typedef struct fm_matches {
    const fm_finder *finder;
    const void *haystack;
    size_t n;
    size_t next; /* where the next search begins; n + 1 when done */
} fm_matches;
FM_API fm_matches fm_matches_of(const fm_finder *finder, const void *haystack, size_t n);
FM_API size_t fm_matches_next(fm_matches *matches);

/* ---- Choice of strategy ----------------------------------------------------------------- */

/* Name of the strategy that all searches use: "auto", unless the environment variable
 * FM_STRATEGY named another at the first search or question, or fm_use_strategy did. */
FM_API const char *fm_strategy_in_use(void);

/* Use the named strategy from now on, in every thread; for tests and comparisons. An existing
 * fm_finder keeps the one it was made with. FM_STRATEGY_UNKNOWN changes nothing. */
FM_API fm_status fm_use_strategy(const char *name);

/* The n-th strategy's name, sorted, or NULL past the last; only those this machine can run. */
FM_API const char *fm_strategy_at(size_t n);

/* ---- Opening and closing ---------------------------------------------------------------- */

typedef struct fm_map fm_map;

/* Values of Python's ACCESS_ constants. */
enum { FM_ACCESS_DEFAULT = 0, FM_ACCESS_READ = 1, FM_ACCESS_WRITE = 2, FM_ACCESS_COPY = 3 };

typedef struct fm_options {
    int access;          /* FM_ACCESS_*; other than DEFAULT excludes flags and prot */
    int flags;           /* MAP_* of the system, MAP_FIXED excepted; ignored on Windows */
    int prot;            /* PROT_* of the system; ignored on Windows */
    int64_t offset;      /* of the file, a multiple of fm_granularity() */
    bool trackfd;        /* keep a duplicate of the descriptor for size and resize */
    const char *tagname; /* Windows only: name of the mapping in UTF-8, or NULL */
} fm_options;

/* Python's defaults: shared, readable and writable, from offset 0, descriptor kept. */
FM_API fm_options fm_options_default(void);

/* Map `length` bytes of the open file `fd` from the offset, or to the file's end with length 0;
 * fd -1 maps zeroed anonymous memory. `options` NULL means the defaults. The descriptor is
 * duplicated (unless trackfd is false) and may be closed by the caller. On FM_OK the caller owns
 * *out and ends it with fm_free. Mirrors mmap.mmap().
 * FM_BAD_LENGTH, FM_BAD_OFFSET, FM_ACCESS_CONFLICT, FM_BAD_ACCESS, FM_NO_MEMORY; for a regular
 * file FM_EMPTY_FILE, FM_OFFSET_PAST_END, FM_LENGTH_TOO_LARGE, FM_LENGTH_PAST_END (Windows grows
 * the file instead); FM_OS (EBADF, EACCES, EINVAL for an unaligned offset, ENOMEM, EMFILE, ...). */
FM_API fm_status fm_open(int fd, ptrdiff_t length, const fm_options *options, fm_map **out);

/* Unmap and release the descriptor; the object stays, closed. Closing twice is fine. FM_BORROWED
 * while bytes are borrowed. Does not flush; shared changes are not lost. Mirrors m.close(). */
FM_API fm_status fm_close(fm_map *map);

/* Close if open, even while borrowed, and free the object. NULL is fine. */
FM_API void fm_free(fm_map *map);

/* These three work on a closed map too. */
FM_API bool fm_is_closed(const fm_map *map); /* m.closed */
FM_API int fm_access(const fm_map *map); /* recorded mode, derived from prot if none was given */
FM_API int64_t fm_offset(const fm_map *map); /* as given at opening */

/* ---- Length and position ---------------------------------------------------------------- */

FM_API fm_status fm_length(const fm_map *map, size_t *length); /* len(m) */

/* Size of the file now, which may have changed since; of anonymous memory its length. Mirrors
 * m.size(). FM_SIZE_UNTRACKED; FM_OS. */
FM_API fm_status fm_size(const fm_map *map, int64_t *size);

/* The position: where reading and writing go on. It may lie behind the end after a shrinking
 * fm_resize. Mirrors m.tell(). */
FM_API fm_status fm_tell(const fm_map *map, size_t *position);

/* Set the position to `distance` bytes from the start (whence 0), the position (1) or the end
 * (2); the end itself is a position. *position (may be NULL) gets the new one. Mirrors m.seek().
 * FM_SEEK_WHENCE, FM_SEEK_RANGE. */
FM_API fm_status fm_seek(fm_map *map, ptrdiff_t distance, int whence, size_t *position);

/* ---- Items and slices ------------------------------------------------------------------- */

/* m[index]. FM_INDEX; FM_FAULT. */
FM_API fm_status fm_get(const fm_map *map, ptrdiff_t index, unsigned char *byte);

/* m[index] = byte. FM_READ_ONLY, FM_INDEX, FM_BYTE_VALUE; FM_FAULT. */
FM_API fm_status fm_set(fm_map *map, ptrdiff_t index, int byte);

/* An absent bound: of a slice, a search or a range. It is no number, so a caller that passes on
 * numbers of others gives PTRDIFF_MIN + 1 in its place, which clamps alike. */
#define FM_UNBOUNDED PTRDIFF_MIN

/* `count` bytes, the first at index `start`, each `step` bytes behind the one before. */
typedef struct fm_range {
    size_t start;
    ptrdiff_t step;
    size_t count;
} fm_range;

/* What m[start:stop:step] names: Python's slice.indices, with bounds clamped. FM_SLICE_STEP. */
FM_API fm_status fm_slice(const fm_map *map, ptrdiff_t start, ptrdiff_t stop, ptrdiff_t step,
                          fm_range *range);

/* Copy the range's bytes out: m[a:b:c]. `out` has room for range.count bytes, which are
 * unspecified after a failure. FM_INDEX if the range does not lie inside; FM_FAULT. O(count). */
FM_API fm_status fm_get_slice(const fm_map *map, fm_range range, void *out);

/* Copy n bytes of data into the range: m[a:b:c] = data. The data may lie in the map itself and is
 * then stored as it was before. FM_READ_ONLY, FM_INDEX, FM_SLICE_SIZE if n is not range.count;
 * FM_FAULT, after which part of the data may be stored; FM_NO_MEMORY if data of the map itself is
 * stored with a step other than 1. O(count). */
FM_API fm_status fm_set_slice(fm_map *map, fm_range range, const void *data, size_t n);

/* ---- Reading and writing at the position ------------------------------------------------ */

/* How many bytes fm_read(max) or fm_readline would give now: to size a buffer. fm_line_length
 * takes O(line) and may answer FM_FAULT. */
FM_API fm_status fm_readable(const fm_map *map, size_t max, size_t *count);
FM_API fm_status fm_line_length(const fm_map *map, size_t *count);

/* Copy up to `max` bytes, or up to and including the next newline and at most `max`, and advance
 * by *count; SIZE_MAX reads all. At the end *count is 0. After FM_FAULT the position is as before.
 * Mirrors m.read(n), m.readline(). O(count). */
FM_API fm_status fm_read(fm_map *map, void *out, size_t max, size_t *count);
FM_API fm_status fm_readline(fm_map *map, void *out, size_t max, size_t *count);

/* m.read_byte(). FM_READ_RANGE at the end; FM_FAULT. */
FM_API fm_status fm_read_byte(fm_map *map, unsigned char *byte);

/* Store n bytes at the position and advance by n: all or, with FM_WRITE_RANGE, none. The data may
 * lie in the map itself. Mirrors m.write(). FM_READ_ONLY, FM_WRITE_RANGE; FM_FAULT, after which
 * part of the data may be stored and the position is as before. O(n). */
FM_API fm_status fm_write(fm_map *map, const void *data, size_t n);

/* m.write_byte(). FM_READ_ONLY, FM_WRITE_BYTE_RANGE at the end; FM_FAULT. */
FM_API fm_status fm_write_byte(fm_map *map, unsigned char byte);

/* ---- Searching a map -------------------------------------------------------------------- */

/* Lowest or highest index at which the needle lies wholly inside [start, end), else -1. Bounds
 * follow slice rules; FM_UNBOUNDED as start means the position, as end the length. An empty needle
 * is found at the start, by fm_rfind at the end of the window, unless the window is inverted.
 * Mirrors m.find(), m.rfind(). FM_FAULT. O(n + m). */
FM_API fm_status fm_find(const fm_map *map, const void *needle, size_t m, ptrdiff_t start,
                         ptrdiff_t end, ptrdiff_t *index);
FM_API fm_status fm_rfind(const fm_map *map, const void *needle, size_t m, ptrdiff_t start,
                          ptrdiff_t end, ptrdiff_t *index);

/* The same with a prepared search, and the number of occurrences that do not overlap. All
 * occurrences from the left: find the next one from the last index plus the needle's length. */
FM_API fm_status fm_find_with(const fm_map *map, const fm_finder *finder, ptrdiff_t start,
                              ptrdiff_t end, ptrdiff_t *index);
FM_API fm_status fm_rfind_with(const fm_map *map, const fm_finder *finder, ptrdiff_t start,
                               ptrdiff_t end, ptrdiff_t *index);
FM_API fm_status fm_count_with(const fm_map *map, const fm_finder *finder, ptrdiff_t start,
                               ptrdiff_t end, size_t *count);

/* ---- The mapping itself ----------------------------------------------------------------- */

/* Copy `count` bytes from index `from` to index `to`; the two ranges may overlap. Mirrors
 * m.move(). FM_READ_ONLY, FM_MOVE_RANGE; FM_FAULT. O(count). */
FM_API fm_status fm_move(fm_map *map, ptrdiff_t to, ptrdiff_t from, ptrdiff_t count);

/* Make the map and its file `length` bytes long; what was borrowed before is no longer there.
 * New bytes are zero. The position stays. A failure leaves map and file as they were. Mirrors
 * m.resize().
 * FM_RESIZE_BORROWED, FM_RESIZE_UNTRACKED, FM_NOT_RESIZABLE, FM_RESIZE_RANGE, FM_UNSUPPORTED where
 * the system cannot (macOS, FreeBSD, OpenBSD, DragonFly, Solaris), FM_RESIZE_SHARED for growing
 * shared anonymous memory (Linux, NetBSD); FM_OS (EINVAL for length 0, EFBIG, ENOSPC, EPERM). */
FM_API fm_status fm_resize(fm_map *map, ptrdiff_t length);

/* Write [offset, offset + size) back to the file; size -1: to the end. Flags are MS_*, 0 means
 * MS_SYNC. Does nothing for read-only and copy-on-write maps. Mirrors m.flush().
 * FM_FLUSH_RANGE; FM_OS (EINVAL for an offset inside a page, EIO). */
FM_API fm_status fm_flush(const fm_map *map, ptrdiff_t offset, ptrdiff_t size, int flags);

/* Advise the system with MADV_*: `length` bytes from `start`, cut at the end; FM_UNBOUNDED: to the
 * end. Mirrors m.madvise(). FM_ADVISE_START, FM_ADVISE_LENGTH, FM_ADVISE_OVERFLOW, FM_UNSUPPORTED
 * on Windows; FM_OS (EINVAL for a start inside a page or unknown advice). */
FM_API fm_status fm_advise(const fm_map *map, int advice, ptrdiff_t start, ptrdiff_t length);

/* Name anonymous memory: /proc/PID/maps shows it as "cpython:mmap:NAME", as it does Python's. At
 * most FM_NAME_MAX bytes of UTF-8. Mirrors m.set_name().
 * FM_NAME_TOO_LONG, FM_NOT_ANONYMOUS, FM_UNSUPPORTED elsewhere than on Linux; FM_OS (EINVAL: the
 * kernel lacks the feature). */
#define FM_NAME_MAX 66
FM_API fm_status fm_set_name(const fm_map *map, const char *name);

/* Borrow the mapped bytes until fm_release: meanwhile close and resize are refused. *writable
 * (may be NULL) tells whether they may be written. Touching borrowed bytes is the caller's own
 * access: faults there are not caught. Mirrors memoryview(m). */
FM_API fm_status fm_borrow(fm_map *map, void **data, size_t *length, bool *writable);
FM_API void fm_release(fm_map *map);

/* ---- The system ------------------------------------------------------------------------- */

FM_API size_t fm_page_size(void);   /* mmap.PAGESIZE */
FM_API size_t fm_granularity(void); /* mmap.ALLOCATIONGRANULARITY: what offsets are multiples of */

/* The n-th constant of the system's headers that Python's module has (MAP_*, PROT_*, MADV_*,
 * MS_*), or false past the last. */
typedef struct fm_constant {
    const char *name;
    int value;
} fm_constant;
FM_API bool fm_constant_at(size_t n, fm_constant *constant);

#ifdef __cplusplus
}
#endif

#endif
