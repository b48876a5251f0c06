"""The kinds of connector, by name."""

from collections.abc import Callable, Mapping
from typing import Any

from onewindow.modules.exchange.connectors.base import Connection, SettingsProblem
from onewindow.modules.exchange.connectors.http_json import HttpJson
from onewindow.modules.exchange.connectors.records import Records

KINDS: Mapping[str, Callable[[str, Mapping[str, Any]], Connection]] = {
    "http-json": HttpJson.from_settings,
    "records": Records.from_settings,
}


def connect(*, resource: str, kind: str, settings: Mapping[str, Any]) -> Connection:
    """Return the connection a connector's settings describe.

    Raises: SettingsProblem.
    """
    if kind not in KINDS:
        raise SettingsProblem(f"“{kind}” is no kind of connector; the kinds are {', '.join(KINDS)}")
    return KINDS[kind](resource, settings)


_made: dict[str, tuple[str, Mapping[str, Any], Connection]] = {}


def connection_to(*, resource: str, kind: str, settings: Mapping[str, Any]) -> Connection:
    """Return the connection, made anew only where kind or settings are others than at the last question.

    Raises: SettingsProblem.
    """
    known = _made.get(resource)
    if known is None or known[:2] != (kind, settings):
        known = _made[resource] = (kind, settings, connect(resource=resource, kind=kind, settings=settings))
    return known[2]


__all__ = ["KINDS", "Connection", "SettingsProblem", "connect", "connection_to"]
