/* SPDX-License-Identifier: MPL-2.0
 *
 * The type mmap: its life from construction to destruction, its buffer, its repr, and the tables
 * that join the other files' methods to it. */
#include "module.h"
#include "types.h"

#ifndef _WIN32
#include <sys/mman.h>
#endif

/* Where neither exists the method does not. */
#if defined(_WIN32) || defined(MREMAP_MAYMOVE) || defined(__NetBSD__)
#define CAN_RESIZE 1
#else
#define CAN_RESIZE 0
#endif

/* ---- Construction ------------------------------------------------------------------------- */

static int convert_int(PyObject *object, void *value) {
    return fm_as_int(object, value);
}

static int convert_offset(PyObject *object, void *offset) {
    PyObject *number = PyNumber_Index(object);
    long long value = number ? PyLong_AsLongLong(number) : -1;
    Py_XDECREF(number);
    if (value == -1 && PyErr_Occurred()) {
        return 0;
    }
    *(int64_t *)offset = value;
    return 1;
}

/* Tell the audit hooks (Python 3.8 on) what is about to be mapped. */
static bool audit(int fd, Py_ssize_t length, const fm_options *options) {
    const char *event = "mmap.__new__";
    long long offset = options->offset;
#if defined(PYPY_VERSION) /* its C API has no such call */
    PyObject *hook = PySys_GetObject("audit");
    PyObject *done =
        hook ? PyObject_CallFunction(hook, "siniL", event, fd, length, options->access, offset)
             : Py_NewRef(Py_None);
    Py_XDECREF(done);
    return done != NULL;
#elif PY_VERSION_HEX >= 0x03080000
    return PySys_Audit(event, "iniL", fd, length, options->access, offset) == 0;
#else
    (void)event, (void)fd, (void)length, (void)offset;
    return true;
#endif
}

#ifdef _WIN32
#define SIGNATURE "mmap(fileno, length, tagname=None, access=0, offset=0, *, trackfd=True)"

static int convert_tagname(PyObject *object, void *tagname) {
    if (object == Py_None) {
        *(const char **)tagname = NULL;
        return 1;
    }
    if (!PyUnicode_Check(object)) {
        PyErr_Format(PyExc_TypeError, "tagname must be str or None, not %.200s",
                     Py_TYPE(object)->tp_name);
        return 0;
    }
    *(const char **)tagname = PyUnicode_AsUTF8(object);
    return *(const char **)tagname != NULL;
}

static bool parse(PyObject *args, PyObject *kwargs, int *fd, Py_ssize_t *length,
                  fm_options *options) {
    static char *names[] = {"fileno", "length", "tagname", "access", "offset", "trackfd", NULL};
    int trackfd = options->trackfd;
    bool parsed =
        PyArg_ParseTupleAndKeywords(args, kwargs, "O&n|O&O&O&$p:mmap", names, convert_int, fd,
                                    length, convert_tagname, &options->tagname, convert_int,
                                    &options->access, convert_offset, &options->offset, &trackfd);
    options->trackfd = trackfd != 0;
    return parsed;
}
#else
#define SIGNATURE                                                                                  \
    "mmap(fileno, length, flags=MAP_SHARED, prot=PROT_READ|PROT_WRITE,\n"                          \
    "     access=ACCESS_DEFAULT, offset=0, *, trackfd=True)"

static bool parse(PyObject *args, PyObject *kwargs, int *fd, Py_ssize_t *length,
                  fm_options *options) {
    static char *names[] = {"fileno", "length", "flags",   "prot",
                            "access", "offset", "trackfd", NULL};
    int trackfd = options->trackfd;
    bool parsed = PyArg_ParseTupleAndKeywords(
        args, kwargs, "O&n|O&O&O&O&$p:mmap", names, convert_int, fd, length, convert_int,
        &options->flags, convert_int, &options->prot, convert_int, &options->access, convert_offset,
        &options->offset, &trackfd);
    options->trackfd = trackfd != 0;
    return parsed;
}
#endif

/* A Python class derived from the type gets a sequence getter from its interpreter that asks
 * __getitem__, so it would iterate ints where mmap itself iterates bytes. Give it ours, unless
 * the class has a __getitem__ of its own. */
static bool inherit_iteration(PyTypeObject *type) {
#if defined(PYPY_VERSION)
    (void)type;
#else
    if (type->tp_as_sequence->sq_item == mmap_item) {
        return true;
    }
    PyObject *getter = PyObject_GetAttrString((PyObject *)type, "__getitem__");
    if (getter == NULL) {
        return false;
    }
    if (Py_TYPE(getter) == &PyWrapperDescr_Type &&
        ((PyWrapperDescrObject *)getter)->d_wrapped == (void *)mmap_subscript) {
        type->tp_as_sequence->sq_item = mmap_item;
    }
    Py_DECREF(getter);
#endif
    return true;
}

