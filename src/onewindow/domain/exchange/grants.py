"""What a grant covers: fields of one resource, for purposes, services and a span of days."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

TRIAL = "trial"
PURPOSES = ("prefill", "case", "identification", "enquiry", "oversight", TRIAL)
"""Filling a form, deciding a case, telling who somebody is, somebody's own question about themselves, inspection by law; and the
owner's own look whether an interface is described rightly, before anybody else may ask it."""
ASKABLE = tuple(purpose for purpose in PURPOSES if purpose != TRIAL)
"""What another organisation may ask for."""


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

    def covers(self, *, purpose: str, services: Collection[str], today: date) -> bool:
        """Tell whether a question with this purpose, for one of these services, may be asked today.

        >>> grant = Grant("g", "tax", frozenset({"name"}), frozenset({"case"}), frozenset(), date(2026, 1, 1), date(2026, 12, 31))
        >>> [grant.covers(purpose="case", services=[], today=date(year, 5, 1)) for year in (2026, 2027)]
        [True, False]
        """
        held = self.from_date <= today and (self.until_date is None or today <= self.until_date)
        return held and purpose in self.purposes and (not self.services or not self.services.isdisjoint(services))


def by_field(grants: Iterable[Grant], *, fields: Iterable[str], purpose: str, services: Collection[str], today: date) -> dict[str, Grant]:
    """Return the grant under which each field may be asked; a field that none covers is left out."""
    covering = [grant for grant in grants if grant.covers(purpose=purpose, services=services, today=today)]
    found = ((field, next((grant for grant in covering if field in grant.fields), None)) for field in fields)
    return {field: grant for field, grant in found if grant is not None}
