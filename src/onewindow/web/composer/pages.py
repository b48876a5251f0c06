"""What the composer shows of a bundle: all of it computed while the reformer waits, nothing stored."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import get_language

from onewindow.domain.bundle import Ablation, Report, ablate, compile_bundle
from onewindow.domain.catalogue import build_catalogue
from onewindow.domain.catalogue.model import Catalogue, Event, PublicService, Text
from onewindow.domain.errors import DomainError
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.web import formatting, process
from onewindow.web.composer.document import PLACEHOLDER, Document, Draft, field_of
from onewindow.web.composer.sentences import sentences, unasked
from onewindow.web.linemap import LineMap, Station, line_map
from onewindow.web.portal.pages.numbers import Item, Measure, NumbersPage, Reason, numbers_of

RELEVANT = ("organisations", "parties", "elements", "resources", "evidence_types")
PANE = 912
"""How wide the pane of the map is on a screen of 1280.  Unit: CSS pixels."""
SMALLEST = 0.84
"""By how much a map may be made smaller: its letters of 14 pixels are then still close to 12."""
MEASURES = ("elements", "documents", "steps", "visits", "days")
REGISTERS_SHOWN = 2
"""So many registers are shown by name among the documents; more of them are one row."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A service that can be picked.  Unit: `days` working days by itself."""

    id: str
    name: Text
    organisation: Text
    days: float
    chosen: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """A step's legal limit and what was agreed on; `agreed` as it is written in the field.  Unit: working days."""

    name: str
    field: str
    step: Text
    law: float
    agreed: str
    trouble: str


