/* SPDX-License-Identifier: MPL-2.0
 *
 * What differs between the interpreters the module is built for: CPython 3.6 to 3.15, with and
 * without the global lock, and PyPy. Everything else is written once, for all of them. */
#ifndef FM_PYTHON_COMPAT_H
#define FM_PYTHON_COMPAT_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <pythread.h>
#include <structmember.h>

#include <stdbool.h>

#if PY_VERSION_HEX < 0x03060000
#error "fmmap needs Python 3.6 or newer"
#endif

/* From 3.10 a heap type can be immutable, so each interpreter of a process gets types of its own.
 * Before that, and on PyPy, only static types refuse new attributes; they may be shared by
 * sub-interpreters because those shared one lock. */
#if PY_VERSION_HEX >= 0x030A0000 && !defined(PYPY_VERSION)
#define FM_HEAP_TYPES 1
#else
#define FM_HEAP_TYPES 0
#endif

/* Methods take (self, args, count). Python 3.6 hands over a tuple instead: FM_TUPLE_CALL defines,
 * behind the method, the function that unpacks it. */
typedef PyObject *fm_method(PyObject *self, PyObject *const *args, Py_ssize_t count);

#if PY_VERSION_HEX >= 0x03070000
#define FM_TUPLE_CALL(method)
#define FM_METHOD(name, method, doc)                                                               \
    { name, (PyCFunction)(void (*)(void))method, METH_FASTCALL, PyDoc_STR(doc) }
#else
#define FM_TUPLE_CALL(method)                                                                      \
    static PyObject *method##_tuple(PyObject *self, PyObject *args) {                              \
        return method(self, &PyTuple_GET_ITEM(args, 0), PyTuple_GET_SIZE(args));                   \
    }
#define FM_METHOD(name, method, doc)                                                               \
    { name, method##_tuple, METH_VARARGS, PyDoc_STR(doc) }
#endif

/* Where there is no global lock, one call on an object excludes the others on it. */
#ifndef Py_BEGIN_CRITICAL_SECTION
#define Py_BEGIN_CRITICAL_SECTION(object) {
#define Py_END_CRITICAL_SECTION() }
#endif

/* result = expression, alone on the object. */
#define FM_ALONE(object, result, expression)                                                       \
    do {                                                                                           \
        Py_BEGIN_CRITICAL_SECTION(object);                                                         \
        result = expression;                                                                       \
        Py_END_CRITICAL_SECTION();                                                                 \
    } while (0)

#if PY_VERSION_HEX < 0x030A0000
static inline PyObject *Py_NewRef(PyObject *object) {
    Py_INCREF(object);
    return object;
}
#endif

#endif
