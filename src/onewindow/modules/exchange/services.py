"""Asking other authorities' systems, on behalf of a matter and never without one."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from onewindow.domain.catalogue.model import Catalogue, Element
from onewindow.domain.values import ValueRefused, normalise
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.exchange import circuit, enquiries, grants, messages, models, stamps
from onewindow.modules.exchange.connectors import SettingsProblem, connect, connection_to, policy_of
from onewindow.modules.exchange.connectors.policies import Kept, Policy, answers
from onewindow.modules.exchange.corrections import Disputed as Disputed
from onewindow.modules.exchange.corrections import answer_correction as answer_correction
from onewindow.modules.exchange.corrections import forget_corrections as forget_corrections
from onewindow.modules.exchange.corrections import move_party as move_party
from onewindow.modules.exchange.corrections import name_corrections as name_corrections
from onewindow.modules.exchange.corrections import raise_correction as raise_correction
from onewindow.modules.exchange.corrections import take_back_correction as take_back_correction
from onewindow.modules.exchange.enquiries import enquiry_proof as enquiry_proof
from onewindow.modules.exchange.enquiries import load_enquiries as load_enquiries
from onewindow.modules.exchange.errors import ArchiveChanged as ArchiveChanged
from onewindow.modules.exchange.errors import ConnectorRefused as ConnectorRefused
from onewindow.modules.exchange.errors import ConsentMissing as ConsentMissing
from onewindow.modules.exchange.errors import ExchangeStopped as ExchangeStopped
from onewindow.modules.exchange.errors import LogNotWritten as LogNotWritten
from onewindow.modules.exchange.errors import NoRecord as NoRecord
from onewindow.modules.exchange.errors import NotGranted as NotGranted
from onewindow.modules.exchange.errors import QueryRefused as QueryRefused
from onewindow.modules.exchange.errors import QueryWithoutGrounds as QueryWithoutGrounds
from onewindow.modules.exchange.errors import QuotaSpent as QuotaSpent
from onewindow.modules.exchange.errors import SourceUnavailable as SourceUnavailable
from onewindow.modules.exchange.errors import StampFailed as StampFailed
from onewindow.modules.exchange.grants import give_consents as give_consents
from onewindow.modules.exchange.grants import load_grants as load_grants
from onewindow.modules.exchange.grants import move_consents as move_consents
from onewindow.modules.exchange.grants import revoke_grant as revoke_grant
from onewindow.modules.exchange.grants import withdraw_consents as withdraw_consents
from onewindow.modules.exchange.interfaces.drafts import Trial as Trial
from onewindow.modules.exchange.interfaces.drafts import Tried as Tried
from onewindow.modules.exchange.interfaces.drafts import begin_interface as begin_interface
from onewindow.modules.exchange.interfaces.drafts import describe_interface as describe_interface
from onewindow.modules.exchange.interfaces.drafts import discard_interface as discard_interface
from onewindow.modules.exchange.interfaces.drafts import publish_interface as publish_interface
from onewindow.modules.exchange.interfaces.drafts import try_interface as try_interface
from onewindow.modules.exchange.interfaces.form import AUTHS as AUTHS
from onewindow.modules.exchange.interfaces.form import LEVELS as LEVELS
from onewindow.modules.exchange.interfaces.form import PREFIXES as PREFIXES
from onewindow.modules.exchange.interfaces.form import InterfaceForm as InterfaceForm
from onewindow.modules.exchange.keeping import archive_log as archive_log
from onewindow.modules.exchange.keeping import export_log as export_log
from onewindow.modules.exchange.keeping import purge_log as purge_log
from onewindow.modules.exchange.live import verify_log as verify_log
from onewindow.modules.exchange.records.history import record_history as record_history
from onewindow.modules.exchange.records.loading import Loaded as Loaded
from onewindow.modules.exchange.records.loading import LoadProgress as LoadProgress
from onewindow.modules.exchange.records.loading import load_records as load_records
from onewindow.modules.exchange.records.refusals import Refusal as Refusal
from onewindow.modules.exchange.records.stores import describe_records as describe_records
from onewindow.modules.exchange.resources.asking import ask_for_access as ask_for_access
from onewindow.modules.exchange.resources.asking import decide_access as decide_access
from onewindow.modules.exchange.resources.cloud import load_cloud_systems as load_cloud_systems
from onewindow.modules.exchange.resources.cloud import save_cloud_system as save_cloud_system
from onewindow.modules.exchange.resources.writes import edit_resource as edit_resource
from onewindow.modules.exchange.resources.writes import follow_resource as follow_resource
from onewindow.modules.exchange.resources.writes import load_resources as load_resources
from onewindow.modules.exchange.resources.writes import publish_resource as publish_resource
from onewindow.modules.exchange.resources.writes import register_resource as register_resource
from onewindow.modules.exchange.resources.writes import withdraw_resource as withdraw_resource
from onewindow.modules.exchange.stamps import stamp_queries as stamp_queries
from onewindow.modules.exchange.stamps import stamp_state as stamp_state
from onewindow.plumbing import accesses, audit, bulk, permissions
from onewindow.plumbing.actors import Actor

OF_A_MATTER = frozenset({"prefill", "case"})
"""Purposes for which a conditional resource needs the word of the person it is about."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source gave: the asked fields it had, each of its element's type."""

    values: Mapping[str, Any]
    source: str
    obtained_at: datetime


