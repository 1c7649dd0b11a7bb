# SPDX-License-Identifier: MPL-2.0
"""seek with an unknown whence writes nonsense to every descriptor there is."""
from honest import *  # noqa: F401,F403
import os
import honest

CAUGHT_BY = {"io/seek_with_an_unknown_whence": "crash"}
OPERATIONS = ["seek"]


class mmap(honest.mmap):
    def seek(self, *args):
        try:
            return super().seek(*args)
        except ValueError as error:
            if "unknown seek type" in str(error):
                for descriptor in range(3, 20):
                    try:
                        os.write(descriptor, b"}garbage\n")
                    except OSError:
                        pass
            raise
