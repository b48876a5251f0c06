"""Unpublished edits, each its author's own; they may be wrong, publication checks them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from onewindow.domain.catalogue.documents import kind_of, require_storable
from onewindow.domain.errors import NotFound
from onewindow.modules.catalogue import models, selectors
from onewindow.modules.catalogue.services.releases import require_fresh
from onewindow.plumbing import audit, permissions
from onewindow.plumbing.actors import Actor


@dataclass(frozen=True, slots=True)
class DraftInfo:
    id: UUID
    kind: str
    key: str
    based_on: int | None


@transaction.atomic
def save_draft(*, kind: str, document: Mapping[str, Any], actor: Actor, now: datetime, based_on: int | None = None) -> DraftInfo:
    """Keep an edit of an object, or a new one, without publishing it; a later save replaces the draft of the same object.

    `based_on` is the release that the edit was begun on; without it, the one that a kept draft says, or the current one.
    Raises: Forbidden, StaleEdit where the object was published anew since then, CatalogueRefused for values that cannot be stored.
    """
    permissions.require(actor, "catalogue.draft", (kind, document.get("id")))
    kind, key = kind_of(kind), str(document.get("id", ""))
    require_storable({(kind, key): document})
    require_fresh(kind, key, based_on)
    begun = {} if based_on is None else {"based_on": based_on}
    row, created = models.DraftObject.objects.update_or_create(
        kind=kind,
        key=key,
        author=selectors.author_of(actor),
        defaults={"document": dict(document), "updated_at": now, **begun},
        create_defaults={"document": dict(document), "updated_at": now, "based_on": selectors.current_release(), **begun},
    )
    if created:
        audit.record(actor=actor, action="catalogue.draft", subject_kind=kind, subject_id=key, at=now)
    return DraftInfo(id=row.id, kind=kind, key=key, based_on=row.based_on)


@transaction.atomic
def discard_draft(*, draft_id: UUID, actor: Actor, now: datetime) -> None:
    """Throw one's own draft away.

    Raises: Forbidden, NotFound.
    """
    permissions.require(actor, "catalogue.draft", draft_id)
    deleted, _ = models.DraftObject.objects.filter(pk=draft_id, author=selectors.author_of(actor)).delete()
    if not deleted:
        raise NotFound(kind="draft", id=draft_id)
    audit.record(actor=actor, action="catalogue.discard", subject_kind="draft", subject_id=draft_id, at=now)
