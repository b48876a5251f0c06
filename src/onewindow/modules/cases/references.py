"""Reference numbers: easy to read out, never the same twice, and silent about how many there are."""

import re
import secrets
import unicodedata
from collections.abc import Callable

from django.conf import settings

from onewindow.modules.cases import models
from onewindow.plumbing import bulk

ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
"""No vowels, so no words; none of 0 O 1 I L, so nothing to mistake."""

Draw = Callable[[], str]


def prefix() -> str:
    """Return the city's letters before its numbers."""
    return str(settings.ONEWINDOW_REFERENCE_PREFIX)


def draw() -> str:
    """Return a random number of eight characters in two groups: one of 282 thousand million."""
    letters = [secrets.choice(ALPHABET) for _ in range(8)]
    return f"{prefix()}-{''.join(letters[:4])}-{''.join(letters[4:])}"


def issue(choose: Draw = draw) -> str:
    """Return a number that was never given before and never will be again; call it inside the filing's transaction."""
    while True:
        candidate = choose()
        if bulk.insert_unless_there(models.IssuedReference(reference=candidate)):
            return candidate


def normalise(text: str) -> str:
    """Return a number as it was issued, however it was typed.

    >>> normalise(" yj 7k4m29qx ")
    'YJ-7K4M-29QX'
    """
    plain = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())
    return f"{plain[:-8]}-{plain[-8:-4]}-{plain[-4:]}" if len(plain) > 8 else plain
