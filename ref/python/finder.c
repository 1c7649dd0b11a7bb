/* SPDX-License-Identifier: MPL-2.0
 *
 * fmmap.finder: look at a needle once, then search many haystacks for it. Haystacks are mappings
 * or any other bytes-like object. */
#include "search.h"
#include "types.h"

typedef struct {
    PyObject_HEAD fm_finder *finder;
    PyObject *needle; /* bytes */
} FinderObject;

/* ---- Construction ------------------------------------------------------------------------- */

/* The needle as bytes of our own. */
static PyObject *copy_needle(PyObject *object) {
    fm_view view;
    if (PyBytes_CheckExact(object)) {
        return Py_NewRef(object);
    }
    if (!fm_view_get(object, &view)) {
        return NULL;
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)view.n);
    if (bytes != NULL && view.n > 0) {
        fm_status status = fm_guarded_copy(PyBytes_AS_STRING(bytes), view.data, view.n);
        if (status != FM_OK) {
            Py_CLEAR(bytes);
            fm_raise(status);
        }
    }
    fm_view_release(&view);
    return bytes;
}

static PyObject *finder_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"needle", NULL};
    PyObject *needle;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O:finder", names, &needle)) {
        return NULL;
    }
    FinderObject *self = (FinderObject *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->needle = copy_needle(needle);
    fm_status status = FM_OK;
    if (self->needle != NULL) {
        status = fm_finder_new(PyBytes_AS_STRING(self->needle),
                               (size_t)PyBytes_GET_SIZE(self->needle), &self->finder);
        if (status == FM_OK) {
            return (PyObject *)self;
        }
        fm_raise(status);
    }
    Py_DECREF(self);
    return NULL;
}

static void finder_dealloc(PyObject *object) {
    FinderObject *self = (FinderObject *)object;
    fm_finder_free(self->finder);
    Py_XDECREF(self->needle);
    fm_free_instance(object);
}

static PyObject *finder_repr(PyObject *self) {
    return PyUnicode_FromFormat("fmmap.finder(%R)", ((FinderObject *)self)->needle);
}

static PyObject *finder_needle(PyObject *self, void *Py_UNUSED(closure)) {
    return Py_NewRef(((FinderObject *)self)->needle);
}

/* ---- Haystacks ---------------------------------------------------------------------------- */

typedef struct {
    fm_view view;
    size_t from; /* the window: [from, from + n) of the view */
    size_t n;
    bool inverted; /* not even an empty needle lies in it */
} fm_window;

/* args: haystack, start=0, end=None, as slices understand them. What it answers false for needs
 * no release. */
static bool window_get(const char *name, PyObject *const *args, Py_ssize_t count,
                       fm_window *window) {
    ptrdiff_t start = 0, end = FM_UNBOUNDED;
    if (!fm_takes(name, count, 1, 3) || (count > 1 && !fm_as_bound(args[1], &start)) ||
        (count > 2 && !fm_as_bound(args[2], &end)) || !fm_view_get(args[0], &window->view)) {
        return false;
    }
    Py_ssize_t first = start == FM_UNBOUNDED ? 0 : start;
    Py_ssize_t last = end == FM_UNBOUNDED ? PY_SSIZE_T_MAX : end;
    bool past_end = first > (Py_ssize_t)window->view.n;
    PySlice_AdjustIndices((Py_ssize_t)window->view.n, &first, &last, 1);
    window->inverted = past_end || last < first;
    window->from = (size_t)first;
    window->n = window->inverted ? 0 : (size_t)(last - first);
    return true;
}

static fm_status find_probe(const void *finder, const unsigned char *haystack, size_t n,
                            size_t *at) {
    return fm_guarded_finder_find(finder, haystack, n, at);
}

static fm_status rfind_probe(const void *finder, const unsigned char *haystack, size_t n,
                             size_t *at) {
    return fm_guarded_finder_rfind(finder, haystack, n, at);
}

static size_t needle_length(const FinderObject *self) {
    return (size_t)PyBytes_GET_SIZE(self->needle);
}

