"""The applicant takes a case back, or one service of it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from onewindow.domain.errors import NotFound
from onewindow.domain.lifecycle import ServiceState, is_final
from onewindow.modules.cases import capacity
from onewindow.modules.cases.errors import EverythingDecided, ReasonMissing, ServiceDecided
from onewindow.modules.cases.services import flow
from onewindow.modules.cases.services.board import Board
from onewindow.modules.cases.services.common import said
from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor


@transaction.atomic
def withdraw(*, case_id: UUID, actor: Actor, now: datetime) -> None:
    """Withdraw every service that is not decided yet; those that are stay as they are.

    Raises: NotFound, Forbidden, CaseClosed, EverythingDecided, GuardianNeeded.
    """
    board = Board.load(case_id, actor=actor, now=now, open_only=False)
    permissions.require(actor, "cases.withdraw", board.case)
    board.require_open()
    undecided = [name for name, row in board.services.items() if _undecided(row.state)]
    if not undecided:
        raise EverythingDecided(reference=board.case.reference)
    services = [found for name in undecided if (found := board.book.catalogue.services.get(name))]
    capacity.require(board.case.applicant, services, actor=actor, now=now)
    board.note("withdrawal", services=len(undecided))
    for name in undecided:
        flow.withdraw_service(board, name)
    flow.go_on(board)
    board.save("cases.withdraw", services=len(undecided))


@transaction.atomic
def withdraw_service(*, case_id: UUID, service: str, reason: str, actor: Actor, now: datetime) -> None:
    """Take one service out of a case at the window, at the applicant's request; what waits for it fares as after a refusal.

    A held service ends so, too, where nobody lets it go on.  Raises: NotFound, Forbidden, CaseClosed, ReasonMissing, ServiceDecided.
    """
    board = Board.load(case_id, actor=actor, now=now, open_only=False)
    permissions.require(actor, "cases.withdraw-service", board.case)
    row = board.services.get(service)
    if row is None:
        raise NotFound(kind="service", id=service)
    board.require_open()
    reason = said(reason, 200)
    if not reason:
        raise ReasonMissing(act="withdrawal", what="a reason")
    if not _undecided(row.state):
        raise ServiceDecided(service=service, state=row.state)
    board.begin(service)
    row.reason_code = reason
    flow.withdraw_service(board, service, reason=reason)
    flow.pass_on(board, service)
    flow.go_on(board)
    board.save("cases.withdraw-service", service=service)


def _undecided(state: str) -> bool:
    return not is_final("service", state) and state != ServiceState.APPROVED
