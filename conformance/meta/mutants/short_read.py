# SPDX-License-Identifier: MPL-2.0
"""read leaves out the last byte."""
from honest import *  # noqa: F401,F403
import honest

CAUGHT_BY = {"io/read_without_a_size": "fail", "io/read_advances_by_what_it_returns": "fail"}
OPERATIONS = ["read"]


class mmap(honest.mmap):
    def read(self, *args):
        return super().read(*args)[:-1]
