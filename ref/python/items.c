/* SPDX-License-Identifier: MPL-2.0
 *
 * The sequence and mapping protocols: len(m), m[i], m[a:b:c], assignment, iteration. Iteration
 * goes through the sequence protocol's getter, which answers bytes of length 1 where m[i] answers
 * an int: that is the documented oddity of the type. */
#include "module.h"

/* ---- Reading ------------------------------------------------------------------------------ */

static Py_ssize_t length_alone(MmapObject *self) {
    FM_CHECK_OPEN(self, -1);
    return (Py_ssize_t)self->map.length;
}

Py_ssize_t mmap_length(PyObject *self) {
    Py_ssize_t length;
    FM_ALONE(self, length, length_alone((MmapObject *)self));
    return length;
}

/* The interpreter has already added the length to a negative index. */
static PyObject *item_alone(MmapObject *self, Py_ssize_t index) {
    FM_CHECK_OPEN(self, NULL);
    if (index < 0 || (size_t)index >= self->map.length) {
        return fm_raise(FM_INDEX);
    }
    unsigned char byte;
    fm_status status = fm_guarded_load(self->map.data + index, &byte);
    return status == FM_OK ? fm_byte(byte) : fm_raise(status);
}

PyObject *mmap_item(PyObject *self, Py_ssize_t index) {
    PyObject *item;
    FM_ALONE(self, item, item_alone((MmapObject *)self, index));
    return item;
}

static PyObject *byte_alone(MmapObject *self, Py_ssize_t index) {
    FM_CHECK_OPEN(self, NULL);
    size_t offset;
    if (!fm_map_index(&self->map, index, &offset)) {
        return fm_raise(FM_INDEX);
    }
    unsigned char byte;
    fm_status status = fm_guarded_load(self->map.data + offset, &byte);
    return status == FM_OK ? PyLong_FromLong(byte) : fm_raise(status);
}

typedef struct {
    Py_ssize_t start, stop, step;
} slice_bounds;

/* A bound that is absent or an int, the common cases, without running anybody's code; false: ask
 * the interpreter. */
static inline bool plain_bound(PyObject *object, Py_ssize_t absent, Py_ssize_t *bound) {
    if (object == Py_None) {
        *bound = absent;
        return true;
    }
    if (!PyLong_CheckExact(object)) {
        return false;
    }
    *bound = PyLong_AsSsize_t(object);
    if (*bound == -1 && PyErr_Occurred()) {
        PyErr_Clear(); /* beyond the type, so the interpreter clamps it */
        return false;
    }
    return true;
}

static inline bool unpack(PyObject *key, slice_bounds *bounds) {
#ifndef PYPY_VERSION
    const PySliceObject *slice = (const PySliceObject *)key;
    if (slice->step == Py_None && plain_bound(slice->start, 0, &bounds->start) &&
        plain_bound(slice->stop, PY_SSIZE_T_MAX, &bounds->stop)) {
        bounds->step = 1;
        return true;
    }
#endif
    return PySlice_Unpack(key, &bounds->start, &bounds->stop, &bounds->step) == 0;
}

/* The range of the map, now, that the bounds name. By pointer, as fm_copy_out. */
static inline void resolve(const MmapObject *self, const slice_bounds *bounds, fm_range *range) {
    Py_ssize_t length = (Py_ssize_t)self->map.length;
    Py_ssize_t start = bounds->start, stop = bounds->stop;
    if (bounds->step == 1 && 0 <= start && start <= stop && stop <= length) {
        range->count = (size_t)(stop - start);
    } else {
        range->count = (size_t)PySlice_AdjustIndices(length, &start, &stop, bounds->step);
    }
    range->start = (size_t)start;
    range->step = bounds->step;
}

static PyObject *slice_alone(MmapObject *self, const slice_bounds *bounds) {
    FM_CHECK_OPEN(self, NULL);
    fm_range range;
    resolve(self, bounds, &range);
    return fm_copy_out(self, &range);
}

static PyObject *bad_key(PyObject *key) {
    return PyErr_Format(PyExc_TypeError, "mmap indices must be integers or slices, not %.200s",
                        Py_TYPE(key)->tp_name);
}

