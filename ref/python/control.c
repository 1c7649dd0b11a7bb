/* SPDX-License-Identifier: MPL-2.0
 *
 * Methods on the mapping as a whole: move, resize, flush, madvise, size, set_name. Those that may
 * wait for a device run without the global lock. */
#include "module.h"

#include "../os/os.h"

#include <string.h>

static PyObject *none_or(fm_status status) {
    return status == FM_OK ? Py_NewRef(Py_None) : fm_raise(status);
}

static PyObject *move_alone(MmapObject *self, const Py_ssize_t *at) {
    FM_AWAIT_COPIES(self, NULL);
    return none_or(fm_move(&self->map, at[0], at[1], at[2]));
}

PyObject *mmap_move(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    Py_ssize_t at[3]; /* destination, source, count */
    PyObject *result;
    if (!fm_takes("move", count, 3, 3) || !fm_as_size(args[0], &at[0]) ||
        !fm_as_size(args[1], &at[1]) || !fm_as_size(args[2], &at[2])) {
        return NULL;
    }
    FM_ALONE(self, result, move_alone((MmapObject *)self, at));
    return result;
}

static PyObject *resize_alone(MmapObject *self, Py_ssize_t length) {
    FM_AWAIT_ALL(self, NULL);
    FM_CHECK_OPEN(self, NULL);
    return none_or(fm_is_borrowed(self) ? FM_RESIZE_BORROWED : fm_resize(&self->map, length));
}

PyObject *mmap_resize(PyObject *self, PyObject *argument) {
    Py_ssize_t length;
    PyObject *result;
    if (!fm_as_size(argument, &length)) {
        return NULL;
    }
    FM_ALONE(self, result, resize_alone((MmapObject *)self, length));
    return result;
}

static PyObject *flush_alone(MmapObject *self, const Py_ssize_t *range, int flags) {
    FM_CHECK_OPEN(self, NULL);
    if (!self->flush_is_known) {
        self->flush_waits = fm_os_flush_waits(&self->map);
        self->flush_is_known = true;
    }
    fm_status status;
    if (self->flush_waits) {
        FM_WORK(self, calls, status, fm_flush(&self->map, range[0], range[1], flags));
    } else {
        status = fm_flush(&self->map, range[0], range[1], flags);
    }
    return none_or(status);
}

PyObject *mmap_flush(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *flags) {
    Py_ssize_t range[2] = {0, -1}; /* offset, size */
    int bits = 0;
    PyObject *result;
    if (!fm_takes("flush", count, 0, 2) || (count > 0 && !fm_as_size(args[0], &range[0])) ||
        (count > 1 && !fm_as_size(args[1], &range[1])) ||
        (flags != NULL && !fm_as_int(flags, &bits))) {
        return NULL;
    }
    FM_ALONE(self, result, flush_alone((MmapObject *)self, range, bits));
    return result;
}

static PyObject *madvise_alone(MmapObject *self, int advice, Py_ssize_t start, ptrdiff_t length) {
    FM_AWAIT_COPIES(self, NULL); /* some advice changes bytes */
    FM_CHECK_OPEN(self, NULL);
    fm_status status;
    FM_WORK(self, calls, status, fm_advise(&self->map, advice, start, length));
    return none_or(status);
}

PyObject *mmap_madvise(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    int advice;
    Py_ssize_t start = 0;
    ptrdiff_t length = FM_UNBOUNDED;
    PyObject *result;
    if (!fm_takes("madvise", count, 1, 3) || !fm_as_int(args[0], &advice) ||
        (count > 1 && !fm_as_size(args[1], &start)) ||
        (count > 2 && !fm_as_bound(args[2], &length))) {
        return NULL;
    }
    FM_ALONE(self, result, madvise_alone((MmapObject *)self, advice, start, length));
    return result;
}

static PyObject *size_alone(MmapObject *self) {
    FM_CHECK_OPEN(self, NULL);
    int64_t size;
    fm_status status;
    FM_WORK(self, calls, status, fm_size(&self->map, &size));
    return status == FM_OK ? PyLong_FromLongLong(size) : fm_raise(status);
}

PyObject *mmap_size(PyObject *self, PyObject *Py_UNUSED(unused)) {
    PyObject *size;
    FM_ALONE(self, size, size_alone((MmapObject *)self));
    return size;
}

/* ---- Names, which only development mode gives to the system ------------------------------- */

static bool development_mode; /* of the process: written at import, always the same */

void fm_note_development_mode(void) {
    PyObject *flags = PySys_GetObject("flags"); /* borrowed */
    PyObject *mode = flags ? PyObject_GetAttrString(flags, "dev_mode") : NULL;
    development_mode = mode != NULL && PyObject_IsTrue(mode) == 1;
    Py_XDECREF(mode);
    PyErr_Clear(); /* Python 3.6 has no such mode */
}

void fm_announce(MmapObject *self) {
    if (development_mode && fm_os_is_anonymous(&self->map)) {
        (void)fm_os_name(&self->map, "cpython:mmap"); /* kernels may lack it: no harm */
    }
}

static PyObject *set_name_alone(MmapObject *self, const char *name) {
    FM_CHECK_OPEN(self, NULL);
    if (strlen(name) > FM_NAME_MAX) {
        return fm_raise(FM_NAME_TOO_LONG);
    }
    if (!fm_os_is_anonymous(&self->map)) {
        return fm_raise(FM_NOT_ANONYMOUS);
    }
    return none_or(development_mode ? fm_set_name(&self->map, name) : FM_OK);
}

PyObject *mmap_set_name(PyObject *self, PyObject *argument) {
    Py_ssize_t n;
    PyObject *result;
    if (!PyUnicode_Check(argument)) {
        return PyErr_Format(PyExc_TypeError, "set_name() argument must be str, not %.200s",
                            Py_TYPE(argument)->tp_name);
    }
    const char *name = PyUnicode_AsUTF8AndSize(argument, &n);
    if (name == NULL) {
        return NULL;
    }
    if (strlen(name) != (size_t)n) {
        PyErr_SetString(PyExc_ValueError, "embedded null character");
        return NULL;
    }
    FM_ALONE(self, result, set_name_alone((MmapObject *)self, name));
    return result;
}
