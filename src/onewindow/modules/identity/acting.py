"""Reads: for whom somebody may act now, and how the mandates of both sides stand."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, cast
from uuid import UUID

from onewindow.domain.identification import MATCHED, same_name
from onewindow.domain.mandates import Mandate, Role
from onewindow.modules.identity import children, proofs
from onewindow.modules.identity.models import Guardianship, LegalPerson, MandateRow, Person, User
from onewindow.plumbing import bulk, clock, permissions
from onewindow.plumbing.actors import Acting, Actor


@dataclass(frozen=True, slots=True)
class MandateLine:
    """One mandate as one of its two sides reads it. Shape: `party_name` is {zh, en, ru}; `state` as domain.mandates shows it."""

    id: UUID
    party: UUID
    party_kind: str
    party_name: Mapping[str, str]
    receiver_name: str
    role: str
    matters: tuple[str, ...]
    from_date: date
    until_date: date
    state: str
    in_force: bool
    may_revoke: bool


@dataclass(frozen=True, slots=True)
class EnterpriseLine:
    """An enterprise that the actor represents or manages."""

    id: UUID
    uscc: str
    name: str
    by_law: bool
    """Whether the business register names the actor as representative."""
    confirmed_at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody for whom the actor may act now; `key` is what the session keeps."""

    key: str
    party: UUID
    kind: str
    name: Mapping[str, str]
    matters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mandates:
    """Everything on the page of mandates."""

    given: tuple[MandateLine, ...]
    received: tuple[MandateLine, ...]
    enterprises: tuple[EnterpriseLine, ...]


def acting_as(user_id: UUID, key: str) -> Actor | None:
    """Return a user as the one who acts for another, or nothing where that is not so now. Asked at every request."""
    now = clock.now()
    found = next((acting for own, acting in _actings(user_id, now) if own == key), None)
    return Actor(kind="person", id=user_id, on_behalf_of=found) if found else None


def parties_of(user_id: UUID, now: datetime) -> frozenset[UUID]:
    """Return the parties that a user may act for now, and their children. Whoever has nothing to do with anybody is known at once."""
    ties = bulk.select_together(
        bulk.Wanted(MandateRow, "receiver_id = %s AND state = 'accepted'", [user_id], ("id",)),
        bulk.Wanted(LegalPerson, "representative_id = %s", [user_id], ("id",)),
        bulk.Wanted(Guardianship, "guardian_id = %s AND ended_at IS NULL", [user_id], ("id",)),
    )
    if not any(ties):
        return frozenset()
    return frozenset(acting.party for _, acting in _actings(user_id, now)) | children.close_children(user_id, now)


def choices(*, actor: Actor, now: datetime) -> tuple[Choice, ...]:
    """Return for whom the actor may act now."""
    if actor.id is None:
        return ()
    found = list(_actings(actor.id, now))
    names = party_names(acting.party for _, acting in found)
    return tuple(Choice(key, a.party, a.kind, names.get(a.party, {}), tuple(sorted(a.matters))) for key, a in found)


def mandates(*, actor: Actor, now: datetime) -> Mandates:
    """Return the mandates of both sides, newest first, and the enterprises one may give them for. Raises: Forbidden."""
    permissions.require(actor, "identity.mandates", actor.id)
    own = actor.id or UUID(int=0)
    managed = dict(_managed(own, now))
    given = MandateRow.objects.filter(party__in={own, *managed}).order_by("-offered_at")
    enterprises = LegalPerson.objects.filter(pk__in=managed).order_by("name")
    return Mandates(
        given=_lines(given, now, revoking=True),
        received=_lines(_received(own, now), now, revoking=True),
        enterprises=tuple(EnterpriseLine(e.pk, e.uscc, e.name, e.representative_id == own, e.confirmed_at) for e in enterprises),
    )


def _lines(rows: Iterable[MandateRow], now: datetime, *, revoking: bool) -> tuple[MandateLine, ...]:
    found, today = list(rows), clock.local_date(now)
    names = party_names(row.party for row in found)
    return tuple(
        MandateLine(
            id=row.pk,
            party=row.party,
            party_kind=row.party_kind,
            party_name=names.get(row.party, {}),
            receiver_name=row.receiver_name,
            role=row.role,
            matters=tuple(row.matters),
            from_date=row.from_date,
            until_date=row.until_date,
            state=rule_of(row).shown_state(today),
            in_force=rule_of(row).holds(today),
            may_revoke=revoking and rule_of(row).shown_state(today) in {"offered", "accepted"},
        )
        for row in found
    )


