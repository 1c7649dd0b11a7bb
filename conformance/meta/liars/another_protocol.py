# SPDX-License-Identifier: MPL-2.0
"""Speaks a later version of the protocol."""
import honest

CAUGHT_BY = {"smoke/smoke": "broken"}
OPERATIONS = []


if __name__ == "__main__":
    honest.main(greeting=lambda line: line.replace("fmmap-driver 1", "fmmap-driver 2"))
