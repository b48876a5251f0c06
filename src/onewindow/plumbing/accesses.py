"""Denials and reads, in a store of their own: an entry stands even when the transaction around it does not.

What was read is shown only after its entry is durable: a store that cannot be written closes the pages that read.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import structlog
from django.db import DatabaseError, connections, transaction

from onewindow.domain.errors import DomainError
from onewindow.plumbing.access_store import flood
from onewindow.plumbing.access_store.commit import GroupCommit, NotWritten
from onewindow.plumbing.access_store.models import AccessEntry, AccessPerson
from onewindow.plumbing.access_store.router import ACCESSES
from onewindow.plumbing.actors import Actor

READ, DENIED = "read", "denied"
REGISTER = "exchange.query"
"""A question to a register, which a person is told of even when it was asked in their own session."""
MOST_IDS = 1000
"""The ids that one entry holds; a longer list takes several."""

Persons = Collection[UUID] | Mapping[UUID, Collection[UUID]]

_log = structlog.get_logger("onewindow.accesses")
_visitor: ContextVar[str] = ContextVar("onewindow_visitor", default="")
_allowance = flood.Allowance()
_page: ContextVar[set[tuple[object, ...]] | None] = ContextVar("onewindow_page", default=None)


class AccessNotLogged(DomainError):
    """Nobody would know that it was read, so it is not shown."""

    code = "access-not-logged"
    template = "This cannot be shown now: it could not be written down who reads it. Nothing was changed. Try again in a minute."
    status = 503


@dataclass(frozen=True, slots=True)
class AccessRow:
    """One look at a person's data."""

    id: int
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    actor_name: str
    organisation: str
    what: str
    cases: tuple[UUID, ...]
    """Which of the person's matters it was about."""
    purpose: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Taken:
    """One entry as the breach drill reads it."""

    at: datetime
    what: str
    organisation: str
    purpose: str
    case: UUID | None
    persons: Mapping[str, Sequence[str]]
    details: Mapping[str, Any]
    subject_id: str


def read(
    *,
    actor: Actor,
    what: str,
    subject_kind: str,
    subject_id: UUID | str | int,
    persons: Persons = (),
    case: UUID | None = None,
    purpose: str = "",
    at: datetime,
    details: Mapping[str, object] | None = None,
) -> None:
    """Record that something was read, and return when that is durable. `details` holds ids and codes, as in the audit.

    `persons`: whose data it is; for a list, {person: their cases in it}. Within `one_page` the same look is told once.
    Raises: AccessNotLogged.
    """
    seen, look = _page.get(), (actor.key, what, subject_kind, str(subject_id), case, purpose, _same(persons))
    if seen is not None and look in seen:
        return
    common = {"what": what, "subject_kind": subject_kind, "subject_id": str(subject_id), "case": case, "purpose": purpose}
    rows = [_entry(READ, actor, at, persons=part, details=dict(details or {}), **common) for part in _parts(persons)]
    try:
        _store.add(rows)
    except NotWritten as error:
        _log.error("read not logged", what=what, actor=actor.key, failure=type(error.__cause__).__name__)
        raise AccessNotLogged from error
    if seen is not None:
        seen.add(look)


def denied(*, actor: Actor, permission: str, subject: object, at: datetime) -> None:
    """Record that somebody was stopped. A failure to record it stops nobody else: it is an error in the operator's log.

    Beyond what one account or address is given an entry each for, denials are counted, and told together (`access_store.flood`).
    """
    kind, ident = name_of(subject)
    try:
        if not _allowance.stands_alone(actor, _visitor.get(), at):
            flood.counts.add([flood.Denied(actor, permission, at)])
            return
        _store.add([_entry(DENIED, actor, at, what=permission, subject_kind=kind, subject_id=ident)])
    except Exception as error:
        _log.error("denial not logged", permission=permission, actor=actor.key, failure=type(error.__cause__ or error).__name__)


def try_out() -> None:
    """Commit a transaction that writes nothing. Raises: AccessNotLogged where the store cannot be written."""
    try:
        with transaction.atomic(using=ACCESSES, durable=True):
            AccessEntry.objects.filter(pk=0).update(leaf=None)
    except DatabaseError as error:
        raise AccessNotLogged from error


def of_person(
    person_id: UUID, *, also: Collection[UUID] = (), before: int | None = None, limit: int = 100, own: bool = False
) -> list[AccessRow]:
    """Return who looked at a person's data, newest first, the person's own looks left out unless asked for. The caller has asked who may.

    `before`: the id of the last row of the page before. `also`: as whom the person was known before.
    """
    told = AccessPerson.objects.filter(person__in={person_id, *also})
    found = AccessEntry.objects.filter(pk__in=told.values("entry"), kind=READ)
    if not own:
        found = found.exclude(actor_id=person_id, actor_id__isnull=False) | found.filter(what=REGISTER)
    if before is not None:
        found = found.filter(pk__lt=before)
    return [_row(entry, (person_id, *also)) for entry in found.order_by("-pk")[:limit]]


