# SPDX-License-Identifier: MPL-2.0
"""Bytes are cut in the middle of one."""
import honest

CAUGHT_BY = {"io/readline_includes_the_newline": "crash"}
OPERATIONS = ["readline"]


def lie(request, answer):
    return answer[:-1] if request[0] == "readline" and len(answer) > 4 else answer


if __name__ == "__main__":
    honest.main(lie)
