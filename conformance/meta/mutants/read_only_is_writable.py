# SPDX-License-Identifier: MPL-2.0
"""write to a read-only mapping seems to work."""
from honest import *  # noqa: F401,F403
import honest

CAUGHT_BY = {"io/write_to_a_read_only_mapping": "fail"}
OPERATIONS = ["write"]


class mmap(honest.mmap):
    def write(self, *args):
        try:
            return super().write(*args)
        except TypeError as error:
            if "readonly" not in str(error):
                raise
            return len(args[0])
