"""Keeping files and giving them back."""

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, cast
from uuid import UUID

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet

from onewindow.domain.errors import NotFound
from onewindow.plumbing import audit, models
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.files import sealed
from onewindow.plumbing.files.judge import clean, judge, name_of_type, plain_name
from onewindow.plumbing.files.refusals import FileRefused
from onewindow.plumbing.files.storage import ContentStorage
from onewindow.plumbing.sealing import keys

_log = structlog.get_logger("onewindow.files")
YOUNG = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What is known of a kept file. Unit: size in bytes."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    stored_at: datetime


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that was judged, as it will be kept, with the hash of what was given."""

    content: bytes
    name: str
    media_type: str
    original_sha256: str


def examine(*, content: bytes, name: str, media_type: str) -> Examined:
    """Judge a file and make what is kept of it. It takes as long as the file wants: call it before the transaction.

    Shape: `media_type` is what the sender says; the content decides.  Raises: FileRefused and its kinds.
    """
    called = plain_name(name)
    try:
        found = judge(content=content, name=called, said=media_type)
        kept = clean(content=content, media_type=found, name=called)
    except FileRefused as refused:
        # One hash seen again and again is somebody who tries; the name may be a person's and is not told.
        _log.warning("file refused", code=refused.code, size=len(content), sha256=hashlib.sha256(content).hexdigest())
        raise
    return Examined(kept, name_of_type(called, found), found, hashlib.sha256(content).hexdigest())


def keep(examined: Examined, *, owner: Actor, now: datetime) -> StoredFile:
    """Keep an examined file: durable on disk first, then its row in the caller's transaction."""
    digest = hashlib.sha256(examined.content).hexdigest()
    place = sealed.place_of(digest)
    default_storage.save(_path(place), ContentFile(examined.content))
    row = models.StoredFile.objects.create(
        place=place,
        key=keys.ring().newest.number,
        sha256=digest,
        size=len(examined.content),
        media_type=examined.media_type,
        name=examined.name,
        owner_kind=owner.kind,
        owner_id=owner.id,
        stored_at=now,
    )
    if digest != examined.original_sha256:
        # The picture was drawn anew; whoever holds the original can still show that it is the one that was given.
        details = {"original_sha256": examined.original_sha256, "sha256": digest}
        audit.record(actor=owner, action="files.redraw", subject_kind="file", subject_id=row.id, at=now, details=details)
    return _frozen(row)


def store(*, content: bytes, name: str, media_type: str, owner: Actor, now: datetime) -> StoredFile:
    """Examine a file and keep it, in one. Raises: FileRefused and its kinds."""
    return keep(examine(content=content, name=name, media_type=media_type), owner=owner, now=now)


def details(file_id: UUID) -> StoredFile:
    """Return what is known of a file. Who may see it is the caller's question. Raises: NotFound."""
    return _frozen(_row(file_id))


def open(file_id: UUID) -> BinaryIO:  # noqa: A001  (files.open reads well)
    """Open the content for reading. Who may see it is the caller's question. Raises: NotFound."""
    row = _row(file_id)
    try:
        return cast("BinaryIO", default_storage.open(_path(row.place), "rb"))
    except FileNotFoundError:
        return cast("BinaryIO", default_storage.open(_path(_row(file_id).place), "rb"))  # it was sealed at this very moment


def forget(file_ids: Iterable[UUID]) -> int:
    """Remove the rows of files in the caller's transaction; their contents go with the next sweep where no other row names them."""
    return models.StoredFile.objects.filter(pk__in=list(file_ids)).delete()[0]


def sweep(*, now: datetime) -> int:
    """Remove contents that no row names and that are older than a day, and tell how many.

    `now` is the job's; age is judged by the disk's own clock, which stamped the files.
    """
    del now
    storage = cast("ContentStorage", default_storage)
    root = Path(storage.location)
    old = time.time() - YOUNG.total_seconds()
    removed = 0
    for folder in sorted(root.glob("??/??")) if root.exists() else []:
        here = [path for path in folder.iterdir() if path.stat().st_mtime < old]
        named = set(models.StoredFile.objects.filter(place__in=[path.name for path in here]).values_list("place", flat=True))
        for path in here:
            if path.name not in named:
                removed += _remove_if_still_old(storage, path, old)
    return removed


def seal_older(*, most: int = 500) -> int:
    """Seal anew what lies on disk in the clear or under an older data key, up to so many files, and tell how many."""
    newest = keys.ring().newest.number
    places = list(dict.fromkeys(_older(newest).values_list("place", flat=True)[:most]))
    for place in places:
        if models.StoredFile.objects.filter(place=place, key=None).exists():
            _seal(place, newest)
        else:
            cast("ContentStorage", default_storage).write_anew(_path(place))
            models.StoredFile.objects.filter(place=place).update(key=newest)
    return len(places)


def unsealed() -> int:
    """Tell how many files lie in the clear or under an older data key."""
    return _older(keys.ring().newest.number).values("place").distinct().count()


def _older(newest: int) -> QuerySet[models.StoredFile]:
    return models.StoredFile.objects.filter(Q(key=None) | Q(key__lt=newest))


def _seal(old: str, newest: int) -> None:
    """Seal a file from before: beside, under its new name; then its rows; then the old one goes."""
    place = sealed.place_of(old)
    with default_storage.open(_path(old), "rb") as file:
        default_storage.save(_path(place), ContentFile(file.read()))
    models.StoredFile.objects.filter(place=old).update(place=place, key=newest)
    default_storage.delete(_path(old))


def _remove_if_still_old(storage: ContentStorage, path: Path, old: float) -> int:
    with storage.held(exclusive=True):
        if path.exists() and path.stat().st_mtime < old:
            path.unlink()
            return 1
    return 0


def _row(file_id: UUID) -> models.StoredFile:
    row = models.StoredFile.objects.filter(pk=file_id).first()
    if row is None:
        raise NotFound(kind="file", id=file_id)
    return row


def _path(place: str) -> str:
    return f"{place[:2]}/{place[2:4]}/{place}"


def _frozen(row: models.StoredFile) -> StoredFile:
    return StoredFile(row.id, row.name, row.media_type, row.size, row.sha256, row.stored_at)
