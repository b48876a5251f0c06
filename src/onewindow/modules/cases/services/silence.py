"""What silence grants: a decision whose limit has run out is taken by the clock, where the law says so."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction

from onewindow.domain import silence
from onewindow.domain.errors import DomainError
from onewindow.domain.lifecycle import TaskState
from onewindow.modules.cases import awaited, models, rulebook
from onewindow.modules.cases.services import draws, flow, second_officer
from onewindow.modules.cases.services.board import Board
from onewindow.plumbing import approvals, clock, permissions
from onewindow.plumbing.actors import Actor

AT_ONCE = 500
_log = structlog.get_logger("onewindow.cases.silence")


def grant_by_silence(*, actor: Actor, now: datetime) -> int:
    """Grant what the law grants by silence, for the platform's own job; return how many services. Safe to repeat.

    Raises: Forbidden.
    """
    permissions.require(actor, "cases.grant-by-silence")
    return sum(_grant(task_id, actor, now) for task_id in _candidates(now))


def _candidates(now: datetime) -> Iterator[UUID]:
    """Give the late decisions of services that name such a law, the longest late first; the rule itself is asked under the case's lock."""
    late = models.Task.objects.filter(state=TaskState.OPEN, kind="decision", due_date__lt=clock.local_date(now)).order_by("due_date", "pk")
    book_of, found = rulebook.books(), 0
    for task_id, service, release, event in late.values_list("pk", "service", "case__release", "case__event"):
        if silence.law_of(book_of(release, event).catalogue.services[service].guide) is not None:
            yield task_id
            found += 1
        if found == AT_ONCE:
            return


def _grant(task_id: UUID, actor: Actor, now: datetime) -> bool:
    """Grant one service, all of it or nothing; where only an officer knows what its output carries, it stays with them."""
    try:
        with transaction.atomic():
            board, task = Board.of_task(task_id, actor=actor, now=now)
            law = silence.law_of(board.book.catalogue.services[task.service].guide)
            if law is None or silence.against(law, _standing(board, task), board.today, board.calendar):
                return False
            own = flow.own_numbers(board, task.service)
            flow.require_finishable(board, task, own)
            flow.take_output_values(board, task.service, own)
            # A refusal that waits for its second officer is no decision: the limit has passed it by.
            approvals.lapse(kind=second_officer.REFUSE, subject_id=task.pk, actor=actor, now=now)
            flow.approve(board, task, reason=silence.REASON, automatic=True)
            draws.draw(board, task, ground=silence.REASON)
            flow.finish(board, task, automatic=True)
            flow.go_on(board)
            board.save("cases.grant-by-silence", subject_kind="task", subject_id=task.pk, service=task.service)
    except DomainError as error:
        _log.warning("the limit has run out, and the clock cannot issue it", task=str(task_id), code=error.code)
        return False
    return True


def _standing(board: Board, task: models.Task) -> silence.Standing:
    """Return how a step stands, from the rows of its case."""
    service = board.book.catalogue.services[task.service]
    paid = [row for (name, _fee), row in board.payments.items() if name == task.service]
    fees = [row for row in flow.fees_of(board, task.service) if row["fen"]]
    pauses = models.Pause.objects.filter(task=task, ended_at__isnull=False).order_by("began_at")
    opened = clock.local_date(task.opened_at or board.now)
    return silence.Standing(
        kind=task.kind,
        state=task.state,
        service_state=board.services[task.service].state,
        filed_on=clock.local_date(board.case.filed_at),
        opened_on=opened,
        due=task.due_date or board.today,
        legal_days=next(step.limit_days for step in service.steps if step.id == task.step),
        pauses=tuple((clock.local_date(row.began_at), clock.local_date(row.ended_at)) for row in pauses if row.ended_at),
        owes_a_fee=any((task.service, row["fee"]) not in board.payments for row in fees),
        paid_on=max((clock.local_date(row.at) for row in paid), default=None),
        awaits_evidence=any(row.service == task.service for row in awaited.thawed(board.plan.document)),
    )
