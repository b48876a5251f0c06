"""One batch on its way into a store.

The rows go into a table nobody reads yet. The first batch of a store becomes its table; a later one is merged into it in one transaction.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pyarrow as pa
from django.db import transaction

from onewindow.domain.exchange.records import read_description
from onewindow.modules.exchange.records import tables
from onewindow.modules.exchange.records.columns import Checked, check
from onewindow.modules.exchange.records.errors import RowsRefused, StoreBusy
from onewindow.modules.exchange.records.files import ahead, pieces
from onewindow.modules.exchange.records.filling import Arrays, fill, physical
from onewindow.modules.exchange.records.loading import Loaded, LoadProgress, Source, told_of
from onewindow.modules.exchange.records.merging import Counts, compare, merge, twice
from onewindow.modules.exchange.records.models import RecordBatch, RecordStore
from onewindow.modules.exchange.records.refusals import Refusal, Refusals
from onewindow.modules.exchange.records.sealing import Box
from onewindow.plumbing import audit
from onewindow.plumbing.actors import Actor

_EXTRA = (tables.Field("n", "integer"), tables.Field("gone", "boolean"))


@dataclass(frozen=True, slots=True)
class _Ready:
    """A piece of a file as a table takes it, and what was refused of it."""

    arrays: Arrays
    rows: int
    refused: tuple[Refusal, ...]


class Load:
    """One batch on its way into a store."""

    def __init__(
        self, store: RecordStore, source: Source, progress: Callable[[LoadProgress], None] | None, actor: Actor, now: datetime
    ) -> None:
        self.store, self.source, self.progress, self.actor, self.now = store, source, progress, actor, now
        self.description = read_description(store.resource, store.description)
        self.layout = tables.layout_of(self.description)
        self.box = Box(bytes.fromhex(store.secret))

    def first(self, refusals: Refusals) -> Loaded:
        """Fill a table and make it the store's. Raises: IntegrityError where a key stands there twice."""
        table = tables.new_name(self.store.pk, self.now)
        with _removed_on_failure(table):
            tables.create(table, self.layout)
            rows = 0
            for ready in self._ready(refusals, _without_gone):
                fill(table, self.layout.fields, ready.arrays)
                rows += ready.rows
            with transaction.atomic():
                row = self._locked()
                tables.create_key(table, self.layout)
                self._require_right(refusals)
                tables.create_before(table, self.layout)
                row.table = table
                return self._written(row, Counts(rows, 0, 0), rows, refusals.rows)

    def later(self, refusals: Refusals, *, told: bool = False) -> Loaded:
        """Bring the batch to this connection's own table, then into the store's. `told`: what is wrong in it was passed on already."""
        stage = f"stage_{tables.new_name(self.store.pk, self.now)}"
        try:
            tables.create_stage(stage, self.layout)
            rows = 0
            for ready in self._ready(Refusals(None) if told else refusals):
                fill(stage, (*self.layout.fields, *_EXTRA), ready.arrays)
                rows += ready.rows
            double = twice(stage, self.layout)
            refusals.take(tuple(Refusal(number, self.description.keys[0].name, "twice") for number in double))
            self._require_right(refusals)
            if self.store.table:
                compare(self.store.table, stage, self.layout)
            with transaction.atomic():
                row = self._locked()
                if not row.table:
                    row.table = tables.new_name(row.pk, self.now)
                    tables.create(row.table, self.layout)
                    tables.create_key(row.table, self.layout)
                    tables.create_before(row.table, self.layout)
                    compare(row.table, stage, self.layout)
                counts = merge(row.table, stage, self.layout, row.batches + 1)
                return self._written(row, counts, rows - len(double), refusals.rows)
        finally:
            tables.drop(stage)
            tables.drop(f"{stage}_found")

    def _ready(self, refusals: Refusals, keep: Callable[[Checked], Checked] = lambda checked: checked) -> Iterator[_Ready]:
        """Give the pieces of the file as a table takes them. They are read, checked and sealed while the one before is put in."""
        source, rows = self.source, 0
        read = pieces(source.file, self.description, deletes=source.deletes, encoding=source.encoding)
        for ready in ahead(self._sealed(keep(check(piece, self.description, deletes=source.deletes))) for piece in read):
            refusals.take(ready.refused)
            yield ready
            rows += ready.rows
            if self.progress is not None:
                self.progress(LoadProgress(rows, refusals.rows))

    def _sealed(self, checked: Checked) -> _Ready:
        arrays = physical(checked.arrays, self.description, self.layout, self.box)
        arrays |= {"n": pa.array(checked.numbers, pa.int64()), "gone": pa.array(checked.gone)}
        return _Ready(arrays, len(checked.numbers), checked.refused)

    def _require_right(self, refusals: Refusals) -> None:
        first = refusals.first
        if first is not None and not refusals.passed_on:
            where = f"row {first.row}" + (f", {first.column}" if first.column else "")
            raise RowsRefused(file=self.source.name, count=refusals.rows, where=where, reason=first.reason)

    def _locked(self) -> RecordStore:
        """Return the store's row, which nobody else changes until the transaction ends. Raises: StoreBusy."""
        row = RecordStore.objects.select_for_update().get(pk=self.store.pk)
        if row.batches != self.store.batches or row.description != self.store.description:
            raise StoreBusy(resource=self.store.resource)
        return row

    def _written(self, row: RecordStore, counts: Counts, rows: int, refused: int) -> Loaded:
        row.batches += 1
        row.save(update_fields=["table", "batches"])
        batch = RecordBatch.objects.create(
            store=row,
            number=row.batches,
            name=self.source.name,
            content=self.source.content,
            deletes=self.source.deletes,
            at=self.now,
            loaded_by=self.actor.id,
            rows=rows,
            added=counts.added,
            changed=counts.changed,
            gone=counts.gone,
            refused=refused,
        )
        told = {"batch": batch.number, "rows": rows, "added": counts.added, "changed": counts.changed, "gone": counts.gone}
        audit.record(
            actor=self.actor, action="exchange.gather", subject_kind="resource", subject_id=row.resource, at=self.now, details=told
        )
        return told_of(batch)


def _without_gone(checked: Checked) -> Checked:
    """Return a piece without the records that are gone: where there is nothing yet, nothing goes."""
    if not checked.gone.any():
        return checked
    keep = pa.array(~checked.gone)
    kept = tuple(array.filter(keep) for array in checked.arrays)
    return replace(checked, arrays=kept, numbers=checked.numbers[~checked.gone], gone=np.zeros(len(kept[0]), bool))


@contextmanager
def _removed_on_failure(table: str) -> Iterator[None]:
    try:
        yield
    except BaseException:
        tables.drop(table)
        raise
