/* SPDX-License-Identifier: MPL-2.0
 *
 * What the files of the Python module share. Each method converts its arguments first, which may
 * run any code of the caller's, and only then looks at the map: that code may have closed or
 * resized it. */
#ifndef FM_PYTHON_MODULE_H
#define FM_PYTHON_MODULE_H

#include "compat.h"

#include "fault.h"
#include "map.h"

#include <errno.h>

typedef struct {
    PyObject_HEAD fm_map map;
    PyObject *weak_references;
    size_t waiting;           /* threads, for this work to end */
    size_t copies;            /* out of the map, and */
    size_t calls;             /* of the system, that run without the global lock now */
    PyThread_type_lock gate;  /* for who waits until there are none; NULL before the first */
    bool gated;               /* the gate is shut */
    bool flush_is_known;      /* whether the next is */
    bool flush_waits;         /* for a device, maybe */
    unsigned long generation; /* of forks, in which they run */
} MmapObject;

/* ---- arguments.c: conversions; false or NULL with an exception set ------------------------ */

/* Set the status' exception. Always NULL. errno still is the failed call's. */
PyObject *fm_raise(fm_status status);

/* Whether a method `name` got `least` to `most` positional arguments. */
bool fm_takes(const char *name, Py_ssize_t count, Py_ssize_t least, Py_ssize_t most);

bool fm_convert_size(PyObject *object, PyObject *overflow, Py_ssize_t *size);
bool fm_as_int(PyObject *object, int *value); /* OverflowError beyond the type */

/* Size or index; `overflow` is the exception for what is beyond the type. */
static inline bool fm_as(PyObject *object, PyObject *overflow, Py_ssize_t *size) {
    if (PyLong_CheckExact(object)) {
        *size = PyLong_AsSsize_t(object);
        if (*size != -1) {
            return true;
        }
        PyErr_Clear(); /* -1, or beyond the type */
    }
    return fm_convert_size(object, overflow, size);
}
static inline bool fm_as_size(PyObject *object, Py_ssize_t *size) {
    return fm_as(object, PyExc_OverflowError, size);
}
static inline bool fm_as_index(PyObject *object, Py_ssize_t *index) {
    return fm_as(object, PyExc_IndexError, index);
}

/* None is FM_UNBOUNDED, which no integer is. */
bool fm_as_bound(PyObject *object, ptrdiff_t *bound);

/* A bytes-like object's bytes: released by fm_view_release, whatever fm_view_get answered. */
typedef struct {
    const unsigned char *data;
    size_t n;
    Py_buffer buffer; /* buffer.obj NULL: the object is bytes and needs no release */
} fm_view;
bool fm_view_borrow(PyObject *object, fm_view *view);

static inline bool fm_view_get(PyObject *object, fm_view *view) {
    if (!PyBytes_CheckExact(object)) {
        return fm_view_borrow(object, view);
    }
    view->data = (const unsigned char *)PyBytes_AS_STRING(object);
    view->n = (size_t)PyBytes_GET_SIZE(object);
    view->buffer.obj = NULL;
    return true;
}

static inline void fm_view_release(fm_view *view) {
    if (view->buffer.obj != NULL) {
        PyBuffer_Release(&view->buffer);
    }
}

/* ---- The checks that begin most methods --------------------------------------------------- */

static inline bool fm_is_open_alone(PyObject *self) {
    return fm_map_is_open(&((MmapObject *)self)->map);
}
static inline bool fm_is_open(PyObject *self) {
    bool open;
    FM_ALONE(self, open, fm_is_open_alone(self));
    return open;
}

#define FM_CHECK_OPEN(self, failure)                                                               \
    do {                                                                                           \
        if (!fm_map_is_open(&(self)->map)) {                                                       \
            fm_raise(FM_CLOSED);                                                                   \
            return failure;                                                                        \
        }                                                                                          \
    } while (0)

#define FM_CHECK_WRITABLE(self, failure)                                                           \
    do {                                                                                           \
        if (!(self)->map.writable) {                                                               \
            fm_raise(FM_READ_ONLY);                                                                \
            return failure;                                                                        \
        }                                                                                          \
    } while (0)

/* ---- unlocked.c: working without the global lock ------------------------------------------ */

/* At import: so that the child of a fork does not wait for its parent's work. */
void fm_watch_forks(void);

/* Count work on the map in and out; `kind` is one of its two counters. False where somebody waits
 * for such work to end, and might wait for ever if more of it began: then it is to be done with the
 * lock. */
bool fm_work_begin(MmapObject *self, size_t *kind);
void fm_work_end(MmapObject *self, size_t *kind);

/* Wait until no copy runs, or no work at all; false with an exception set. Every call that changes
 * bytes, or the map, waits before it checks anything. */
bool fm_await_work(MmapObject *self, bool all);
#define FM_AWAIT_COPIES(self, failure)                                                             \
    do {                                                                                           \
        if ((self)->copies != 0 && !fm_await_work(self, false)) {                                  \
            return failure;                                                                        \
        }                                                                                          \
    } while (0)
