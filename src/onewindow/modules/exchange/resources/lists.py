"""Reads: requests and grants as those see them who asked or are asked, and the register of systems."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum

from onewindow.domain.catalogue.model import Text
from onewindow.domain.deadlines import Light, light
from onewindow.domain.errors import NotFound
from onewindow.domain.exchange.systems import STATES, System
from onewindow.modules.exchange.models import Grant, QuotaUse
from onewindow.modules.exchange.owners import Known, kept_by, known_resources
from onewindow.modules.exchange.resources import offers
from onewindow.modules.exchange.resources.cloud_rows import as_system
from onewindow.modules.exchange.resources.models import AccessRequest, CloudSystem
from onewindow.plumbing import clock, permissions
from onewindow.plumbing.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class _Access:
    """What an organisation asks, or may ask, of a resource."""

    id: UUID
    resource: str
    title: Mapping[str, str]
    owner: str
    organisation: str
    fields: tuple[str, ...]
    purposes: tuple[str, ...]
    services: tuple[str, ...]
    from_date: date
    until_date: date | None
    a_day: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow(_Access):
    """A request, with the colour of its limit while it waits."""

    reason: str
    asked_at: datetime
    due_date: date
    light: Light | None
    state: str
    given: tuple[str, ...]
    answer: str
    decided_at: datetime | None
    by_rule: bool
    decides: bool
    said: Mapping[str, Text]
    """What the owner calls the fields, where it gave them titles of their own."""
    personal: tuple[str, ...]
    """Those that say something about a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantLine(_Access):
    """A grant, with how much of it was used today."""

    legal_basis: str
    taken: int
    granted_at: datetime
    revoked_at: datetime | None
    revocation: str
    revokes: bool

    @property
    def used(self) -> int:
        """How much of the day's quota is spent, in per cent."""
        return min(100, self.taken * 100 // self.a_day) if self.a_day else 0


@dataclass(frozen=True, slots=True)
class SystemPage:
    systems: tuple[System, ...]
    count: Mapping[str, int]
    """State → how many, whichever state is looked at."""
    organisations: tuple[str, ...] = ()
    """Those that keep a system."""


def _offices(actor: Actor) -> set[str]:
    return {hat.organisation for hat in actor.hats_of("officer", "supervisor")}


def _requests(actor: Actor) -> QuerySet[AccessRequest]:
    """Those one's own organisations asked or are asked."""
    own = _offices(actor)
    return AccessRequest.objects.filter(Q(owner__in=own) | Q(organisation__in=own)).select_related("resource__current")


def access_requests(*, actor: Actor, now: datetime, waiting: bool = False) -> tuple[RequestRow, ...]:
    """Return the requests one's own organisation asked or is asked, what waits first; the newest 200. Raises: Forbidden."""
    permissions.require(actor, "exchange.browse")
    found = _requests(actor).filter(state="waiting") if waiting else _requests(actor)
    rows = [_request(row, actor, now) for row in found.order_by("-asked_at")[:200]]
    return tuple(sorted(rows, key=lambda row: (row.state != "waiting", row.due_date if row.state == "waiting" else date.max)))


def access_request(*, request_id: UUID, actor: Actor, now: datetime) -> RequestRow:
    """Return one request. Raises: Forbidden, NotFound."""
    permissions.require(actor, "exchange.browse")
    row = _requests(actor).filter(pk=request_id).first()
    if row is None:
        raise NotFound(kind="request for data", id=request_id)
    return _request(row, actor, now)


def _request(row: AccessRequest, actor: Actor, now: datetime) -> RequestRow:
    current = row.resource.current
    described = current.document["fields"] if current else []
    waiting = row.state == "waiting"
    return RequestRow(
        **_access(row),
        resource=row.resource_id,
        title=current.document["title"] if current else {"zh": row.resource_id},
        owner=row.owner,
        reason=row.reason,
        asked_at=row.asked_at,
        due_date=row.due_date,
        light=light(row.due_date, clock.local_date(now)) if waiting else None,
        state=row.state,
        given=tuple(row.given),
        answer=row.answer,
        decided_at=row.decided_at,
        by_rule=row.decided_at is not None and row.decided_by is None,
        decides=waiting and offers.decides(actor, row.owner, row.asked_by),
        said={field["name"]: field["title"] for field in described if field.get("title")},
        personal=tuple(field["name"] for field in described if field.get("personal")),
    )


def _access(row: AccessRequest | Grant) -> dict[str, Any]:
    """Return what the rows of both have alike."""
    lists = {name: tuple(getattr(row, name)) for name in ("fields", "purposes", "services")}
    return {"id": row.pk, **lists, **{name: getattr(row, name) for name in ("organisation", "from_date", "until_date", "a_day")}}


def grants(*, actor: Actor, now: datetime, resource: str = "") -> tuple[GrantLine, ...]:
    """Return the grants that one's own organisation gave or holds, with their use today; the newest 500. Raises: Forbidden."""
    permissions.require(actor, "exchange.browse")
    own = _offices(actor)
    found = Grant.objects.filter(Q(organisation__in=own) | Q(resource__in=kept_by(own)))
    if resource:
        found = found.filter(resource=resource)
    rows = list(found.order_by(F("revoked_at").desc(nulls_first=True), "resource", "-granted_at")[:500])
    today = QuotaUse.objects.filter(grant__in=rows, day=clock.local_date(now))
    by_all = dict(today.filter(who="").values_list("grant", "taken"))
    by_each = dict(today.exclude(who="").values("grant").annotate(all=Sum("taken")).values_list("grant", "all"))
    known = known_resources(among={row.resource for row in rows})
    return tuple(_grant(row, by_all.get(row.pk, by_each.get(row.pk, 0)), known.get(row.resource), actor) for row in rows)


def _grant(row: Grant, taken: int, known: Known | None, actor: Actor) -> GrantLine:
    owner = known.owner if known else ""
    return GrantLine(
        **_access(row),
        resource=row.resource,
        title=known.name if known else {"zh": row.resource},
        owner=owner,
        legal_basis=row.legal_basis,
        taken=taken,
        granted_at=row.granted_at,
        revoked_at=row.revoked_at,
        revocation=row.revocation,
        revokes=row.revoked_at is None and offers.revokes(actor, owner),
    )


def cloud_systems(*, actor: Actor, state: str = "", organisation: str = "", text: str = "") -> SystemPage:
    """Return the register of systems: those in a state, of an organisation, with all words in their name or id. Raises: Forbidden."""
    permissions.require(actor, "exchange.browse")
    rows = [as_system(row) for row in CloudSystem.objects.order_by("organisation", "pk")]
    words = text.lower().split()[:6]
    fits = [row for row in rows if organisation in {"", row.organisation} and all(word in _said(row) for word in words)]
    count = {name: sum(1 for row in fits if row.state == name) for name in STATES}
    kept = tuple(row for row in fits if state in {"", row.state})
    return SystemPage(kept, count, tuple(dict.fromkeys(row.organisation for row in rows)))


def _said(row: System) -> str:
    return " ".join((row.id, *row.name.values())).lower()


def cloud_system(*, system_id: str, actor: Actor) -> tuple[System, tuple[System, ...], tuple[System, ...]]:
    """Return one system, what it needs, and what needs it. Raises: Forbidden, NotFound."""
    found = {row.id: row for row in cloud_systems(actor=actor).systems}
    if system_id not in found:
        raise NotFound(kind="system", id=system_id)
    system = found[system_id]
    needs = tuple(found[name] for name in system.needs if name in found)
    return system, needs, tuple(row for row in found.values() if system_id in row.needs)
