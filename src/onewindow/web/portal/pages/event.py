"""What the page of a One Thing shows: worked out from the catalogue and the compiled report, nothing stored."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil

from django.utils.translation import get_language

from onewindow.domain.bundle.report import FeeLine, Report
from onewindow.domain.catalogue.model import Catalogue, Event, LegalBasis, Question, Text
from onewindow.modules.cases import selectors as cases
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.web import formatting, process
from onewindow.web.linemap import LineMap, line_map
from onewindow.web.portal.pages.cards import answers_of
from onewindow.web.site.icons import pictogram
from onewindow.web.site.preferences import LANGUAGES


@dataclass(frozen=True, slots=True)
class Gets:
    """One thing the applicant receives."""

    service: str
    name: Text
    organisation: Text
    icon: str


@dataclass(frozen=True, slots=True)
class Has:
    """What one source already knows. `kind` is party, resource, held or produced."""

    kind: str
    source: Text
    things: tuple[Text, ...]
    conditional: bool
    key: str = ""
    laws: tuple[LegalBasis, ...] = ()


@dataclass(frozen=True, slots=True)
class Brings:
    """A document to add, or one that a commitment stands for."""

    name: Text
    services: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Bill:
    """One line of the bill.  Unit: fen; None where an office assesses it."""

    name: Text
    organisation: Text
    fen: int | None
    open: bool


@dataclass(frozen=True, slots=True)
class EventPage:
    event: Event
    icon: str
    report: Report
    answers: int
    offices: int
    inspections: int
    gets: tuple[Gets, ...]
    has: tuple[Has, ...]
    brings: tuple[Brings, ...]
    promises: tuple[Brings, ...]
    questions: tuple[Text, ...]
    fields: tuple[Text, ...]
    bill: tuple[Bill, ...]
    wide: LineMap
    tall: LineMap
    today: date
    ready: date
    """The last day of the longest way, for whoever sends it today."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A One Thing in another language than the reader's: its name there, and the language by its code and its own name."""

    name: str
    language: str
    language_name: str


def in_other_languages(release: int, event_id: str) -> tuple[Elsewhere, ...]:
    """Return where to read a One Thing that is not offered in the reader's language; empty where it is, or where there is none."""
    languages = catalogue.spoken(release).get(event_id, ())
    if not languages or formatting.short_language(get_language()) in languages:
        return ()
    name = catalogue.catalogue_at(release).events[event_id].name
    known = [(code, shown) for code, shown in LANGUAGES if formatting.short_language(code) in languages]
    return tuple(Elsewhere(name[formatting.short_language(code)], code, shown) for code, shown in known)


def event_page(*, release: int, event_id: str, today: date, calendar: process.WorkDays, licences: Collection[str] = ()) -> EventPage:
    """Work the page out for somebody who has not answered anything yet; `licences` are the types they hold.

    Raises: NotFound, and what the compiler refuses.
    """
    held = catalogue.catalogue_at(release)
    known = [kind for kind in licences if kind in held.evidence_types and held.evidence_types[kind].licence]
    report = catalogue.compiled(release=release, event_id=event_id, answers={}, held=known)
    event = held.events[event_id]
    asked = asked_first(event, report)
    order = process.order_of_asking(held, report.services)
    others = {role.id for role in cases.who_confirms(release=release, event_id=event_id)}
    own = [row.element for row in report.form if row.element.rpartition(".")[0] not in others]
    typed = sorted(own, key=lambda element: order.get(element, -1))
    wide, tall = maps(held, report, today=today, calendar=calendar)
    return EventPage(
        event=event,
        icon=pictogram(event.id, "document"),
        report=report,
        answers=answers_of(report, others),
        offices=len({held.services[name].organisation for name in report.services}),
        inspections=report.after.visits or 0,
        gets=tuple(_gets(held, name) for name in report.services),
        has=already_known(held, report),
        brings=documents(held, report, "upload"),
        promises=documents(held, report, "commitment"),
        questions=tuple(question.name for question in asked),
        fields=tuple(held.elements[_plain(element)].name for element in typed if element not in {question.element for question in asked}),
        bill=tuple(_bill(held, line) for line in report.fees),
        wide=wide,
        tall=tall,
        today=today,
        ready=calendar.add_workdays(today, ceil(report.after.days or 0)),
    )


