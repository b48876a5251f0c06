"""The record of acts, written in the transaction of the act itself."""

from collections.abc import Mapping
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


def _on_behalf_of(actor: Actor) -> dict[str, object]:
    """Say for whom somebody acted, and by which mandate; whom the register names acts by law."""
    acting = actor.on_behalf_of
    return {} if acting is None else {"on_behalf_of": str(acting.party), "mandate": str(acting.mandate or "by-law")}
