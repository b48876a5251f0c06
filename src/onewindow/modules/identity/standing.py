"""Reads: how sure it is who somebody is, and by what."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from onewindow.domain import guardianship
from onewindow.domain.identification import MATCHED, masked
from onewindow.modules.identity import children, proofs
from onewindow.modules.identity.models import Identification, NationalIdentity, Person
from onewindow.plumbing import bulk, clock, permissions
from onewindow.plumbing.actors import Actor


@dataclass(frozen=True, slots=True)
class ProofRow:
    """One proof. `state`: holds, ended, expired."""

    level: int
    method: str
    source: str
    at: datetime
    expires_at: datetime | None
    state: str
    by_officer: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Who somebody is to the platform, as shown to themselves; `number` is masked; `linked_at`: to the national provider."""

    level: int
    name: str
    number: str
    phone: str
    proofs: tuple[ProofRow, ...]
    linked_at: datetime | None = None


def level_of(user_id: UUID | None, now: datetime) -> int:
    """Return how sure it is now who a user is. Unit: level of domain.identification."""
    return proofs.level_of(user_id, now)


def sureness(*, actor: Actor, now: datetime) -> int:
    """Return how sure it is now who files: the actor, and where the actor acts for another person, that person as well.

    A child is as sure as the register that told its guardian of it.
    """
    level = proofs.level_of(actor.id, now)
    acting = actor.on_behalf_of
    if acting is None or acting.kind != "natural":
        return level
    party = proofs.level_of(acting.party, now)
    if acting.assistance:  # the person stands there and confirms what is filed by their own code: the officer only types
        return party
    return min(level, max(party, MATCHED) if acting.guardianship else party)


def is_minor(*, actor: Actor, now: datetime) -> bool:
    """Tell whether the actor is proven to be somebody who is not of age. Raises: Forbidden."""
    permissions.require(actor, "identity.identify", actor.id)
    born = proven_birth_date(actor.known_id, now)
    return born is not None and not guardianship.of_age(born, clock.local_date(now))


def proven_birth_date(party: UUID, now: datetime) -> date | None:
    """Return when somebody was born, where that is proven: by a register or in person."""
    row = next(iter(bulk.select(Person, "user_id = %s", [party])), None)
    facts = row.facts if row and row.number and proofs.level_of(party, now) >= MATCHED else children.facts_of(party)
    return children.born(facts) if facts.get("resident-id") else None


def who_am_i(*, actor: Actor, now: datetime) -> Standing:
    """Return one's own level with its proofs, newest first. Raises: Forbidden."""
    permissions.require(actor, "identity.identify", actor.id)
    own = actor.id or UUID(int=0)
    person = Person.objects.filter(pk=own).select_related("user").first()
    facts = person.facts if person else {}
    return Standing(
        level=proofs.level_of(own, now),
        name=str(facts.get("full-name", "")),
        number=masked(str(facts.get("resident-id", ""))),
        phone=person.user.phone if person else "",
        proofs=tuple(_row(row, now) for row in Identification.objects.filter(user_id=own).order_by("-at", "-level")),
        linked_at=NationalIdentity.objects.filter(user_id=own).values_list("linked_at", flat=True).first(),
    )


def _row(row: Identification, now: datetime) -> ProofRow:
    over = row.expires_at is not None and row.expires_at <= now
    state = "expired" if over else "ended" if row.ended_at else "holds"
    return ProofRow(row.level, row.method, row.source, row.at, row.expires_at, state, by_officer=row.by is not None)
