"""Limits that have passed are brought before the supervisors, once; where that did not help, before the leaders, once."""

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from onewindow.domain import deadlines, events
from onewindow.domain.lifecycle import TaskState
from onewindow.modules.cases import models
from onewindow.modules.cases.services.board import Board
from onewindow.plumbing import calendars, clock, permissions
from onewindow.plumbing.actors import Actor

AT_ONCE = 500


def escalate(*, actor: Actor, now: datetime) -> int:
    """Mark every step whose limit has passed, tell its supervisors, and return how many are new. Safe to repeat.

    What is still late some working days after that is marked again, for the leaders.  Raises: Forbidden.
    """
    permissions.require(actor, "cases.escalate")
    today = clock.local_date(now)
    late = models.Task.objects.filter(state=TaskState.OPEN, due_date__lt=today, escalated_at=None).order_by("due_date", "pk")
    found = _each_case(late, lambda board: _mark(board, today), actor, now)
    days = deadlines.days_on(today, settings.ONEWINDOW_ESCALATION)
    since = deadlines.passed_since(today, days, calendars.current())
    still = models.Task.objects.filter(state=TaskState.OPEN, due_date__lt=since, escalated_at__lt=now, escalated_again_at=None)
    return found + _each_case(still.order_by("due_date", "pk"), lambda board: _mark_again(board, since), actor, now)


def _each_case(tasks: QuerySet[models.Task], mark: Callable[[Board], int], actor: Actor, now: datetime) -> int:
    """Do it case by case, each in a transaction of its own under its lock."""
    case_ids: list[UUID] = list(dict.fromkeys(tasks.values_list("case_id", flat=True)[:AT_ONCE]))
    found = 0
    for case_id in case_ids:
        with transaction.atomic():
            board = Board.load(case_id, actor=actor, now=now, open_only=False)
            fresh = mark(board)
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


def _mark_again(board: Board, since: date) -> int:
    found = 0
    for task in board.tasks:
        told = task.escalated_at is not None and task.escalated_at < board.now and task.escalated_again_at is None
        if task.state == TaskState.OPEN and told and task.due_date is not None and task.due_date < since:
            task.escalated_again_at = board.now
            board.touch(task)
            board.note("overdue-again", task.service, step=task.step, due_date=task.due_date.isoformat())
            board.events.append(events.TaskStillOverdue(**board.of(task), due_date=task.due_date))
            found += 1
    return found
