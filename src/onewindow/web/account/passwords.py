"""What a new password may not be, beside too short, too common and too like its owner's own names (settings: AUTH_PASSWORD_VALIDATORS)."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.utils.translation import gettext_lazy as _

from onewindow.domain import codes

WORDS = ("onewindow", "window", "password", "admin", "officer", "service", "government", "zhengwu", "zhengfu", "yichuang", "mima")
"""Words of this place that people think of first; with them, what the city calls itself, its platform and its address.

Source: OWASP ASVS 5.0, 6.1.2. Shape: small letters.
"""
_PADDING = "0123456789!@#$%^&*()_-+=.,?~ "


class NumberValidator:
    """Refuses what looks like somebody's telephone, identity number or a date; other digits are as good as letters."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002  (what Django calls it with)
        if (password.isdigit() and len(password) <= 12) or _is_number(password):
            raise ValidationError(_("This looks like a telephone, a date or an identity number: others can find those out."), code="number")

    def get_help_text(self) -> str:
        return str(_("No telephone, date or identity number."))


class ContextValidator:
    """Refuses a word of this place with nothing but digits and signs around it."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002  (what Django calls it with)
        bare = password.lower().strip(_PADDING)
        if any(bare in {word, word + word} for word in _words()):
            raise ValidationError(_("The name of this city, office or platform is the first thing that others try."), code="context")

    def get_help_text(self) -> str:
        return str(_("Not the name of this city, office or platform."))


class BreachValidator:
    """Refuses what stands in a list of breached passwords that the operator keeps (ONEWINDOW_BREACHED_PASSWORDS).

    Shape of the file: one SHA-1 a line, in capitals, sorted; what follows a colon is not read. It is searched where it lies: no
    password, and no part of one, is sent to anybody.
    """

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002  (what Django calls it with)
        path = settings.ONEWINDOW_BREACHED_PASSWORDS
        if path and _stands_in(Path(path), hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()):
            raise ValidationError(
                _("This password was stolen somewhere once and is on the lists of thieves. Take another."), code="breached"
            )

    def get_help_text(self) -> str:
        return str(_("None that was stolen somewhere."))


def _is_number(password: str) -> bool:
    for read in (codes.phone, codes.resident_id):
        try:
            read(password)
        except codes.CodeRefused:
            continue
        return True
    return False


def _words() -> Iterator[str]:
    """Give the words that are refused here, in small letters without spaces."""
    yield from WORDS
    host = settings.ONEWINDOW_ORIGIN.partition("://")[2].partition("/")[0].partition(":")[0]
    yield from (part for part in [host, *host.split(".")] if len(part) > 3)
    for names in (settings.ONEWINDOW_CITY_NAME, settings.ONEWINDOW_CITY_PRODUCT, settings.ONEWINDOW_CITY_HOST):
        yield from (name.lower().replace(" ", "") for name in (names or {"en": "Yunjiang", "zh": "云江"}).values() if name)


def _stands_in(path: Path, digest: str) -> bool:
    """Search a sorted file by halves: some thirty reads for a thousand million lines."""
    try:
        with path.open("rb") as file:
            low, high = 0, file.seek(0, 2)
            while low < high:
                middle = (low + high) // 2
                file.seek(middle)
                if middle:
                    file.readline()
                line = file.readline()
                if not line or line[:40].decode("ascii") >= digest:
                    high = middle
                else:
                    low = middle + 1
            file.seek(low)
            if low:
                file.readline()
            return file.readline()[:40].decode("ascii") == digest
    except (OSError, UnicodeDecodeError) as error:
        message = f"ONEWINDOW_BREACHED_PASSWORDS names “{path}”, which cannot be read as lines of SHA-1. Give the path of such a file."
        raise ImproperlyConfigured(message) from error
