"""What the page of a single service shows, worked out from the catalogue alone."""

from collections.abc import Mapping
from dataclasses import dataclass

from onewindow.domain.catalogue.model import Catalogue, Fee, LegalBasis, PublicService, Requirement, Text
from onewindow.web.portal.pages.finding import WORDS
from onewindow.web.site.icons import pictogram


@dataclass(frozen=True, slots=True)
class Needed:
    """Something to show, with what proves it: one of them is enough."""

    name: Text
    any_of: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step.  Unit: working days."""

    name: Text
    days: float
    visit: bool


@dataclass(frozen=True, slots=True)
class ServicePage:
    service: PublicService
    icon: str
    organisation: Text
    audience: tuple[str, ...]
    channels: tuple[str, ...]
    about: Text | str
    brings: tuple[Text, ...]
    needs: tuple[Needed, ...]
    steps: tuple[StepLine, ...]
    days: float
    """All limits one after another; inside a One Thing it is quicker."""
    fees: tuple[Fee, ...]
    laws: tuple[LegalBasis, ...]
    things: tuple[tuple[str, Text], ...]
    """The One Things that it is done in."""


def service_page(held: Catalogue, service_id: str) -> ServicePage:
    """Return the page of a service that the catalogue has."""
    row = held.services[service_id]
    organisation = held.organisations.get(row.organisation)
    types = held.evidence_types
    return ServicePage(
        service=row,
        icon=pictogram(row.id),
        organisation=organisation.name if organisation else {},
        audience=_words(row.audience),
        channels=_words(row.channels),
        about=_about(row.guide),
        brings=tuple(types[name].name for name in row.produces if name in types),
        needs=tuple(Needed(one.name, _papers(held, one)) for one in row.evidence),
        steps=tuple(StepLine(step.name, step.limit_days, step.visit != "never") for step in row.steps),
        days=sum(step.limit_days for step in row.steps),
        fees=row.fees,
        laws=row.legal_basis,
        things=tuple((event.id, event.name) for event in held.events.values() if row.id in event.services),
    )


def _papers(held: Catalogue, need: Requirement) -> tuple[Text, ...]:
    """Return what proves it by name, nothing where that says the same as the requirement itself."""
    names = tuple(held.evidence_types[name].name for name in need.any_of if name in held.evidence_types)
    return () if names == (need.name,) else names


def _words(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(WORDS[code]) for code in codes if code in WORDS)


def _about(guide: Mapping[str, object]) -> Text | str:
    found = guide.get("description")
    return found if isinstance(found, str | Mapping) else ""
