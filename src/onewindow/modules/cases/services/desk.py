"""What officers do with a step: accept it, finish it, stop its clock and let it run again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from onewindow.domain.errors import NotFound
from onewindow.domain.lifecycle import ServiceState, TaskState
from onewindow.modules.cases import models
from onewindow.modules.cases.errors import FindingMissing, NothingToAccept, ReasonMissing, WrongStep
from onewindow.modules.cases.services import flow
from onewindow.modules.cases.services.board import Board
from onewindow.modules.cases.services.common import said, said_deep
from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor

WITH_FINDING = frozenset({"inspection", "review"})


@transaction.atomic
def accept(*, task_id: UUID, actor: Actor, now: datetime) -> None:
    """Accept a service's filing: for one's own organisation, or at the one window for any.

    Raises: NotFound, Forbidden, CaseClosed, WrongStep, IllegalTransition.
    """
    board, task = Board.of_task(task_id, actor=actor, now=now)
    permissions.require(actor, "cases.accept", task)
    board.require_open()
    if task.kind != "acceptance":
        raise WrongStep(step=task.step, service=task.service, kind=task.kind, use="decide" if task.kind == "decision" else "complete_step")
    _accept(board, task)
    flow.go_on(board)
    board.save("cases.accept", subject_kind="task", subject_id=task.pk)


@transaction.atomic
def accept_all(*, case_id: UUID, actor: Actor, now: datetime) -> int:
    """Accept everything that waits for acceptance, for every department, and tell how many steps that were.

    Raises: NotFound, Forbidden, CaseClosed, NothingToAccept.
    """
    board = Board.load(case_id, actor=actor, now=now, open_only=False)
    permissions.require(actor, "cases.accept-all", board.case)
    board.require_open()
    waiting = [task for task in board.tasks if task.kind == "acceptance" and task.state == TaskState.OPEN]
    if not waiting:
        raise NothingToAccept(reference=board.case.reference)
    for task in waiting:
        _accept(board, task)
    flow.go_on(board)
    board.save("cases.accept-all", steps=len(waiting))
    return len(waiting)


def _accept(board: Board, task: models.Task) -> None:
    flow.finish(board, task)
    board.note("accepted", task.service, step=task.step)


@transaction.atomic
def complete_step(
    *,
    task_id: UUID,
    finding: str | Mapping[str, Any] = "",
    output_values: Mapping[str, Any] | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Finish a review, an inspection or another step; in a joint inspection each department records its own finding.

    Raises: NotFound, Forbidden, CaseClosed, WrongStep, FindingMissing, IllegalTransition, FeeUnpaid, OutputValuesMissing,
    OutputValueUnknown, ValuesRefused.
    """
    board, task = Board.of_task(task_id, actor=actor, now=now)
    permissions.require(actor, "cases.work", task)
    board.require_open()
    if task.kind in {"acceptance", "decision"}:
        raise WrongStep(step=task.step, service=task.service, kind=task.kind, use="decide" if task.kind == "decision" else "accept")
    written: dict[str, Any] = said_deep({"text": finding} if isinstance(finding, str) else finding)
    if task.kind in WITH_FINDING and not any(written.values()):
        raise FindingMissing(step=task.step, service=task.service)
    flow.take_output_values(board, task.service, output_values or {})
    flow.finish(board, task, finding=written if any(written.values()) else None)
    board.note("step-done", task.service, step=task.step)
    flow.go_on(board)
    board.save("cases.complete-step", subject_kind="task", subject_id=task.pk)


@transaction.atomic
def suspend(*, task_id: UUID, reason: str, legal_basis: str, actor: Actor, now: datetime) -> None:
    """Stop the clock of a step, with the reason and the law that allows it.

    Raises: NotFound, Forbidden, CaseClosed, ReasonMissing, IllegalTransition.
    """
    board, task = Board.of_task(task_id, actor=actor, now=now)
    permissions.require(actor, "cases.work", task)
    board.require_open()
    reason, legal_basis = said(reason), said(legal_basis)
    for text, what in ((reason, "a reason"), (legal_basis, "the law that allows it")):
        if not text:
            raise ReasonMissing(act="suspension", what=what)
    board.begin(task.service)
    board.pause(task, reason=reason, legal_basis=legal_basis)
    board.note("suspended", task.service, step=task.step, reason=reason, legal_basis=legal_basis)
    board.save("cases.suspend", subject_kind="task", subject_id=task.pk)


@transaction.atomic
def resume(*, task_id: UUID, actor: Actor, now: datetime) -> None:
    """Let the clock of a suspended step run again; its limit moves by the working days it stood still.

    Raises: NotFound, Forbidden, CaseClosed, IllegalTransition.
    """
    board, task = Board.of_task(task_id, actor=actor, now=now)
    permissions.require(actor, "cases.work", task)
    board.require_open()
    pause = board.pauses.get(task.pk)
    if pause is not None and (pause.notice_id is not None or pause.reason == flow.HELD):
        raise WrongStep(step=task.step, service=task.service, kind=task.kind, use="answer_notice" if pause.notice_id else "release_service")
    board.resume(task)
    board.note("resumed", task.service, step=task.step)
    if board.services[task.service].state == ServiceState.CORRECTION:
        notice = next((row for row in board.notices if row.service == task.service and row.closed_at is None), None)
        if notice is not None:
            board.pause(task, reason=flow.NOTICE, notice=notice)
    flow.go_on(board)
    board.save("cases.resume", subject_kind="task", subject_id=task.pk)


@transaction.atomic
def release_service(*, case_id: UUID, service: str, actor: Actor, now: datetime) -> None:
    """Let a service go on that was held because one it waits for was refused; a supervisor of its organisation decides that.

    Raises: NotFound, Forbidden, CaseClosed, IllegalTransition.
    """
    board = Board.load(case_id, actor=actor, now=now, open_only=False)
    row = board.services.get(service)
    if row is None:
        raise NotFound(kind="service", id=service)
    permissions.require(actor, "cases.release", row)
    board.require_open()
    flow.release(board, service)
    flow.go_on(board)
    board.save("cases.release", service=service)
