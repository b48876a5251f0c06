"""What pages read of corrections: the owner's queue, and the answers for whoever said it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from onewindow.domain import deadlines
from onewindow.domain.calendar import CalendarGap
from onewindow.domain.catalogue.model import Catalogue, Text
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.exchange.correction_rows import Correction
from onewindow.plumbing import accesses, calendars, clock, permissions
from onewindow.plumbing.actors import Actor

ANSWERED_SHOWN = 50


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """One disputed value. `keys` are (name, type, value); `light` and `days_left` say how the limit stands, in working days."""

    id: UUID
    resource_name: Text
    element_name: Text
    type: str
    choices: tuple[Mapping[str, object], ...]
    value: Any
    keys: tuple[tuple[Text, str, Any], ...]
    note: str
    reference: str
    raised_at: datetime
    due_date: date
    light: str
    days_left: int | None
    outcome: str
    sentence: str
    answered_at: datetime | None


def corrections(*, answered: bool = False, actor: Actor, now: datetime) -> tuple[CorrectionRow, ...]:
    """Return what waits at the desk of the actor's organisation, the oldest limit first, or what was answered lately. Nothing of one's own.

    Raises: Forbidden, AccessNotLogged.
    """
    permissions.require(actor, "exchange.corrections")
    if answered:
        rows = list(_of_office(actor).filter(~Q(outcome="")).order_by("-answered_at")[:ANSWERED_SHOWN])
    else:
        rows = list(unanswered(actor).order_by("due_date", "raised_at"))
    if rows:
        accesses.read(
            actor=actor,
            what="exchange.corrections",
            subject_kind="organisation",
            subject_id=actor.organisation or "",
            persons={row.person: [] for row in rows},
            purpose="correction",
            at=now,
        )
    return _lines(rows, now)


def unanswered(actor: Actor) -> QuerySet[Correction]:
    """Return what waits at the desk of the actor's organisation, unread."""
    return _of_office(actor).filter(outcome="")


def _of_office(actor: Actor) -> QuerySet[Correction]:
    own = [hat.organisation for hat in actor.hats_of("officer", "supervisor") if hat.covers("")]
    close = sorted({party for party in (actor.id, *actor.represents) if party is not None})
    return Correction.objects.filter(organisation__in=own).exclude(person__in=close)


def corrections_of(*, matter: UUID, actor: Actor, now: datetime) -> tuple[CorrectionRow, ...]:
    """Return what the actor, or whom they act for, said in a matter, with the answers; what was taken back is left out."""
    if actor.party is None or actor.assistance:  # whoever helps at a counter is not told what somebody disputed elsewhere
        return ()
    return _lines(
        list(Correction.objects.filter(matter=matter, person=actor.party).exclude(outcome="withdrawn").order_by("raised_at")), now
    )


def _lines(rows: list[Correction], now: datetime) -> tuple[CorrectionRow, ...]:
    release = catalogue.current_release()
    if release is None:
        return ()
    content, today = catalogue.catalogue_at(release), clock.local_date(now)
    return tuple(_line(row, content, today) for row in rows)


def _line(row: Correction, content: Catalogue, today: date) -> CorrectionRow:
    element, resource = content.elements.get(row.element), content.resources.get(row.resource)
    keys = ((content.elements.get(name.rpartition(".")[2]), value) for name, value in row.said.get("keys", {}).items())
    return CorrectionRow(
        id=row.pk,
        resource_name=resource.name if resource else {"zh": row.resource},
        element_name=element.name if element else {"zh": row.element},
        type=element.type if element else "string",
        choices=element.values if element else (),
        value=row.said.get("value"),
        keys=tuple((key.name, key.type, value) for key, value in keys if key is not None),
        note=row.said.get("note", ""),
        reference=row.reference,
        raised_at=row.raised_at,
        due_date=row.due_date,
        light="" if row.outcome else str(deadlines.light(row.due_date, today)),
        days_left=None if row.outcome else _days_left(today, row.due_date),
        outcome=row.outcome,
        sentence=row.sentence,
        answered_at=row.answered_at,
    )


def _days_left(today: date, due: date) -> int | None:
    try:
        return calendars.current().workdays_between(today, due)
    except CalendarGap:
        return None