static PyObject *mmap_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    int fd;
    Py_ssize_t length;
    fm_options options = fm_options_default();
    if (!parse(args, kwargs, &fd, &length, &options)) {
        return NULL;
    }
    fm_status status = fm_check_options(length, &options);
    if (status != FM_OK) {
        return fm_raise(status);
    }
    if (!audit(fd, length, &options) || !inherit_iteration(type)) {
        return NULL;
    }
    MmapObject *self = (MmapObject *)type->tp_alloc(type, 0); /* all zero: closed */
    if (self == NULL) {
        return NULL;
    }
    FM_UNLOCKED(status, fm_map_open(&self->map, fd, (size_t)length, &options));
    if (status != FM_OK) {
        fm_raise(status);
        Py_DECREF(self);
        return NULL;
    }
    fm_announce(self);
    return (PyObject *)self;
}

/* ---- Closing ------------------------------------------------------------------------------ */

static void unmap(MmapObject *self) {
    fm_map detached = fm_map_detach(&self->map);
    Py_BEGIN_ALLOW_THREADS fm_map_unmap(&detached);
    Py_END_ALLOW_THREADS
}

bool fm_is_borrowed(MmapObject *self) {
#ifdef PYPY_VERSION /* views that nobody can reach any more count until they are collected */
    if (fm_map_is_borrowed(&self->map)) {
        PyObject *gc = PyImport_ImportModule("gc");
        PyObject *done = gc ? PyObject_CallMethod(gc, "collect", NULL) : NULL;
        Py_XDECREF(done);
        Py_XDECREF(gc);
        PyErr_Clear();
    }
#endif
    return fm_map_is_borrowed(&self->map);
}

static PyObject *close_alone(MmapObject *self) {
    FM_AWAIT_ALL(self, NULL);
    if (fm_map_is_open(&self->map)) {
        if (fm_is_borrowed(self)) {
            return fm_raise(FM_BORROWED);
        }
        unmap(self);
    }
    return Py_NewRef(Py_None);
}

static PyObject *mmap_close(PyObject *self, PyObject *Py_UNUSED(unused)) {
    PyObject *result;
    FM_ALONE(self, result, close_alone((MmapObject *)self));
    return result;
}

static PyObject *mmap_closed(PyObject *self, void *Py_UNUSED(closure)) {
    return PyBool_FromLong(!fm_is_open(self));
}

static PyObject *mmap_enter(PyObject *self, PyObject *Py_UNUSED(unused)) {
    return fm_is_open(self) ? Py_NewRef(self) : fm_raise(FM_CLOSED);
}

static PyObject *mmap_exit(PyObject *self, PyObject *const *Py_UNUSED(args), Py_ssize_t count) {
    return fm_takes("__exit__", count, 3, 3) ? mmap_close(self, NULL) : NULL;
}

static void mmap_dealloc(PyObject *object) {
    MmapObject *self = (MmapObject *)object;
    PyObject_GC_UnTrack(object);
    if (self->weak_references != NULL) {
        PyObject_ClearWeakRefs(object);
    }
    if (fm_map_is_open(&self->map)) {
        unmap(self);
    }
    if (self->gate != NULL) {
        PyThread_free_lock(self->gate);
    }
    fm_free_instance(object);
}

static int mmap_traverse(PyObject *self, visitproc visit, void *arg) {
    FM_VISIT_TYPE(self);
    return 0;
}

/* ---- Buffer ------------------------------------------------------------------------------- */

static int getbuffer_alone(MmapObject *self, Py_buffer *view, int flags) {
    FM_CHECK_OPEN(self, -1);
    if (PyBuffer_FillInfo(view, (PyObject *)self, self->map.data, (Py_ssize_t)self->map.length,
                          !self->map.writable, flags) != 0) {
        return -1;
    }
    fm_map_borrow(&self->map);
    return 0;
}

static int mmap_getbuffer(PyObject *self, Py_buffer *view, int flags) {
    int result;
    FM_ALONE(self, result, getbuffer_alone((MmapObject *)self, view, flags));
    return result;
}

static void mmap_releasebuffer(PyObject *self, Py_buffer *Py_UNUSED(view)) {
    fm_map_release(&((MmapObject *)self)->map);
}

/* ---- repr --------------------------------------------------------------------------------- */

