# SPDX-License-Identifier: MPL-2.0
"""Let pytest run the cases: `pytest conformance/cases --target NAME`. See ../harness/plugin.py."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "harness"))

from plugin import (pytest_addoption, pytest_configure, pytest_pycollect_makemodule,  # noqa
                    pytest_unconfigure)
