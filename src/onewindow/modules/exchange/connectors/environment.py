"""Addresses and secrets stand in the environment. Only names meant for interfaces are read: no setting can send our own secrets away."""

import os
import re
from typing import Any

from django.conf import settings as installation

from onewindow.modules.exchange.connectors.base import SettingsProblem

_ALLOWED = re.compile(r"ONEWINDOW_(SOURCES|INTERFACE)_[A-Z0-9_]{1,80}")
_PLACE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
_BEFORE_SLASH = re.compile(_PLACE.pattern + r"(/+)?")
_OWN = ("ONEWINDOW_SOURCES_URL", "ONEWINDOW_SOURCES_KEY")


def may_be_read(name: Any) -> bool:
    """Tell whether a connector may read a variable.

    >>> may_be_read("ONEWINDOW_SOURCES_KEY"), may_be_read("ONEWINDOW_LOG_KEY")
    (True, False)
    """
    return isinstance(name, str) and _ALLOWED.fullmatch(name) is not None


def variable(name: str) -> str:
    """Return a variable of the environment, or else what the installation's settings make of it; nothing for one of our own."""
    return os.environ.get(name) or str(getattr(installation, name, "")) if may_be_read(name) else ""


def filled(text: Any) -> str:
    """Return a text with its ${VARIABLE} places filled."""
    return _PLACE.sub(lambda place: variable(place[1]), str(text))


def address(text: Any) -> str:
    """Return an address with its ${VARIABLE} places filled; one slash, where a variable ends with one and another follows."""
    return _BEFORE_SLASH.sub(lambda place: variable(place[1]).rstrip("/") + "/" if place[2] else variable(place[1]), str(text))


def checked(name: Any, where: str) -> str:
    """Return a name that may be read. Raises: SettingsProblem."""
    if not may_be_read(name):
        raise SettingsProblem(f"{where} must name a variable that begins with ONEWINDOW_INTERFACE_ or ONEWINDOW_SOURCES_")
    return str(name)


def check_places(text: Any, where: str) -> str:
    """Return a text whose ${VARIABLE} places may all be read. Raises: SettingsProblem."""
    for place in _PLACE.finditer(str(text)):
        checked(place[1], where)
    return str(text)


def offered() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of variables that are set: addresses, and everything else, never a value."""
    names = sorted({name for name in (*os.environ, *_OWN) if may_be_read(name) and variable(name)})
    addresses = tuple(name for name in names if variable(name).startswith(("http://", "https://")))
    return addresses, tuple(name for name in names if name not in addresses)