static PyObject *repr_alone(MmapObject *self) {
    static const char *const access[] = {
        [FM_ACCESS_DEFAULT] = "ACCESS_DEFAULT",
        [FM_ACCESS_READ] = "ACCESS_READ",
        [FM_ACCESS_WRITE] = "ACCESS_WRITE",
        [FM_ACCESS_COPY] = "ACCESS_COPY",
    };
    const char *name = Py_TYPE(self)->tp_name;
    const fm_map *map = &self->map;
    if (!fm_map_is_open(map)) {
        return PyUnicode_FromFormat("<%s closed=True>", name);
    }
    return PyUnicode_FromFormat("<%s closed=False, access=%s, length=%zu, pos=%zu, offset=%lld>",
                                name, access[map->access], map->length, map->position,
                                (long long)map->offset);
}

static PyObject *mmap_repr(PyObject *self) {
    PyObject *text;
    FM_ALONE(self, text, repr_alone((MmapObject *)self));
    return text;
}

/* ---- The type ----------------------------------------------------------------------------- */

#ifdef PYPY_VERSION
static fm_static_type mmap_static;

/* A class with a __getitem__ of its own iterates by it. */
static PyObject *iterate(PyObject *self) {
    PyObject *base = (PyObject *)&mmap_static.type;
    PyObject *ours = PyObject_GetAttrString(base, "__getitem__");
    PyObject *its = PyObject_GetAttrString((PyObject *)Py_TYPE(self), "__getitem__");
    int same = ours && its ? PyObject_RichCompareBool(ours, its, Py_EQ) : -1;
    Py_XDECREF(ours);
    Py_XDECREF(its);
    return same < 0 ? NULL : same ? mmap_iter(self) : PySeqIter_New(self);
}
#endif

