/* SPDX-License-Identifier: MPL-2.0
 *
 * m.find and m.rfind. A long search runs without the global lock. The map is borrowed meanwhile,
 * so close and resize are refused with BufferError. */
#include "search.h"

/* ---- Long searches ------------------------------------------------------------------------ */

fm_status fm_search_forward(fm_probe *probe, const void *what, size_t m,
                            const unsigned char *haystack, size_t n, size_t *at) {
    fm_status status;
    size_t near = n < FM_LOCKED_SEARCH ? n : FM_LOCKED_SEARCH;
    if (near == n || m <= near / 2) {
        status = probe(what, haystack, near, at);
        if (near == n || status != FM_OK || *at != FM_NPOS) {
            return status;
        }
    }
    size_t start = m <= near / 2 && m > 0 ? near - (m - 1) : 0; /* no match begins before it */
    FM_UNLOCKED(status, probe(what, haystack + start, n - start, at));
    if (status == FM_OK && *at != FM_NPOS) {
        *at += start;
    }
    return status;
}

fm_status fm_search_backward(fm_probe *probe, const void *what, size_t m,
                             const unsigned char *haystack, size_t n, size_t *at) {
    fm_status status;
    size_t near = n < FM_LOCKED_SEARCH ? n : FM_LOCKED_SEARCH;
    if (near == n || m <= near / 2) {
        status = probe(what, haystack + (n - near), near, at);
        if (status == FM_OK && *at != FM_NPOS) {
            *at += n - near;
        }
        if (near == n || status != FM_OK || *at != FM_NPOS) {
            return status;
        }
    }
    size_t end = m <= near / 2 && m > 0 ? n - near + (m - 1) : n; /* no match ends behind it */
    FM_UNLOCKED(status, probe(what, haystack, end, at));
    return status;
}

/* ---- The methods -------------------------------------------------------------------------- */

static fm_status find_needle(const void *what, const unsigned char *haystack, size_t n,
                             size_t *at) {
    const fm_view *needle = what;
    return fm_guarded_find(haystack, n, needle->data, needle->n, at);
}

static fm_status rfind_needle(const void *what, const unsigned char *haystack, size_t n,
                              size_t *at) {
    const fm_view *needle = what;
    return fm_guarded_rfind(haystack, n, needle->data, needle->n, at);
}

static fm_status search_either(bool backward, const fm_view *needle, const unsigned char *haystack,
                               size_t n, size_t *at) {
    return backward ? fm_search_backward(rfind_needle, needle, needle->n, haystack, n, at)
                    : fm_search_forward(find_needle, needle, needle->n, haystack, n, at);
}

/* Whether nobody can change the needle during the search, which a strategy need not stand. */
static bool is_stable(const fm_view *needle, size_t n) {
#ifdef Py_GIL_DISABLED
    (void)n;
    return needle->buffer.obj == NULL || needle->n == 0;
#else
    return needle->buffer.obj == NULL || needle->n == 0 || n <= FM_LOCKED_SEARCH;
#endif
}

static fm_status search_for_copy(bool backward, const fm_view *needle,
                                 const unsigned char *haystack, size_t n, size_t *at) {
    unsigned char *copy = PyMem_Malloc(needle->n);
    if (copy == NULL) {
        return FM_NO_MEMORY;
    }
    fm_view stable = {.data = copy, .n = needle->n};
    fm_status status = fm_guarded_copy(copy, needle->data, needle->n);
    if (status == FM_OK) {
        status = search_either(backward, &stable, haystack, n, at);
    }
    PyMem_Free(copy);
    return status;
}

static PyObject *search_alone(MmapObject *self, bool backward, const fm_view *needle,
                              ptrdiff_t start, ptrdiff_t end) {
    FM_CHECK_OPEN(self, NULL);
    size_t from, n, at = FM_NPOS;
    if (fm_map_window(&self->map, start, end, &from, &n) && needle->n <= n) {
        const unsigned char *haystack = self->map.data + from;
        fm_map_borrow(&self->map);
        fm_status status = is_stable(needle, n)
                               ? search_either(backward, needle, haystack, n, &at)
                               : search_for_copy(backward, needle, haystack, n, &at);
        fm_map_release(&self->map);
        if (status != FM_OK) {
            return fm_raise(status);
        }
    }
    return at == FM_NPOS ? PyLong_FromLong(-1) : PyLong_FromSize_t(from + at);
}

static PyObject *search_method(PyObject *self, PyObject *const *args, Py_ssize_t count,
                               const char *name, bool backward) {
    fm_view needle;
    ptrdiff_t start = FM_UNBOUNDED, end = FM_UNBOUNDED;
    PyObject *index = NULL;
    if (!fm_takes(name, count, 1, 3) || !fm_view_get(args[0], &needle)) {
        return NULL;
    }
    if ((count < 2 || fm_as_bound(args[1], &start)) && (count < 3 || fm_as_bound(args[2], &end))) {
        FM_ALONE(self, index, search_alone((MmapObject *)self, backward, &needle, start, end));
    }
    fm_view_release(&needle);
    return index;
}

PyObject *mmap_find(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    return search_method(self, args, count, "find", false);
}

PyObject *mmap_rfind(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    return search_method(self, args, count, "rfind", true);
}
