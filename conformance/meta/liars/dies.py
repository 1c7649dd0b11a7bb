# SPDX-License-Identifier: MPL-2.0
"""The process dies of a signal when bytes are searched backwards."""
import os
import signal
import honest

CAUGHT_BY = {"find/rfind_gives_the_highest_index": "crash"}
OPERATIONS = ["rfind"]


def lie(request, answer):
    if request[0] == "rfind":
        os.kill(os.getpid(), signal.SIGSEGV)
    return answer


if __name__ == "__main__":
    honest.main(lie)
