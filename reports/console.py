# SPDX-License-Identifier: MPL-2.0
"""How a program of this folder ends when its user, or who reads its output, has seen enough."""
import os
import sys


def end_with(main):
    """Run main and end the program with its status."""
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:     # as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    except KeyboardInterrupt:
        print(f"{os.path.basename(sys.argv[0])}: interrupted", file=sys.stderr)
        status = 130
    sys.exit(status)
