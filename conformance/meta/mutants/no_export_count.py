# SPDX-License-Identifier: MPL-2.0
"""close and resize do not care who has borrowed the bytes."""
from honest import *  # noqa: F401,F403
import honest

CAUGHT_BY = {"buffer/borrowed_bytes_forbid_close": "fail",
             "buffer/borrowed_bytes_forbid_resize": "fail"}
OPERATIONS = ["close", "resize"]


class mmap(honest.mmap):
    def close(self):
        try:
            super().close()
        except BufferError:
            pass

    def resize(self, size):
        try:
            super().resize(size)
        except BufferError:
            pass
