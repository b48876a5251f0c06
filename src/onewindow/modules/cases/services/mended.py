"""A register that its owner put right is asked again, for whatever of the person still runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from onewindow.domain.lifecycle import FINAL
from onewindow.modules.cases import models
from onewindow.modules.cases.names import plain
from onewindow.modules.cases.services.arrivals import running_services
from onewindow.modules.cases.services.board import Board
from onewindow.plumbing import audit, permissions
from onewindow.plumbing.actors import Actor

MENDED = "register-mended"


@dataclass(frozen=True, slots=True)
class Mended:
    """What the owner of a register put right, and in which draft or case it was disputed."""

    correction: UUID
    matter: UUID
    resource: str
    element: str
    at: datetime


@transaction.atomic
def ask_again(*, mended: Mended, actor: Actor, now: datetime) -> tuple[UUID, ...]:
    """Let the drafts and running cases of whoever disputed a value forget, or compare anew, what the register said before.

    What is decided is not touched. Return the cases that now have something to ask; a draft asks when its page is opened next.
    Safe to repeat.  Raises: Forbidden.
    """
    permissions.require(actor, "cases.fetch")
    party = _party_of(mended.matter)
    if party is None:
        return ()
    for draft in models.Draft.objects.select_for_update().filter(owner=party, filed_case=None):
        _forget(draft, mended, actor, now)
    running = models.Case.objects.filter(applicant=party).exclude(state__in=FINAL["case"]).order_by("filed_at")
    return tuple(case for case in running.values_list("pk", flat=True) if _mark(case, mended, actor, now))


def _party_of(matter: UUID) -> UUID | None:
    found = models.Case.objects.filter(pk=matter).values_list("applicant", flat=True).first()
    return found or models.Draft.objects.filter(pk=matter).values_list("owner", flat=True).first()


def _forget(draft: models.Draft, mended: Mended, actor: Actor, now: datetime) -> None:
    """Take out of a draft what the register said before. The element that was put right is disputed no longer: it is shown anew.

    What is disputed and waits for another answer stays, beside what the applicant typed.
    """

    def said_before(row: Mapping[str, Any], resource: str) -> bool:
        return resource == mended.resource and datetime.fromisoformat(row["at"]) < mended.at

    own = draft.pk == mended.matter
    settled = {row["element"] for row in draft.prefilled if own and said_before(row, plain(row["id"]))}
    disputed = {name: row for name, row in draft.disputed.items() if name not in settled or plain(name) != mended.element}
    prefilled = [row for row in draft.prefilled if row["element"] in disputed or not said_before(row, plain(row["id"]))]
    unavailable = {key: row for key, row in draft.unavailable.items() if not said_before(row, key)}
    if (disputed, prefilled, unavailable) != (draft.disputed, draft.prefilled, draft.unavailable):
        draft.disputed, draft.prefilled, draft.unavailable = disputed, prefilled, unavailable
        draft.save(update_fields=["disputed", "prefilled", "unavailable"])
        details = {"resource": mended.resource, "correction": str(mended.correction)}
        audit.record(actor=actor, action="cases.ask-again", subject_kind="draft", subject_id=draft.pk, at=now, details=details)


def _mark(case_id: UUID, mended: Mended, actor: Actor, now: datetime) -> bool:
    """Mark the values of a case that rest on the register, or stand against it, as not compared; tell whether there are any."""
    board = Board.load(case_id, actor=actor, now=now)
    told = models.TimelineEntry.objects.filter(case=board.case, code=MENDED)
    if any(row.values.get("correction") == str(mended.correction) for row in told):
        return board.case.fetch_due_at is not None
    needed = {name for service in running_services(board.case) for name in board.plan.needs[service]}
    asked: list[str] = []
    for element, row in board.values.items():
        by = _said_by(row)
        face = board.book.interface(by) if plain(by) == mended.resource and element in needed else None
        if face is not None and all(key in board.values for key in face.keys):
            row.note = {**(row.note or {}), "unchecked": face.id}
            board.touch(row)
            asked.append(face.id)
    if not asked:
        return False
    for interface in dict.fromkeys(asked):
        board.note(MENDED, interface=interface, correction=str(mended.correction))
    board.case.fetch_due_at = now
    board.save("cases.ask-again", resource=mended.resource, correction=str(mended.correction), values=len(asked))
    return True


def _said_by(row: models.CaseValue) -> str:
    """Return the interface that gave a value, or that says something else than what the applicant wrote; none: ""."""
    against = (row.note or {}).get("disputed") or (row.note or {}).get("differs") or {}
    if row.source_kind == "resource":
        return row.source_id
    return str(against.get("id", "")) if against.get("kind") == "resource" else ""
