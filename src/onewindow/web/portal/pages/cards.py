"""The One Things as cards: what they are called, what they save. Every number is computed by the compiler at this moment."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import get_language

from onewindow.domain.bundle.report import Report
from onewindow.domain.catalogue.model import Catalogue, Event, Text
from onewindow.domain.errors import DomainError
from onewindow.modules.cases import selectors as cases
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.web import formatting
from onewindow.web.site.icons import pictogram


@dataclass(frozen=True, slots=True)
class Card:
    """One One Thing in the citizen's words. `report` is None where it cannot be compiled just now."""

    id: str
    name: Text
    icon: str
    brings: tuple[Text, ...]
    """The first few services, by name."""
    services: int
    report: Report | None
    others: tuple[str, ...] = ()
    """Roles of those who fill in and confirm a part of their own."""

    @property
    def answers(self) -> int:
        """How many things the applicant fills in or answers."""
        return answers_of(self.report, self.others) if self.report else 0


@dataclass(frozen=True, slots=True)
class Office:
    """A department and how many of its services can be found here."""

    id: str
    name: Text
    icon: str
    services: int


def answers_of(report: Report, others: Collection[str] = ()) -> int:
    """Return everything the applicant types or chooses: fields and questions, without what others fill in (the ids of their roles)."""
    theirs = sum(row.element.rpartition(".")[0] in others for row in report.form) if others else 0
    return (report.after.elements or 0) + report.after.questions - theirs


def cards(release: int) -> tuple[Card, ...]:
    """Return the One Things that are offered in the reader's language, the most used first."""
    held, spoken, language = catalogue.catalogue_at(release), catalogue.spoken(release), formatting.short_language(get_language())
    offered = [event for event in catalogue.events(release) if language in spoken[event.id]]
    events = sorted(offered, key=lambda event: (-event.yearly_cases, event.id))
    return tuple(card(release, held, event) for event in events)


def card(release: int, held: Catalogue, event: Event) -> Card:
    report = plain_report(release, event.id)
    services = report.services if report else event.services
    return Card(
        id=event.id,
        name=event.name,
        icon=pictogram(event.id, "building" if event.kind == "business" else "person"),
        brings=tuple(held.services[name].name for name in services[:4]),
        services=len(services),
        report=report,
        others=tuple(role.id for role in cases.who_confirms(release=release, event_id=event.id)) if event.roles else (),
    )


def plain_report(release: int, event_id: str) -> Report | None:
    """Return the report for somebody of whom nothing is known yet, or None where the catalogue allows none."""
    try:
        return catalogue.compiled(release=release, event_id=event_id, answers={}, held=())
    except DomainError:
        return None


def offices(release: int) -> tuple[Office, ...]:
    """Return the departments that have services here, the largest first."""
    held = catalogue.catalogue_at(release)
    counts: dict[str, int] = {}
    for service in held.services.values():
        counts[service.organisation] = counts.get(service.organisation, 0) + 1
    found = [
        Office(key, held.organisations[key].name, pictogram(key, "building"), count)
        for key, count in counts.items()
        if key in held.organisations
    ]
    return tuple(sorted(found, key=lambda office: (-office.services, office.id)))
