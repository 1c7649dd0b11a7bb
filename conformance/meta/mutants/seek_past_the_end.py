# SPDX-License-Identifier: MPL-2.0
"""seek beyond the end goes to the end."""
from honest import *  # noqa: F401,F403
import honest

CAUGHT_BY = {"io/seek_out_of_range": "fail"}
OPERATIONS = ["seek"]


class mmap(honest.mmap):
    def seek(self, *args):
        try:
            return super().seek(*args)
        except ValueError:
            if self.closed or args[1:] not in ((), (0,), (1,), (2,)):
                raise
            return super().seek(0, 2)
