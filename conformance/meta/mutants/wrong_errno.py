# SPDX-License-Identifier: MPL-2.0
"""The constructor reports every failure of the system as EIO."""
from honest import *  # noqa: F401,F403
import errno
import honest

CAUGHT_BY = {"descriptor/bad_descriptor": "fail"}
OPERATIONS = ["*"]


class mmap(honest.mmap):
    def __new__(cls, *args, **kwargs):
        try:
            return super().__new__(cls, *args, **kwargs)
        except OSError:
            raise OSError(errno.EIO, "Input/output error")
