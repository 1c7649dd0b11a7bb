# SPDX-License-Identifier: MPL-2.0
"""read leaves out the last byte."""
import honest

CAUGHT_BY = {"io/read_without_a_size": "fail"}
OPERATIONS = ["read"]


def lie(request, answer):
    if request[0] == "read" and len(answer) > len("ok x"):
        return answer[:-2]
    return answer


if __name__ == "__main__":
    honest.main(lie)