/* The common kinds of key are asked for first: PyIndex_Check may be a call. */
PyObject *mmap_subscript(PyObject *self, PyObject *key) {
    PyObject *result;
    if (!fm_is_open(self)) { /* reported before a bad key */
        return fm_raise(FM_CLOSED);
    }
    if (PySlice_Check(key)) {
        slice_bounds bounds;
        if (!unpack(key, &bounds)) {
            return NULL;
        }
        FM_ALONE(self, result, slice_alone((MmapObject *)self, &bounds));
        return result;
    }
    if (PyLong_CheckExact(key) || PyIndex_Check(key)) {
        Py_ssize_t index;
        if (!fm_as_index(key, &index)) {
            return NULL;
        }
        FM_ALONE(self, result, byte_alone((MmapObject *)self, index));
        return result;
    }
    return bad_key(key);
}

/* ---- Writing ------------------------------------------------------------------------------ */

static int store(MmapObject *self, size_t offset, unsigned char byte) {
    fm_status status = fm_guarded_store(self->map.data + offset, byte);
    if (status != FM_OK) {
        fm_raise(status);
        return -1;
    }
    return 0;
}

static int no_deletion(void) {
    PyErr_SetString(PyExc_TypeError, "mmap object doesn't support item or slice deletion");
    return -1;
}

static int assign_item_alone(MmapObject *self, Py_ssize_t index, PyObject *value) {
    FM_AWAIT_COPIES(self, -1);
    FM_CHECK_OPEN(self, -1);
    if (index < 0 || (size_t)index >= self->map.length) {
        fm_raise(FM_INDEX);
        return -1;
    }
    if (value == NULL) {
        return no_deletion();
    }
    if (!PyBytes_Check(value) || PyBytes_GET_SIZE(value) != 1) {
        PyErr_SetString(PyExc_IndexError, "mmap assignment must be length-1 bytes object");
        return -1;
    }
    FM_CHECK_WRITABLE(self, -1);
    return store(self, (size_t)index, (unsigned char)PyBytes_AS_STRING(value)[0]);
}

int mmap_assign_item(PyObject *self, Py_ssize_t index, PyObject *value) {
    int result;
    FM_ALONE(self, result, assign_item_alone((MmapObject *)self, index, value));
    return result;
}

static int assign_byte_alone(MmapObject *self, Py_ssize_t index, Py_ssize_t value) {
    FM_AWAIT_COPIES(self, -1);
    FM_CHECK_OPEN(self, -1);
    size_t offset;
    if (!fm_map_index(&self->map, index, &offset)) {
        fm_raise(FM_INDEX);
        return -1;
    }
    if (value < 0 || value > 255) {
        fm_raise(FM_BYTE_VALUE);
        return -1;
    }
    return store(self, offset, (unsigned char)value);
}

static int assign_slice_alone(MmapObject *self, const slice_bounds *bounds, const fm_view *source) {
    FM_AWAIT_COPIES(self, -1);
    FM_CHECK_OPEN(self, -1);
    fm_range range;
    resolve(self, bounds, &range);
    fm_status status = range.step == 1 && range.count == source->n
                           ? fm_guarded_copy(self->map.data + range.start, source->data, source->n)
                           : fm_set_slice(&self->map, range, source->data, source->n);
    if (status != FM_OK) {
        fm_raise(status);
        return -1;
    }
    return 0;
}

int mmap_assign_subscript(PyObject *self, PyObject *key, PyObject *value) {
    int result = -1;
    if (fm_is_open(self)) {
        FM_CHECK_WRITABLE((MmapObject *)self, -1); /* whatever the key and the value are */
    }
    if (value == NULL) {
        return no_deletion();
    }
    if (PyLong_CheckExact(key) || PyIndex_Check(key)) {
        Py_ssize_t index, byte;
        if (!fm_as_index(key, &index)) {
            return -1;
        }
        if (!PyLong_CheckExact(value) && !PyIndex_Check(value)) {
            PyErr_SetString(PyExc_TypeError, "mmap item value must be an int");
            return -1;
        }
        if (!fm_as(value, PyExc_TypeError, &byte)) {
            return -1;
        }
        FM_ALONE(self, result, assign_byte_alone((MmapObject *)self, index, byte));
        return result;
    }
    if (PySlice_Check(key)) {
        slice_bounds bounds;
        fm_view source;
        if (!unpack(key, &bounds) || !fm_view_get(value, &source)) {
            return -1;
        }
        FM_ALONE(self, result, assign_slice_alone((MmapObject *)self, &bounds, &source));
        fm_view_release(&source);
        return result;
    }
    bad_key(key);
    return -1;
}
