# SPDX-License-Identifier: MPL-2.0
"""Importing it ends the process."""
import os

CAUGHT_BY = {"smoke/smoke": "broken"}
OPERATIONS = []

os._exit(3)
