# SPDX-License-Identifier: MPL-2.0
"""rfind finds what lies before its start."""
from honest import *  # noqa: F401,F403
import honest

CAUGHT_BY = {"find/rfind_is_bounded_below_by_the_position": "fail",
             "find/rfind_bounds_follow_slice_rules": "fail"}
OPERATIONS = ["rfind"]


class mmap(honest.mmap):
    def rfind(self, needle, *bounds):
        super().rfind(needle, *bounds)  # refuses what it should
        return super().rfind(needle, 0, *bounds[1:])
