# SPDX-License-Identifier: MPL-2.0
"""A page on paper, printed by a headless Chromium."""
import os
import shutil
import subprocess
import tempfile

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


class NoBrowser(Exception):
    """No PDF can be made, in one line."""


def print_page(page, output):
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not program:
        raise NoBrowser("--pdf needs Chromium, which is missing: install it (Debian: chromium), "
                        "or print the page from any browser")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        result = subprocess.run(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
             "--no-first-run", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", f"--user-data-dir={profile}", "--no-pdf-header-footer",
             f"--print-to-pdf={output.resolve()}", page.resolve().as_uri()],
            capture_output=True, text=True, errors="replace",
            env=os.environ | {"TMPDIR": profile})     # what it leaves behind goes with the profile
    if result.returncode or not output.exists():
        raise NoBrowser(f"{program} made no PDF of {page} (exit status {result.returncode})")