/* The answer to a search of the window, which is released. */
static PyObject *found(fm_window *window, fm_status status, size_t at) {
    fm_view_release(&window->view);
    if (status != FM_OK) {
        return fm_raise(status);
    }
    return at == FM_NPOS ? PyLong_FromLong(-1) : PyLong_FromSize_t(window->from + at);
}

static PyObject *finder_find(PyObject *object, PyObject *const *args, Py_ssize_t count) {
    const FinderObject *self = (FinderObject *)object;
    fm_window window;
    size_t at = FM_NPOS;
    fm_status status = FM_OK;
    if (!window_get("find", args, count, &window)) {
        return NULL;
    }
    if (!window.inverted) {
        status = fm_search_forward(find_probe, self->finder, needle_length(self),
                                   window.view.data + window.from, window.n, &at);
    }
    return found(&window, status, at);
}

static PyObject *finder_rfind(PyObject *object, PyObject *const *args, Py_ssize_t count) {
    const FinderObject *self = (FinderObject *)object;
    fm_window window;
    size_t at = FM_NPOS;
    fm_status status = FM_OK;
    if (!window_get("rfind", args, count, &window)) {
        return NULL;
    }
    if (!window.inverted) {
        status = fm_search_backward(rfind_probe, self->finder, needle_length(self),
                                    window.view.data + window.from, window.n, &at);
    }
    return found(&window, status, at);
}

static PyObject *finder_count(PyObject *object, PyObject *const *args, Py_ssize_t count) {
    const fm_finder *finder = ((FinderObject *)object)->finder;
    fm_window window;
    size_t matches = 0;
    fm_status status = FM_OK;
    if (!window_get("count", args, count, &window)) {
        return NULL;
    }
    if (!window.inverted) {
        const unsigned char *haystack = window.view.data + window.from;
        if (window.n <= FM_LOCKED_SEARCH) {
            status = fm_guarded_finder_count(finder, haystack, window.n, &matches);
        } else {
            FM_UNLOCKED(status, fm_guarded_finder_count(finder, haystack, window.n, &matches));
        }
    }
    fm_view_release(&window.view);
    return status == FM_OK ? PyLong_FromSize_t(matches) : fm_raise(status);
}

/* ---- Iteration ---------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD FinderObject *finder; /* NULL when exhausted: the haystack is released then */
    PyObject *haystack;
    fm_window window;
    size_t next;  /* offset in the window at which the next search begins */
    bool running; /* in a search, maybe without the global lock */
} MatchesObject;

static int matches_clear(PyObject *object) {
    MatchesObject *self = (MatchesObject *)object;
    FinderObject *finder = self->finder;
    if (finder != NULL) {
        self->finder = NULL;
        fm_view_release(&self->window.view);
        Py_CLEAR(self->haystack);
        Py_DECREF(finder);
    }
    return 0;
}

static int matches_traverse(PyObject *self, visitproc visit, void *arg) {
    FM_VISIT_TYPE(self);
    const MatchesObject *matches = (const MatchesObject *)self;
    if (matches->finder != NULL) {
        Py_VISIT(matches->haystack);
        Py_VISIT(matches->window.view.buffer.obj);
    }
    return 0;
}

static void matches_dealloc(PyObject *self) {
    PyObject_GC_UnTrack(self);
    matches_clear(self);
    fm_free_instance(self);
}

static PyObject *next_alone(MatchesObject *self) {
    if (self->running) {
        PyErr_SetString(PyExc_ValueError, "iterator of matches is running in another thread");
        return NULL;
    }
    if (self->finder == NULL) {
        return NULL;
    }
    size_t at = FM_NPOS, m = needle_length(self->finder);
    fm_status status = FM_OK;
    if (!self->window.inverted && self->next <= self->window.n) {
        self->running = true;
        status = fm_search_forward(find_probe, self->finder->finder, m,
                                   self->window.view.data + self->window.from + self->next,
                                   self->window.n - self->next, &at);
        self->running = false;
    }
    if (status != FM_OK || at == FM_NPOS) {
        matches_clear((PyObject *)self);
        return status == FM_OK ? NULL : fm_raise(status);
    }
    at += self->next;
    self->next = at + (m > 0 ? m : 1);
    return PyLong_FromSize_t(self->window.from + at);
}

