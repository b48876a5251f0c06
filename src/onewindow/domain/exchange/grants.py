"""What a grant covers: fields of one resource, for purposes, services and a span of days."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

TRIAL = "trial"
PURPOSES = ("prefill", "case", "identification", "enquiry", "oversight", TRIAL)
"""Filling a form, deciding a case, telling who somebody is, somebody's own question about themselves, inspection by law; and the
owner's own look whether an interface is described rightly, before anybody else may ask it."""
ASKABLE = tuple(purpose for purpose in PURPOSES if purpose != TRIAL)
"""What another organisation may ask for."""

AT_A_DESK = frozenset({"case", "oversight"})
"""Purposes that are an officer's own, whatever they ask about; the others are also somebody's in private who has a post besides."""

Asking = Mapping[str, Collection[str]]
"""In whose name a question is asked: each organisation, with the services for which it asks."""


def for_forms(services: Collection[str], *, keepers: Mapping[str, str], centre: str) -> Asking:
    """Return in whose name a form asks for services: the service centre for all of them, and each organisation for those it keeps.

    `keepers`: {service: organisation}; a service that is in none is the centre's alone.

    >>> asking = for_forms(["food", "fire"], keepers={"food": "market", "fire": "brigade", "tax": "tax-office"}, centre="centre")
    >>> {organisation: sorted(own) for organisation, own in asking.items()}
    {'centre': ['fire', 'food'], 'market': ['food'], 'brigade': ['fire']}
    """
    found: dict[str, set[str]] = {centre: set(services)}
    for service in services:
        if service in keepers:
            found.setdefault(keepers[service], set()).add(service)
    return found


@dataclass(frozen=True, slots=True)
class Grant:
    """Who may ask for which fields. No services: any of the organisation; no last day: until it is revoked."""

    id: str
    organisation: str
    fields: frozenset[str]
    purposes: frozenset[str]
    services: frozenset[str]
    from_date: date
    until_date: date | None

    def covers(self, *, purpose: str, asking: Asking, today: date) -> bool:
        """Tell whether a question with this purpose, in the name of these organisations, may be asked today.

        >>> grant = Grant("g", "tax", frozenset({"name"}), frozenset({"case"}), frozenset(), date(2026, 1, 1), date(2026, 12, 31))
        >>> [grant.covers(purpose="case", asking={"tax": ["refund"]}, today=date(year, 5, 1)) for year in (2026, 2027)]
        [True, False]
        >>> grant.covers(purpose="case", asking={"police": ["refund"]}, today=date(2026, 5, 1))
        False
        """
        services = asking.get(self.organisation)
        if services is None or purpose not in self.purposes:
            return False
        held = self.from_date <= today and (self.until_date is None or today <= self.until_date)
        return held and (not self.services or not self.services.isdisjoint(services))


def by_field(grants: Iterable[Grant], *, fields: Iterable[str], purpose: str, asking: Asking, today: date) -> dict[str, Grant]:
    """Return the grant under which each field may be asked; a field that none covers is left out."""
    covering = [grant for grant in grants if grant.covers(purpose=purpose, asking=asking, today=today)]
    found = ((field, next((grant for grant in covering if field in grant.fields), None)) for field in fields)
    return {field: grant for field, grant in found if grant is not None}
