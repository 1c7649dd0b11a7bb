/* SPDX-License-Identifier: MPL-2.0
 *
 * Types from one description for every interpreter: see FM_HEAP_TYPES in compat.h. */
#include "types.h"

#include <string.h>

bool fm_add_type(PyObject *module, PyType_Spec *spec, fm_static_type *storage) {
    PyTypeObject *type = fm_make_type(module, spec, storage);
    if (type == NULL) {
        return false;
    }
    if (PyModule_AddObject(module, strrchr(spec->name, '.') + 1, (PyObject *)type) != 0) {
        Py_DECREF(type);
        return false;
    }
    return true;
}

#if FM_HEAP_TYPES

PyTypeObject *fm_make_type(PyObject *module, PyType_Spec *spec, fm_static_type *storage) {
    (void)storage;
    return (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, NULL);
}

#else

/* The fields of a static type that our types use. */
static void set_slot(fm_static_type *storage, const PyType_Slot *slot) {
    PyTypeObject *type = &storage->type;
    switch (slot->slot) {
#define FIELD(id, field)                                                                           \
    case id:                                                                                       \
        memcpy(&field, &slot->pfunc, sizeof field);                                                \
        break;
        FIELD(Py_tp_new, type->tp_new)
        FIELD(Py_tp_dealloc, type->tp_dealloc)
        FIELD(Py_tp_traverse, type->tp_traverse)
        FIELD(Py_tp_clear, type->tp_clear)
        FIELD(Py_tp_repr, type->tp_repr)
        FIELD(Py_tp_iter, type->tp_iter)
        FIELD(Py_tp_iternext, type->tp_iternext)
        FIELD(Py_tp_methods, type->tp_methods)
        FIELD(Py_tp_getset, type->tp_getset)
        FIELD(Py_tp_doc, type->tp_doc)
        FIELD(Py_sq_length, storage->sequence.sq_length)
        FIELD(Py_sq_item, storage->sequence.sq_item)
        FIELD(Py_sq_ass_item, storage->sequence.sq_ass_item)
        FIELD(Py_mp_length, storage->mapping.mp_length)
        FIELD(Py_mp_subscript, storage->mapping.mp_subscript)
        FIELD(Py_mp_ass_subscript, storage->mapping.mp_ass_subscript)
        FIELD(Py_bf_getbuffer, storage->buffer.bf_getbuffer)
        FIELD(Py_bf_releasebuffer, storage->buffer.bf_releasebuffer)
#undef FIELD
    case Py_tp_members: /* holds nothing but the pseudo-member that heap types are told by */
        type->tp_weaklistoffset = ((PyMemberDef *)slot->pfunc)->offset;
        break;
    }
}

PyTypeObject *fm_make_type(PyObject *module, PyType_Spec *spec, fm_static_type *storage) {
    PyTypeObject *type = &storage->type;
    (void)module;
    if (type->tp_name == NULL) { /* another interpreter of this process may have filled it */
        type->tp_name = spec->name;
        type->tp_basicsize = spec->basicsize;
        type->tp_flags = spec->flags;
        type->tp_as_sequence = &storage->sequence;
        type->tp_as_mapping = &storage->mapping;
        type->tp_as_buffer = &storage->buffer;
        for (const PyType_Slot *slot = spec->slots; slot->slot != 0; slot++) {
            set_slot(storage, slot);
        }
    }
    if (PyType_Ready(type) != 0) {
        return NULL;
    }
    Py_INCREF(type);
    return type;
}

#endif
