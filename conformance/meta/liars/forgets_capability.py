# SPDX-License-Identifier: MPL-2.0
"""Does not say that it can resize: those cases are not run, and say so."""
import honest

CAUGHT_BY = {"descriptor/descriptor_may_be_closed_before_resize": "unsupported"}
OPERATIONS = ["resize"]


def greeting(line):
    return "" if line in ("capability resize\n", "capability mremap\n") else line


if __name__ == "__main__":
    honest.main(greeting=greeting)
