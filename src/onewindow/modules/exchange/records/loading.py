"""Loading a file into a store: whole or not at all, once, and seen by nobody before it is done.

The rows go into a table nobody reads yet. The first batch of a store becomes its table; a later one is merged into it in one transaction.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
from django.db import IntegrityError, transaction

from onewindow.domain.exchange.records import read_description
from onewindow.modules.exchange.records import tables
from onewindow.modules.exchange.records.columns import Checked, Refusal, check
from onewindow.modules.exchange.records.errors import NoStore, RowsRefused, StoreBusy
from onewindow.modules.exchange.records.files import ahead, pieces
from onewindow.modules.exchange.records.merging import Counts, compare, merge, twice
from onewindow.modules.exchange.records.models import RecordBatch, RecordStore
from onewindow.modules.exchange.records.sealing import Box, physical
from onewindow.plumbing import audit, permissions
from onewindow.plumbing.actors import Actor

_EXTRA = (tables.Field("n", "integer"), tables.Field("gone", "boolean"))


@dataclass(frozen=True, slots=True)
class LoadProgress:
    """How far a load has come.  Unit: rows."""

    rows: int
    refused: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a batch did. `same`: records that were as it says already; `known_at`: it was loaded then, and nothing was done now."""

    number: int
    rows: int
    added: int
    changed: int
    same: int
    gone: int
    refused: int
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it is to be loaded."""

    file: Path
    name: str
    content: str
    deletes: bool
    encoding: str


@dataclass(frozen=True, slots=True)
class _Ready:
    """A piece of a file as a table takes it, and what was refused of it."""

    arrays: tables.Arrays
    rows: int
    refused: tuple[Refusal, ...]


class _Refusals:
    """Passes on what is refused, and counts the rows."""

    def __init__(self, refuse: Callable[[Refusal], None] | None) -> None:
        self.rows = 0
        self.first: Refusal | None = None
        self.passed_on = refuse is not None
        self._refuse = refuse

    def take(self, refused: tuple[Refusal, ...]) -> None:
        for refusal in refused:
            self.first = self.first or refusal
            if self._refuse is not None:
                self._refuse(refusal)
        self.rows += len({refusal.row for refusal in refused})


def load_records(
    *,
    resource: str,
    file: Path,
    name: str = "",
    deletes: bool = False,
    encoding: str = "utf-8",
    refuse: Callable[[Refusal], None] | None = None,
    progress: Callable[[LoadProgress], None] | None = None,
    actor: Actor,
    now: datetime,
) -> Loaded:
    """Load a file into the store of a resource. The same content under the same name a second time changes nothing.

    `name`: of the batch, else the file's. `deletes`: the file names keys of records that are gone. `refuse` is told of every wrong row, and
    the others are loaded; without it one wrong row keeps all out. Call it outside transactions.
    Raises: Forbidden, NoStore, FileRefused, RowsRefused, StoreBusy.
    """
    permissions.require(actor, "exchange.load", resource)
    store = RecordStore.objects.filter(resource=resource).first()
    if store is None:
        raise NoStore(resource=resource)
    source = Source(file, (name or file.name)[:200], _content(file), deletes, encoding)
    known = RecordBatch.objects.filter(store=store, name=source.name, content=source.content, deletes=deletes).first()
    if known is not None:
        return _told(known, known_at=known.at)
    load = _Load(store, source, progress, actor, now)
    tables.remove_left_over(store.pk, store.table, now)
    refusals = _Refusals(refuse)
    if store.table or deletes:
        return load.later(refusals)
    try:
        return load.first(refusals)
    except IntegrityError:  # a key stands there twice: with the numbers of the rows it is told which
        return load.later(refusals, told=True)


class _Load:
    """One batch on its way into a store."""

    def __init__(
        self, store: RecordStore, source: Source, progress: Callable[[LoadProgress], None] | None, actor: Actor, now: datetime
    ) -> None:
        self.store, self.source, self.progress, self.actor, self.now = store, source, progress, actor, now
        self.description = read_description(store.resource, store.description)
        self.layout = tables.layout_of(self.description)
        self.box = Box(bytes.fromhex(store.secret))

    def first(self, refusals: _Refusals) -> Loaded:
        """Fill a table and make it the store's. Raises: IntegrityError where a key stands there twice."""
        table = tables.new_name(self.store.pk, self.now)
        with _removed_on_failure(table):
            tables.create(table, self.layout)
            rows = 0
            for ready in self._ready(refusals, _without_gone):
                tables.fill(table, self.layout.fields, ready.arrays)
                rows += ready.rows
            with transaction.atomic():
                row = self._locked()
                tables.create_key(table, self.layout)
                self._require_right(refusals)
                tables.create_before(table, self.layout)
                row.table = table
                return self._written(row, Counts(rows, 0, 0), rows, refusals.rows)

    def later(self, refusals: _Refusals, *, told: bool = False) -> Loaded:
        """Bring the batch to this connection's own table, then into the store's. `told`: what is wrong in it was passed on already."""
        stage = f"stage_{tables.new_name(self.store.pk, self.now)}"
        try:
            tables.create_stage(stage, self.layout)
            rows = 0
            for ready in self._ready(_Refusals(None) if told else refusals):
                tables.fill(stage, (*self.layout.fields, *_EXTRA), ready.arrays)
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

    def _ready(self, refusals: _Refusals, keep: Callable[[Checked], Checked] = lambda checked: checked) -> Iterator[_Ready]:
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

    def _require_right(self, refusals: _Refusals) -> None:
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
        return _told(batch)


def _told(batch: RecordBatch, known_at: datetime | None = None) -> Loaded:
    same = 0 if batch.deletes else batch.rows - batch.added - batch.changed - batch.gone
    return Loaded(batch.number, batch.rows, batch.added, batch.changed, same, batch.gone, batch.refused, known_at)


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


def _content(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, lambda: hashlib.blake2b(digest_size=32)).hexdigest()
