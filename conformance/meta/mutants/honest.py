# SPDX-License-Identifier: MPL-2.0
"""The builtin module behind a subclass: what the mutants change one thing of."""
import mmap as builtin
from mmap import *  # noqa: F401,F403: the constants

CAUGHT_BY = {}
OPERATIONS = []


class mmap(builtin.mmap):
    pass
