"""Asking other authorities' systems, on behalf of a matter and never without one."""

import json
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from onewindow.domain.catalogue.model import Catalogue, Element
from onewindow.domain.values import ValueRefused, normalise
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.exchange import models
from onewindow.modules.exchange.circuit import circuit_of, forget_all
from onewindow.modules.exchange.connectors import SettingsProblem, connect
from onewindow.modules.exchange.errors import ConnectorRefused, NoRecord, QueryWithoutGrounds, SourceUnavailable
from onewindow.plumbing import audit, permissions
from onewindow.plumbing.actors import Actor

__all__ = ["Answer", "ConnectorRefused", "NoRecord", "QueryWithoutGrounds", "SourceUnavailable", "load_connectors", "query"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source gave: the asked fields it had, each of its element's type."""

    values: Mapping[str, Any]
    source: str
    obtained_at: datetime


@transaction.atomic
def load_connectors(*, connectors: Iterable[Mapping[str, Any]], actor: Actor, now: datetime) -> int:
    """Set how each listed resource is reached, all or none; return how many changed.

    Raises: Forbidden, ConnectorRefused with every problem.
    """
    permissions.require(actor, "exchange.load")
    rows = _checked(list(connectors))
    changed = 0
    for resource, (kind, its_settings) in rows.items():
        row = models.Connector.objects.filter(pk=resource).first()
        if row is None or (row.kind, row.settings) != (kind, its_settings):
            models.Connector.objects.update_or_create(pk=resource, defaults={"kind": kind, "settings": its_settings, "changed_at": now})
            audit.record(actor=actor, action="exchange.load", subject_kind="connector", subject_id=resource, at=now)
            changed += 1
    if changed:
        forget_all()
    return changed


def _checked(connectors: list[Mapping[str, Any]]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return resource → kind and settings.

    Raises: ConnectorRefused.
    """
    rows: dict[str, tuple[str, dict[str, Any]]] = {}
    problems: list[str] = []
    for place, connector in enumerate(connectors, start=1):
        resource = connector.get("resource") if isinstance(connector, Mapping) else None
        if not isinstance(resource, str) or not resource:
            problems.append(f"Connector {place} names no resource.")
            continue
        if resource in rows:
            problems.append(f"{resource} has two connectors; keep one.")
        its_settings = {key: value for key, value in connector.items() if key not in {"resource", "kind"}}
        kind = str(connector.get("kind", "http-json"))
        try:
            connect(resource=resource, kind=kind, settings=its_settings)
        except SettingsProblem as problem:
            problems.append(f"{resource}: {problem}.")
        rows[resource] = (kind, its_settings)
    if problems:
        raise ConnectorRefused(problems=" ".join(problems))
    return rows


def query(
    *,
    resource: str,
    keys: Mapping[str, Any],
    fields: Collection[str],
    purpose: str,
    subject_id: UUID,
    actor: Actor,
    now: datetime,
) -> Answer:
    """Ask one resource for some fields of the record under these keys. Call it outside transactions: the network is slow.

    Raises: Forbidden, QueryWithoutGrounds, SourceUnavailable, NoRecord.
    """
    permissions.require(actor, "exchange.query", subject_id)
    _require_grounds(resource, keys, fields, purpose, subject_id)
    began = time.perf_counter()
    outcome = "failed"
    try:
        values = _ask(resource, keys, fields)
        outcome = "answered"
    except SourceUnavailable as error:
        outcome = error.reason
        raise
    except NoRecord:
        outcome = "no-record"
        raise
    finally:
        models.QueryLog.objects.create(
            at=now,
            actor_kind=actor.kind,
            actor_id=actor.id,
            resource=resource,
            subject_id=subject_id,
            purpose=purpose,
            key_fingerprint=_fingerprint(resource, keys),
            fields=sorted(fields),
            outcome=outcome,
            duration_ms=round((time.perf_counter() - began) * 1000),
        )
    return Answer(values=values, source=resource, obtained_at=now)


def _require_grounds(resource: str, keys: Mapping[str, Any], fields: Collection[str], purpose: str, subject_id: UUID | None) -> None:
    grounds = {"the purpose": purpose, "the matter": subject_id, "the key": keys, "the list of fields": fields}
    missing = [name for name, value in grounds.items() if not value]
    if missing:
        raise QueryWithoutGrounds(resource=resource, missing=", ".join(missing))


def _ask(resource: str, keys: Mapping[str, Any], fields: Collection[str]) -> dict[str, Any]:
    row = models.Connector.objects.filter(pk=resource).first()
    elements = _elements()
    if row is None or elements is None:
        raise SourceUnavailable(resource=resource, reason="no-connector")
    circuit = circuit_of(resource)
    if not circuit.admits():
        raise SourceUnavailable(resource=resource, reason="resting")
    try:
        connection = connect(resource=resource, kind=row.kind, settings=row.settings)
        raw = connection.fetch({_plain(key): value for key, value in keys.items()})
        values = _typed(resource, raw, fields, elements)
    except NoRecord:
        circuit.succeeded()
        raise
    except SourceUnavailable:
        circuit.failed()
        raise
    except SettingsProblem:
        raise SourceUnavailable(resource=resource, reason="no-connector") from None
    circuit.succeeded()
    return values


def _elements() -> Mapping[str, Element] | None:
    release = catalogue.current_release()
    described: Catalogue | None = None if release is None else catalogue.catalogue_at(release)
    return None if described is None else described.elements


def _typed(resource: str, raw: Mapping[str, Any], fields: Collection[str], elements: Mapping[str, Element]) -> dict[str, Any]:
    """Return the asked fields, each of its element's type; one wrong value makes the whole answer garbage."""
    values: dict[str, Any] = {}
    for field in fields:
        element = elements.get(_plain(field))
        if element is None or _plain(field) not in raw:
            continue
        try:
            values[field] = normalise(raw[_plain(field)], element, elements)
        except ValueRefused:
            raise SourceUnavailable(resource=resource, reason="garbage") from None
    if not values:
        raise SourceUnavailable(resource=resource, reason="garbage")
    return values


def _plain(name: str) -> str:
    """Return the element without the role it plays.

    >>> _plain("seller.resident-id")
    'resident-id'
    """
    return name.rpartition(".")[2]


def _fingerprint(resource: str, keys: Mapping[str, Any]) -> str:
    """Return what tells two keys apart without telling either: a keyed hash."""
    text = f"{resource} {json.dumps(dict(keys), ensure_ascii=False, sort_keys=True)}"
    return salted_hmac("onewindow.exchange.key", text, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()
