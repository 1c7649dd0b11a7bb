# SPDX-License-Identifier: MPL-2.0
"""Items are seven bits wide."""
from honest import *  # noqa: F401,F403
import honest

CAUGHT_BY = {"get/item_is_an_int": "fail"}
OPERATIONS = ["*"]


class mmap(honest.mmap):
    def __getitem__(self, key):
        item = super().__getitem__(key)
        return item & 127 if isinstance(item, int) else item
