# SPDX-License-Identifier: MPL-2.0
"""rfind is answered with nonsense."""
import honest

CAUGHT_BY = {"find/rfind_gives_the_highest_index": "crash"}
OPERATIONS = ["rfind"]


def lie(request, answer):
    return "\x1b[2Jsegfault at 0" if request[0] == "rfind" else answer


if __name__ == "__main__":
    honest.main(lie)
