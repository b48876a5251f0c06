"""Notes on a case, for the colleagues of whoever wrote them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from onewindow.domain.catalogue.model import Text
from onewindow.modules.cases.selectors import looks, scope
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing.actors import Actor


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One note."""

    id: UUID
    organisation: str
    author_name: Text
    text: str
    at: datetime


def notes(*, case_id: UUID, actor: Actor, now: datetime) -> tuple[NoteLine, ...]:
    """Return the notes of the actor's own organisation on a case, oldest first; to anybody else there are none."""
    rows = list(scope.notes(actor).filter(case=case_id).select_related("case").order_by("at", "pk"))
    if rows:
        looks.at_case(rows[0].case, purpose="handling", actor=actor, now=now)
    names = identity.display_names(row.author for row in rows)
    return tuple(NoteLine(row.pk, row.organisation, names.get(row.author, {}), row.text, row.at) for row in rows)
