# SPDX-License-Identifier: MPL-2.0
"""madvise does not cut its range at the end of the mapping: what lies behind is advised too."""
import ctypes

from honest import *  # noqa: F401,F403
import honest

CAUGHT_BY = {"madvise/advice_ends_with_the_mapping": "fail"}
OPERATIONS = ["madvise"]

ADVISE = ctypes.CDLL(None).madvise


class mmap(honest.mmap):
    def madvise(self, option, *bounds):
        super().madvise(option, *bounds)
        if len(bounds) == 2 and option == honest.MADV_DONTNEED:
            start, length = bounds
            here = ctypes.addressof(ctypes.c_char.from_buffer(self))
            ADVISE(ctypes.c_void_p(here + start), ctypes.c_size_t(length), ctypes.c_int(option))