@dataclass(frozen=True, slots=True)
class Way:
    """How a resource is reached, and the elements its values are of. `conditional`: the person it is about must have agreed."""

    resource: str
    kind: str
    settings: Mapping[str, Any]
    elements: Mapping[str, Element]
    conditional: bool
    policy: Policy
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class _Turn:
    """A question that is written down. `fields`: what is granted; `kept`: an answer from before; `held_back`: why nobody asks now."""

    way: Way
    fields: tuple[str, ...]
    asked: messages.Asked
    state: models.SourceState | None
    kept: Kept | None
    held_back: str


@transaction.atomic
def load_connectors(*, connectors: Iterable[Mapping[str, Any]], actor: Actor, now: datetime) -> int:
    """Set how each listed resource is reached, all or none; return how many changed.

    Raises: Forbidden, ConnectorRefused with every problem.
    """
    permissions.require(actor, "exchange.load")
    rows = _checked(list(connectors))
    changed = []
    for resource, (kind, its_settings, level) in rows.items():
        row = models.Connector.objects.filter(pk=resource).first()
        if row is None or (row.kind, row.settings, row.level) != (kind, its_settings, level):
            told = {"kind": kind, "settings": its_settings, "level": level, "changed_at": now}
            models.Connector.objects.update_or_create(pk=resource, defaults=told)
            audit.record(actor=actor, action="exchange.load", subject_kind="connector", subject_id=resource, at=now)
            changed.append(resource)
    if changed:
        circuit.forget(changed)
    return len(changed)


def _checked(connectors: list[Mapping[str, Any]]) -> dict[str, tuple[str, dict[str, Any], str]]:
    """Return resource → kind, settings and level.

    Raises: ConnectorRefused.
    """
    rows: dict[str, tuple[str, dict[str, Any], str]] = {}
    problems: list[str] = []
    for place, connector in enumerate(connectors, start=1):
        resource = connector.get("resource") if isinstance(connector, Mapping) else None
        if not isinstance(resource, str) or not resource:
            problems.append(f"Connector {place} names no resource.")
            continue
        if resource in rows:
            problems.append(f"{resource} has two connectors; keep one.")
        its_settings = {key: value for key, value in connector.items() if key not in {"resource", "kind", "level"}}
        kind, level = str(connector.get("kind", "http-json")), str(connector.get("level", ""))
        if level and level not in LEVELS:
            problems.append(f"{resource}: the level “{level}” is none of {', '.join(LEVELS)}.")
        try:
            connect(resource=resource, kind=kind, settings=its_settings)
        except SettingsProblem as problem:
            problems.append(f"{resource}: {problem}.")
        rows[resource] = (kind, its_settings, level)
    if problems:
        raise ConnectorRefused(problems=" ".join(problems))
    return rows


def query(
    *,
    resource: str,
    keys: Mapping[str, Any],
    fields: Collection[str],
    purpose: str,
    subject_kind: str,
    subject_id: UUID,
    services: Collection[str] = (),
    actor: Actor,
    now: datetime,
) -> Answer:
    """Ask one resource for some fields of the record under these keys; only what is granted is asked and comes back.

    `purpose`: its code, with whatever it is for behind a colon. `services`: those of the matter, for one of which a grant must be.
    Call it outside transactions: the network is slow. The question is durable before it is asked, the answer before it is given.
    Raises: Forbidden, QueryWithoutGrounds, NotGranted, ConsentMissing, QuotaSpent, ExchangeStopped, SourceUnavailable, NoRecord.
    """
    permissions.require(actor, "exchange.query", subject_id)
    _require_grounds(resource, keys, fields, purpose, subject_id)
    try:
        turn = _write_down(
            resource,
            keys=keys,
            fields=fields,
            purpose=purpose,
            subject=(subject_kind, subject_id),
            services=services,
            described=catalogue.newest_catalogue(),
            actor=actor,
            now=now,
        )
    except QueryRefused as error:
        accesses.denied(actor=actor, permission=f"exchange.query:{error.reason}", subject=subject_id, at=now)
        if isinstance(error, QuotaSpent):
            grants.tell_spent(error, actor=actor, now=now)
        raise
    outcome: str = "failed"
    values: dict[str, Any] = {}
    kept_at: datetime | None = None
    try:
        values, kept_at = _ask(turn, keys, now)
        outcome = "answered"
    except SourceUnavailable as error:
        outcome = error.reason
        raise
    except NoRecord:
        outcome = "no-record"
        raise
    finally:
        messages.answer(turn.asked, outcome=outcome, values=values, kept_at=kept_at)
    return Answer(values=values, source=resource, obtained_at=kept_at or now)


