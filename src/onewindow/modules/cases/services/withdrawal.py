"""The applicant takes the case back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from onewindow.domain.lifecycle import ServiceState, is_final
from onewindow.modules.cases.errors import EverythingDecided
from onewindow.modules.cases.services import flow
from onewindow.modules.cases.services.board import Board
from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor


@transaction.atomic
def withdraw(*, case_id: UUID, actor: Actor, now: datetime) -> None:
    """Withdraw every service that is not decided yet; those that are stay as they are.

    Raises: NotFound, Forbidden, CaseClosed, EverythingDecided.
    """
    board = Board.load(case_id, actor=actor, now=now, open_only=False)
    permissions.require(actor, "cases.withdraw", board.case)
    board.require_open()
    undecided = [name for name, row in board.services.items() if not is_final("service", row.state) and row.state != ServiceState.APPROVED]
    if not undecided:
        raise EverythingDecided(reference=board.case.reference)
    board.note("withdrawal", services=len(undecided))
    for name in undecided:
        flow.withdraw_service(board, name)
    flow.go_on(board)
    board.save("cases.withdraw", services=len(undecided))
