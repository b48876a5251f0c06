"""The worker: claims rows under a lease, runs each handler and completes its row in one transaction.

A worker that dies loses nothing: its transaction rolls back, its lease ends, another takes the row.
"""

import random
import threading
import time
from collections import deque
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction
from django.db.models import F, Q, QuerySet

from onewindow.domain import events
from onewindow.plumbing import clock
from onewindow.plumbing.models import OutboxRow
from onewindow.plumbing.outbox import registry

LEASE = timedelta(seconds=30)
ATTEMPTS = 10
CLAIMS = 60
"""A row that was taken so often and never answered kills its workers: it dies instead."""
FIRST_DELAY = timedelta(seconds=1)
LONGEST_DELAY = timedelta(minutes=15)
CLOCK_STEP = timedelta(minutes=1)
"""How far clocks may differ; what was planned further ahead than any healthy clock plans was planned by one that ran ahead."""
TOGETHER_SECONDS = 0.03

_log = structlog.get_logger("onewindow.outbox")


class HandlerGone(Exception):
    """No module registers this handler any more."""


def run(stop: threading.Event, *, batch: int = 20, idle_seconds: float = 0.25) -> None:
    """Work until told to stop; an unreachable database is waited for."""
    prepared, latest = False, clock.now()
    while not stop.is_set():
        try:
            close_old_connections()
            now = clock.now()
            if not prepared or now < latest - CLOCK_STEP:
                ensure_jobs(now)
                prepared, latest = True, now
            latest = max(latest, now)
            worked = run_once(now, batch)
        except (OperationalError, InterfaceError) as error:
            _log.warning("database unreachable", failure=type(error).__name__)
            connection.close()
            worked = 0
            stop.wait(idle_seconds * 4)
        if not worked:
            stop.wait(idle_seconds)
    connection.close()


def ensure_jobs(now: datetime) -> None:
    """Give every periodic job its one row."""
    known = set(OutboxRow.objects.filter(job__isnull=False).values_list("job", flat=True))
    missing = [OutboxRow(job=name, handler=name, recorded_at=now, run_at=now) for name in registry.periodic if name not in known]
    if missing:
        OutboxRow.objects.bulk_create(missing, ignore_conflicts=True)
    _put_right_what_a_fast_clock_planned(now)


def _put_right_what_a_fast_clock_planned(now: datetime) -> None:
    """After a clock that ran ahead was put right, nothing waits for the time it showed."""
    OutboxRow.objects.filter(leased_until__gt=now + LEASE + CLOCK_STEP).update(lease=None, leased_until=None)
    OutboxRow.objects.filter(recorded_at__gt=now + CLOCK_STEP, run_at=F("recorded_at")).update(recorded_at=now, run_at=now)
    for name, job in registry.periodic.items():
        longest = max(timedelta(seconds=job.seconds), LONGEST_DELAY) + CLOCK_STEP
        OutboxRow.objects.filter(job=name, run_at__gt=now + longest).update(run_at=now)


def run_once(now: datetime, batch: int = 20) -> int:
    """Take up to `batch` due rows, run them, and tell how many were taken."""
    if not _due(now).exists():  # looking costs no write lock
        return 0
    lease, rows = claim(now, batch)
    if connection.vendor == "sqlite":
        _perform_together(rows, lease, now)
    else:
        for row in rows:
            perform(row, lease, now)
    return len(rows)


def _perform_together(rows: list[OutboxRow], lease: UUID, now: datetime) -> None:
    # Here one writer at a time works anyway, and the disk's flush costs more than the work: short rows share a commit,
    # each in a savepoint of its own. Elsewhere the locks of several handlers at once could meet those of a request.
    waiting = deque(rows)
    while waiting:
        with transaction.atomic():
            began = time.monotonic()
            while waiting and time.monotonic() - began < TOGETHER_SECONDS:
                perform(waiting.popleft(), lease, now)


def claim(now: datetime, batch: int = 20) -> tuple[UUID, list[OutboxRow]]:
    """Lease due rows to this worker; rows that another one is claiming are passed over."""
    lease = uuid4()
    with transaction.atomic():
        rows = list(_due(now).select_for_update(skip_locked=True).order_by("run_at", "id")[:batch])
        worn_out = [row.pk for row in rows if row.job is None and row.claims >= CLAIMS]
        if worn_out:
            OutboxRow.objects.filter(pk__in=worn_out).update(dead_at=now, lease=None, leased_until=None, failure="WorkerLost")
            rows = [row for row in rows if row.pk not in worn_out]
        OutboxRow.objects.filter(pk__in=[row.pk for row in rows]).update(lease=lease, leased_until=now + LEASE, claims=F("claims") + 1)
    for row_id in worn_out:
        _log.error("given up", row=row_id, failure="WorkerLost")
    return lease, rows


def perform(row: OutboxRow, lease: UUID, now: datetime) -> bool:
    """Run one leased row; tell whether it was completed. A row whose lease went to another worker is left alone."""
    try:
        with transaction.atomic():
            # Completed first: one statement shows that the row is still ours, and keeps it locked until both are committed,
            # so that no other worker can run it even when the lease ends meanwhile.
            if not _complete(row, lease, now):
                return False
            _handle(row, now)
    except (InterfaceError, OperationalError) as error:
        if not connection.is_usable():
            raise
        _fail(row, lease, now, error)
        return False
    except Exception as error:
        _fail(row, lease, now, error)
        return False
    return True


def _due(now: datetime) -> QuerySet[OutboxRow]:
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    return OutboxRow.objects.filter(free, dead_at=None, run_at__lte=now)


def _handle(row: OutboxRow, now: datetime) -> None:
    if row.job is not None:
        job = registry.periodic.get(row.job)
        if job is None:
            raise HandlerGone
        job.run(now=now)
        return
    handler = registry.handlers.get(row.handler)
    if handler is None:
        raise HandlerGone
    handler(events.load(row.event, row.payload))


def _complete(row: OutboxRow, lease: UUID, now: datetime) -> bool:
    mine = OutboxRow.objects.filter(pk=row.pk, lease=lease)
    if row.job is None:
        return mine.delete()[0] == 1
    job = registry.periodic.get(row.job)
    next_turn = now + (timedelta(seconds=job.seconds) if job else LONGEST_DELAY)
    return mine.update(run_at=next_turn, attempts=0, claims=0, lease=None, leased_until=None, failure="") == 1


def _fail(row: OutboxRow, lease: UUID, now: datetime, error: Exception) -> None:
    attempts = row.attempts + 1
    dead = row.job is None and attempts >= ATTEMPTS
    mine = OutboxRow.objects.filter(pk=row.pk, lease=lease)
    mine.update(
        attempts=attempts,
        lease=None,
        leased_until=None,
        failure=type(error).__name__,
        run_at=now + delay(attempts),
        dead_at=now if dead else None,
    )
    log = _log.error if dead else _log.warning
    log("given up" if dead else "failed", row=row.pk, handler=row.handler, attempts=attempts, exc_info=error)


def delay(attempts: int) -> timedelta:
    """Return how long to wait after so many failures: doubling from a second to a quarter of an hour, jittered by half."""
    doubled = min(FIRST_DELAY * (1 << min(attempts - 1, 20)), LONGEST_DELAY)
    return timedelta(seconds=doubled.total_seconds() * random.uniform(0.5, 1))  # noqa: S311  (spreads load, hides nothing)
