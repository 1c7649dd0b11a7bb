# SPDX-License-Identifier: MPL-2.0
"""The process ends, as if all were well, when a read-only mapping is written."""
from honest import *  # noqa: F401,F403
import os
import honest

CAUGHT_BY = {"io/write_to_a_read_only_mapping": "crash"}
OPERATIONS = ["write"]


class mmap(honest.mmap):
    def write(self, *args):
        try:
            return super().write(*args)
        except TypeError as error:
            if "readonly" in str(error):
                os._exit(0)
            raise
