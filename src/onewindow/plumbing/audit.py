"""The record of acts, written in the transaction of the act itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from onewindow.plumbing import bulk
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import AuditEntry


def record(
    *,
    actor: Actor,
    action: str,
    subject_kind: str,
    subject_id: UUID | str | int,
    at: datetime,
    details: Mapping[str, object] | None = None,
) -> None:
    """Write one entry. `details` holds ids and codes, never names or what a person typed."""
    entry = AuditEntry(
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name or "",
        organisation=actor.organisation or "",
        action=action,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        details={**(details or {}), **_on_behalf_of(actor)},
    )
    bulk.insert([entry])


@dataclass(frozen=True, slots=True)
class Act:
    """One entry, as the breach drill reads it."""

    at: datetime
    action: str
    subject_kind: str
    subject_id: str


def acts_of(actor_id: UUID, since: datetime, until: datetime) -> Iterator[Act]:
    """Yield what somebody did in a span, oldest first. The caller has asked who may."""
    found = AuditEntry.objects.filter(actor_id=actor_id, at__gte=since, at__lte=until).order_by("pk")
    for row in found.values_list("at", "action", "subject_kind", "subject_id").iterator(chunk_size=2000):
        yield Act(*row)


def _on_behalf_of(actor: Actor) -> dict[str, object]:
    """Say for whom somebody acted, and by which mandate, guardianship or help; whom the register names acts by law."""
    acting = actor.on_behalf_of
    if acting is None:
        return {}
    if acting.assistance:
        return {"on_behalf_of": str(acting.party), "assistance": str(acting.assistance)}
    ground = {"guardianship": str(acting.guardianship)} if acting.guardianship else {"mandate": str(acting.mandate or "by-law")}
    return {"on_behalf_of": str(acting.party), **ground}
