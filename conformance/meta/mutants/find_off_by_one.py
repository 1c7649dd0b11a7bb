# SPDX-License-Identifier: MPL-2.0
"""find answers one more than the index."""
from honest import *  # noqa: F401,F403
import honest

CAUGHT_BY = {"find/find_gives_the_lowest_index": "fail", "find/match_at_index_zero": "fail"}
OPERATIONS = ["find"]


class mmap(honest.mmap):
    def find(self, *args):
        index = super().find(*args)
        return index if index < 0 else index + 1
