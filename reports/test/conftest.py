# SPDX-License-Identifier: MPL-2.0
"""The tools under test are scripts beside each other: their folder goes on the path."""
import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

# Whether an example is slow tells something of the machine, nothing of the code
# The same examples each time: whoever breaks something sees it, not whoever runs the tests next.
settings.register_profile("any pace", deadline=None, derandomize=True,
                          suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any pace")