#define FM_AWAIT_ALL(self, failure)                                                                \
    do {                                                                                           \
        if (((self)->copies | (self)->calls) != 0 && !fm_await_work(self, true)) {                 \
            return failure;                                                                        \
        }                                                                                          \
    } while (0)

/* From this many bytes on a copy lets other threads run. Giving the lock up and taking it back
 * costs about 60 ns when nobody wants it, but up to a switch interval (5 ms) when somebody does;
 * 1 MiB takes about 100 us to copy from memory, and several ms from a fast disk. */
#define FM_UNLOCKED_COPY ((size_t)1 << 20)

/* Bytes objects of length 1, filled at import and kept for good. From Python 3.12 on interpreters
 * with locks of their own share them anyway: there they are immortal. */
extern PyObject *fm_every_byte[256];
bool fm_keep_bytes(void);

static inline PyObject *fm_byte(unsigned char byte) {
    return Py_NewRef(fm_every_byte[byte]);
}

/* New bytes, copied from n mapped ones under the lock. */
static inline PyObject *fm_copy_locked(const unsigned char *from, size_t n) {
    if (FM_UNLIKELY(n == 1)) {
        unsigned char byte;
        fm_status status = fm_guarded_load(from, &byte);
        return status == FM_OK ? fm_byte(byte) : fm_raise(status);
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)n);
    if (FM_UNLIKELY(bytes == NULL)) {
        return NULL;
    }
    fm_status status = fm_guarded_copy_out((unsigned char *)PyBytes_AS_STRING(bytes), from, n);
    if (FM_UNLIKELY(status != FM_OK)) {
        Py_DECREF(bytes);
        return fm_raise(status);
    }
    return bytes;
}

/* New bytes with the content of the range, which lies inside the open map. (By pointer: copying
 * a structure that was just written field by field stalls many processors.) */
PyObject *fm_copy_out(MmapObject *self, const fm_range *range);

/* status = call, without the global lock; errno survives. */
#define FM_UNLOCKED(status, call)                                                                  \
    do {                                                                                           \
        int error_;                                                                                \
        Py_BEGIN_ALLOW_THREADS status = call;                                                      \
        error_ = errno;                                                                            \
        Py_END_ALLOW_THREADS errno = error_;                                                       \
    } while (0)

/* status = call, which is work of that kind on the map, without the lock if it may. */
#define FM_WORK(self, kind, status, call)                                                          \
    do {                                                                                           \
        if (fm_work_begin(self, &(self)->kind)) {                                                  \
            FM_UNLOCKED(status, call);                                                             \
            fm_work_end(self, &(self)->kind);                                                      \
        } else {                                                                                   \
            status = call;                                                                         \
        }                                                                                          \
    } while (0)

/* ---- items.c: the sequence and mapping protocols ------------------------------------------ */

Py_ssize_t mmap_length(PyObject *self);
PyObject *mmap_item(PyObject *self, Py_ssize_t index);
int mmap_assign_item(PyObject *self, Py_ssize_t index, PyObject *value);
PyObject *mmap_subscript(PyObject *self, PyObject *key);
int mmap_assign_subscript(PyObject *self, PyObject *key, PyObject *value);

#ifdef PYPY_VERSION /* pypy_iteration.c */
bool fm_make_iterator(PyObject *module);
PyObject *mmap_iter(PyObject *self);
PyObject *mmap_reversed(PyObject *self, PyObject *unused);
#endif

/* ---- stream.c: reading and writing at the position ---------------------------------------- */

fm_method mmap_read, mmap_seek;
PyObject *mmap_read_byte(PyObject *self, PyObject *unused);
PyObject *mmap_readline(PyObject *self, PyObject *unused);
PyObject *mmap_write(PyObject *self, PyObject *data);
PyObject *mmap_write_byte(PyObject *self, PyObject *value);
PyObject *mmap_tell(PyObject *self, PyObject *unused);
PyObject *mmap_seekable(PyObject *self, PyObject *unused);

/* ---- search.c ----------------------------------------------------------------------------- */

fm_method mmap_find, mmap_rfind;

/* ---- control.c: the mapping itself -------------------------------------------------------- */

fm_method mmap_move, mmap_madvise;
PyObject *mmap_flush(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *flags);
PyObject *mmap_resize(PyObject *self, PyObject *length);
PyObject *mmap_size(PyObject *self, PyObject *unused);
PyObject *mmap_set_name(PyObject *self, PyObject *name);

/* Development mode, asked about once, names each new anonymous map. */
void fm_note_development_mode(void);
void fm_announce(MmapObject *self);

/* ---- object.c, finder.c: the types -------------------------------------------------------- */

/* Whether close and resize must be refused. */
bool fm_is_borrowed(MmapObject *self);

/* Add the types to the module; false with an exception set. */
bool fm_add_mmap(PyObject *module);
bool fm_add_finder(PyObject *module);

#endif
