"""The log of questions as files: exported for others, archived by the clock, removed from the database by rule, and checked."""

import base64
import gzip
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import transaction

from onewindow.domain.exchange import verify
from onewindow.modules.exchange import authority
from onewindow.modules.exchange.errors import ArchiveChanged, LogNotWritten
from onewindow.modules.exchange.live import PARTS, archive_folder, batch_of
from onewindow.modules.exchange.messages import signing_key
from onewindow.modules.exchange.models import Query, Stamp
from onewindow.modules.exchange.stamps import head_of
from onewindow.plumbing import audit, clock, permissions
from onewindow.plumbing.actors import Actor

AT_MOST, BATCHES = 50_000, 1_000
"""Exchanges and batches of one segment; a batch is never cut."""


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in files now. `waiting`: exchanges without a stamp, which no file holds yet."""

    folder: Path
    exchanges: int
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Purged:
    """What was removed from the database: exchanges, and how many segments of the archive hold them."""

    exchanges: int
    segments: int


def export_log(*, folder: Path, actor: Actor, now: datetime) -> Written:
    """Write all that is stamped, with the public key and the roots, for others to check.

    Raises: Forbidden, LogNotWritten, StampFailed where the roots cannot be read.
    """
    permissions.require(actor, "exchange.log")
    if verify.segments(folder):
        raise LogNotWritten(folder=folder, what="there is a log already; name an empty folder")
    purged = Stamp.objects.exclude(purged_at=None).count()
    try:
        _write_keys(folder)
        for path in verify.segments(archive_folder()) if purged else ():
            if int(path.name.partition(".")[0]) <= purged:
                shutil.copyfile(path, folder / "segments" / path.name)
        for stamps in _segments(list(Stamp.objects.filter(purged_at=None).order_by("number"))):
            _write(folder, stamps)
    except OSError as error:
        raise LogNotWritten(folder=folder, what=str(error.strerror)) from error
    audit.record(actor=actor, action="exchange.export", subject_kind="exchange-log", subject_id=purged, at=now)
    newest = Stamp.objects.order_by("-number").first()
    waiting = Query.objects.filter(stamp=None).exclude(request=b"").count()
    return Written(folder, newest.first + newest.size if newest else 0, waiting)


def archive_log(*, actor: Actor, now: datetime) -> Written:
    """Write what is stamped and not archived yet into the installation's home, read it again, and only then call it archived.

    Raises: Forbidden, LogNotWritten, StampFailed where the roots cannot be read.
    """
    permissions.require(actor, "exchange.log")
    folder, archived = archive_folder(), 0
    waiting = list(Stamp.objects.filter(archived_at=None).order_by("number"))
    try:
        if waiting:
            _write_keys(folder)
        for stamps in _segments(waiting):
            path = _write(folder, stamps)
            _check_segment(path, stamps)
            archived += _call_archived(path, stamps, actor, now)
    except OSError as error:
        raise LogNotWritten(folder=folder, what=str(error.strerror)) from error
    except (verify.Changed, verify.Unreadable) as error:
        raise LogNotWritten(folder=folder, what=str(error)) from error
    return Written(folder, archived)


@transaction.atomic
def _call_archived(path: Path, stamps: Sequence[Stamp], actor: Actor, now: datetime) -> int:
    Stamp.objects.filter(pk__in=[stamp.pk for stamp in stamps]).update(archived_at=now)
    _tell("exchange.archive", path, stamps, actor, now)
    return sum(stamp.size for stamp in stamps)


def purge_log(*, actor: Actor, now: datetime) -> Purged:
    """Remove from the database what the rule lets go: whole segments, archived, and checked once more just before.

    Raises: Forbidden, ArchiveChanged, StampFailed where the roots cannot be read.
    """
    permissions.require(actor, "exchange.log")
    limit, removed, count = now - timedelta(days=life_days(clock.local_date(now))), 0, 0
    for path, stamps in _archived():
        if stamps[-1].at >= limit:
            break
        try:
            _check_segment(path, stamps)
        except (verify.Changed, verify.Unreadable) as error:
            raise ArchiveChanged(segment=path.name, what=error) from error
        removed += _remove(path, stamps, actor, now)
        count += 1
    return Purged(removed, count)


@transaction.atomic
def _remove(path: Path, stamps: Sequence[Stamp], actor: Actor, now: datetime) -> int:
    numbers = [stamp.pk for stamp in stamps]
    removed, _ = Query.objects.filter(stamp_id__gte=numbers[0], stamp_id__lte=numbers[-1]).delete()
    Stamp.objects.filter(pk__in=numbers).update(purged_at=now)
    _tell("exchange.purge", path, stamps, actor, now)
    return removed


def _archived() -> Iterator[tuple[Path, list[Stamp]]]:
    """Yield the segments of the archive that the database still holds too, with their stamps, oldest first."""
    known = {int(path.name.partition(".")[0]): path for path in verify.segments(archive_folder())}
    stamps = list(Stamp.objects.filter(purged_at=None).exclude(archived_at=None).defer("token").order_by("number"))
    if not stamps:
        return
    if stamps[0].number not in known:
        raise ArchiveChanged(segment=f"{stamps[0].number:09}.jsonl.gz", what="it is not there")
    starts = [place for place, stamp in enumerate(stamps) if stamp.number in known]
    for start, end in zip(starts, [*starts[1:], len(stamps)], strict=True):
        yield known[stamps[start].number], stamps[start:end]


def life_days(day: date) -> int:
    """Return how long archived questions stay in the database (settings: ONEWINDOW_EXCHANGE_LIFE, dated rows)."""
    rows = sorted((date.fromisoformat(str(row["from"])), int(row["days"])) for row in settings.ONEWINDOW_EXCHANGE_LIFE)
    begun = [days for since, days in rows if since <= day]
    return begun[-1] if begun else rows[0][1]


def _segments(stamps: Sequence[Stamp]) -> Iterator[list[Stamp]]:
    part: list[Stamp] = []
    size = 0
    for stamp in stamps:
        if part and (size + stamp.size > AT_MOST or len(part) == BATCHES):
            yield part
            part, size = [], 0
        part.append(stamp)
        size += stamp.size
    if part:
        yield part


def _write(folder: Path, stamps: Sequence[Stamp]) -> Path:
    """Write one segment whole or not at all."""
    path = folder / "segments" / f"{stamps[0].number:09}.jsonl.gz"
    own = path.with_suffix(f".{os.getpid()}.part")
    try:
        with own.open("wb") as raw:
            with gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0, compresslevel=6) as file:
                for stamp in stamps:
                    _write_batch(file, stamp)
            raw.flush()
            os.fsync(raw.fileno())
        own.replace(path)
    finally:
        with suppress(OSError):
            own.unlink()
    return path


def _write_batch(file: gzip.GzipFile, stamp: Stamp) -> None:
    batch = batch_of(stamp)
    told = {"v": 1, "stamp": batch.stamp, "first": batch.first, "size": batch.size, "root": batch.root.hex(), "before": batch.before.hex()}
    file.write(_line({**told, "token": base64.b64encode(batch.token).decode()}))
    rows = Query.objects.filter(stamp=stamp).order_by("number").values_list(*PARTS)
    for request, request_signature, response, response_signature in rows.iterator(chunk_size=2000):
        exchange = {
            "request": bytes(request).decode(errors="replace"),  # what is no text was changed, and its signature tells
            "request_signature": base64.b64encode(request_signature).decode(),
            "response": bytes(response).decode(errors="replace"),
            "response_signature": base64.b64encode(response_signature).decode(),
        }
        file.write(_line(exchange))


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _write_keys(folder: Path) -> None:
    (folder / "segments").mkdir(parents=True, exist_ok=True)
    public = signing_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "key.pem").write_bytes(public)
    (folder / "roots.pem").write_bytes(b"".join(root.public_bytes(Encoding.PEM) for root in authority.roots()))


def _check_segment(path: Path, stamps: Sequence[Stamp]) -> None:
    """Check a segment by itself, and that it holds just these stamps. Raises: Changed, Unreadable."""
    first, last = stamps[0], stamps[-1]
    checker = verify.Checker(
        signing_key().public_key(), authority.roots(), stamp=first.number - 1, exchanges=first.first, head=bytes(first.before)
    )
    for batch, exchanges in verify.batches(path):
        checker.check(batch, exchanges)
    if checker.head != sha256(head_of(last)).digest():
        raise verify.Changed("it does not end where the database says")


def _tell(action: str, path: Path, stamps: Sequence[Stamp], actor: Actor, now: datetime) -> None:
    with path.open("rb") as file:
        digest = sha256()
        while part := file.read(1 << 20):
            digest.update(part)
    details = {
        "stamps": [stamps[0].number, stamps[-1].number],
        "exchanges": sum(stamp.size for stamp in stamps),
        "sha256": digest.hexdigest(),
    }
    audit.record(actor=actor, action=action, subject_kind="exchange-log", subject_id=path.name, at=now, details=details)