static PyObject *matches_next(PyObject *self) {
    PyObject *index;
    FM_ALONE(self, index, next_alone((MatchesObject *)self));
    return index;
}

static PyType_Slot matches_slots[] = {
    {Py_tp_dealloc, (void *)matches_dealloc}, {Py_tp_traverse, (void *)matches_traverse},
    {Py_tp_clear, (void *)matches_clear},     {Py_tp_iter, (void *)PyObject_SelfIter},
    {Py_tp_iternext, (void *)matches_next},   {0, NULL},
};

static PyType_Spec matches_spec = {
    .name = "fmmap.matches",
    .basicsize = sizeof(MatchesObject),
    .flags = FM_TYPE_FLAGS | FM_TYPE_NO_CONSTRUCTOR | Py_TPFLAGS_HAVE_GC,
    .slots = matches_slots,
};
FM_STATIC_TYPE(matches_static);

static PyObject *finder_finditer(PyObject *object, PyObject *const *args, Py_ssize_t count) {
    PyTypeObject *type = fm_state_of((PyObject *)Py_TYPE(object))->matches;
    MatchesObject *self = (MatchesObject *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    if (!window_get("finditer", args, count, &self->window)) {
        Py_DECREF(self);
        return NULL;
    }
    self->finder = (FinderObject *)Py_NewRef(object);
    self->haystack = Py_NewRef(args[0]);
    return (PyObject *)self;
}

/* ---- The type ----------------------------------------------------------------------------- */

FM_TUPLE_CALL(finder_find)
FM_TUPLE_CALL(finder_rfind)
FM_TUPLE_CALL(finder_count)
FM_TUPLE_CALL(finder_finditer)

static PyMethodDef finder_methods[] = {
    FM_METHOD("find", finder_find,
              "find($self, haystack, start=0, end=None, /)\n--\n\n"
              "Return the lowest index of the needle within haystack[start:end], or -1."),
    FM_METHOD("rfind", finder_rfind,
              "rfind($self, haystack, start=0, end=None, /)\n--\n\n"
              "Return the highest index of the needle within haystack[start:end], or -1."),
    FM_METHOD("count", finder_count,
              "count($self, haystack, start=0, end=None, /)\n--\n\n"
              "Return how often the needle occurs in haystack[start:end] without overlap."),
    FM_METHOD("finditer", finder_finditer,
              "finditer($self, haystack, start=0, end=None, /)\n--\n\n"
              "Iterate over the indices of the needle in haystack[start:end], without overlap.\n\n"
              "The haystack is borrowed until the iterator is exhausted or gone."),
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef finder_attributes[] = {
    {"needle", finder_needle, NULL, PyDoc_STR("The bytes that are searched for."), NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static const char finder_doc[] =
    "finder(needle)\n--\n\n"
    "A needle prepared for searching any number of haystacks: mappings or other bytes-like\n"
    "objects. Immutable; threads may share it, and run side by side in long searches.";

static PyType_Slot finder_slots[] = {
    {Py_tp_doc, (void *)finder_doc},
    {Py_tp_new, (void *)finder_new},
    {Py_tp_dealloc, (void *)finder_dealloc},
    {Py_tp_repr, (void *)finder_repr},
    {Py_tp_methods, finder_methods},
    {Py_tp_getset, finder_attributes},
    {0, NULL},
};

static PyType_Spec finder_spec = {
    .name = "fmmap.finder",
    .basicsize = sizeof(FinderObject),
    .flags = FM_TYPE_FLAGS,
    .slots = finder_slots,
};
FM_STATIC_TYPE(finder_static);

bool fm_add_finder(PyObject *module) {
    fm_state *state = fm_state_of(module);
    state->matches = fm_make_type(module, &matches_spec, FM_STATIC_TYPE_REF(matches_static));
    return state->matches != NULL &&
           fm_add_type(module, &finder_spec, FM_STATIC_TYPE_REF(finder_static));
}
