"""Reads: whether help at a counter holds now, who helps whom, and what the person confirmed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from onewindow.modules.identity import acting, posts
from onewindow.modules.identity.helping import HELP_KEY
from onewindow.modules.identity.models import Assistance, Organisation
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Acting, Actor


@dataclass(frozen=True, slots=True)
class Helped:
    """The help in which the actor is now. Shape: `name` is {zh, en, ru}."""

    name: Mapping[str, str]
    matter: str
    ends_at: datetime


def helping_as(user_id: UUID, key: str) -> Actor | None:
    """Return an officer as the one who helps at a counter, or nothing where that is not so now. Asked at every request.

    It is so for an hour at most, and only while the officer works at a window of the same organisation.
    """
    row = _row(key.removeprefix(HELP_KEY)) if key.startswith(HELP_KEY) else None
    now = clock.now()
    if row is None or row.officer_id != user_id or row.ended_at is not None or row.ends_at is None or row.ends_at <= now:
        return None
    officer = posts.actor_for(user_id)
    if not officer.has_role("window") or officer.organisation != row.organisation or row.party is None or not row.party.is_active:
        return None
    within = Acting(row.party.pk, "natural", matters=frozenset({row.matter}), assistance=row.pk)
    return Actor(kind="officer", id=user_id, organisation=row.organisation, on_behalf_of=within)


def help_now(*, actor: Actor) -> Helped | None:
    """Return the help in which the actor is, for the line on top of the page."""
    row = Assistance.objects.filter(pk=actor.assistance, officer=actor.id).first() if actor.assistance else None
    if row is None or row.party_id is None or row.ends_at is None:
        return None
    return Helped(acting.party_names([row.party_id]).get(row.party_id, {}), row.matter, row.ends_at)


def is_confirmed(*, assistance: UUID, mark: str) -> bool:
    """Tell whether the person has confirmed this by a code of their own."""
    return bool(mark) and Assistance.objects.filter(pk=assistance, confirmed=mark).exists()


def helped_at(*, assistance: UUID) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return at which office, and from which post, somebody was helped, as they are called now. Shape: {zh, en, ru} each."""
    row = Assistance.objects.filter(pk=assistance).first()
    office = Organisation.objects.filter(pk=row.organisation).first() if row else None
    return office.name if office else {}, posts.titles([row.officer_id]).get(row.officer_id, {}) if row else {}


def _row(ident: str) -> Assistance | None:
    try:
        return Assistance.objects.filter(pk=UUID(ident), begun_at__isnull=False).select_related("party").first()
    except ValueError:
        return None