def maps(held: Catalogue, report: Report, *, today: date, calendar: process.WorkDays) -> tuple[LineMap, LineMap]:
    """Draw the process for a wide and for a narrow screen."""
    stations = process.report_stations(held, report)
    days = process.day_headings(report, start=today, calendar=calendar)
    title, said = process.say(held.events[report.event].name), process.words()
    wide = line_map(stations, days=days, variant="portal", title=title, describe=said, prefix="wide-")
    return wide, line_map(stations, days=days, variant="phone", title=title, describe=said, prefix="tall-")


def asked_first(event: Event, report: Report) -> tuple[Question, ...]:
    """Return the guided questions that matter before anything is answered."""
    asked = set(report.open_questions)
    return tuple(question for question in event.questions if question.id in asked or (question.element and question.element in asked))


def _gets(held: Catalogue, name: str) -> Gets:
    service = held.services[name]
    made = [held.evidence_types[key].name for key in service.produces if key in held.evidence_types]
    return Gets(
        service=name,
        name=made[0] if made else service.name,
        organisation=held.organisations[service.organisation].name,
        icon=pictogram(name),
    )


def already_known(held: Catalogue, report: Report) -> tuple[Has, ...]:
    """Return what nobody asks for any more because a source has it, grouped by the source, in the order of the report."""
    things: dict[tuple[str, str], dict[str, Text]] = {}
    for row in report.filled:
        kind, key = row.source.get("kind", ""), row.source.get("id", "")
        if kind in {"party", "resource", "held"} and row.element in held.elements:
            things.setdefault((kind, key), {})[row.element] = held.elements[row.element].name
    for way in report.evidence:
        if way.way in {"resource", "held"} and way.type and way.by:
            things.setdefault((way.way, way.by), {})[f"type:{way.type}"] = held.evidence_types[_plain(way.type)].name
    order = {"party": 0, "held": 1, "resource": 2}
    found = sorted(things.items(), key=lambda item: order[item[0][0]])
    consents = set(report.consents)
    return tuple(
        Has(
            kind=kind,
            source=source_name(held, kind, key),
            things=tuple(names.values()),
            conditional=kind == "resource" and key in consents,
            key=key,
            laws=held.resources[key].legal_basis if kind == "resource" and key in held.resources else (),
        )
        for (kind, key), names in found
    )


def source_name(held: Catalogue, kind: str, key: str) -> Text:
    """Return the name of what a value comes from."""
    tables: Mapping[str, Mapping[str, object]] = {
        "party": held.parties,
        "resource": held.resources,
        "held": held.evidence_types,
        "produced": held.services,
    }
    found = tables.get(kind, {}).get(key)
    name = getattr(found, "name", None)
    return name or {"en": key}


def documents(held: Catalogue, report: Report, way: str) -> tuple[Brings, ...]:
    """Return the distinct types met in one way, each with the services that need it."""
    needed: dict[str, list[Text]] = {}
    for row in report.evidence:
        if row.way == way and row.type:
            needed.setdefault(row.type, []).append(held.services[row.service].name)
    return tuple(Brings(held.evidence_types[_plain(key)].name, _once(services)) for key, services in needed.items())


def _plain(name: str) -> str:
    """Return the id without its role."""
    return name.rpartition(".")[2]


def _once(names: Iterable[Text]) -> tuple[Text, ...]:
    seen: dict[str, Text] = {}
    for name in names:
        seen.setdefault(str(dict(name)), name)
    return tuple(seen.values())


def _bill(held: Catalogue, line: FeeLine) -> Bill:
    service = held.services[line.service]
    fee = next((item for item in service.fees if item.id == line.fee), None)
    name = fee.name if fee and fee.name else service.name
    return Bill(name=name, organisation=held.organisations[line.organisation].name, fen=None if line.assessed else line.fen, open=line.open)
