"""How the reader has arranged their own queue."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from onewindow.modules.cases import models
from onewindow.plumbing.actors import Actor

COLUMNS = ("limit", "due", "holder", "origin", "reference", "applicant", "filed")
"""What a row can show beside its title, what is asked and how much time is left."""
DEFAULT = ("limit", "holder", "origin")


@dataclass(frozen=True, slots=True)
class KeptFilter:
    """A filter with its name. Shape: `query` is {view, only, text, whose, kind, service, event}, as far as they are set."""

    id: UUID
    name: str
    query: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class QueueChoices:
    filters: tuple[KeptFilter, ...] = ()
    columns: tuple[str, ...] = DEFAULT


def queue_choices(*, actor: Actor) -> QueueChoices:
    """Return one's own filters and columns; whoever has chosen nothing has the usual ones."""
    row = models.QueueChoice.objects.filter(pk=actor.id).first() if actor.id else None
    if row is None:
        return QueueChoices()
    kept = tuple(KeptFilter(UUID(one["id"]), one["name"], one["query"]) for one in row.filters)
    return QueueChoices(kept, tuple(column for column in COLUMNS if column in row.columns))
