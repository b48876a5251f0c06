"""Writing rows of work, and what operators do with the ones that died."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from onewindow.domain import events
from onewindow.domain.errors import NotFound
from onewindow.plumbing import bulk
from onewindow.plumbing.models import OutboxRow
from onewindow.plumbing.outbox import registry


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Work that was given up; `revive` gives it another full round."""

    id: int
    event: str
    handler: str
    attempts: int
    failure: str
    recorded_at: datetime
    dead_at: datetime


def record(event: events.Event, *, at: datetime, run_at: datetime | None = None) -> int:
    """Write one row per subscribed handler, in the caller's transaction, and tell how many.

    Raises: RuntimeError outside a transaction: what is told must stand or fall with what was done.
    """
    if not transaction.get_connection().in_atomic_block:
        message = f"{type(event).__name__} was recorded outside a transaction. Record it inside the transaction.atomic of the act."
        raise RuntimeError(message)
    name, payload = events.dump(event)
    due = run_at or at
    rows = [
        OutboxRow(event=name, payload=payload, handler=handler, recorded_at=at, run_at=due)
        for handler in registry.subscriptions.get(name, [])
    ]
    bulk.insert(rows)
    return len(rows)


def dead() -> list[DeadLetter]:
    """Return what was given up, newest first."""
    rows = OutboxRow.objects.filter(dead_at__isnull=False).order_by("-dead_at", "-id")
    return [
        DeadLetter(row.pk, row.event, row.handler, row.attempts, row.failure, row.recorded_at, row.dead_at) for row in rows if row.dead_at
    ]


def revive(row_id: int, *, now: datetime) -> None:
    """Give a dead letter another full round, at once. Raises: NotFound."""
    revived = OutboxRow.objects.filter(pk=row_id, dead_at__isnull=False).update(
        dead_at=None, attempts=0, claims=0, lease=None, leased_until=None, run_at=now
    )
    if not revived:
        raise NotFound(kind="dead letter", id=row_id)
