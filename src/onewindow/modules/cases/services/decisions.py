"""Deciding a service: granting it or refusing it, by its own organisation only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from onewindow.domain import lifecycle
from onewindow.domain.lifecycle import ServiceState
from onewindow.modules.cases import models
from onewindow.modules.cases.errors import OutcomeUnknown, ReasonMissing, SentenceMissing, WrongStep
from onewindow.modules.cases.services import flow, second_officer
from onewindow.modules.cases.services.board import Board
from onewindow.modules.cases.services.common import said
from onewindow.modules.cases.services.notices import in_languages, lapsed
from onewindow.plumbing import approvals, permissions
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.approvals import Proposed


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of the service and of its case."""

    service: str
    service_state: str
    case_state: str
    proposed: bool = False
    """Whether it waits for a second officer: nothing has changed then."""


@transaction.atomic
def decide(
    *,
    task_id: UUID,
    outcome: str,
    sentence: Mapping[str, str] | str = "",
    reason: str = "",
    output_values: Mapping[str, Any] | None = None,
    actor: Actor,
    now: datetime,
) -> Decided:
    """Approve or refuse a service. A refusal needs a reason and the sentence the applicant reads.

    Where the public body wants two officers for a refusal, it is only proposed: see `settle`.
    It is possible at the decision, instead of an acceptance, and wherever the time to put things right has passed.

    Raises: NotFound, Forbidden, CaseClosed, OutcomeUnknown, WrongStep, ReasonMissing, SentenceMissing, IllegalTransition, FeeUnpaid,
    OutputValuesMissing, OutputValueUnknown, ValuesRefused, SecondOfficerOpen.
    """
    board, task = Board.of_task(task_id, actor=actor, now=now)
    permissions.require(actor, "cases.decide", task)
    board.require_open()
    spoken, reason = in_languages(sentence), said(reason, 200)
    if outcome == "approve":
        _approve(board, task, spoken, reason, output_values or {})
    elif outcome == "refuse":
        _require_refusable(board, task, spoken, reason)
        if second_officer.needs_second(task.service):
            second_officer.propose_refusal(board, task, sentence=spoken, reason=reason)
            return Decided(task.service, board.services[task.service].state, board.case.state, proposed=True)
        flow.refuse(board, task, sentence=spoken, reason=reason)
    else:
        raise OutcomeUnknown(outcome=outcome)
    flow.go_on(board)
    board.save("cases.decide", subject_kind="task", subject_id=task.pk, service=task.service, outcome=outcome)
    return Decided(task.service, board.services[task.service].state, board.case.state)


def _approve(board: Board, task: models.Task, spoken: Mapping[str, str], reason: str, given: Mapping[str, Any]) -> None:
    if task.kind != "decision":
        raise WrongStep(
            step=task.step, service=task.service, kind=task.kind, use="accept" if task.kind == "acceptance" else "complete_step"
        )
    approvals.lapse(kind=second_officer.REFUSE, subject_id=task.pk, actor=board.actor, now=board.now)
    flow.take_output_values(board, task.service, given)
    flow.approve(board, task, sentence=spoken, reason=reason)
    flow.finish(board, task)


def _require_refusable(board: Board, task: models.Task, spoken: Mapping[str, str], reason: str) -> None:
    """Raises: ReasonMissing, SentenceMissing, WrongStep, IllegalTransition."""
    if not reason:
        raise ReasonMissing(act="refusal", what="a reason")
    if not spoken:
        raise SentenceMissing
    if not may_refuse(board, task):
        raise WrongStep(step=task.step, service=task.service, kind=task.kind, use="complete_step")
    if not (board.services[task.service].state == ServiceState.CORRECTION and lapsed(board, task.service)):
        # A step whose clock stands still is not decided, unless the applicant's time has passed.
        lifecycle.advance("task", task.state, "finish")


def _carry_out_refusal(proposed: Proposed, actor: Actor, now: datetime) -> None:
    """Refuse as two officers want it; the one who confirms answers for it."""
    board, task = Board.of_task(UUID(proposed.subject_id), actor=actor, now=now)
    board.require_open()
    spoken, reason = proposed.payload["sentence"], proposed.payload["reason"]
    _require_refusable(board, task, spoken, reason)
    flow.refuse(board, task, sentence=spoken, reason=reason)
    flow.go_on(board)
    details = {"service": task.service, "outcome": "refuse", "proposed_by": str(proposed.proposed_by)}
    board.save("cases.decide", subject_kind="task", subject_id=task.pk, **details)


def may_refuse(board: Board, task: models.Task) -> bool:
    """A refusal belongs to the acceptance and to the decision; a service without a decision can be refused at any step."""
    decided_somewhere = any(other.kind == "decision" for other in board.tasks_of(task.service))
    return task.kind in {"acceptance", "decision"} or not decided_somewhere or lapsed(board, task.service)


approvals.register(second_officer.REFUSE, says="Refuse a service.", may_confirm=second_officer.may_confirm, carry_out=_carry_out_refusal)
