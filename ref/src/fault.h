/* SPDX-License-Identifier: MPL-2.0
 *
 * Touching mapped memory without dying.
 *
 * The system may be unable to supply a page of a mapped file: somebody truncated the file, the
 * device failed, the disk is full under a hole. The access then raises SIGBUS (on Windows an
 * exception). Every access of this library to mapped bytes goes through the functions below,
 * which answer FM_FAULT instead.
 *
 * How: a guard on the stack of the calling thread holds the ranges it is about to touch and a
 * place to jump to; a thread-local pointer names the innermost guard. The handler, installed with
 * the first map, jumps there if the fault's address lies in the pages of a range that its own
 * thread guards. Any other fault goes to whoever had the signal before. Nothing is mapped over the
 * missing page: later accesses see the file as it then is. */
#ifndef FM_FAULT_H
#define FM_FAULT_H

#include "fmmap.h"

/* Copy n bytes, either side mapped, as memmove(3). After FM_FAULT any part may have been copied. */
fm_status fm_guarded_copy(void *to, const void *from, size_t n);

/* out[i] = data[start + i * step] for i in [0, count), and the reverse. The range lies inside and
 * is not empty. */
fm_status fm_guarded_gather(void *out, const unsigned char *data, fm_range range);
fm_status fm_guarded_scatter(unsigned char *data, fm_range range, const void *source);

/* One byte, and some KiB at most from the map to elsewhere (more also works): without a guard where
 * the machine allows it, see skip.h. */
static inline fm_status fm_guarded_copy_out(unsigned char *to, const unsigned char *from, size_t n);
static inline fm_status fm_guarded_load(const unsigned char *from, unsigned char *byte);
static inline fm_status fm_guarded_store(unsigned char *to, unsigned char byte);

/* Fill with zeros. */
fm_status fm_guarded_clear(unsigned char *to, size_t n);

/* Bytes up to and including the first newline, or n if there is none; 0 after a fault. n > 0. */
static inline size_t fm_guarded_line(const unsigned char *from, size_t n);

/* The same, if the first `searched` bytes are known to hold no newline. */
size_t fm_line_from(const unsigned char *from, size_t n, size_t searched);

/* The strategy in use over haystack[0, n); *at is FM_NPOS for absent. */
fm_status fm_guarded_find(const void *haystack, size_t n, const void *needle, size_t m, size_t *at);
fm_status fm_guarded_rfind(const void *haystack, size_t n, const void *needle, size_t m,
                           size_t *at);

/* As fm_finder_find, fm_finder_rfind, fm_finder_count. */
fm_status fm_guarded_finder_find(const fm_finder *finder, const void *haystack, size_t n,
                                 size_t *at);
fm_status fm_guarded_finder_rfind(const fm_finder *finder, const void *haystack, size_t n,
                                  size_t *at);
fm_status fm_guarded_finder_count(const fm_finder *finder, const void *haystack, size_t n,
                                  size_t *count);

#include "skip.h"

#endif
