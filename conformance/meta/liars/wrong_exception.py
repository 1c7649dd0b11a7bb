# SPDX-License-Identifier: MPL-2.0
"""An index out of range is a ValueError."""
import honest

CAUGHT_BY = {"get/index_out_of_range": "fail"}
OPERATIONS = ["*"]


def lie(request, answer):
    return answer.replace("raise FM_INDEX IndexError", "raise FM_INDEX ValueError")


if __name__ == "__main__":
    honest.main(lie)
