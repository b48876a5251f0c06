"""Loading a file into a store: whole or not at all, once, and seen by nobody before it is done."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError

from onewindow.modules.exchange.records import tables
from onewindow.modules.exchange.records.errors import NoStore
from onewindow.modules.exchange.records.models import RecordBatch, RecordStore
from onewindow.modules.exchange.records.refusals import Refusal, Refusals
from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor


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
    from onewindow.modules.exchange.records.batches import Load  # with Arrow, which takes a third of a second: here alone

    permissions.require(actor, "exchange.load", resource)
    store = RecordStore.objects.filter(resource=resource).first()
    if store is None:
        raise NoStore(resource=resource)
    source = Source(file, (name or file.name)[:200], _content(file), deletes, encoding)
    known = RecordBatch.objects.filter(store=store, name=source.name, content=source.content, deletes=deletes).first()
    if known is not None:
        return told_of(known, known_at=known.at)
    load = Load(store, source, progress, actor, now)
    tables.remove_left_over(store.pk, store.table, now)
    refusals = Refusals(refuse)
    if store.table or deletes:
        return load.later(refusals)
    try:
        return load.first(refusals)
    except IntegrityError:  # a key stands there twice: with the numbers of the rows it is told which
        return load.later(refusals, told=True)


def told_of(batch: RecordBatch, known_at: datetime | None = None) -> Loaded:
    """Return what a batch did."""
    same = 0 if batch.deletes else batch.rows - batch.added - batch.changed - batch.gone
    return Loaded(batch.number, batch.rows, batch.added, batch.changed, same, batch.gone, batch.refused, known_at)


def _content(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, lambda: hashlib.blake2b(digest_size=32)).hexdigest()
