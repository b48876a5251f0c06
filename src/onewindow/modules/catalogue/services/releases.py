"""New releases: files loaded whole, or one object published; an error loads nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from onewindow.domain import events
from onewindow.domain.catalogue import CatalogueRefused, Loaded, Warning_, read_catalogue
from onewindow.domain.catalogue.check import untranslated
from onewindow.domain.catalogue.documents import FORMAT, KINDS, Documents, canonical, digest, kind_of, require_storable
from onewindow.domain.catalogue.text import parse
from onewindow.domain.errors import DomainError
from onewindow.modules.catalogue import models, selectors
from onewindow.modules.identity.services import save_organisations
from onewindow.plumbing import audit, outbox, permissions
from onewindow.plumbing.actors import Actor

File = tuple[str, str | bytes]


class StaleEdit(DomainError):
    """Somebody published another version in the meantime."""

    code = "stale-edit"
    template = "“{key}” was changed in release {release} after you began. Look at the new version and make your change again."
    status = 409


@dataclass(frozen=True, slots=True)
class ReleaseInfo:
    """What a load or publication led to; `changed` is False where the catalogue already said the same."""

    number: int
    digest: str
    changed: bool
    objects: int
    warnings: tuple[Warning_, ...] = ()


@transaction.atomic
def load_catalogue(*, files: Sequence[File], actor: Actor, now: datetime, note: str = "", replace: bool = False) -> ReleaseInfo:
    """Load files as (name, content): their objects are added or replaced; with `replace` all others end.

    Raises: Forbidden, CatalogueRefused with every problem of the catalogue as it would be.
    """
    permissions.require(actor, "catalogue.load")
    number, current = _current()
    given = _ids(files) if current else set()
    kept = {} if replace else {key: document for key, document in current.items() if key not in given}
    loaded = read_catalogue([*files, *_as_rest(kept, number)])
    return _release(loaded=loaded, number=number, current=current, actor=actor, now=now, note=note)


@transaction.atomic
def publish(
    *,
    kind: str,
    document: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    note: str = "",
    based_on: int | None = None,
    completes: str | None = None,
) -> ReleaseInfo:
    """Publish one new or edited object; the whole catalogue is checked with it. `completes`: the code of the directory entry it is made of.

    Raises: Forbidden, StaleEdit, CatalogueRefused.
    """
    permissions.require(actor, "catalogue.publish", (kind, document.get("id")))
    kind = kind_of(kind)
    key = str(document.get("id", ""))
    number, current = _current()
    require_fresh(kind, key, based_on)
    info = _joined({(kind, key): document}, number=number, current=current, actor=actor, now=now, note=note or f"{kind}/{key}")
    models.DraftObject.objects.filter(kind=kind, key=key, author=selectors.author_of(actor)).delete()
    if completes is not None:
        models.DirectoryEntry.objects.filter(code=completes).update(completed_into=key)
    return info


@transaction.atomic
def publish_resource(
    *, document: Mapping[str, Any], proves: Collection[str] = (), actor: Actor, now: datetime, note: str = "", based_on: int | None = None
) -> ReleaseInfo:
    """Publish one data resource as its owner.

    `proves`: the types of evidence that can be had from it from now on. That changes other departments' services: it takes an editor.
    Raises: Forbidden, also where another organisation has a resource of this name; StaleEdit, CatalogueRefused.
    """
    permissions.require(actor, "catalogue.publish-resource", document.get("organisation"))
    key = str(document.get("id", ""))
    number, current = _current()
    before = current.get(("resources", key))
    if before is not None:
        permissions.require(actor, "catalogue.publish-resource", before.get("organisation"))
    if proves:
        permissions.require(actor, "catalogue.publish", ("resources", key))
    require_fresh("resources", key, based_on)
    changed: dict[tuple[str, str], Mapping[str, Any]] = {("resources", key): document}
    for name in proves:
        kind = current.get(("evidence_types", name))
        if kind is not None and key not in kind.get("obtainable_from", ()):
            changed["evidence_types", name] = {**kind, "obtainable_from": [*kind.get("obtainable_from", ()), key]}
    return _joined(changed, number=number, current=current, actor=actor, now=now, note=note or f"resources/{key}")


def _joined(
    changed: Mapping[tuple[str, str], Mapping[str, Any]], *, number: int, current: Documents, actor: Actor, now: datetime, note: str
) -> ReleaseInfo:
    """Make a release of what is published and these objects, all of it checked together."""
    rest = {key: value for key, value in current.items() if key not in changed}
    files = [(f"{kind}/{key}.json", canonical({"format": FORMAT, kind: [document]})) for (kind, key), document in changed.items()]
    loaded = read_catalogue([*files, *_as_rest(rest, number)])
    return _release(loaded=loaded, number=number, current=current, actor=actor, now=now, note=note)


def _current() -> tuple[int, Documents]:
    """Return the current release and its documents, and hold off other publishers until the transaction ends."""
    newest = models.Release.objects.select_for_update().order_by("-number").first()
    return (0, {}) if newest is None else (newest.number, selectors.documents_at(newest.number))


def require_fresh(kind: str, key: str, based_on: int | None) -> None:
    """Stop an edit that was begun on an older version of an object than the published one. Raises: StaleEdit."""
    if based_on is None:
        return
    newer = models.CatalogueObject.objects.filter(kind=kind, key=key, since__gt=based_on).order_by("-since").first()
    if newer:
        raise StaleEdit(key=key, release=newer.since_id)


def _ids(files: Sequence[File]) -> set[tuple[str, str]]:
    """Return what the files describe, as far as they can be read; the reader tells of the rest."""
    found: set[tuple[str, str]] = set()
    for name, content in files:
        value = parse(name, content).value
        for kind in KINDS if isinstance(value, dict) else ():
            rows = value.get(kind) if isinstance(value, dict) else None
            found.update((kind, row["id"]) for row in rows or () if isinstance(row, dict) and isinstance(row.get("id"), str))
    return found


def _as_rest(documents: Documents, number: int) -> list[File]:
    """Return what stays of a release as one more file, so that problems in it name it."""
    if not documents:
        return []
    content: dict[str, Any] = {"format": FORMAT}
    for (kind, _), document in sorted(documents.items(), key=lambda item: item[0]):
        content.setdefault(kind, []).append(document)
    return [(f"release {number}.json", canonical(content))]


def _release(*, loaded: Loaded, number: int, current: Documents, actor: Actor, now: datetime, note: str) -> ReleaseInfo:
    """Write the difference between two states as a new release; no difference, no release."""
    wanted = {(kind, key): document for kind, rows in loaded.documents.items() for key, document in rows.items()}
    require_storable(wanted)
    its_digest = digest(wanted)
    if number and its_digest == digest(current):
        return ReleaseInfo(number, its_digest, changed=False, objects=len(wanted), warnings=loaded.warnings)
    release = models.Release.objects.create(number=number + 1, digest=its_digest, published_at=now, published_by=actor.id, note=note[:500])
    changed = {key for key in wanted.keys() | current.keys() if _differs(wanted.get(key), current.get(key))}
    ended = Q()
    for kind in KINDS:
        if keys := [key for its_kind, key in changed if its_kind == kind and (kind, key) in current]:
            ended |= Q(kind=kind, key__in=keys)
    if ended:
        models.CatalogueObject.objects.filter(ended, until=None).update(until=release)
    models.CatalogueObject.objects.bulk_create(
        models.CatalogueObject(kind=kind, key=key, document=wanted[kind, key], since=release)
        for kind, key in sorted(changed & wanted.keys())
    )
    if any(kind == "organisations" for kind, _ in changed):
        save_organisations(organisations=loaded.catalogue.organisations, actor=actor, now=now)
    audit.record(actor=actor, action="catalogue.release", subject_kind="release", subject_id=release.number, at=now)
    outbox.record(events.CataloguePublished(release=release.number, at=now), at=now)
    fresh = [row for event in loaded.catalogue.events.values() for row in untranslated(loaded.catalogue, event)]
    warnings = (*loaded.warnings, *(row for row in fresh if (row.kind, row.id) in changed))
    return ReleaseInfo(release.number, its_digest, changed=True, objects=len(wanted), warnings=warnings)


def _differs(one: object, other: object) -> bool:
    return one is None or other is None or canonical(one) != canonical(other)


__all__ = ["CatalogueRefused", "ReleaseInfo", "StaleEdit", "load_catalogue", "publish", "publish_resource"]
