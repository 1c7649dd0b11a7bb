# SPDX-License-Identifier: MPL-2.0
"""Stands between the harness and the C driver, and passes everything on as it is.

    honest.py DRIVER
"""
import subprocess
import sys

CAUGHT_BY = {}
OPERATIONS = []


def main(lie=lambda request, answer: answer, greeting=lambda line: line):
    """lie(words of the request, answer) gives the answer to pass on."""
    driver = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              universal_newlines=True, bufsize=1)
    line = ""
    while line != "ready\n":
        line = driver.stdout.readline()
        print(greeting(line), end="", flush=True)
    for request in sys.stdin:
        driver.stdin.write(request)
        answer = driver.stdout.readline().rstrip("\n")
        print(lie(request.split(), answer), flush=True)


if __name__ == "__main__":
    main()
