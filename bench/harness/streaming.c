/* SPDX-License-Identifier: MPL-2.0 */
#include "streaming.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct fmb_stream {
    int file;
    size_t size;
    int flags;  /* of mmap */
    int advice; /* of madvise, or -1 */
};

static bool set_advice(fmb_stream *stream, const char *advice) {
    stream->flags = MAP_SHARED;
    stream->advice = -1;
    if (strcmp(advice, "sequential") == 0) {
        stream->advice = MADV_SEQUENTIAL;
    } else if (strcmp(advice, "willneed") == 0) {
        stream->advice = MADV_WILLNEED;
#ifdef MAP_POPULATE
    } else if (strcmp(advice, "populate") == 0) {
        stream->flags |= MAP_POPULATE;
#endif
    } else {
        return strcmp(advice, "none") == 0;
    }
    return true;
}

/* A file that is open and has no name any more, or -1. */
static int nameless_file(void) {
    const char *folder = getenv("TMPDIR");
    char path[4096];
    snprintf(path, sizeof path, "%s/fmmap-bench-XXXXXX", folder && *folder ? folder : "/tmp");
    int file = mkstemp(path);
    if (file >= 0) {
        unlink(path);
    }
    return file;
}

static bool write_all(int file, const unsigned char *bytes, size_t size) {
    while (size) {
        ssize_t written = write(file, bytes, size);
        if (written <= 0) {
            return false;
        }
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

fmb_stream *fmb_stream_open(const fmb_case *one, const char *advice, const char **problem) {
    fmb_stream *stream = malloc(sizeof *stream);
    *problem = "memory is short";
    if (!stream) {
        return NULL;
    }
    stream->size = one->n;
    stream->file = -1;
    if (!set_advice(stream, advice)) {
        *problem = "this system has no such advice for a mapping";
    } else if ((stream->file = nameless_file()) < 0 ||
               !write_all(stream->file, one->haystack, one->n)) {
        *problem = "the file to map cannot be written: set TMPDIR to a folder with room";
    } else {
        *problem = NULL;
        return stream;
    }
    fmb_stream_close(stream);
    return NULL;
}

void fmb_stream_close(fmb_stream *stream) {
    if (stream && stream->file >= 0) {
        close(stream->file);
    }
    free(stream);
}

const unsigned char *fmb_stream_map(const fmb_stream *stream) {
    void *mapping = mmap(NULL, stream->size, PROT_READ, stream->flags, stream->file, 0);
    if (mapping == MAP_FAILED) {
        return NULL;
    }
    if (stream->advice >= 0) {
        madvise(mapping, stream->size, stream->advice);
    }
    return mapping;
}

void fmb_stream_unmap(const fmb_stream *stream, const unsigned char *mapping) {
    munmap((void *)(uintptr_t)mapping, stream->size);
}
