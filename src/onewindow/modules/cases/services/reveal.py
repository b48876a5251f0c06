"""Showing an officer a personal value that the desk masks: an act of its own, with its reason, recorded before anything is shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from onewindow.domain.errors import DomainError, NotFound
from onewindow.domain.lifecycle import FINAL
from onewindow.modules.cases import models
from onewindow.modules.cases.permissions import Revealable
from onewindow.modules.cases.reveals import CONTACT_PHONE, REVEALED, WHY_SHOWN
from onewindow.modules.cases.selectors import looks
from onewindow.modules.cases.services.board import Board
from onewindow.modules.cases.services.common import said
from onewindow.plumbing import audit, permissions
from onewindow.plumbing.actors import Actor


class UnknownReason(DomainError):
    """The reason is none of the list, or “other” without words."""

    code = "unknown-reason"
    template = "“{reason}” alone is no reason to show a value. Choose one of: {reasons}; with “other”, write a note."
    status = 422


@dataclass(frozen=True, slots=True)
class Revealed:
    """A value as it is, for this one answer."""

    element: str
    value: Any


@transaction.atomic
def reveal_value(*, case_id: UUID, element: str, reason: str, note: str = "", actor: Actor, now: datetime) -> Revealed:
    """Record that an officer wants to see a value, and why; once that is committed, return it. Call it outside transactions.

    `element` may be “contact-phone”. Raises: NotFound, Forbidden, UnknownReason, AccessNotLogged.
    """
    board = Board.load(case_id, actor=actor, now=now, open_only=False)
    services = _services_of(board, element)
    organisations = frozenset(board.services[name].organisation for name in services)
    accepting = any(task.kind == "acceptance" and task.state not in FINAL["task"] for task in board.tasks)
    permissions.require(actor, "cases.reveal", Revealable(board.case, organisations, accepting))
    note = said(note, 200)
    if reason not in WHY_SHOWN or (reason == "other" and not note):
        raise UnknownReason(reason=reason, reasons=", ".join(WHY_SHOWN))
    value = _value(board, element)
    board.note(REVEALED, element=element, reason=reason, note=note)
    board.write_new()
    details = {"element": element, "reason": reason}
    audit.record(actor=actor, action="cases.reveal", subject_kind="case", subject_id=case_id, at=now, details=details)
    looks.at_value(board.case, element=element, reason=reason, actor=actor, now=now)
    return Revealed(element, value)


def _services_of(board: Board, element: str) -> frozenset[str]:
    """Return the services that need a value; every one may call the applicant."""
    if element == CONTACT_PHONE:
        return frozenset(board.services)
    found = {service for service, needed in board.plan.needs.items() if element in needed or element in board.book.outputs_give(service)}
    return frozenset(found & board.services.keys())


def _value(board: Board, element: str) -> Any:
    if element == CONTACT_PHONE:
        return board.case.contact_phone
    row = models.CaseValue.objects.filter(case=board.case, element=element, superseded_at=None).first()
    if row is None:
        raise NotFound(kind="value", id=element)
    return row.value