@dataclass(frozen=True, slots=True)
class Limits:
    """The steps of one service that have a limit."""

    service: Text
    rows: tuple[Limit, ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What is switched off in the picture. `shared`: the sources that stay, None where all do."""

    shared: tuple[Text, ...] | None
    joining: bool
    parallel: bool
    commitments: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """Everything the right-hand side shows of one report."""

    report: Report
    measures: tuple[Measure, ...]
    numbers: NumbersPage
    elements: tuple[Reason, ...]
    documents: tuple[Reason, ...]
    wide: LineMap
    tall: LineMap
    consents: tuple[Text, ...]

    @property
    def close(self) -> bool:
        """Whether the map has no room for the departments' names."""
        return "lm-desk" in self.wide.svg.partition(">")[0]


@dataclass(frozen=True, slots=True)
class Composition:
    """`ablation` is of the whole bundle, `effect` of what the switches leave; None where it cannot be worked out."""

    event: Event | None
    choices: tuple[Choice, ...]
    limits: tuple[Limits, ...]
    ablation: Ablation | None
    effect: Effect | None
    shared: int
    sources: int
    what_if: WhatIf | None
    problems: tuple[str, ...]
    unsuited: tuple[Text, ...] = ()
    """Chosen services that are not offered to the applicant."""


def with_event(release: int, document: Document) -> Catalogue:
    """Return the release's catalogue with one event as it is being composed, and only the services it names.

    Raises: CatalogueRefused.
    """
    described = {**document, "id": document["id"] or PLACEHOLDER}
    rows: dict[str, list[dict[str, Any]]] = {"events": [described]}
    wanted = set(document["services"])
    for (kind, key), row in catalogue.documents_at(release).items():
        if kind in RELEVANT or (kind == "services" and key in wanted):
            rows.setdefault(kind, []).append(dict(row))
    return build_catalogue(rows)


def composition(release: int, draft: Draft, today: date, calendar: process.WorkDays) -> Composition:
    """Compute what the bundle would be; where it cannot be, say why."""
    held = catalogue.catalogue_at(release)
    nothing = Composition(None, _choices(held, draft.document), _limits(held, draft), None, None, 0, 0, None, (), _unsuited(held, draft))
    if not draft.services:
        return nothing
    if problems := unasked(held, draft.document):
        return replace(nothing, problems=tuple(problems))
    try:
        own = with_event(release, draft.document)
        event = next(iter(own.events.values()))
        ablation = ablate(own, event.id)
    except DomainError as refused:
        return replace(nothing, problems=tuple(sentences(refused, held)))
    whole = replace(nothing, event=event, ablation=ablation)
    return _switched(whole, own, draft, today, calendar)


def _switched(whole: Composition, own: Catalogue, draft: Draft, today: date, calendar: process.WorkDays) -> Composition:
    """Add what the switches leave of the whole."""
    assert whole.event is not None  # noqa: S101 -- for the type checker: composition() has set both
    assert whole.ablation is not None  # noqa: S101  (for the type checker: composition() has set both)
    steps = whole.ablation.sharing
    most = len(steps) - 1
    shared = most if draft.shared is None else min(draft.shared, most)
    switches, names = draft.switches, None
    if shared < most:
        stay = [row.added for row in steps[: shared + 1] if row.added]
        switches = replace(switches, shared=frozenset(stay))
        names = tuple(own.resources[name].name for name in stay)
    what_if = WhatIf(names, switches.joining, switches.parallel, switches.commitments)
    found = replace(whole, shared=shared, sources=most, what_if=what_if if what_if != WhatIf(None, False, False, False) else None)
    try:
        report = compile_bundle(own, whole.event.id, without=switches)
    except DomainError as refused:
        return replace(found, problems=tuple(sentences(refused, own)))
    return replace(found, effect=_effect(own, whole.event, report, today, calendar))


def _effect(own: Catalogue, event: Event, report: Report, today: date, calendar: process.WorkDays) -> Effect:
    numbers = numbers_of(own, event, report)
    stations, title, said = process.report_stations(own, report), process.say(event.name), process.words()
    days = process.day_headings(report, start=today, calendar=calendar)
    return Effect(
        report=report,
        measures=tuple(sorted((row for row in numbers.measures if row.kind in MEASURES), key=lambda row: MEASURES.index(row.kind))),
        numbers=numbers,
        elements=gathered(numbers.elements, registers=len(numbers.elements)),
        documents=gathered(numbers.documents, registers=REGISTERS_SHOWN),
        wide=fitting(stations, title, said),
        tall=line_map(stations, days=days, variant="phone", title=title, describe=said, prefix="composer-tall"),
        consents=tuple(own.resources[name].name for name in report.consents),
    )


def fitting(stations: Sequence[Station], title: str, said: Mapping[str, str]) -> LineMap:
    """Return the map as wide as its pane: with the departments' names where there is room, else closer together, and a little smaller.

    Letters stay large enough to read; what is wider even then scrolls.  Unit: CSS pixels.
    """
    roomy = line_map(stations, variant="composer", title=title, describe=said, prefix="composer-wide")
    if roomy.width <= PANE:
        return roomy
    close = line_map(stations, variant="desk", title=title, describe=said, prefix="composer-wide")
    width = round(max(min(close.width, PANE), close.width * SMALLEST))
    height = round(close.height * width / close.width)
    head, _, rest = close.svg.partition(">")
    head = re.sub(r' width="[^"]*"', f' width="{width}"', re.sub(r' height="[^"]*"', f' height="{height}"', head, count=1), count=1)
    return replace(close, svg=f"{head}>{rest}", width=width, height=height)


def gathered(reasons: Iterable[Reason], *, registers: int) -> tuple[Reason, ...]:
    """Make one row of everything that other services of the bundle produce, and one of many registers."""
    reasons = list(reasons)
    many = {"produced"} | ({"resource"} if sum(row.kind == "resource" for row in reasons) > registers else set())
    rows: dict[tuple[str, int], Reason] = {}
    for place, row in enumerate(reasons):
        key = (row.kind, -1 if row.kind in many else place)
        before = rows.get(key)
        if before is None:
            rows[key] = replace(row, source=None if row.kind in many else row.source)
            continue
        items: tuple[Item, ...] = (*before.items, *row.items)
        laws = (*before.laws, *(law for law in row.laws if law not in before.laws))
        rows[key] = replace(before, items=items, laws=laws)
    return tuple(rows.values())


# --- what can be picked and agreed on ---


def _choices(held: Catalogue, document: Document) -> tuple[Choice, ...]:
    order = {name: place for place, name in enumerate(document["services"])}
    services = sorted(held.services.values(), key=lambda row: (order.get(row.id, len(order)), row.organisation, row.id))
    return tuple(
        Choice(
            id=service.id,
            name=service.name,
            organisation=held.organisations[service.organisation].name if service.organisation else {},
            days=longest(service),
            chosen=service.id in order,
        )
        for service in services
    )


def _limits(held: Catalogue, draft: Draft) -> tuple[Limits, ...]:
    agreed, wrong = draft.document["commitments"], draft.in_the_way
    found = []
    for service in (held.services[name] for name in draft.services):
        rows = []
        for step in service.steps:
            name = f"{service.id}.{step.id}"
            if step.limit_days:
                key = field_of(name)
                written = draft.typed.get(key, formatting.number(agreed.get(name, step.limit_days), get_language()))
                rows.append(Limit(name, key, step.name, step.limit_days, written, wrong.get(key, "")))
        if rows:
            found.append(Limits(service.name, tuple(rows)))
    return tuple(found)


def _unsuited(held: Catalogue, draft: Draft) -> tuple[Text, ...]:
    services = (held.services[name] for name in draft.services)
    return tuple(row.name for row in services if row.audience and draft.document["applicant"] not in row.audience)


def longest(service: PublicService) -> float:
    """Return a service's own longest path, limits as written.  Unit: working days."""
    done: dict[str, float] = {}
    waiting = list(service.steps)
    while waiting:
        step = waiting.pop(0)
        if all(before in done for before in step.after):
            done[step.id] = step.limit_days + max((done[before] for before in step.after), default=0)
        else:
            waiting.append(step)
    return max(done.values(), default=0)


def refusals(release: int, draft: Draft) -> list[str]:
    """Say why the whole bundle, no switch off, cannot be published; nothing where it can."""
    held = catalogue.catalogue_at(release)
    if problems := unasked(held, draft.document):
        return problems
    try:
        own = with_event(release, draft.document)
        compile_bundle(own, next(iter(own.events)), with_alone=False)
    except DomainError as refused:
        return sentences(refused, held)
    return []
