# SPDX-License-Identifier: MPL-2.0
"""seek with an unknown whence is never answered."""
import time
import honest

CAUGHT_BY = {"io/seek_with_an_unknown_whence": "timeout"}
OPERATIONS = ["seek"]


def lie(request, answer):
    while "FM_SEEK_WHENCE" in answer:
        time.sleep(1)
    return answer


if __name__ == "__main__":
    honest.main(lie)
