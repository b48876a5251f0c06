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
from onewindow.modules.cases.services import flow
from onewindow.modules.cases.services.board import Board
from onewindow.modules.cases.services.common import said
from onewindow.modules.cases.services.notices import in_languages, lapsed
from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of the service and of its case."""

    service: str
    service_state: str
    case_state: str


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

    It is possible at the decision, instead of an acceptance, and wherever the time to put things right has passed.

    Raises: NotFound, Forbidden, CaseClosed, OutcomeUnknown, WrongStep, ReasonMissing, SentenceMissing, IllegalTransition, FeeUnpaid,
    OutputValuesMissing, OutputValueUnknown, ValuesRefused.
    """
    board, task = Board.of_task(task_id, actor=actor, now=now)
    permissions.require(actor, "cases.decide", task)
    board.require_open()
    spoken, reason = in_languages(sentence), said(reason, 200)
    if outcome == "approve":
        _approve(board, task, spoken, reason, output_values or {})
    elif outcome == "refuse":
        _refuse(board, task, spoken, reason)
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
    flow.take_output_values(board, task.service, given)
    flow.approve(board, task, sentence=spoken, reason=reason)
    flow.finish(board, task)


def _refuse(board: Board, task: models.Task, spoken: Mapping[str, str], reason: str) -> None:
    if not reason:
        raise ReasonMissing(act="refusal", what="a reason")
    if not spoken:
        raise SentenceMissing
    if not may_refuse(board, task):
        raise WrongStep(step=task.step, service=task.service, kind=task.kind, use="complete_step")
    if not (board.services[task.service].state == ServiceState.CORRECTION and lapsed(board, task.service)):
        # A step whose clock stands still is not decided, unless the applicant's time has passed.
        lifecycle.advance("task", task.state, "finish")
    flow.refuse(board, task, sentence=spoken, reason=reason)


def may_refuse(board: Board, task: models.Task) -> bool:
    """A refusal belongs to the acceptance and to the decision; a service without a decision can be refused at any step."""
    decided_somewhere = any(other.kind == "decision" for other in board.tasks_of(task.service))
    return task.kind in {"acceptance", "decision"} or not decided_somewhere or lapsed(board, task.service)
