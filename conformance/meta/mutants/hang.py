# SPDX-License-Identifier: MPL-2.0
"""seek never returns if it does not know the whence."""
from honest import *  # noqa: F401,F403
import time
import honest

CAUGHT_BY = {"io/seek_with_an_unknown_whence": "timeout"}
OPERATIONS = ["seek"]


class mmap(honest.mmap):
    def seek(self, *args):
        try:
            return super().seek(*args)
        except ValueError as error:
            while "unknown seek type" in str(error):
                time.sleep(1)
            raise
