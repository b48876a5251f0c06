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
        details=dict(details or {}),
    )
    bulk.insert([entry])
