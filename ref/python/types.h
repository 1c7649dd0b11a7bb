/* SPDX-License-Identifier: MPL-2.0
 *
 * Types from one description for every interpreter: see FM_HEAP_TYPES in compat.h. */
#ifndef FM_PYTHON_TYPES_H
#define FM_PYTHON_TYPES_H

#include "compat.h"

#ifndef Py_bf_getbuffer /* the slots have these numbers before they are public */
#define Py_bf_getbuffer 1
#define Py_bf_releasebuffer 2
#endif

#if FM_HEAP_TYPES

typedef struct fm_static_type fm_static_type;
#define FM_STATIC_TYPE(name) static fm_static_type *const name = NULL
#define FM_STATIC_TYPE_REF(name) name
#define FM_TYPE_FLAGS (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE)
#define FM_TYPE_NO_CONSTRUCTOR Py_TPFLAGS_DISALLOW_INSTANTIATION

/* For the end of a destructor: an instance holds a reference to its heap type. */
static inline void fm_free_instance(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
    Py_DECREF(type);
}
#define FM_VISIT_TYPE(self) Py_VISIT(Py_TYPE(self))

#else

typedef struct {
    PyTypeObject type;
    PySequenceMethods sequence;
    PyMappingMethods mapping;
    PyBufferProcs buffer;
} fm_static_type;
#define FM_STATIC_TYPE(name) static fm_static_type name = {.type = {PyVarObject_HEAD_INIT(NULL, 0)}}
#define FM_STATIC_TYPE_REF(name) &name
#define FM_TYPE_FLAGS Py_TPFLAGS_DEFAULT
#define FM_TYPE_NO_CONSTRUCTOR 0 /* without a tp_new it has none */

static inline void fm_free_instance(PyObject *self) {
    Py_TYPE(self)->tp_free(self);
}
#define FM_VISIT_TYPE(self) ((void)(self), (void)visit, (void)arg)

#endif

/* Make the type: a new reference, or NULL with an exception set. `storage` is used where types
 * are static. */
PyTypeObject *fm_make_type(PyObject *module, PyType_Spec *spec, fm_static_type *storage);

/* As well add it to the module under the last part of its name. */
bool fm_add_type(PyObject *module, PyType_Spec *spec, fm_static_type *storage);

/* What the module keeps for each interpreter. */
typedef struct {
    PyTypeObject *matches; /* the iterator of fmmap.finder, which has no public name */
} fm_state;

#if FM_HEAP_TYPES
/* Of the module, or of one of its types. */
static inline fm_state *fm_state_of(PyObject *owner) {
    return PyType_Check(owner) ? PyType_GetModuleState((PyTypeObject *)owner)
                               : PyModule_GetState(owner);
}
#else
extern fm_state fm_shared_state; /* static types: the same in all interpreters */
static inline fm_state *fm_state_of(PyObject *owner) {
    (void)owner;
    return &fm_shared_state;
}
#endif

#endif
