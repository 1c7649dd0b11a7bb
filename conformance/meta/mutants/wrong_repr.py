# SPDX-License-Identifier: MPL-2.0
"""repr is that of any object."""
from honest import *  # noqa: F401,F403
import honest

CAUGHT_BY = {"access/prot_without_write_is_recorded": "fail"}
OPERATIONS = ["repr"]


class mmap(honest.mmap):
    __repr__ = object.__repr__
