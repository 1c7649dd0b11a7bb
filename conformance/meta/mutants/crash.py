# SPDX-License-Identifier: MPL-2.0
"""Looking for a needle that is longer than the mapping kills the process."""
from honest import *  # noqa: F401,F403
import os
import signal
import honest

CAUGHT_BY = {"find/needle_longer_than_the_mapping": "crash"}
OPERATIONS = ["find"]


class mmap(honest.mmap):
    def find(self, *args):
        index = super().find(*args)
        if len(args[0]) > len(self):
            os.kill(os.getpid(), signal.SIGSEGV)
        return index
