"""Registering systems: an administrator proposes, another one confirms; the platform's operator does it by command."""

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction

from onewindow.domain.errors import NotFound
from onewindow.modules.identity import selectors as identity
from onewindow.modules.signon import errors
from onewindow.modules.signon.claims import CLAIMS
from onewindow.modules.signon.models import Login, System
from onewindow.plumbing import approvals, audit, permissions
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.approvals import Proposed

KIND = "signon.register"
AUDIENCES = ("citizens", "staff")
_loopback = re.compile(r"http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?(/|$)")


@dataclass(frozen=True, slots=True)
class SystemForm:
    """What is said about a system when it is registered.

    Shape: `name` is {zh, en, ru}; `claims` is {claim: {purpose: {zh, en, ru}, basis}}.
    """

    name: Mapping[str, str]
    organisation: str
    redirect_uris: Sequence[str]
    claims: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    logout_uris: Sequence[str] = ()
    audience: str = "citizens"
    public: bool = False


@transaction.atomic
def register_system(*, form: SystemForm, actor: Actor, now: datetime) -> str:
    """Keep a new system and return its client_id. It is answered once a second administrator has confirmed it.

    By the platform's operator it counts at once.  Raises: Forbidden, SystemRefused.
    """
    permissions.require(actor, "signon.systems", form.organisation)
    _require_sound(form)
    row = System.objects.create(
        id=f"sys-{secrets.token_hex(8)}",
        organisation=form.organisation,
        name=dict(form.name),
        audience=form.audience,
        public=form.public,
        claims={name: {"purpose": dict(said["purpose"]), "basis": str(said["basis"])} for name, said in form.claims.items()},
        redirect_uris=list(form.redirect_uris),
        logout_uris=list(form.logout_uris),
        is_active=actor.is_system,
        registered_by=actor.id,
        registered_at=now,
    )
    _record("signon.register-system", row, actor, now)
    if not actor.is_system:
        approvals.propose(kind=KIND, subject_id=row.pk, organisation=row.organisation, payload={"system": row.pk}, actor=actor, now=now)
    return row.pk


@transaction.atomic
def renew_secret(*, system_id: str, actor: Actor, now: datetime) -> str:
    """Return a new secret of a system. It is shown once; the one before counts no more. Raises: Forbidden, NotFound, SystemRefused."""
    row = _own(system_id, actor)
    if row.public:
        raise errors.NoSecret
    if not row.is_active:
        raise errors.NotConfirmed
    secret = f"ows_{secrets.token_urlsafe(32)}"
    row.secret_hash = hashed(secret)
    row.save(update_fields=["secret_hash"])
    _record("signon.renew-secret", row, actor, now)
    return secret


@transaction.atomic
def close_system(*, system_id: str, actor: Actor, now: datetime) -> None:
    """Close a system: nobody logs in to it any more, and what it holds counts no more. Raises: Forbidden, NotFound."""
    row = _own(system_id, actor)
    row.is_active, row.closed_at, row.secret_hash = False, now, ""
    row.save(update_fields=["is_active", "closed_at", "secret_hash"])
    Login.objects.filter(grant__system=row, ended_at=None).update(ended_at=now, ended_why="system-closed")
    approvals.lapse(kind=KIND, subject_id=row.pk, actor=actor, now=now)
    _record("signon.close-system", row, actor, now)


@transaction.atomic
def settle_system(*, proposal_id: UUID, confirm: bool, reason: str = "", actor: Actor, now: datetime) -> None:
    """Confirm or reject, as a second administrator, a system that a colleague proposed. Raises: Forbidden, NotFound, ProposalSettled."""
    if confirm:
        approvals.confirm(proposal_id=proposal_id, actor=actor, now=now)
    else:
        approvals.reject(proposal_id=proposal_id, reason=reason, actor=actor, now=now)


def hashed(secret: str) -> str:
    """Return what is kept of a secret: it is 32 random bytes, so a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _own(system_id: str, actor: Actor) -> System:
    row = System.objects.filter(pk=system_id[:40], closed_at=None).first()
    if row is None:
        permissions.require(actor, "signon.systems", actor.organisation)
        raise NotFound(kind="system", id=system_id[:40])
    permissions.require(actor, "signon.systems", row.organisation)
    return row


def _require_sound(form: SystemForm) -> None:
    if form.organisation not in identity.organisations():
        raise errors.OrganisationUnknown(organisation=form.organisation[:80])
    if not any(str(text).strip() for text in form.name.values()):
        raise errors.NameMissing
    if form.audience not in AUDIENCES:
        raise errors.SystemRefused
    if not form.redirect_uris:
        raise errors.NowhereToReturn
    for uri in (*form.redirect_uris, *form.logout_uris):
        if not _is_sound(uri):
            raise errors.AddressRefused(address=uri[:200])
    for name, said in form.claims.items():
        claim = CLAIMS.get(name)
        if claim is None:
            raise errors.ClaimUnknown(claim=name[:40], names=", ".join(CLAIMS))
        if claim.staff and form.audience != "staff":
            raise errors.StaffClaim(claim=name)
        if not any(str(text).strip() for text in (said.get("purpose") or {}).values()) or not str(said.get("basis") or "").strip():
            raise errors.ClaimUnexplained(claim=name)


def _is_sound(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    plain = uri.isascii() and not re.search(r"[\s#*\\]", uri) and "@" not in parts.netloc and len(uri) <= 500
    return named and plain and (parts.scheme == "https" or bool(_loopback.match(uri)))


def _carry_out(proposed: Proposed, actor: Actor, now: datetime) -> None:
    row = System.objects.select_for_update().get(pk=proposed.payload["system"])
    row.is_active = row.closed_at is None
    row.save(update_fields=["is_active"])
    _record("signon.open-system", row, actor, now)


def _administrator(actor: Actor, _proposed: Proposed) -> bool:
    return "admin" in actor.roles


def _record(action: str, row: System, actor: Actor, now: datetime) -> None:
    details = {"organisation": row.organisation, "claims": sorted(row.claims)}
    audit.record(actor=actor, action=action, subject_kind="system", subject_id=row.pk, at=now, details=details)


approvals.register(KIND, says="Let a system log its users in here.", may_confirm=_administrator, carry_out=_carry_out)
