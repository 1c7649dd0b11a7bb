# SPDX-License-Identifier: MPL-2.0
"""Every failure of the system is EIO."""
import honest

CAUGHT_BY = {"descriptor/bad_descriptor": "fail"}
OPERATIONS = ["*"]


def lie(request, answer):
    words = answer.split(" ")
    if words[:2] == ["raise", "FM_OS"]:
        words[3] = "EIO"
    return " ".join(words)


if __name__ == "__main__":
    honest.main(lie)
