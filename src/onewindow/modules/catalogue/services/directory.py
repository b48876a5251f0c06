"""The directory: services that another platform lists, taken over without inventing what their rows do not say."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from onewindow.domain import events
from onewindow.modules.catalogue import models
from onewindow.modules.catalogue.directory.judge import Judged, judge
from onewindow.modules.catalogue.directory.rows import read_rows
from onewindow.plumbing import audit, outbox, permissions
from onewindow.plumbing.actors import Actor


@dataclass(frozen=True, slots=True)
class ImportRowReport:
    """What became of one row; `remarks` say how it was repaired, why it was refused, or what is worth knowing."""

    number: int
    place: str
    outcome: str
    code: str
    name: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """`added` and `changed` count directory entries; both are 0 where everything was known already."""

    source: str
    added: int
    changed: int
    accepted: int
    repaired: int
    refused: int
    rows: tuple[ImportRowReport, ...]


@transaction.atomic
def import_directory(*, name: str, content: bytes, actor: Actor, now: datetime) -> ImportReport:
    """Take over a file of service items (CSV or JSON): every row is accepted, repaired or refused, and the run is kept.

    Raises: Forbidden, ImportRefused where the file is broken; nothing is loaded then.
    """
    permissions.require(actor, "catalogue.load")
    judged = judge(read_rows(name=name, content=content))
    added, changed = _save(judged, source=name, now=now)
    its_digest = hashlib.sha256(content).hexdigest()
    latest = models.ImportRun.objects.order_by("-imported_at").first()
    if added or changed or latest is None or latest.digest != its_digest:
        _keep_run(judged, name=name, digest=its_digest, changed=added + changed, actor=actor, now=now)
    outcomes = Counter(row.outcome for row in judged)
    return ImportReport(
        source=name,
        added=added,
        changed=changed,
        accepted=outcomes["accepted"],
        repaired=outcomes["repaired"],
        refused=outcomes["refused"],
        rows=tuple(_row_report(row) for row in judged),
    )


def _save(judged: Sequence[Judged], *, source: str, now: datetime) -> tuple[int, int]:
    """Insert new entries and update those that differ; return how many of each."""
    known = {row.code: row for row in models.DirectoryEntry.objects.all()}
    new, edited = [], []
    for one in judged:
        if one.entry is None:
            continue
        repairs = [{"code": remark.code, "sentence": remark.sentence} for remark in one.remarks if remark.kind == "repair"]
        row = known.get(one.entry.code)
        if row is not None and row.row_digest == one.entry.digest:
            continue
        values: Mapping[str, object] = {
            **asdict(one.entry),
            "source": source,
            "row_digest": one.entry.digest,
            "repairs": repairs,
            "imported_at": now,
        }
        if row is None:
            new.append(models.DirectoryEntry(**values))
            continue
        for field, value in values.items():
            setattr(row, field, value)
        edited.append(row)
    models.DirectoryEntry.objects.bulk_create(new, batch_size=500)
    if edited:
        fields = [field.name for field in models.DirectoryEntry._meta.concrete_fields if field.name not in {"id", "code", "completed_into"}]
        models.DirectoryEntry.objects.bulk_update(edited, fields, batch_size=200)
    return len(new), len(edited)


def _keep_run(judged: Sequence[Judged], *, name: str, digest: str, changed: int, actor: Actor, now: datetime) -> None:
    run = models.ImportRun.objects.create(source=name, digest=digest, imported_at=now, imported_by=actor.id, changed=changed)
    models.ImportRow.objects.bulk_create(
        (
            models.ImportRow(
                run=run,
                number=one.row.number,
                outcome=one.outcome,
                code=one.row.code[:120],
                name=one.row.name[:500],
                remarks=[{"kind": remark.kind, "code": remark.code, "sentence": remark.sentence} for remark in one.remarks],
            )
            for one in judged
        ),
        batch_size=500,
    )
    audit.record(actor=actor, action="catalogue.import", subject_kind="import", subject_id=run.id, at=now)
    outbox.record(events.DirectoryImported(run_id=run.id, at=now), at=now)


def _row_report(one: Judged) -> ImportRowReport:
    return ImportRowReport(
        number=one.row.number,
        place=one.row.place,
        outcome=one.outcome,
        code=one.entry.code if one.entry else one.row.code,
        name=one.entry.name if one.entry else one.row.name,
        remarks=tuple(remark.sentence for remark in one.remarks),
    )
