"""Picking out of the queue: by whose the steps are, by the kind of step, by service and by One Thing."""

from uuid import UUID

from django.db.models import QuerySet

from onewindow.modules.cases import models
from onewindow.modules.cases.selectors.inbox_rows import Sift
from onewindow.plumbing.actors import Actor


def sifted(found: QuerySet[models.Task], sift: Sift, actor: Actor) -> QuerySet[models.Task]:
    """Return those of the steps that are picked out."""
    given = {"kind": sift.kind, "service": sift.service, "case__event": sift.event}
    found = found.filter(**{field: value for field, value in given.items() if value})
    match sift.whose:
        case "":
            return found
        case "me":
            return found.filter(assigned_to=actor.id)
        case "nobody":
            return found.filter(assigned_to=None)
        case "others":
            return found.filter(assigned_to__isnull=False).exclude(assigned_to=actor.id)
        case officer:
            known = uuid_of(officer)
            return found.filter(assigned_to=known) if known else found.none()


def uuid_of(text: str) -> UUID | None:
    """Return an id, or nothing where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
