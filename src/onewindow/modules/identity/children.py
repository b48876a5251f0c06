"""Reads: whose guardian somebody is, and which party a child is."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from onewindow.domain import codes, guardianship
from onewindow.domain.identification import MATCHED, masked
from onewindow.modules.identity import proofs
from onewindow.modules.identity.models import Child, Guardianship, Person, User
from onewindow.plumbing import bulk, clock, permissions
from onewindow.plumbing.actors import Acting, Actor

KEY = "child:"


@dataclass(frozen=True, slots=True)
class ChildLine:
    """A child as its guardian sees it; `number` is masked, `key` is what acting begins with."""

    key: str
    name: str
    number: str
    of_age_date: date
    """The first day on which the guardian acts no longer."""
    source: str
    told_at: datetime
    fresh: bool
    """Whether the register's word still counts; else it is asked again when acting begins."""
    has_account: bool


@dataclass(frozen=True, slots=True)
class ChildOf:
    """One child of a guardian, as rules read it. `party` is the child's account where it has one that is proven."""

    link: Guardianship
    party: UUID
    born: date


def children(*, actor: Actor, now: datetime) -> tuple[ChildLine, ...]:
    """Return the children whose guardian the register named the actor, the eldest first. Raises: Forbidden."""
    permissions.require(actor, "identity.children", actor.id)
    if proofs.level_of(actor.id, now) < MATCHED:
        return ()
    today, since = clock.local_date(now), now - proofs.identification_rules(now).guardian_for
    return tuple(
        ChildLine(
            key=f"{KEY}{ward.link.pk}",
            name=ward.link.child.name,
            number=masked(ward.link.child.number),
            of_age_date=guardianship.comes_of_age(ward.born, today),
            source=ward.link.source,
            told_at=ward.link.told_at,
            fresh=ward.link.told_at > since,
            has_account=ward.party != ward.link.child_id,
        )
        for ward in wards(actor.known_id, now)
    )


def actings(user_id: UUID, now: datetime) -> Iterable[tuple[str, Acting]]:
    """Give the key and the reach of every child that somebody may act for now; the caller knows that they are proven and of age."""
    since = now - proofs.identification_rules(now).guardian_for
    for ward in wards(user_id, now):
        if ward.link.told_at > since and _stands(ward):
            yield f"{KEY}{ward.link.pk}", Acting(ward.party, "natural", guardianship=ward.link.pk)


def wards(user_id: UUID, now: datetime) -> list[ChildOf]:
    """Return the children of somebody whose guardianship has not ended and who are not of age, the eldest first."""
    links = list(Guardianship.objects.filter(guardian=user_id, ended_at=None).select_related("child").order_by("told_at", "id"))
    numbers = [link.child.number for link in links]
    accounts = {row.number: row.user_id for row in Person.objects.filter(number__in=numbers)} if numbers else {}
    found = (ChildOf(link, accounts.get(link.child.number, link.child_id), codes.birth_date(link.child.number)) for link in links)
    today = clock.local_date(now)
    return sorted((ward for ward in found if not guardianship.of_age(ward.born, today)), key=lambda ward: ward.born)


def _stands(ward: ChildOf) -> bool:
    """Tell whether the party is still there: for an account that was closed nobody acts."""
    return ward.party == ward.link.child_id or User.objects.filter(pk=ward.party, is_active=True).exists()


def close_children(user_id: UUID, now: datetime) -> frozenset[UUID]:
    """Return the parties of somebody's children, also where the register was not asked today: at the desk they stay their own."""
    return frozenset(ward.party for ward in wards(user_id, now))


def born(facts: Mapping[str, object]) -> date:
    """Return when somebody was born, by their number."""
    return codes.birth_date(str(facts["resident-id"]))


def is_minor(facts: Mapping[str, object], now: datetime) -> bool:
    """Tell whether facts are of somebody who is not of age; without a number nobody knows."""
    return bool(facts.get("resident-id")) and not guardianship.of_age(born(facts), clock.local_date(now))


def known_before_as(user_id: UUID) -> frozenset[UUID]:
    """Return the party that guardians filed for, before somebody had an account that is proven to be them."""
    person = Person.objects.filter(pk=user_id).first()
    number = person.number if person else ""
    return frozenset(Child.objects.filter(number=number).values_list("id", flat=True)) if number else frozenset()


def names(ids: Collection[UUID]) -> dict[UUID, Mapping[str, str]]:
    """Return what children without an account are called."""
    return {row.pk: {"zh": row.name} for row in Child.objects.filter(pk__in=ids)} if ids else {}


def facts_of(party: UUID) -> dict[str, str]:
    """Return what the register told of a child without an account: {element: value}."""
    row = next(iter(bulk.select(Child, "id = %s", [party])), None)
    return {"full-name": row.name, "resident-id": row.number} if row else {}
