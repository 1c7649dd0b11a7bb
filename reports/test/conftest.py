# SPDX-License-Identifier: MPL-2.0
"""The tools under test are scripts beside each other: their folder goes on the path."""
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]
