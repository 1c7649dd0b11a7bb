/* SPDX-License-Identifier: MPL-2.0
 *
 * Arguments in, exceptions out. */
#include "module.h"

#include <string.h>

PyObject *fm_every_byte[256];

bool fm_keep_bytes(void) {
    for (unsigned value = 0; value < 256; value++) {
        const char byte = (char)value;
        if (fm_every_byte[value] == NULL) {
            fm_every_byte[value] = PyBytes_FromStringAndSize(&byte, 1);
            if (fm_every_byte[value] == NULL) {
                return false;
            }
        }
    }
    return true;
}

/* Not looked up in Python's namespaces: nobody's code runs, whatever the caller has put there. */
static PyObject *exception_of(fm_status status) {
#define TYPE(name)                                                                                 \
    { #name, PyExc_##name }
    const struct {
        const char *name;
        PyObject *type;
    } types[] = {
        TYPE(BufferError), TYPE(IndexError),    TYPE(MemoryError), TYPE(NotImplementedError),
        TYPE(OSError),     TYPE(OverflowError), TYPE(TypeError),   TYPE(ValueError),
    };
#undef TYPE
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(types[i].name, fm_exception(status)) == 0) {
            return types[i].type;
        }
    }
    return PyExc_SystemError;
}

PyObject *fm_raise(fm_status status) {
    if (status == FM_OS) {
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    if (status == FM_FAULT) {
        PyObject *reason = Py_BuildValue("(is)", EFAULT, fm_message(status));
        if (reason != NULL) {
            PyErr_SetObject(PyExc_OSError, reason);
            Py_DECREF(reason);
        }
        return NULL;
    }
    PyErr_SetString(exception_of(status), fm_message(status));
    return NULL;
}

bool fm_takes(const char *name, Py_ssize_t count, Py_ssize_t least, Py_ssize_t most) {
    if (least <= count && count <= most) {
        return true;
    }
    bool few = count < least;
    Py_ssize_t limit = few ? least : most;
    PyErr_Format(PyExc_TypeError, "%s expected %s%zd argument%s, got %zd", name,
                 least == most ? ""
                 : few         ? "at least "
                               : "at most ",
                 limit, limit == 1 ? "" : "s", count);
    return false;
}

bool fm_convert_size(PyObject *object, PyObject *overflow, Py_ssize_t *size) {
#ifdef PYPY_VERSION /* where the call below also takes objects that only have __int__ */
    object = PyNumber_Index(object);
    if (object == NULL) {
        return false;
    }
    *size = PyNumber_AsSsize_t(object, overflow);
    Py_DECREF(object);
#else
    *size = PyNumber_AsSsize_t(object, overflow);
#endif
    return *size != -1 || !PyErr_Occurred();
}

bool fm_as_int(PyObject *object, int *value) {
    PyObject *number = PyNumber_Index(object);
    if (number == NULL) {
        return false;
    }
    long wide = PyLong_AsLong(number);
    Py_DECREF(number);
    if (wide == -1 && PyErr_Occurred()) {
        return false;
    }
    if (wide < INT_MIN || wide > INT_MAX) {
        PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to C int");
        return false;
    }
    *value = (int)wide;
    return true;
}

bool fm_as_bound(PyObject *object, ptrdiff_t *bound) {
    if (object == Py_None) {
        *bound = FM_UNBOUNDED;
        return true;
    }
    if (!fm_as_size(object, bound)) {
        return false;
    }
    if (*bound == FM_UNBOUNDED) {
        *bound += 1; /* both are far below any length */
    }
    return true;
}

#ifdef PYPY_VERSION /* whose simple request also lends what is not contiguous */
#define REQUEST PyBUF_STRIDED_RO
#else
#define REQUEST PyBUF_SIMPLE
#endif

bool fm_view_borrow(PyObject *object, fm_view *view) {
    if (PyObject_GetBuffer(object, &view->buffer, REQUEST) != 0) {
        view->buffer.obj = NULL;
        return false;
    }
#ifdef PYPY_VERSION
    if (!PyBuffer_IsContiguous(&view->buffer, 'C')) {
        PyBuffer_Release(&view->buffer);
        view->buffer.obj = NULL;
        PyErr_SetString(PyExc_BufferError, "underlying buffer is not C-contiguous");
        return false;
    }
#endif
    view->data = view->buffer.buf;
    view->n = (size_t)view->buffer.len;
    return true;
}
