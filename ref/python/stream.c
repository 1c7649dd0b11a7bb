/* SPDX-License-Identifier: MPL-2.0
 *
 * The file-like methods: read and write at the position, and move it. */
#include "module.h"

/* ---- Reading ------------------------------------------------------------------------------ */

/* The next `count` bytes, which are there. The position moves first: other threads may read on
 * while a large range is copied. It moves back if the copy fails and nobody moved it since. */
static PyObject *take(MmapObject *self, size_t count) {
    size_t start = self->map.position;
    self->map.position += count;
    fm_range range = {start, 1, count};
    PyObject *bytes = fm_copy_out(self, &range);
    if (bytes == NULL && self->map.position == start + count) {
        self->map.position = start;
    }
    return bytes;
}

static PyObject *read_alone(MmapObject *self, Py_ssize_t wanted) {
    FM_CHECK_OPEN(self, NULL);
    size_t rest = fm_map_rest(&self->map);
    return take(self, wanted < 0 || (size_t)wanted > rest ? rest : (size_t)wanted);
}

PyObject *mmap_read(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    Py_ssize_t wanted = -1;
    PyObject *bytes;
    if (!fm_takes("read", count, 0, 1)) {
        return NULL;
    }
    if (count == 1 && args[0] != Py_None) {
        if (!PyIndex_Check(args[0])) {
            return PyErr_Format(PyExc_TypeError, "argument should be integer or None, not '%.200s'",
                                Py_TYPE(args[0])->tp_name);
        }
        if (!fm_as_size(args[0], &wanted)) {
            return NULL;
        }
    }
    FM_ALONE(self, bytes, read_alone((MmapObject *)self, wanted));
    return bytes;
}

static PyObject *read_byte_alone(MmapObject *self) {
    FM_CHECK_OPEN(self, NULL);
    if (fm_map_rest(&self->map) == 0) {
        return fm_raise(FM_READ_RANGE);
    }
    unsigned char byte;
    fm_status status = fm_guarded_load(self->map.data + self->map.position, &byte);
    if (status != FM_OK) {
        return fm_raise(status);
    }
    self->map.position++;
    return PyLong_FromLong(byte);
}

PyObject *mmap_read_byte(PyObject *self, PyObject *Py_UNUSED(unused)) {
    PyObject *byte;
    FM_ALONE(self, byte, read_byte_alone((MmapObject *)self));
    return byte;
}

static PyObject *readline_alone(MmapObject *self) {
    FM_CHECK_OPEN(self, NULL);
    const size_t rest = fm_map_rest(&self->map);
    if (FM_UNLIKELY(rest == 0)) {
        return take(self, 0);
    }
    const unsigned char *from = self->map.data + self->map.position;
    const size_t n = fm_guarded_line(from, rest);
    if (FM_UNLIKELY(n == 0)) {
        return fm_raise(FM_FAULT);
    }
    if (FM_UNLIKELY(n >= FM_UNLOCKED_COPY)) {
        return take(self, n);
    }
    PyObject *line = fm_copy_locked(from, n);
    if (FM_LIKELY(line != NULL)) {
        self->map.position += n;
    }
    return line;
}

PyObject *mmap_readline(PyObject *self, PyObject *Py_UNUSED(unused)) {
    PyObject *line;
    FM_ALONE(self, line, readline_alone((MmapObject *)self));
    return line;
}

/* ---- Writing ------------------------------------------------------------------------------ */

static PyObject *write_alone(MmapObject *self, const fm_view *data) {
    FM_AWAIT_COPIES(self, NULL);
    FM_CHECK_OPEN(self, NULL);
    FM_CHECK_WRITABLE(self, NULL);
    if (!fm_map_holds(&self->map, self->map.position, data->n)) {
        return fm_raise(FM_WRITE_RANGE);
    }
    fm_status status = fm_guarded_copy(self->map.data + self->map.position, data->data, data->n);
    if (status != FM_OK) {
        return fm_raise(status);
    }
    self->map.position += data->n;
    return PyLong_FromSize_t(data->n);
}

PyObject *mmap_write(PyObject *self, PyObject *object) {
    fm_view data;
    PyObject *result;
    if (!fm_view_get(object, &data)) {
        return NULL;
    }
    FM_ALONE(self, result, write_alone((MmapObject *)self, &data));
    fm_view_release(&data);
    return result;
}

static PyObject *write_byte_alone(MmapObject *self, unsigned char byte) {
    FM_AWAIT_COPIES(self, NULL);
    FM_CHECK_OPEN(self, NULL);
    FM_CHECK_WRITABLE(self, NULL);
    if (fm_map_rest(&self->map) == 0) {
        return fm_raise(FM_WRITE_BYTE_RANGE);
    }
    fm_status status = fm_guarded_store(self->map.data + self->map.position, byte);
    if (status != FM_OK) {
        return fm_raise(status);
    }
    self->map.position++;
    return Py_NewRef(Py_None);
}

PyObject *mmap_write_byte(PyObject *self, PyObject *value) {
    Py_ssize_t byte;
    PyObject *result;
    if (!fm_as_size(value, &byte)) {
        return NULL;
    }
    if (byte < 0 || byte > 255) {
        PyErr_SetString(PyExc_OverflowError, byte < 0
                                                 ? "unsigned byte integer is less than minimum"
                                                 : "unsigned byte integer is greater than maximum");
        return NULL;
    }
    FM_ALONE(self, result, write_byte_alone((MmapObject *)self, (unsigned char)byte));
    return result;
}

/* ---- The position ------------------------------------------------------------------------- */

static PyObject *tell_alone(MmapObject *self) {
    FM_CHECK_OPEN(self, NULL);
    return PyLong_FromSize_t(self->map.position);
}

PyObject *mmap_tell(PyObject *self, PyObject *Py_UNUSED(unused)) {
    PyObject *position;
    FM_ALONE(self, position, tell_alone((MmapObject *)self));
    return position;
}

static PyObject *seek_alone(MmapObject *self, Py_ssize_t distance, int whence) {
    size_t position;
    fm_status status = fm_seek(&self->map, distance, whence, &position);
    return status == FM_OK ? PyLong_FromSize_t(position) : fm_raise(status);
}

PyObject *mmap_seek(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    Py_ssize_t distance;
    int whence = 0;
    PyObject *position;
    if (!fm_takes("seek", count, 1, 2) || !fm_as_size(args[0], &distance) ||
        (count == 2 && !fm_as_int(args[1], &whence))) {
        return NULL;
    }
    FM_ALONE(self, position, seek_alone((MmapObject *)self, distance, whence));
    return position;
}

PyObject *mmap_seekable(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(unused)) {
    Py_RETURN_TRUE;
}
