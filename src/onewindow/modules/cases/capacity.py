"""Whether somebody who is not of age may do it alone: each service says so in its guide."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from onewindow.domain import codes, guardianship
from onewindow.domain.catalogue.model import PublicService
from onewindow.modules.cases.errors import GuardianNeeded
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Actor


def too_young_for(
    party: UUID, services: Iterable[PublicService], *, actor: Actor, now: datetime, claimed: object = None
) -> tuple[PublicService, ...]:
    """Return the services that need a guardian's hand, because the party is not of age and no guardian acts.

    A proven number tells the age; where none is proven, the number that somebody only claims (`claimed`) does.
    """
    acting = actor.on_behalf_of
    if actor.is_system or (acting is not None and (acting.guardianship is not None or acting.kind == "legal")):
        return ()
    born = identity.proven_birth_date(party, now) or _born(claimed)
    if born is None:
        return ()
    today = clock.local_date(now)
    return tuple(row for row in services if not guardianship.may_file_alone(born, today, row.guide.get(guardianship.GUIDE)))


def require(party: UUID, services: Iterable[PublicService], *, actor: Actor, now: datetime, claimed: object = None) -> None:
    """Raises: GuardianNeeded."""
    closed = too_young_for(party, services, actor=actor, now=now, claimed=claimed)
    if closed:
        raise GuardianNeeded(service=closed[0].name)


def _born(claimed: object) -> date | None:
    try:
        return codes.birth_date(codes.resident_id(claimed)) if isinstance(claimed, str) else None
    except codes.CodeRefused:
        return None
