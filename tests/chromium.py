"""Debian's Chromium: where it is, and how the tests and the pictures start it."""

import shutil

MISSING = "Chromium is not installed: the browser tests are left out. To have them: apt-get install chromium fonts-noto-cjk"
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
"""The first that is there: the shell without windows draws the same pages for half the processor time."""
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def program() -> str | None:
    """Return the path of the browser, or None where none is installed."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)
