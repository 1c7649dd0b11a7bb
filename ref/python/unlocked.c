/* SPDX-License-Identifier: MPL-2.0
 *
 * Working on the map without the global lock: copying a large range, whose pages may have to come
 * from a disk, and calls of the system that may wait for one. Such work is as atomic as if it held
 * the lock, because whoever could disturb it waits for it: close and resize for any work, and what
 * changes bytes for copies.
 *
 * (Searches are different: they may last long, nothing disturbs them but the end of the memory,
 * and they borrow the map, so that close and resize are refused. See search.c.) */
#include "module.h"

#ifndef _WIN32
#include <pthread.h>
#endif

static unsigned long generation; /* of forks: another one in each child */

#ifdef _WIN32
void fm_watch_forks(void) {
}
#else
static void forked(void) {
    generation++;
}

static void watch(void) {
    pthread_atfork(NULL, NULL, forked); /* without memory for it the child of a fork may wait */
}

void fm_watch_forks(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, watch);
}
#endif

/* In the child of a fork: what the parent's threads were at is not ours to wait for. */
static void forget_parent(MmapObject *self) {
    if (self->generation != generation) {
        self->generation = generation;
        self->copies = self->calls = self->waiting = 0;
        self->gated = false;
        self->gate = NULL; /* maybe shut for ever */
    }
}

bool fm_work_begin(MmapObject *self, size_t *kind) {
    forget_parent(self);
    if (self->waiting != 0) {
        return false;
    }
    ++*kind;
    return true;
}

void fm_work_end(MmapObject *self, size_t *kind) {
    --*kind;
    if (self->gated && self->copies + self->calls == 0) {
        self->gated = false;
        PyThread_release_lock(self->gate);
    }
}

/* The first to wait shuts the gate, all queue up before it, and the last to work opens it. */
bool fm_await_work(MmapObject *self, bool all) {
    forget_parent(self);
    while (self->copies != 0 || (all && self->calls != 0)) {
        if (self->gate == NULL && (self->gate = PyThread_allocate_lock()) == NULL) {
            PyErr_NoMemory();
            return false;
        }
        if (!self->gated) {
            PyThread_acquire_lock(self->gate, WAIT_LOCK); /* who just passed has it, briefly */
            self->gated = true;
        }
        ++self->waiting;
        Py_BEGIN_ALLOW_THREADS PyThread_acquire_lock(self->gate, WAIT_LOCK);
        PyThread_release_lock(self->gate);
        Py_END_ALLOW_THREADS-- self->waiting;
    }
    return true;
}

static fm_status copy(const fm_map *map, const fm_range *range, unsigned char *out) {
    return range->step == 1 ? fm_guarded_copy(out, map->data + range->start, range->count)
                            : fm_guarded_gather(out, map->data, *range);
}

PyObject *fm_copy_out(MmapObject *self, const fm_range *range) {
    const bool is_small = range->count < FM_UNLOCKED_COPY;
    if (range->count <= 1 || (range->step == 1 && is_small)) {
        return fm_copy_locked(self->map.data + range->start, range->count);
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)range->count);
    if (bytes == NULL) {
        return NULL;
    }
    unsigned char *out = (unsigned char *)PyBytes_AS_STRING(bytes);
    fm_status status;
    if (is_small) {
        status = copy(&self->map, range, out);
    } else {
        FM_WORK(self, copies, status, copy(&self->map, range, out));
    }
    if (status != FM_OK) {
        Py_DECREF(bytes);
        return fm_raise(status);
    }
    return bytes;
}
