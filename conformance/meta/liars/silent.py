# SPDX-License-Identifier: MPL-2.0
"""Ends without a word."""

CAUGHT_BY = {"smoke/smoke": "broken"}
OPERATIONS = []
