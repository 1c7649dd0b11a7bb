# SPDX-License-Identifier: MPL-2.0
"""Right, but it prints: that changes no verdict."""
from honest import *  # noqa: F401,F403
import os
import honest

CAUGHT_BY = {}
OPERATIONS = []


class mmap(honest.mmap):
    def find(self, *args):
        print('{"outcome": "fail"}', flush=True)
        os.write(1, b'{"outcome": "fail"}\n')
        return super().find(*args)
