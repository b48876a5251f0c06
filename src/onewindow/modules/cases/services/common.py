"""Small things that every service of the module needs."""

import unicodedata
from collections.abc import Mapping
from typing import Any


def said(text: str, limit: int = 500) -> str:
    r"""Return what somebody wrote as it is kept: trimmed, at most so long, without signs that no database or page can show.

    >>> said("  请补图\x00 ")
    '请补图'
    """
    shown = "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"})
    return shown.strip()[:limit]


def said_deep(value: Any) -> Any:
    """Return the same for everything inside a finding."""
    if isinstance(value, str):
        return said(value, 5000)
    if isinstance(value, Mapping):
        return {said(str(key), 200): said_deep(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [said_deep(item) for item in value]
    return value
