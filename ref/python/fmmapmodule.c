/* SPDX-License-Identifier: MPL-2.0
 *
 * The module fmmap: Python's mmap over libfmmap. */
#include "module.h"
#include "types.h"

static bool add_int(PyObject *module, const char *name, unsigned long long value) {
    PyObject *number = PyLong_FromUnsignedLongLong(value);
    if (number == NULL || PyModule_AddObject(module, name, number) != 0) {
        Py_XDECREF(number);
        return false;
    }
    return true;
}

static bool add_constants(PyObject *module) {
    fm_constant constant;
    for (size_t n = 0; fm_constant_at(n, &constant); n++) {
        if (PyModule_AddIntConstant(module, constant.name, constant.value) != 0) {
            return false;
        }
    }
    return PyModule_AddIntConstant(module, "ACCESS_DEFAULT", FM_ACCESS_DEFAULT) == 0 &&
           PyModule_AddIntConstant(module, "ACCESS_READ", FM_ACCESS_READ) == 0 &&
           PyModule_AddIntConstant(module, "ACCESS_WRITE", FM_ACCESS_WRITE) == 0 &&
           PyModule_AddIntConstant(module, "ACCESS_COPY", FM_ACCESS_COPY) == 0 &&
           add_int(module, "PAGESIZE", fm_page_size()) &&
           add_int(module, "ALLOCATIONGRANULARITY", fm_granularity());
}

static int module_exec(PyObject *module) {
    fm_note_development_mode();
    fm_watch_forks();
    Py_INCREF(PyExc_OSError);
    if (PyModule_AddObject(module, "error", PyExc_OSError) != 0) {
        Py_DECREF(PyExc_OSError);
        return -1;
    }
    return fm_keep_bytes() && add_constants(module) && fm_add_mmap(module) && fm_add_finder(module)
               ? 0
               : -1;
}

#if FM_HEAP_TYPES
#define STATE_SIZE sizeof(fm_state)

static int module_traverse(PyObject *module, visitproc visit, void *arg) {
    Py_VISIT(fm_state_of(module)->matches);
    return 0;
}

static int module_clear(PyObject *module) {
    Py_CLEAR(fm_state_of(module)->matches);
    return 0;
}

static void module_free(void *module) {
    module_clear(module);
}
#else
#define STATE_SIZE 0
#define module_traverse NULL
#define module_clear NULL
#define module_free NULL
fm_state fm_shared_state;
#endif

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, (void *)module_exec},
#ifdef Py_mod_multiple_interpreters
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static PyModuleDef module_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "fmmap",
    .m_doc = PyDoc_STR("Python's mmap with fast search in both directions.\n\n"
                       "A drop-in for the built-in module: import fmmap as mmap."),
    .m_size = STATE_SIZE,
    .m_slots = module_slots,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
    .m_free = module_free,
};

FM_API PyMODINIT_FUNC PyInit_fmmap(void); /* exported: old headers do not say so */
PyMODINIT_FUNC PyInit_fmmap(void) {
    return PyModuleDef_Init(&module_definition);
}
