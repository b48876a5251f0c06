"""What records were before: read back from the newest, and let go when its time is over."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from onewindow.domain.exchange.records import read_description
from onewindow.modules.exchange.records.merging import gone_mask
from onewindow.modules.exchange.records.models import RecordBatch, RecordStore
from onewindow.modules.exchange.records.stores import keyed, read_row, rows_under, store_of
from onewindow.plumbing import audit, clock, permissions
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.personal import Overdue


@dataclass(frozen=True, slots=True)
class Version:
    """What a record was: from the batch that wrote it to the one that changed or removed it, none where it still holds."""

    since: int
    until: int | None
    values: Mapping[str, Any]


@transaction.atomic
def record_history(*, resource: str, keys: Mapping[str, Any], actor: Actor, now: datetime) -> tuple[Version, ...]:
    """Return what the record under a key is and was, newest first: to settle what an answer rested on. It is audited.

    Raises: Forbidden, NoStore.
    """
    permissions.require(actor, "exchange.load", resource)
    audit.record(actor=actor, action="exchange.record-history", subject_kind="resource", subject_id=resource, at=now)
    store = store_of(resource)
    parameters, bound = keyed(store, keys)
    names = [field.name for field in store.layout.fields]
    found: list[Version] = []
    held: list[Any] = []
    for row in rows_under(store, store.table, (*names, "b"), parameters):
        held = list(row[:-1])
        found.append(Version(row[-1], None, read_row(store, tuple(held), bound)))
    first = len(store.layout.keys)
    before = rows_under(store, f"{store.table}_before", (*names, "since", "until", "mask"), parameters)
    for row in sorted(before, key=lambda row: row[-2], reverse=True):
        since, until, mask = row[-3:]
        whole = mask == gone_mask(store.layout)
        held = [value if whole or place < first or mask & (1 << (place - first)) else held[place] for place, value in enumerate(row[:-3])]
        found.append(Version(since, until, read_row(store, tuple(held), bound)))
    return tuple(found)


def overdue(now: datetime) -> Iterator[Overdue]:
    """Yield the batches whose time is over: what records were before them may go."""
    for store in RecordStore.objects.exclude(table="").order_by("resource"):
        days = read_description(store.resource, store.description).history_days
        over = RecordBatch.objects.filter(store=store, forgotten_at=None, at__lt=now - timedelta(days=days)).order_by("number")
        for batch in over.exclude(changed=0, gone=0):
            since = clock.local_date(batch.at)
            rule = f"records of {store.resource}: what they were is kept {days} days"
            yield Overdue("exchange", "record-batch", str(batch.pk), rule, since, since + timedelta(days=days))


def remove(batch_id: str, now: datetime) -> int:
    """Let go of what records were before a batch, in the caller's transaction, and return how many rows went."""
    batch = RecordBatch.objects.select_related("store").select_for_update(of=("self",)).get(pk=int(batch_id))
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{batch.store.table}_before" WHERE until = %s', [batch.number])  # noqa: S608  (our own name)
        rows = int(cursor.rowcount)
    RecordBatch.objects.filter(pk=batch.pk).update(forgotten_at=now)
    return rows
