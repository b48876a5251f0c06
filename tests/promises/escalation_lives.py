"""The lives of promise 42: workers that are killed while limits pass, each under a clock of its own. Prints what was found, as JSON.

python -m tests.promises.escalation_lives CASES LIVES STRIDE

Each life ends STRIDE statements later than the one before it, so that every statement of the work is once the last.
"""

import itertools
import json
import os
import random
import signal
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import django

django.setup()

import time_machine
from django.db import connection, connections

from onewindow.cli.migrate import apply_migrations
from onewindow.domain import events
from onewindow.modules.cases import models, services
from onewindow.modules.exchange import services as exchange
from onewindow.plumbing import audit, clock, outbox
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import AuditEntry, OutboxRow
from onewindow.plumbing.outbox import worker
from tests.cases.conftest import Registers, found_town, prepare
from tests.cases.town import MARKET, WANG

CITY = ZoneInfo("Asia/Shanghai")
ZONES = ["UTC", "Asia/Shanghai", "America/Los_Angeles", "Pacific/Auckland"]
"""What the machine believes its zone to be after a restart."""


@outbox.on(events.TaskOverdue)
def tell_supervisor(event: events.TaskOverdue) -> None:
    audit.record(actor=Actor.system("tests"), action="tests.told", subject_kind="task", subject_id=event.task_id, at=event.at)


def moment(text: str) -> datetime:
    """Return a moment by the city's clock. Kept in UTC: a moment that knows its zone would take the machine there."""
    return datetime.fromisoformat(text).replace(tzinfo=CITY).astimezone(UTC)


def move_to(zone: str) -> None:
    """Let the machine believe that it stands elsewhere."""
    os.environ["TZ"] = zone
    time.tzset()


def file(now: datetime) -> models.Case:
    filed = services.file_case(draft_id=prepare(now), idempotency_key=str(uuid4()), declared=True, actor=WANG, now=now)
    return models.Case.objects.get(pk=filed.case_id)


def live(at: datetime, zone: str, fatal: int) -> bool:
    """Work under a clock that stands at a moment, and die at a statement to the database; tell whether it came to that."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            move_to(zone)
            statements = itertools.count(1)

            def count(execute: Callable[..., Any], *statement: Any) -> Any:
                if next(statements) == fatal:
                    os.kill(os.getpid(), signal.SIGKILL)
                return execute(*statement)

            stop = threading.Event()
            with time_machine.travel(at, tick=True), connection.execute_wrapper(count):
                threading.Timer(0.3, stop.set).start()
                worker.run(stop, idle_seconds=0.02)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
        os._exit(1)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the worker failed of itself"
    return os.WIFSIGNALED(status)


def work_off(at: datetime) -> None:
    """Work in peace until nothing is due."""
    with time_machine.travel(at, tick=False):
        worker.ensure_jobs(clock.now())
        while worker.run_once(clock.now()):
            pass
        assert not OutboxRow.objects.filter(dead_at=None, run_at__lte=clock.now(), leased_until=None).exists()


def told() -> Counter[str]:
    return Counter(AuditEntry.objects.filter(action="tests.told").values_list("subject_id", flat=True))


def due_dates() -> dict[UUID, date | None]:
    return dict(models.Task.objects.values_list("pk", "due_date"))


def by_calendar() -> dict[str, str]:
    """Return when filings of certain days are due, across the holidays of 2026 as they were published."""
    found = {}
    for day in ("2026-03-13", "2026-04-03", "2026-04-30", "2026-05-08", "2026-09-30", "2026-12-31"):
        case = file(moment(f"{day}T00:30"))  # elsewhere it is yesterday still
        task = case.tasks.get(service="food", step="accept")
        opened = case.timeline.filter(code="task-opened", service="food").get()
        found[day] = f"{task.due_date}{'' if opened.values['certain'] else ' uncertain'}"
    return found


def killed_while_limits_pass(count: int, lives: int, stride: int) -> dict[str, Any]:
    """File, let the limits pass under killed workers and jumping clocks, and return who was told of what."""
    cases = [file(moment("2026-03-13T09:30")) for _ in range(count)]
    paused = cases[0].tasks.get(service="food", step="accept")
    services.suspend(task_id=paused.pk, reason="hearing", legal_basis="Art. 45", actor=MARKET, now=moment("2026-03-16T10:00"))
    before = due_dates()
    for number, zone in enumerate(ZONES):  # elsewhere it is tomorrow already
        live(moment("2026-03-16T15:00") + timedelta(minutes=100 * number), zone, fatal=0)
    work_off(moment("2026-03-16T23:59"))  # the last day is not over
    early = sum(told().values())
    met, chance = 0, random.Random(42)
    clock_at = moment("2026-03-17T00:00")
    for number in range(lives):
        jump = {3: timedelta(days=-9), 5: timedelta(days=900)}.get(number % 8, timedelta(0))
        clock_at += timedelta(hours=2)
        met += live(clock_at + jump, chance.choice(ZONES), fatal=3 + number * stride)
    work_off(clock_at + timedelta(days=1))
    late = {str(pk) for pk, due in before.items() if due is not None and due <= date(2026, 3, 16) and pk != paused.pk}
    return {
        "met": met,
        "early": early,
        "late": len(late),
        "told": len(told()),
        "twice": sum(times > 1 for times in told().values()),
        "not_told": len(late - set(told())),
        "told_of_others": len(set(told()) - late),
        "noted": models.TimelineEntry.objects.filter(code="overdue").count(),
        "drifted": sum(due != before[pk] for pk, due in due_dates().items() if before[pk] is not None),
        "resumed_due": _resumed(paused, moment("2026-03-19T10:00")),
        "after": str(clock_at),
    }


def _resumed(task: models.Task, now: datetime) -> str:
    services.resume(task_id=task.pk, actor=MARKET, now=now)
    task.refresh_from_db()
    return str(task.due_date)


def after_a_clock_that_was_years_ahead(after: datetime) -> dict[str, Any]:
    """The clock is put right: what was planned for those years must not be waited for."""
    case = file(after)
    live(after + timedelta(days=2000), "UTC", fatal=0)
    before = len(told())
    other = file(after + timedelta(days=1))
    work_off(after + timedelta(days=12))
    task = other.tasks.get(service="food", step="accept")
    return {"told_after_years": len(told()) > before and task.escalated_at is not None, "first": case.reference}


def resumed_before_it_was_stopped() -> str:
    """Stop a clock just after midnight, and start it again after the machine's clock was put back across midnight."""
    case = file(moment("2026-06-10T09:30"))
    task = case.tasks.get(service="food", step="accept")
    services.suspend(task_id=task.pk, reason="hearing", legal_basis="Art. 45", actor=MARKET, now=moment("2026-06-11T00:01"))
    return _resumed(task, moment("2026-06-10T23:59"))


def main(count: int, lives: int, stride: int) -> dict[str, Any]:
    move_to("UTC")
    apply_migrations()
    found_town(moment("2026-03-01T09:00"))
    exchange.query = Registers().query  # type: ignore[assignment]
    steps: list[Callable[[], dict[str, Any]]] = [
        lambda: killed_while_limits_pass(count, lives, stride),
        lambda: {"back": resumed_before_it_was_stopped()},
        lambda: after_a_clock_that_was_years_ahead(moment("2026-07-01T09:30")),
        lambda: {"by_calendar": by_calendar()},
    ]
    found: dict[str, Any] = {}
    for step in steps:
        found |= step()
    return found


print(json.dumps(main(*map(int, sys.argv[1:]))))
