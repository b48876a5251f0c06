"""What happens by itself: registers are asked once an output has come, and limits that have passed are noticed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from onewindow.modules.cases import handlers, jobs, models
from onewindow.plumbing import clock
from onewindow.plumbing.models import OutboxRow
from onewindow.plumbing.outbox import worker
from tests.cases.conftest import Registers
from tests.cases.test_desk import registered

pytestmark = pytest.mark.django_db
Filing = Callable[..., models.Case]


@pytest.fixture(autouse=True)
def at_the_moment(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def work(now: datetime, capture: Any) -> None:
    """Let the worker run as it does, with what follows its commit."""
    with capture(execute=True):
        while worker.run_once(now):
            pass


def test_the_worker_asks_the_registers_that_an_output_has_made_askable(
    file: Filing, town: Registers, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    case = registered(file, now)
    work(now, django_capture_on_commit_callbacks)
    assert case.values.get(element="tax-office").value == "第一税务所"
    assert not OutboxRow.objects.filter(event="OutputIssued").exists()


def test_the_network_is_not_waited_for_inside_the_workers_transaction(
    file: Filing, town: Registers, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    case = registered(file, now)
    town.asked.clear()
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        assert connection.in_atomic_block
        while worker.run_once(now):
            pass
        assert town.asked == []
    assert len(callbacks) >= 1
    handlers.fetch_after_commit(case.pk)  # a worker that died before it asked: the case still knows
    case.refresh_from_db()
    assert case.fetch_due_at == now


def test_the_job_asks_again_where_a_register_was_down(
    file: Filing, town: Registers, now: datetime, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.down.add("tax-register")
    case = registered(file, now)
    work(now, django_capture_on_commit_callbacks)
    assert not case.values.filter(element="tax-office").exists()
    town.down.clear()
    later = now + timedelta(minutes=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    with django_capture_on_commit_callbacks(execute=True):
        jobs.fetch_arrivals(now=later)
    assert case.values.get(element="tax-office").value == "第一税务所"


def test_the_daily_turn_marks_what_is_late(file: Filing, now: datetime) -> None:
    case = file()
    jobs.escalate(now=now + timedelta(days=10))
    assert case.timeline.filter(code="overdue").count() == 3
