"""Taking the queue along as a table: asked for at the desk, made by the worker, removed after a day."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q

from onewindow.domain import events
from onewindow.domain.errors import DomainError, NotFound
from onewindow.modules.cases import models, sheet
from onewindow.modules.cases.desk_errors import ExportsWaiting
from onewindow.modules.cases.selectors import scope
from onewindow.modules.cases.selectors.exported import exported
from onewindow.modules.cases.selectors.rows import InboxFilter
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import audit, clock, files, outbox, permissions, text
from onewindow.plumbing.actors import Actor

if TYPE_CHECKING:
    from onewindow.plumbing.tables import Table

KEPT_FOR = timedelta(hours=24)
MOST_ROWS = 50_000
MOST_WAITING = 3
KEPT_AS = "application/octet-stream"
"""What it is among the files: nothing that anybody opens there."""
STUCK_AFTER = timedelta(minutes=10)
"""A worker that took an export and has not ended it by then has died over it."""
ATTEMPTS = 3
LANGUAGES = ("zh", "en", "ru")

_log = structlog.get_logger("onewindow.cases")


@transaction.atomic
def ask_export(*, filter: InboxFilter, language: str = "zh", actor: Actor, now: datetime) -> UUID:  # noqa: A002  (as in inbox)
    """Ask for the queue as a table and return the export's id; the worker makes it.

    Raises: Forbidden, ExportsWaiting.
    """
    permissions.require(actor, "cases.desk")
    unfinished = models.QueueExport.objects.filter(owner=actor.known_id, state__in=("waiting", "making"), until__gt=now)
    if unfinished.count() >= MOST_WAITING:
        raise ExportsWaiting(count=MOST_WAITING)
    kept = {key: value for key, value in asdict(filter).items() if key not in {"page", "size"}}
    row = models.QueueExport.objects.create(
        owner=actor.known_id,
        organisation=actor.organisation or "",
        asked={"filter": kept, "language": language if language in LANGUAGES else "zh"},
        state="waiting",
        asked_at=now,
        until=now + KEPT_FOR,
    )
    audit.record(actor=actor, action="cases.ask-export", subject_kind="export", subject_id=row.pk, at=now, details={"view": filter.view})
    outbox.record(events.QueueExportAsked(export_id=row.pk, at=now), at=now)
    return row.pk


@transaction.atomic
def remove_export(*, export_id: UUID, actor: Actor, now: datetime) -> None:
    """Remove one's own export before its time. Raises: Forbidden, NotFound."""
    permissions.require(actor, "cases.desk")
    row = scope.exports(actor).filter(pk=export_id).first()
    if row is None:
        raise NotFound(kind="export", id=export_id)
    audit.record(actor=actor, action="cases.remove-export", subject_kind="export", subject_id=row.pk, at=now)
    _remove(row)


def make_export(*, export_id: UUID, actor: Actor, now: datetime) -> None:
    """Make the file of an export. Safe to repeat: what is made, or is being made, is left alone. Raises: Forbidden.

    Called outside a transaction: reading thousands of rows must not hold the lock of a writer.
    """
    permissions.require(actor, "cases.make-export")
    row = _taken(export_id, now)
    if row is None:
        return
    try:
        reader = identity.actor_of(row.owner)
        if reader.organisation != row.organisation:
            raise NotFound(kind="export", id=export_id)
        content = _written(row, reader, now)
    except DomainError as error:
        _of(row).update(state="failed", failure=error.code)
        _log.warning("export refused", export=str(export_id), code=error.code)
        return
    with transaction.atomic():
        name = f"{text.localised(sheet.NAME, row.asked['language'])}-{clock.local_date(row.asked_at).isoformat()}.xlsx"
        # Made by ourselves: there is nothing in it to be judged.
        made = files.Examined(content, name, KEPT_AS, hashlib.sha256(content).hexdigest())
        stored = files.keep(made, owner=reader, now=now)
        if not _of(row).update(state="ready", file=stored.id):
            files.forget([stored.id])  # removed meanwhile


def exports_to_make(*, actor: Actor, now: datetime) -> tuple[UUID, ...]:
    """Return what waits to be made, and what a worker has died over. Raises: Forbidden."""
    permissions.require(actor, "cases.make-export")
    return tuple(models.QueueExport.objects.filter(_free(now), until__gt=now).order_by("asked_at").values_list("pk", flat=True)[:20])


@transaction.atomic
def expire_exports(*, actor: Actor, now: datetime) -> int:
    """Remove the exports whose time is over, with their files, and tell how many. Raises: Forbidden."""
    permissions.require(actor, "cases.make-export")
    rows = list(models.QueueExport.objects.filter(until__lte=now)[:500])
    for row in rows:
        _remove(row)
    return len(rows)


def _remove(row: models.QueueExport) -> None:
    if row.file is not None:
        files.forget([row.file])
    row.delete()


def _free(now: datetime) -> Q:
    return Q(state="waiting") | Q(state="making", began_at__lt=now - STUCK_AFTER)


def _of(row: models.QueueExport) -> Any:
    """The row while it is ours: whoever takes it anew begins another attempt."""
    return models.QueueExport.objects.filter(pk=row.pk, state="making", attempts=row.attempts)


@transaction.atomic
def _taken(export_id: UUID, now: datetime) -> models.QueueExport | None:
    """Take an export into work, or None where another worker has it or it is over."""
    row = models.QueueExport.objects.select_for_update().filter(_free(now), pk=export_id, until__gt=now).first()
    if row is None:
        return None
    row.attempts += 1
    row.state, row.began_at, row.rows, row.total = "making", now, 0, None
    if row.attempts > ATTEMPTS:
        row.state, row.failure = "failed", "given-up"
    row.save()
    return row if row.state == "making" else None


def _written(row: models.QueueExport, reader: Actor, now: datetime) -> bytes:
    """Write the table and return its bytes; how far it is, its owner can see."""
    asked: Mapping[str, Any] = row.asked
    language = asked["language"]
    found = exported(actor=reader, filter=InboxFilter.of(asked["filter"]), most=MOST_ROWS, now=now)
    table = _table(language)
    for batch in found.batches:
        table.add(sheet.line(item, language) for item in batch)
        _of(row).update(rows=table.rows, total=found.total)
    if found.more:
        table.add([[text.localised(sheet.MORE, language).format(rows=table.rows)]])
    return table.finished()


def _table(language: str) -> "Table":
    """Begin a table. What writes it is loaded with the first one: it brings NumPy along, half a second of every other process's start."""
    writing: type[Table] = import_module("onewindow.plumbing.tables").Table
    return writing(name=text.localised(sheet.NAME, language), columns=sheet.columns(language))
