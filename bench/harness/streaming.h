/* SPDX-License-Identifier: MPL-2.0
 *
 * The streaming model: a file is mapped, searched and unmapped in every iteration. */
#ifndef FMB_STREAMING_H
#define FMB_STREAMING_H

#include "input.h"

typedef struct fmb_stream fmb_stream;

/* Write the case's haystack to a file without a name, which lies in TMPDIR or /tmp and is gone
 * with the process. `advice` is what is done to each fresh mapping before the search: "none",
 * "sequential" or "willneed" (madvise), "populate" (pages entered by mmap itself). NULL where the
 * system has no such advice or the file cannot be written; then `problem` tells. */
fmb_stream *fmb_stream_open(const fmb_case *one, const char *advice, const char **problem);
void fmb_stream_close(fmb_stream *stream);

/* A fresh mapping of the file, or NULL if the system refuses one; end it with fmb_stream_unmap. */
const unsigned char *fmb_stream_map(const fmb_stream *stream);
void fmb_stream_unmap(const fmb_stream *stream, const unsigned char *mapping);

#endif
