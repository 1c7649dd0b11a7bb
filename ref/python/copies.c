/* SPDX-License-Identifier: MPL-2.0
 *
 * Copying bytes out of the map. A large range is copied without the global lock, because its
 * pages may have to come from a disk. Two things keep such a copy as atomic as if it held the
 * lock: it borrows the map, so close and resize are refused meanwhile, and whoever changes bytes
 * waits for it. */
#include "module.h"

/* From this many bytes on a copy lets other threads run. Giving the lock up and taking it back
 * costs about 60 ns when nobody wants it, but up to a switch interval (5 ms) when somebody does;
 * 1 MiB takes about 100 us to copy from memory, and several ms from a fast disk. */
#define UNLOCKED_COPY (1 << 20)

static fm_status copy(const fm_map *map, const fm_range *range, unsigned char *out) {
    return range->step == 1 ? fm_guarded_copy_out(out, map->data + range->start, range->count)
                            : fm_guarded_gather(out, map->data, *range);
}

static fm_status copy_unlocked(MmapObject *self, const fm_range *range, unsigned char *out) {
    fm_map_borrow(&self->map);
    if (self->copies++ == 0) {
        PyThread_acquire_lock(self->copying, WAIT_LOCK); /* at most a waiter has it, briefly */
    }
    fm_status status;
    FM_UNLOCKED(status, copy(&self->map, range, out));
    if (--self->copies == 0) {
        PyThread_release_lock(self->copying);
    }
    fm_map_release(&self->map);
    return status;
}

void fm_await_copies(MmapObject *self) {
    while (self->copies != 0) {
        Py_BEGIN_ALLOW_THREADS PyThread_acquire_lock(self->copying, WAIT_LOCK);
        PyThread_release_lock(self->copying);
        Py_END_ALLOW_THREADS
    }
}

static bool can_unlock(MmapObject *self) {
    if (self->copying == NULL) {
        self->copying = PyThread_allocate_lock();
    }
    return self->copying != NULL;
}

PyObject *fm_copy_out(MmapObject *self, const fm_range *range) {
    if (range->count == 1) { /* the interpreter keeps all bytes objects of length 1 */
        unsigned char byte;
        fm_status status = fm_guarded_load(self->map.data + range->start, &byte);
        return status == FM_OK ? PyBytes_FromStringAndSize((const char *)&byte, 1)
                               : fm_raise(status);
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)range->count);
    if (bytes == NULL || range->count == 0) {
        return bytes;
    }
    unsigned char *out = (unsigned char *)PyBytes_AS_STRING(bytes);
    fm_status status = range->count >= UNLOCKED_COPY && can_unlock(self)
                           ? copy_unlocked(self, range, out)
                           : copy(&self->map, range, out);
    if (status != FM_OK) {
        Py_DECREF(bytes);
        return fm_raise(status);
    }
    return bytes;
}
