"""Corrections: what people say is not right in a register goes to its owner, who answers within a limit. Nothing is changed here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.db import transaction

from onewindow.domain import deadlines, events
from onewindow.domain.errors import NotFound
from onewindow.modules.exchange.connectors.policies import answers
from onewindow.modules.exchange.correction_rows import Correction
from onewindow.modules.exchange.errors import CorrectionClosed, CorrectionIncomplete
from onewindow.modules.exchange.models import Consent
from onewindow.modules.exchange.owners import name_of, owner_of
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import audit, calendars, clock, courier, outbox, permissions, text
from onewindow.plumbing.actors import Actor

OUTCOMES = ("corrected", "stands")
WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Disputed:
    """What a register holds, under which keys it was found there, and what the person says."""

    resource: str
    element: str
    value: Any
    keys: Mapping[str, Any]
    note: str


@transaction.atomic
def raise_correction(*, disputed: Disputed, matter: UUID, person: UUID, actor: Actor, now: datetime) -> UUID | None:
    """Put a disputed value on its owner's desk, and return the correction; nothing where nobody keeps the register.

    Said again, it is the same correction with the newer words. Raises: Forbidden.
    """
    permissions.require(actor, "exchange.dispute", person)
    owner = owner_of(disputed.resource)
    if not owner:
        return None
    plain = disputed.element.rpartition(".")[2]
    said = {"value": disputed.value, "keys": dict(disputed.keys), "note": disputed.note}
    row = _open(matter).filter(resource=disputed.resource, element=plain).first()
    if row is not None:
        row.said = said
        row.save(update_fields=["said"])
    else:
        due = deadlines.due_date_or_warning(clock.local_date(now), settings.ONEWINDOW_CORRECTION_DAYS, calendars.current())
        row = Correction.objects.create(
            organisation=owner,
            resource=disputed.resource,
            element=plain,
            person=person,
            raised_by=actor.known_id,
            matter=matter,
            said=said,
            raised_at=now,
            due_date=due.date,
        )
    _record("exchange.dispute", row, actor, now)
    found: UUID = row.pk
    return found


@transaction.atomic
def take_back_correction(*, matter: UUID, element: str, actor: Actor, now: datetime) -> None:
    """End what waits: the person says that the register is right after all. Raises: Forbidden."""
    permissions.require(actor, "exchange.settle-dispute", matter)
    for row in _open(matter).filter(element=element.rpartition(".")[2]):
        row.outcome, row.answered_at = WITHDRAWN, now
        row.save(update_fields=["outcome", "answered_at"])
        _record("exchange.take-back-correction", row, actor, now)


def name_corrections(*, before: UUID, after: UUID, reference: str, actor: Actor) -> None:
    """Let the corrections of a draft be those of the case that was filed with it, in the caller's transaction. Raises: Forbidden."""
    permissions.require(actor, "exchange.settle-dispute", before)
    Correction.objects.filter(matter=before).update(matter=after, reference=reference)


def forget_corrections(*, matter: UUID, actor: Actor) -> int:
    """Remove what was said in a matter that is itself removed, in the caller's transaction; return how many. Raises: Forbidden."""
    permissions.require(actor, "exchange.settle-dispute", matter)
    return Correction.objects.filter(matter=matter).delete()[0]


@transaction.atomic
def answer_correction(
    *, correction_id: UUID, outcome: Literal["corrected", "stands"] | str, sentence: str, actor: Actor, now: datetime
) -> None:
    """Tell the person that the register was put right, or that it stands and why. The register itself is its owner's to change.

    Raises: NotFound, Forbidden, CorrectionClosed, CorrectionIncomplete.
    """
    row = Correction.objects.select_for_update().filter(pk=correction_id).first()
    if row is None:
        raise NotFound(kind="correction", id=correction_id)
    permissions.require(actor, "exchange.correct", row)
    if row.outcome:
        raise CorrectionClosed
    if outcome not in OUTCOMES or not sentence.strip():
        raise CorrectionIncomplete
    row.outcome, row.sentence = outcome, sentence.strip()[:1000]
    row.answered_at, row.answered_by = now, actor.known_id
    row.save(update_fields=["outcome", "sentence", "answered_at", "answered_by"])
    _record("exchange.correct", row, actor, now, outcome=outcome)
    answered = events.RegisterAnswered(
        at=now, correction_id=row.pk, matter=row.matter, resource=row.resource, outcome=outcome, element=row.element
    )
    outbox.record(answered, at=now)
    transaction.on_commit(partial(answers.forget, row.resource))  # this process's; the worker's own goes with the event
    _tell(row, now)


@transaction.atomic
def move_party(*, before: UUID, after: UUID, actor: Actor) -> None:
    """Give one party's consents and corrections to another, for the platform's own handler. Safe to repeat. Raises: Forbidden."""
    permissions.require(actor, "exchange.move")
    Consent.objects.filter(person=before).update(person=after)
    Correction.objects.filter(person=before).update(person=after)


def _tell(row: Correction, now: datetime) -> None:
    """Write to whoever said it: which register, and how it ended; the sentence itself they read at their case."""
    account = identity.account_row(row.raised_by)
    if account is None or not (account.phone or account.email):
        return
    language = {"zh-hans": "zh"}.get(account.language, account.language) or "zh"
    values = {"register": text.localised(name_of(row.resource), language), "reference": row.reference or "—"}
    channel: Literal["sms", "email"] = "sms" if account.phone else "email"
    letter = courier.Letter(f"register-{row.outcome}", channel, account.phone or account.email, values, language)
    courier.send(letter=letter, now=now)


def _open(matter: UUID) -> Any:
    return Correction.objects.select_for_update().filter(matter=matter, outcome="")


def _record(action: str, row: Correction, actor: Actor, now: datetime, **more: Any) -> None:
    details = {"resource": row.resource, "element": row.element, "matter": str(row.matter), **more}
    audit.record(actor=actor, action=action, subject_kind="correction", subject_id=row.pk, at=now, details=details)