def enquire(*, enquiry: str, actor: Actor, now: datetime) -> UUID:
    """Ask a register about whoever asks, and return the answer's id. Call it outside transactions: the network is slow.

    Raises: Forbidden, NotFound, EnquiryNotProven, EnquiryNotYours, SourceUnavailable and its kinds.
    """
    permissions.require(actor, "exchange.enquire")
    question = enquiries.question_of(enquiry, actor, now)
    enquiries.write_down(question, actor, now)
    try:
        values: Mapping[str, Any] | None = query(
            resource=question.resource,
            keys=question.keys,
            fields=question.fields,
            purpose=f"{enquiries.PURPOSE}:{enquiry}",
            subject_kind="user",
            subject_id=question.person,
            actor=actor,
            now=now,
        ).values
    except NoRecord:
        values = None
    return enquiries.keep_answer(question, values, actor=actor, now=now)


@transaction.atomic
def _write_down(
    resource: str,
    *,
    keys: Mapping[str, Any],
    fields: Collection[str],
    purpose: str,
    subject: tuple[str, UUID],
    services: Collection[str],
    described: Catalogue | None,
    actor: Actor,
    now: datetime,
) -> _Turn:
    """Decide whether a question may be asked, count it and keep it signed, all in one transaction."""
    code = purpose.partition(":")[0]
    stamps.require_fresh(resource=resource, now=now)
    connector = bulk.Wanted(models.Connector, "resource = %s", [resource])
    connectors, states, held, consents = bulk.select_together(
        connector, circuit.state_of(resource), grants.held_on(resource), grants.consents_to(resource, subject[1])
    )
    way = _way_to(resource, next(iter(connectors), None), described)
    named = {field: _plain(field) for field in fields}
    asking = grants.in_whose_name(actor, purpose=code, subject_kind=subject[0], services=services, described=described)
    allowed = grants.allowed(held, resource=resource, fields=set(named.values()), purpose=code, asking=asking, now=now)
    granted = tuple(field for field, plain in named.items() if plain in allowed.fields)
    if way.conditional and code in OF_A_MATTER and not consents:
        raise ConsentMissing(resource=resource)
    grants.count(allowed.grants, actor=actor, now=now)
    asked = messages.ask(
        resource=resource,
        under=keys,
        fields=granted,
        purpose=purpose,
        subject=subject,
        services=services,
        grants=allowed.grants,
        actor=actor,
        now=now,
    )
    state = next(iter(states), None)
    kept = answers.find(resource, way.changed_at, _plainly(keys)) if way.policy.cache_seconds else None
    held_back = "" if kept else circuit.held_back(resource, way.policy, state, now)  # last: others wait for its row until the commit
    return _Turn(way, granted, asked, state, kept, held_back)


def _require_grounds(resource: str, keys: Mapping[str, Any], fields: Collection[str], purpose: str, subject_id: UUID | None) -> None:
    grounds = {"the purpose": purpose, "the matter": subject_id, "the key": keys, "the list of fields": fields}
    missing = [name for name, value in grounds.items() if not value]
    if missing:
        raise QueryWithoutGrounds(resource=resource, missing=", ".join(missing))


def _way_to(resource: str, row: models.Connector | None, described: Catalogue | None) -> Way:
    """Return how a resource is reached and what the catalogue says of it. Raises: SourceUnavailable."""
    if row is None or described is None:
        raise SourceUnavailable(resource=resource, reason="no-connector")
    known = described.resources.get(resource)
    conditional = known is not None and known.sharing == "conditional"
    try:
        policy = policy_of(row.settings)
    except SettingsProblem:
        raise SourceUnavailable(resource=resource, reason="no-connector") from None
    return Way(resource, row.kind, row.settings, described.elements, conditional, policy, row.changed_at)


def _ask(turn: _Turn, keys: Mapping[str, Any], now: datetime) -> tuple[dict[str, Any], datetime | None]:
    """Return the values, and since when they were kept where the source was not asked."""
    way, kept, plain = turn.way, turn.kept, _plainly(keys)
    if kept is not None:
        return _typed(way.resource, kept.values, turn.fields, way.elements), kept.obtained_at
    if turn.held_back:
        raise SourceUnavailable(resource=way.resource, reason=turn.held_back)
    try:
        connection = connection_to(resource=way.resource, kind=way.kind, settings=way.settings)
        raw = connection.fetch(plain)
        values = _typed(way.resource, raw, turn.fields, way.elements)
    except NoRecord:
        circuit.succeeded(way.resource, turn.state)
        raise
    except SourceUnavailable:
        circuit.failed(way.resource, way.policy, now + turn.asked.spent())
        raise
    except SettingsProblem:
        raise SourceUnavailable(resource=way.resource, reason="no-connector") from None
    circuit.succeeded(way.resource, turn.state)
    if way.policy.cache_seconds:
        answers.keep(way.resource, way.changed_at, plain, raw, seconds=way.policy.cache_seconds, at=now)
    return values, None


def _plainly(keys: Mapping[str, Any]) -> dict[str, Any]:
    return {_plain(key): value for key, value in keys.items()}


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
