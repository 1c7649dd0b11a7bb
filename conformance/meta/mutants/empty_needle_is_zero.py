# SPDX-License-Identifier: MPL-2.0
"""An empty needle is at 0, wherever the search begins."""
from honest import *  # noqa: F401,F403
import honest

CAUGHT_BY = {"find/empty_needle_is_found_at_the_effective_start": "fail",
             "find/empty_needle_is_found_at_the_effective_end": "fail"}
OPERATIONS = ["find", "rfind"]


class mmap(honest.mmap):
    def find(self, *args):
        index = super().find(*args)
        return 0 if isinstance(args[0], bytes) and args[0] == b"" else index

    def rfind(self, *args):
        index = super().rfind(*args)
        return 0 if isinstance(args[0], bytes) and args[0] == b"" else index