def latest_look(*, person: UUID, actor_id: UUID, what: str, case: UUID, before: datetime) -> datetime | None:
    """Return when an actor last looked at a matter of a person, before a moment; None where they never did. It is their own look."""
    told = AccessPerson.objects.filter(person=person)
    found = AccessEntry.objects.filter(pk__in=told.values("entry"), kind=READ, what=what, actor_id=actor_id, case=case, at__lt=before)
    return found.order_by("-pk").values_list("at", flat=True).first()


def within(since: datetime, until: datetime, *, kind: str = READ, **of: Any) -> Iterator[Taken]:
    """Yield what was read, or denied, in a span, oldest first. `of`: actor_id, actor_name or what. The caller has asked who may."""
    names = ("at", "what", "organisation", "purpose", "case", "persons", "details", "subject_id")
    found = AccessEntry.objects.filter(kind=kind, at__gte=since, at__lte=until, **of).order_by("pk")
    for row in found.values_list(*names).iterator(chunk_size=2000):
        yield Taken(*row)


@contextmanager
def one_page(visitor: str = "") -> Iterator[None]:
    """Within it the same look by the same reader is one entry: pages ask several selectors for the same thing.

    `visitor` tells apart who is not logged in, without saying who it is; it is never kept.
    """
    page, whose = _page.set(set()), _visitor.set(visitor)
    try:
        yield
    finally:
        _page.reset(page)
        _visitor.reset(whose)


def settle_denials(*, now: datetime) -> int:
    """Tell in entries what was only counted in the minutes that are over; return how many entries."""
    return flood.settle(now=now)


def forget_flood() -> None:
    """Begin counting anew, as a new process does."""
    _allowance.forget()


def entry_text(entry: AccessEntry) -> bytes:
    """Return what is hashed of an entry: the same bytes for the same content, for ever."""
    content = {
        "access": entry.kind,
        "actor": {"id": str(entry.actor_id) if entry.actor_id else None, "kind": entry.actor_kind, "name": entry.actor_name},
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "case": str(entry.case) if entry.case else None,
        "details": entry.details,
        "id": entry.pk,
        "organisation": entry.organisation,
        "persons": entry.persons,
        "purpose": entry.purpose,
        "subject": {"id": entry.subject_id, "kind": entry.subject_kind},
        "what": entry.what,
    }
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def name_of(subject: object) -> tuple[str, str]:
    """Return (kind, id) of what a permission was asked for: an id only, never what somebody typed."""
    if subject is None:
        return "", ""
    ident = getattr(subject, "pk", None) or getattr(subject, "id", None) or subject
    kind = "" if ident is subject else type(subject).__name__.lower()
    if isinstance(ident, UUID | int) and not isinstance(ident, bool):
        return kind, str(ident)
    return type(subject).__name__.lower(), ""


def _entry(kind: str, actor: Actor, at: datetime, **more: Any) -> AccessEntry:
    return AccessEntry(
        kind=kind,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name or "",
        organisation=actor.organisation or "",
        **more,
    )


def _parts(persons: Persons) -> Iterator[dict[str, list[str]]]:
    """Cut a long list into pieces that an entry of the log can hold."""
    part: dict[str, list[str]] = {}
    count = 0
    for person in sorted(set(persons)):
        cases = sorted({str(case) for case in persons[person]}) if isinstance(persons, Mapping) else []
        for first in range(0, len(cases) or 1, MOST_IDS // 2):
            some = cases[first : first + MOST_IDS // 2]
            if (part and count + 1 + len(some) > MOST_IDS) or str(person) in part:
                yield part
                part, count = {}, 0
            part[str(person)] = some
            count += 1 + len(some)
    yield part


def _same(persons: Persons) -> object:
    if isinstance(persons, Mapping):
        return frozenset((person, frozenset(cases)) for person, cases in persons.items())
    return frozenset(persons)


def _row(entry: AccessEntry, persons: Collection[UUID]) -> AccessRow:
    cases = [UUID(text) for person in persons for text in entry.persons.get(str(person), ())]
    return AccessRow(
        id=entry.pk,
        at=entry.at,
        actor_kind=entry.actor_kind,
        actor_id=entry.actor_id,
        actor_name=entry.actor_name,
        organisation=entry.organisation,
        what=entry.what,
        cases=tuple(cases or ([entry.case] if entry.case else [])),
        purpose=entry.purpose,
        details=entry.details,
    )


def _write(rows: Sequence[object]) -> None:
    entries = cast(Sequence[AccessEntry], rows)
    try:
        with transaction.atomic(using=ACCESSES, durable=True):
            kept = AccessEntry.objects.bulk_create(entries)
            AccessPerson.objects.bulk_create([AccessPerson(entry=entry, person=UUID(person)) for entry in kept for person in entry.persons])
    except BaseException:
        for entry in entries:
            entry.pk = None
        connections[ACCESSES].close_if_unusable_or_obsolete()
        raise


_store = GroupCommit(_write)
