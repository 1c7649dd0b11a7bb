/* SPDX-License-Identifier: MPL-2.0
 *
 * Iteration on PyPy, whose iterators know m[i] only, not the sequence protocol's getter: there,
 * as in its own mmap, the type has __iter__ and __reversed__. */
#include "module.h"
#include "types.h"

#ifdef PYPY_VERSION

typedef struct {
    PyObject_HEAD PyObject *mmap; /* NULL when exhausted */
    Py_ssize_t next;
    Py_ssize_t step; /* 1 or -1 */
} IteratorObject;

static void iterator_dealloc(PyObject *self) {
    Py_XDECREF(((IteratorObject *)self)->mmap);
    fm_free_instance(self);
}

static PyObject *iterator_next(PyObject *object) {
    IteratorObject *self = (IteratorObject *)object;
    if (self->mmap == NULL) {
        return NULL;
    }
    PyObject *item = mmap_item(self->mmap, self->next);
    self->next += self->step;
    if (item == NULL && PyErr_ExceptionMatches(PyExc_IndexError)) {
        PyErr_Clear();
        Py_CLEAR(self->mmap);
    }
    return item;
}

static PyType_Slot iterator_slots[] = {
    {Py_tp_dealloc, (void *)iterator_dealloc},
    {Py_tp_iter, (void *)PyObject_SelfIter},
    {Py_tp_iternext, (void *)iterator_next},
    {0, NULL},
};

static PyType_Spec iterator_spec = {
    .name = "fmmap.iterator",
    .basicsize = sizeof(IteratorObject),
    .flags = FM_TYPE_FLAGS | FM_TYPE_NO_CONSTRUCTOR,
    .slots = iterator_slots,
};
FM_STATIC_TYPE(iterator_static);

bool fm_make_iterator(PyObject *module) {
    return fm_make_type(module, &iterator_spec, FM_STATIC_TYPE_REF(iterator_static)) != NULL;
}

static PyObject *iterate(PyObject *mmap, Py_ssize_t start, Py_ssize_t step) {
    PyTypeObject *type = &iterator_static.type;
    IteratorObject *self = (IteratorObject *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->mmap = Py_NewRef(mmap);
        self->next = start;
        self->step = step;
    }
    return (PyObject *)self;
}

PyObject *mmap_iter(PyObject *self) {
    return iterate(self, 0, 1);
}

PyObject *mmap_reversed(PyObject *self, PyObject *Py_UNUSED(unused)) {
    Py_ssize_t length = mmap_length(self);
    return length < 0 ? NULL : iterate(self, length - 1, -1);
}

#endif
