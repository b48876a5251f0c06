"""Reads: what a system asks, which systems there are, and where somebody is logged in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from onewindow.modules.identity import selectors as identity
from onewindow.modules.signon import logins
from onewindow.modules.signon.asking import Asked as Asked
from onewindow.modules.signon.asking import ClaimRow as ClaimRow
from onewindow.modules.signon.asking import Parameters as Parameters
from onewindow.modules.signon.asking import asked_for as asked_for
from onewindow.modules.signon.claims import CLAIMS as CLAIMS
from onewindow.modules.signon.claims import SCOPES as SCOPES
from onewindow.modules.signon.claims import chosen
from onewindow.modules.signon.errors import AskedWrongly as AskedWrongly
from onewindow.modules.signon.errors import Refused as Refused
from onewindow.modules.signon.errors import ReturnUnknown as ReturnUnknown
from onewindow.modules.signon.errors import SystemUnknown as SystemUnknown
from onewindow.modules.signon.keys import ALGORITHM as ALGORITHM
from onewindow.modules.signon.keys import READ_AGAIN_SECONDS as READ_AGAIN_SECONDS
from onewindow.modules.signon.keys import published as published
from onewindow.modules.signon.keys import verified
from onewindow.modules.signon.models import Grant, Login, SigningKey, StaffKey, System
from onewindow.modules.signon.staff_keys import actor_by_staff_key as actor_by_staff_key
from onewindow.modules.signon.systems import KIND
from onewindow.plumbing import approvals, permissions
from onewindow.plumbing.actors import Actor


@dataclass(frozen=True, slots=True)
class SystemRow:
    """A registered system. Shape: `name` is {zh, en, ru}."""

    id: str
    name: Mapping[str, str]
    organisation: str
    audience: str
    public: bool
    claims: tuple[ClaimRow, ...]
    redirect_uris: tuple[str, ...]
    logout_uris: tuple[str, ...]
    active: bool
    has_secret: bool
    registered_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProposedSystem:
    """A system that waits for a second administrator."""

    id: UUID
    system: SystemRow
    by: Mapping[str, str]
    proposed_at: datetime


@dataclass(frozen=True, slots=True)
class OwnSystem:
    """A system that knows somebody, for their own eyes."""

    id: str
    name: Mapping[str, str]
    organisation: Mapping[str, str]
    claims: tuple[ClaimRow, ...]
    given_at: datetime
    used_at: datetime | None
    logged_in: int


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A signing key, without its private half."""

    id: str
    signs_from: datetime
    published_until: datetime | None


@dataclass(frozen=True, slots=True)
class LeavingRow:
    """A request to log out that came from a system. `session`: the log-in's own, where an ID token proves it."""

    system: Mapping[str, str]
    redirect_uri: str
    session: str


@dataclass(frozen=True, slots=True)
class StaffKeyRow:
    """A key for the system that keeps the staff, without the key."""

    id: UUID
    name: str
    made_at: datetime
    works: bool
    """Whether its maker still is an administrator here."""


def staff_keys(*, actor: Actor) -> tuple[StaffKeyRow, ...]:
    """Return the keys of the administrator's organisation that were not ended. Raises: Forbidden."""
    permissions.require(actor, "identity.staff", actor.organisation)
    rows = StaffKey.objects.filter(organisation=actor.organisation, ended_at=None).order_by("made_at")
    made = {row.pk: identity.actor_of(row.made_by) for row in rows}
    return tuple(StaffKeyRow(row.pk, row.name, row.made_at, "admin" in made[row.pk].roles) for row in rows)


def needs_consent(*, asked: Asked, actor: Actor) -> bool:
    """Tell whether the person has to be asked before the system knows them."""
    return not logins.consented(asked, Grant.objects.filter(system_id=asked.system, user=actor.known_id).first())


def is_for(*, asked: Asked, actor: Actor) -> bool:
    """Tell whether the system is meant for this person."""
    return logins.for_them(asked, actor)


def systems(*, actor: Actor) -> tuple[SystemRow, ...]:
    """Return the systems of the administrator's organisation; every one for the platform's operator. Raises: Forbidden."""
    permissions.require(actor, "signon.systems", actor.organisation)
    rows = System.objects.order_by("closed_at", "-registered_at")
    return tuple(_row(row) for row in (rows if actor.is_system else rows.filter(organisation=actor.organisation)))


def systems_waiting(*, actor: Actor) -> tuple[ProposedSystem, ...]:
    """Return the systems that the actor may confirm as a second administrator."""
    found = []
    for row in approvals.waiting(actor=actor):
        system = System.objects.filter(pk=row.subject_id).first() if row.kind == KIND else None
        if system is not None:
            by = identity.display_names([row.proposed_by]).get(row.proposed_by, {})
            found.append(ProposedSystem(row.id, _row(system), by, row.proposed_at))
    return tuple(found)


def own_systems(*, actor: Actor, now: datetime) -> tuple[OwnSystem, ...]:
    """Return the systems that know the person, the latest first."""
    if actor.id is None:
        return ()
    offices = identity.organisations()
    found = []
    for grant in Grant.objects.select_related("system").filter(user=actor.id, revoked_at=None).order_by("-given_at"):
        running = Login.objects.filter(grant=grant, ended_at=None, ends_at__gt=now).exclude(code_used_at=None)
        used = Login.objects.filter(grant=grant).order_by("-began_at").values_list("used_at", flat=True).first()
        system = grant.system
        names = chosen(grant.scopes, system.claims)
        claims = tuple(claim for claim in _claims(system) if claim.name in names)
        office = offices.get(system.organisation)
        row = OwnSystem(system.pk, system.name, office.name if office else {}, claims, grant.given_at, used, running.count())
        found.append(row)
    return tuple(found)


def signing_keys(*, actor: Actor) -> tuple[KeyRow, ...]:
    """Return every signing key, the newest first. Raises: Forbidden."""
    permissions.require(actor, "signon.keys")
    return tuple(KeyRow(row.pk, row.signs_from, row.published_until) for row in SigningKey.objects.order_by("-signs_from"))


def leaving(*, parameters: Mapping[str, Any], issuer: str, now: datetime) -> LeavingRow:
    """Return what a system asks when it logs somebody out. Raises: SystemUnknown where it wants them sent to an address not its own.

    Source: OpenID Connect RP-Initiated Logout 1.0.
    """
    hint = verified(str(parameters.get("id_token_hint", "")), issuer=issuer, now=now)
    client_id = str(parameters.get("client_id", "")) or str((hint or {}).get("aud", ""))
    if hint is not None and hint["aud"] != client_id:
        raise SystemUnknown
    wanted = str(parameters.get("post_logout_redirect_uri", ""))
    system = System.objects.filter(pk=client_id[:40], is_active=True).first()
    if wanted and (system is None or wanted not in system.logout_uris):
        raise ReturnUnknown
    session = str(hint.get("sid", "")) if hint is not None and system is not None else ""
    return LeavingRow(system.name if system else {}, wanted, session)


def _row(row: System) -> SystemRow:
    return SystemRow(
        id=row.pk,
        name=row.name,
        organisation=row.organisation,
        audience=row.audience,
        public=row.public,
        claims=_claims(row),
        redirect_uris=tuple(row.redirect_uris),
        logout_uris=tuple(row.logout_uris),
        active=row.is_active,
        has_secret=bool(row.secret_hash),
        registered_at=row.registered_at,
        closed_at=row.closed_at,
    )


def _claims(row: System) -> tuple[ClaimRow, ...]:
    return tuple(ClaimRow(name, dict(said["purpose"]), said["basis"]) for name, said in row.claims.items())