def rule_of(row: MandateRow) -> Mandate:
    """Return what decides of a mandate."""
    return Mandate(row.state, row.from_date, row.until_date, cast("Role", row.role), frozenset(row.matters))


def _received(user_id: UUID, now: datetime) -> list[MandateRow]:
    """Return what a user accepted, and what is offered to the person they are proven to be, by name and number."""
    rows = MandateRow.objects.filter(receiver=user_id)
    person = Person.objects.filter(pk=user_id).first()
    known = person is not None and bool(person.number) and proofs.level_of(user_id, now) >= MATCHED
    if person is not None and known:
        rows |= MandateRow.objects.filter(proofs.offered_to(person.number), receiver=None)
    name = str(person.facts.get("full-name", "")) if person else ""
    return [row for row in rows.order_by("-offered_at") if row.receiver_id or same_name(row.receiver_name, name)]


def _actings(user_id: UUID, now: datetime) -> Iterable[tuple[str, Acting]]:
    """Give the key and the reach of everything a user may act for now: nobody acts for another without being known for sure and of age."""
    rows = MandateRow.objects.filter(receiver=user_id, state="accepted")
    since = now - proofs.identification_rules(now).representative_for
    enterprises = LegalPerson.objects.filter(representative=user_id, confirmed_at__gt=since)
    wards = list(children.actings(user_id, now))
    if not (rows or enterprises or wards) or proofs.level_of(user_id, now) < MATCHED or _is_minor(user_id, now):
        return
    yield from wards
    for enterprise in enterprises.order_by("name"):
        yield f"legal:{enterprise.pk}", Acting(enterprise.pk, "legal", manages=True)
    today = clock.local_date(now)
    for row in rows.order_by("offered_at"):
        rule = rule_of(row)
        if rule.holds(today) and _giver_stands(row):
            kind: Literal["natural", "legal"] = "legal" if row.party_kind == "legal" else "natural"
            yield f"mandate:{row.pk}", Acting(row.party, kind, row.pk, rule.matters, rule.role == "manager")


def _is_minor(user_id: UUID, now: datetime) -> bool:
    person = Person.objects.filter(pk=user_id).first()
    return person is not None and children.is_minor(person.facts, now)


def _giver_stands(row: MandateRow) -> bool:
    """Tell whether the party is still there: an account that was closed gives nothing."""
    if row.party_kind == "legal":
        return LegalPerson.objects.filter(pk=row.party).exists()
    return User.objects.filter(pk=row.party, is_active=True).exists()


def _managed(user_id: UUID, now: datetime) -> Iterable[tuple[UUID, Acting]]:
    """Give the enterprises for which a user may give mandates."""
    for _, acting in _actings(user_id, now):
        if acting.kind == "legal" and acting.manages:
            yield acting.party, acting


def managed(user_id: UUID, party: UUID, now: datetime) -> Acting | None:
    """Return by what a user may give and end mandates of an enterprise; the widest right of several."""
    found = [acting for own, acting in _managed(user_id, now) if own == party]
    return min(found, key=lambda acting: (acting.mandate is not None, bool(acting.matters)), default=None)


def party_names(ids: Iterable[UUID]) -> dict[UUID, Mapping[str, str]]:
    """Return what parties are called: people as they are proven, enterprises as they are registered."""
    wanted: Collection[UUID] = set(ids)
    names = {**enterprise_names(wanted), **children.names(wanted)}
    for user in User.objects.filter(pk__in=wanted).select_related("person"):
        proven = user.person.facts.get("full-name") if hasattr(user, "person") else None
        names[user.pk] = {"zh": proven} if proven else user.display_name or {"zh": user.username}
    return names


def enterprise_names(ids: Collection[UUID]) -> dict[UUID, Mapping[str, str]]:
    """Return what enterprises are called, as they are registered."""
    return {row.pk: {"zh": row.name} for row in LegalPerson.objects.filter(pk__in=ids)} if ids else {}


def legal_facts(party: UUID) -> dict[str, str]:
    """Return what the business register proved of an enterprise: {element: value}."""
    row = LegalPerson.objects.filter(pk=party).select_related("representative__person").first()
    if row is None:
        return {}
    person = getattr(row.representative, "person", None) if row.representative else None
    name = str(person.facts.get("full-name", "")) if person else ""
    return {"uscc": row.uscc, "legal-name": row.name, **({"legal-representative": name} if name else {})}
