"""The kinds of connector, by name."""

from collections.abc import Callable, Mapping
from typing import Any

from onewindow.modules.exchange.connectors.base import Connection, SettingsProblem
from onewindow.modules.exchange.connectors.file_drop import FileDrop
from onewindow.modules.exchange.connectors.http_json import HttpForm, HttpJson
from onewindow.modules.exchange.connectors.policies import policy_of
from onewindow.modules.exchange.connectors.records import Records
from onewindow.modules.exchange.connectors.soap import Soap
from onewindow.modules.exchange.connectors.sql_view import SqlView
from onewindow.modules.exchange.connectors.x_road import XRoad

KINDS: Mapping[str, Callable[[str, Mapping[str, Any]], Connection]] = {
    "http-json": HttpJson.from_settings,
    "http-form": HttpForm.from_settings,
    "soap": Soap.from_settings,
    "sql-view": SqlView.from_settings,
    "file-drop": FileDrop.from_settings,
    "x-road": XRoad.from_settings,
    "records": Records.from_settings,
}


def connect(*, resource: str, kind: str, settings: Mapping[str, Any]) -> Connection:
    """Return the connection a connector's settings describe; its `policy` is checked here and kept by whoever asks.

    Raises: SettingsProblem.
    """
    if kind not in KINDS:
        raise SettingsProblem(f"“{kind}” is no kind of connector; the kinds are {', '.join(KINDS)}")
    policy_of(settings)
    return KINDS[kind](resource, {name: value for name, value in settings.items() if name != "policy"})


_made: dict[str, tuple[str, Mapping[str, Any], Connection]] = {}


def connection_to(*, resource: str, kind: str, settings: Mapping[str, Any]) -> Connection:
    """Return the connection, made anew only where kind or settings are others than at the last question.

    Raises: SettingsProblem.
    """
    known = _made.get(resource)
    if known is None or known[:2] != (kind, settings):
        known = _made[resource] = (kind, settings, connect(resource=resource, kind=kind, settings=settings))
    return known[2]


__all__ = ["KINDS", "Connection", "SettingsProblem", "connect", "connection_to", "policy_of"]
