"""Limits that have passed are brought before the supervisors, once."""

from datetime import date, datetime

from django.db import transaction

from onewindow.domain import events
from onewindow.domain.lifecycle import TaskState
from onewindow.modules.cases import models
from onewindow.modules.cases.services.board import Board
from onewindow.plumbing import clock, permissions
from onewindow.plumbing.actors import Actor

AT_ONCE = 500


def escalate(*, actor: Actor, now: datetime) -> int:
    """Mark every step whose limit has passed, tell its supervisors, and return how many are new. Safe to repeat.

    Raises: Forbidden.
    """
    permissions.require(actor, "cases.escalate")
    today = clock.local_date(now)
    late = models.Task.objects.filter(state=TaskState.OPEN, due_date__lt=today, escalated_at=None).order_by("due_date", "pk")
    case_ids = dict.fromkeys(late.values_list("case_id", flat=True)[:AT_ONCE])
    found = 0
    for case_id in case_ids:
        with transaction.atomic():
            board = Board.load(case_id, actor=actor, now=now, open_only=False)
            fresh = _mark(board, today)
            board.save("cases.escalate", steps=fresh)
            found += fresh
    return found


def _mark(board: Board, today: date) -> int:
    found = 0
    for task in board.tasks:
        if task.state == TaskState.OPEN and task.escalated_at is None and task.due_date is not None and task.due_date < today:
            task.escalated_at = board.now
            board.touch(task)
            board.note("overdue", task.service, step=task.step, due_date=task.due_date.isoformat())
            board.events.append(events.TaskOverdue(**board.of(task), due_date=task.due_date))
            found += 1
    return found
