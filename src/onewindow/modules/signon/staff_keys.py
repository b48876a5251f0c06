"""Keys for the systems that keep a department's staff.

A key acts for the administrator who made it: it dies with their post, and what it proposes they cannot confirm themselves.
"""

import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction

from onewindow.domain.errors import NotFound
from onewindow.modules.identity import selectors as identity
from onewindow.modules.signon.models import StaffKey
from onewindow.modules.signon.systems import hashed
from onewindow.plumbing import audit, permissions
from onewindow.plumbing.actors import Actor


@transaction.atomic
def make_staff_key(*, name: str, actor: Actor, now: datetime) -> str:
    """Return a new key for one's own organisation. It is shown this once; only its hash is kept. Raises: Forbidden."""
    permissions.require(actor, "identity.staff", actor.organisation)
    key = f"owk_{secrets.token_urlsafe(32)}"
    row = StaffKey.objects.create(
        organisation=actor.organisation or "", name=name.strip()[:80] or "SCIM", hash=hashed(key), made_by=actor.known_id, made_at=now
    )
    audit.record(actor=actor, action="signon.make-staff-key", subject_kind="staff-key", subject_id=row.pk, at=now)
    return key


@transaction.atomic
def end_staff_key(*, key_id: UUID, actor: Actor, now: datetime) -> None:
    """End a key of one's own organisation; it counts no more from the next request on. Raises: Forbidden, NotFound."""
    permissions.require(actor, "identity.staff", actor.organisation)
    if not StaffKey.objects.filter(pk=key_id, organisation=actor.organisation, ended_at=None).update(ended_at=now):
        raise NotFound(kind="token", id=key_id)
    audit.record(actor=actor, action="signon.end-staff-key", subject_kind="staff-key", subject_id=key_id, at=now)


def actor_by_staff_key(key: str) -> Actor:
    """Return the administrator whom a key acts for, as they are now; nobody where the key or their post has ended."""
    row = StaffKey.objects.filter(hash=hashed(key), ended_at=None).first()
    actor = identity.actor_of(row.made_by) if row else Actor.anonymous()
    return actor if row and actor.organisation == row.organisation and "admin" in actor.roles else Actor.anonymous()
