"""Exports of the queue: those of their owner, the file of one, and the rows that go into it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from onewindow.domain.errors import NotFound
from onewindow.modules.cases import models
from onewindow.modules.cases.selectors import choosing, inbox, looks, scope, turns
from onewindow.modules.cases.selectors.documents import Document
from onewindow.modules.cases.selectors.rows import InboxFilter, InboxRow
from onewindow.plumbing import accesses, clock, files, permissions
from onewindow.plumbing.actors import Actor

BATCH = 200
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One export. `state`: waiting, making, ready or failed; `rows` of `total` are written. Unit: size in bytes."""

    id: UUID
    state: str
    rows: int
    total: int | None
    size: int
    asked_at: datetime
    until: datetime
    failure: str


@dataclass(frozen=True, slots=True)
class Exported:
    """What goes into an export. Shape: `batches` gives up to 200 rows at a time, each look written down before they are given."""

    total: int
    more: bool
    """Whether the queue goes on behind them."""
    batches: Iterator[list[InboxRow]]


def exports(*, actor: Actor, now: datetime) -> tuple[ExportRow, ...]:
    """Return one's own exports at the desk where one works now, newest first."""
    found = scope.exports(actor).filter(until__gt=now).order_by("-asked_at")[:50]
    return tuple(_shown(row) for row in found)


def export_file(*, export_id: UUID, actor: Actor, now: datetime) -> Document:
    """Open the file of one's own export. Raises: Forbidden, NotFound."""
    permissions.require(actor, "cases.desk")
    row = scope.exports(actor).filter(pk=export_id, state="ready", until__gt=now).first()
    if row is None or row.file is None:
        raise NotFound(kind="export", id=export_id)
    known = files.details(row.file)
    # Who stands in it was told when it was made; that it was taken along is told once more, without naming them again.
    accesses.read(actor=actor, what="cases.export-file", subject_kind="export", subject_id=row.pk, persons=(), purpose="queue", at=now)
    return Document(known.name, MEDIA_TYPE, known.size, files.open(row.file))


def exported(*, actor: Actor, filter: InboxFilter, most: int, now: datetime) -> Exported:  # noqa: A002  (as in inbox)
    """Return the first so many rows of a queue as its reader sees them, to be written into a table. Raises: Forbidden."""
    permissions.require(actor, "cases.desk")
    today, view = clock.local_date(now), filter.view if filter.view in turns.VIEWS else "mine"
    narrow = partial(inbox.narrowed, filter, actor)
    keys = choosing.chosen(actor, replace(filter, view=view, page=1, size=most + 1), narrow, today).keys
    total = min(len(keys), most)

    def batches() -> Iterator[list[InboxRow]]:
        for first in range(0, total, BATCH):
            part = keys[first : min(first + BATCH, total)]
            steps = scope.fitting(narrow(scope.steps(actor, {case_id for case_id, _ in part})), turns.of_view(view, actor, today))
            rows, shown = inbox.rows_of(steps, part, today, mine=view in turns.OWN_TURN)
            looks.at_list(shown, what="cases.export", purpose="queue", details={"view": view}, actor=actor, now=now)
            yield rows

    return Exported(total, len(keys) > most, batches())


def _shown(row: models.QueueExport) -> ExportRow:
    size = files.details(row.file).size if row.file else 0
    return ExportRow(row.pk, row.state, row.rows, row.total, size, row.asked_at, row.until, row.failure)
