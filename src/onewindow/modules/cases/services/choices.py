"""An officer arranges their own queue: filters with a name, and what its rows show."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from onewindow.domain.errors import DomainError, NotFound
from onewindow.modules.cases import models
from onewindow.modules.cases.selectors.choices import COLUMNS, DEFAULT
from onewindow.modules.cases.services.common import said
from onewindow.plumbing import audit, permissions
from onewindow.plumbing.actors import Actor

MOST, LONGEST = 12, 30
PARTS = ("view", "only", "text", "whose", "kind", "service", "event")


class FilterNameless(DomainError):
    code = "filter-nameless"
    template = "Give the filter a name, so that you find it again."


class FilterEmpty(DomainError):
    code = "filter-empty"
    template = "This is the whole queue. Choose or search something first, then keep it under a name."


class FiltersFull(DomainError):
    code = "filters-full"
    template = "You keep {most} filters already. Remove one, then keep this one."
    status = 409


@transaction.atomic
def keep_filter(*, name: str, query: Mapping[str, str], actor: Actor, now: datetime) -> UUID:
    """Keep a filter of one's queue under a name, in the place of one with the same name, and return its id.

    Shape: `query` is {view, only, text, whose, kind, service, event}.  Raises: Forbidden, FilterNameless, FilterEmpty, FiltersFull.
    """
    permissions.require(actor, "cases.arrange-queue")
    written = " ".join(said(name, LONGEST).split())
    if not written:
        raise FilterNameless
    kept = {part: said(query[part], 200) for part in PARTS if query.get(part)}
    if not kept or kept == {"view": "mine"}:
        raise FilterEmpty
    row = _row(actor)
    others = [one for one in row.filters if one["name"] != written]
    if len(others) >= MOST:
        raise FiltersFull(most=MOST)
    known = next((one["id"] for one in row.filters if one["name"] == written), str(uuid4()))
    row.filters = [*others, {"id": known, "name": written, "query": kept}]
    row.save()
    audit.record(actor=actor, action="cases.keep-filter", subject_kind="user", subject_id=actor.known_id, at=now, details={"filter": known})
    return UUID(known)


@transaction.atomic
def drop_filter(*, filter_id: UUID, actor: Actor, now: datetime) -> None:
    """Forget a filter of one's own. Raises: Forbidden, NotFound."""
    permissions.require(actor, "cases.arrange-queue")
    row = _row(actor)
    left = [one for one in row.filters if one["id"] != str(filter_id)]
    if len(left) == len(row.filters):
        raise NotFound(kind="filter", id=filter_id)
    row.filters = left
    row.save()
    details = {"filter": str(filter_id)}
    audit.record(actor=actor, action="cases.drop-filter", subject_kind="user", subject_id=actor.known_id, at=now, details=details)


@transaction.atomic
def choose_columns(*, columns: Collection[str], actor: Actor, now: datetime) -> None:
    """Choose what the rows of one's queue show beside what always stands there; what is unknown is left out. Raises: Forbidden."""
    permissions.require(actor, "cases.arrange-queue")
    row = _row(actor)
    row.columns = [column for column in COLUMNS if column in columns]
    row.save()
    details = {"columns": row.columns}
    audit.record(actor=actor, action="cases.choose-columns", subject_kind="user", subject_id=actor.known_id, at=now, details=details)


def _row(actor: Actor) -> models.QueueChoice:
    """Return the officer's own row, locked, and made where there is none."""
    models.QueueChoice.objects.get_or_create(pk=actor.known_id, defaults={"columns": list(DEFAULT)})
    return models.QueueChoice.objects.select_for_update().get(pk=actor.known_id)