/* flush is the one method that takes a keyword. */
#if PY_VERSION_HEX >= 0x03070000
static PyObject *flush_keywords(PyObject *self, PyObject *const *args, Py_ssize_t count,
                                PyObject *names) {
    Py_ssize_t named = names ? PyTuple_GET_SIZE(names) : 0;
    PyObject *flags = named > 0 ? args[count] : NULL;
    if (named > 1 || (named == 1 &&
                      PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, 0), "flags") != 0)) {
#else
static PyObject *flush_keywords(PyObject *self, PyObject *tuple, PyObject *names) {
    PyObject *const *args = &PyTuple_GET_ITEM(tuple, 0);
    Py_ssize_t count = PyTuple_GET_SIZE(tuple), named = names ? PyDict_Size(names) : 0;
    PyObject *flags = named > 0 ? PyDict_GetItemString(names, "flags") : NULL;
    if (named > 1 || (named == 1 && flags == NULL)) {
#endif
        PyErr_SetString(PyExc_TypeError, "flush takes no keyword argument but flags");
        return NULL;
    }
    return mmap_flush(self, args, count, flags);
}

FM_TUPLE_CALL(mmap_exit)
FM_TUPLE_CALL(mmap_find)
FM_TUPLE_CALL(mmap_rfind)
FM_TUPLE_CALL(mmap_read)
FM_TUPLE_CALL(mmap_seek)
FM_TUPLE_CALL(mmap_move)
FM_TUPLE_CALL(mmap_madvise)

static PyMethodDef mmap_methods[] = {
    {"close", mmap_close, METH_NOARGS,
     PyDoc_STR("close($self, /)\n--\n\n"
               "Unmap the memory. BufferError while a view of it or a search in it exists.")},
    FM_METHOD("find", mmap_find,
              "find($self, view, start=None, end=None, /)\n--\n\n"
              "Return the lowest index of view within [start, end), or -1.\n\n"
              "The search begins at the current position if start is absent.\n"
              "Other threads run while it lasts."),
    FM_METHOD("rfind", mmap_rfind,
              "rfind($self, view, start=None, end=None, /)\n--\n\n"
              "Return the highest index of view within [start, end), or -1.\n\n"
              "The window begins at the current position if start is absent.\n"
              "Other threads run while it lasts."),
    {"flush", (PyCFunction)(void (*)(void))flush_keywords,
#if PY_VERSION_HEX >= 0x03070000
     METH_FASTCALL | METH_KEYWORDS,
#else
     METH_VARARGS | METH_KEYWORDS,
#endif
     PyDoc_STR("flush($self, offset=0, size=-1, /, *, flags=0)\n--\n\n"
               "Write changes back to the file; size -1 means to the end of the mapping.")},
#ifndef _WIN32
    FM_METHOD("madvise", mmap_madvise,
              "madvise($self, option, start=0, length=None, /)\n--\n\n"
              "Tell the system how the range will be used: an MADV_ constant."),
#endif
    FM_METHOD("move", mmap_move,
              "move($self, dest, src, count, /)\n--\n\n"
              "Copy count bytes from index src to index dest. They may overlap."),
    FM_METHOD("read", mmap_read,
              "read($self, n=None, /)\n--\n\n"
              "Return up to n bytes from the position, all of the rest by default, and advance."),
    {"read_byte", mmap_read_byte, METH_NOARGS,
     PyDoc_STR("read_byte($self, /)\n--\n\n"
               "Return the byte at the position as an int, and advance.")},
    {"readline", mmap_readline, METH_NOARGS,
     PyDoc_STR("readline($self, /)\n--\n\n"
               "Return the bytes up to and including the next newline, and advance.")},
#if CAN_RESIZE
    {"resize", mmap_resize, METH_O,
     PyDoc_STR("resize($self, newsize, /)\n--\n\n"
               "Change the length of the mapping and of the file under it.")},
#endif
    FM_METHOD("seek", mmap_seek,
              "seek($self, pos, whence=0, /)\n--\n\n"
              "Set the position, from the start (0), the position (1) or the end (2); return it."),
    {"seekable", mmap_seekable, METH_NOARGS, PyDoc_STR("seekable($self, /)\n--\n\nReturn True.")},
    {"set_name", mmap_set_name, METH_O,
     PyDoc_STR("set_name($self, name, /)\n--\n\n"
               "Name anonymous memory in the system's list of mappings (development mode).")},
    {"size", mmap_size, METH_NOARGS,
     PyDoc_STR("size($self, /)\n--\n\n"
               "Return the current size of the file, or the length of anonymous memory.")},
    {"tell", mmap_tell, METH_NOARGS, PyDoc_STR("tell($self, /)\n--\n\nReturn the position.")},
    {"write", mmap_write, METH_O,
     PyDoc_STR("write($self, bytes, /)\n--\n\n"
               "Store bytes at the position, advance, and return their number.")},
    {"write_byte", mmap_write_byte, METH_O,
     PyDoc_STR("write_byte($self, byte, /)\n--\n\n"
               "Store an int in 0..255 at the position, and advance.")},
    {"__enter__", mmap_enter, METH_NOARGS,
     PyDoc_STR("__enter__($self, /)\n--\n\nReturn the mapping itself.")},
    FM_METHOD("__exit__", mmap_exit,
              "__exit__($self, exc_type, exc_value, traceback, /)\n--\n\nClose the mapping."),
#ifdef PYPY_VERSION
    {"__reversed__", mmap_reversed, METH_NOARGS,
     PyDoc_STR("__reversed__($self, /)\n--\n\nIterate over the bytes from the end.")},
#endif
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef mmap_attributes[] = {
    {"closed", mmap_closed, NULL, PyDoc_STR("Whether the mapping is closed."), NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMemberDef mmap_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(MmapObject, weak_references), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static const char mmap_doc[] =
    SIGNATURE "\n--\n\n"
              "Map length bytes of the open file fileno into memory, from offset on; length 0\n"
              "means up to its end, fileno -1 means fresh memory that belongs to no file.\n\n"
              "The object is a mutable sequence of bytes and much of a file.";

#define SLOT(id, value)                                                                            \
    { id, (void *)value }
static PyType_Slot mmap_slots[] = {
    SLOT(Py_tp_doc, mmap_doc),
    SLOT(Py_tp_new, mmap_new),
    SLOT(Py_tp_dealloc, mmap_dealloc),
    SLOT(Py_tp_traverse, mmap_traverse),
    SLOT(Py_tp_repr, mmap_repr),
#ifdef PYPY_VERSION
    SLOT(Py_tp_iter, iterate),
#endif
    SLOT(Py_tp_methods, mmap_methods),
    SLOT(Py_tp_getset, mmap_attributes),
    SLOT(Py_tp_members, mmap_members),
    SLOT(Py_sq_length, mmap_length),
    SLOT(Py_sq_item, mmap_item),
    SLOT(Py_sq_ass_item, mmap_assign_item),
    SLOT(Py_mp_length, mmap_length),
    SLOT(Py_mp_subscript, mmap_subscript),
    SLOT(Py_mp_ass_subscript, mmap_assign_subscript),
    SLOT(Py_bf_getbuffer, mmap_getbuffer),
    SLOT(Py_bf_releasebuffer, mmap_releasebuffer),
    {0, NULL},
};

/* The type says it is mmap.mmap, as the one it stands in for: see DEVIATIONS.md. */
static PyType_Spec mmap_spec = {
    .name = "mmap.mmap",
    .basicsize = sizeof(MmapObject),
    .flags = FM_TYPE_FLAGS | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .slots = mmap_slots,
};
FM_STATIC_TYPE(mmap_static);

bool fm_add_mmap(PyObject *module) {
#ifdef PYPY_VERSION
    if (!fm_make_iterator(module)) {
        return false;
    }
#endif
    return fm_add_type(module, &mmap_spec, FM_STATIC_TYPE_REF(mmap_static));
}
