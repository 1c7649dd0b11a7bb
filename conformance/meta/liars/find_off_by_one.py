# SPDX-License-Identifier: MPL-2.0
"""find answers one more than the index."""
import honest

CAUGHT_BY = {"find/find_gives_the_lowest_index": "fail"}
OPERATIONS = ["find"]


def lie(request, answer):
    if request[0] == "find" and answer.startswith("ok ") and answer != "ok -1":
        return "ok {}".format(int(answer[3:]) + 1)
    return answer


if __name__ == "__main__":
    honest.main(lie)
