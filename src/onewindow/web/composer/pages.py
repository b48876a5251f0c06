"""What the composer shows of a bundle: all of it computed while the reformer waits, nothing stored."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from onewindow.domain.bundle import Ablation, Report, SharingStep, Switches, ablate, compile_bundle, find_blockers
from onewindow.domain.catalogue import CatalogueRefused, build_catalogue
from onewindow.domain.catalogue.model import Catalogue, Event, PublicService, Text
from onewindow.domain.errors import DomainError
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.web import errors, process
from onewindow.web.composer.document import Draft
from onewindow.web.linemap import LineMap, line_map
from onewindow.web.portal.pages.numbers import NumbersPage, numbers_of

RELEVANT = ("organisations", "parties", "elements", "resources", "evidence_types")


@dataclass(frozen=True, slots=True)
class Choice:
    """A service that can be picked.  Unit: `days` working days by itself."""

    id: str
    name: Text
    organisation: Text
    days: float
    chosen: bool
    limits: tuple["Limit", ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """A step's legal limit and what was agreed on.  Unit: working days."""

    name: str
    step: Text
    law: float
    agreed: float


@dataclass(frozen=True, slots=True)
class Effect:
    """Everything the right-hand side shows."""

    numbers: NumbersPage
    report: Report
    process: LineMap
    ablation: Ablation
    sharing: SharingStep
    shared: int
    sources: int


@dataclass(frozen=True, slots=True)
class Composition:
    event: Event | None
    choices: tuple[Choice, ...]
    effect: Effect | None
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BlockerRow:
    """One move, and what it would spare each year over all One Things that it touches."""

    kind: str
    name: Text
    organisation: Text | None
    elements: int
    documents: int
    visits: int
    days: float
    events: int
    cases: float


def with_event(release: int, document: Mapping[str, Any]) -> Catalogue:
    """Return the release's catalogue with one event as it is being composed, and only the services it names.

    Raises: CatalogueRefused.
    """
    rows: dict[str, list[dict[str, Any]]] = {"events": [dict(document)]}
    wanted = set(document.get("services", ()))
    for (kind, key), row in catalogue.documents_at(release).items():
        if kind in RELEVANT or (kind == "services" and key in wanted):
            rows.setdefault(kind, []).append(dict(row))
    return build_catalogue(rows)


def composition(release: int, draft: Draft, today: date, calendar: process.WorkDays) -> Composition:
    """Compute what the bundle would be; where it cannot be, say why."""
    held = catalogue.catalogue_at(release)
    choices = _choices(held, draft.document)
    if not draft.document["services"]:
        return Composition(None, choices, None, ())
    try:
        own = with_event(release, draft.document)
        event = own.events[draft.document["id"]]
        return Composition(event, choices, _effect(own, event, draft, today, calendar), ())
    except CatalogueRefused as refused:
        return Composition(None, choices, None, tuple(f"{row.message} {row.remedy}" for row in refused.problems))
    except DomainError as refused:
        return Composition(None, choices, None, (errors.sentence(refused),))


def _effect(own: Catalogue, event: Event, draft: Draft, today: date, calendar: process.WorkDays) -> Effect:
    ablation = ablate(own, event.id)
    most = len(ablation.sharing) - 1
    shared = most if draft.shared is None else min(draft.shared, most)
    switches = draft.switches
    if shared < most:
        switches = replace(switches, shared=frozenset(row.added for row in ablation.sharing[: shared + 1] if row.added))
    report = compile_bundle(own, event.id, without=switches)
    days = process.day_headings(report, start=today, calendar=calendar)
    drawn = line_map(
        process.report_stations(own, report),
        days=days,
        variant="composer",
        title=process.say(event.name),
        describe=process.words(),
        prefix="composer-",
    )
    return Effect(numbers_of(own, event, report), report, drawn, ablation, ablation.sharing[0], shared, most)


def _choices(held: Catalogue, document: Mapping[str, Any]) -> tuple[Choice, ...]:
    chosen = list(document["services"])
    agreed = document.get("commitments", {})
    order = {name: place for place, name in enumerate(chosen)}
    services = sorted(held.services.values(), key=lambda row: (order.get(row.id, len(order)), row.organisation, row.id))
    return tuple(_choice(held, service, service.id in order, agreed) for service in services)


def _choice(held: Catalogue, service: PublicService, chosen: bool, agreed: Mapping[str, float]) -> Choice:
    limits = tuple(
        Limit(f"{service.id}.{step.id}", step.name, step.limit_days, agreed.get(f"{service.id}.{step.id}", step.limit_days))
        for step in service.steps
        if chosen and step.limit_days
    )
    return Choice(service.id, service.name, held.organisations[service.organisation].name, longest(service), chosen, limits)


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
    return max(done.values())


def blockers(release: int, document: Mapping[str, Any]) -> tuple[tuple[BlockerRow, ...], tuple[Text, ...]]:
    """Return what would save most next, weighted by yearly cases over all One Things; and the best pair.

    Raises: CatalogueRefused, and what the compiler refuses.
    """
    own = with_event(release, document)
    event = own.events[document["id"]]
    found = find_blockers(own, event.id)
    others = _elsewhere(release, event.id)
    rows = []
    for saving in found.alone:
        move = saving.moves[0]
        if not (saving.elements or saving.documents or saving.visits or saving.days):
            continue
        name, organisation = _move_name(own, move.kind, move.id)
        more = [cases for moves, cases in others if (move.kind, move.id) in moves]
        rows.append(
            BlockerRow(
                move.kind,
                name,
                organisation,
                saving.elements,
                saving.documents,
                saving.visits,
                saving.days,
                1 + len(more),
                event.yearly_cases + sum(more),
            )
        )
    rows.sort(key=lambda row: -(row.elements + row.documents) * max(row.cases, 1))
    together = found.together
    pair = tuple(_move_name(own, move.kind, move.id)[0] for move in together.moves) if together and len(together.moves) > 1 else ()
    return tuple(rows), pair


@lru_cache(maxsize=16)
def _elsewhere(release: int, but: str) -> tuple[tuple[frozenset[tuple[str, str]], float], ...]:
    """Return for every other published One Thing the moves that would save something there, and its yearly cases."""
    held = catalogue.catalogue_at(release)
    found = []
    for event in held.events.values():
        if event.id == but:
            continue
        try:
            alone = find_blockers(held, event.id, k=1).alone
        except DomainError:
            continue
        useful = frozenset((row.moves[0].kind, row.moves[0].id) for row in alone if row.elements or row.documents or row.visits or row.days)
        found.append((useful, event.yearly_cases))
    return tuple(found)


def _move_name(own: Catalogue, kind: str, key: str) -> tuple[Text, Text | None]:
    plain = key.rsplit(".", 1)[-1]
    if kind == "share" and plain in own.resources:
        resource = own.resources[plain]
        organisation = own.organisations.get(resource.organisation or "")
        return resource.name or {"en": plain}, organisation.name if organisation else None
    for table in (own.evidence_types, own.elements):
        if plain in table:
            return table[plain].name or {"en": plain}, None
    return {"en": key}, None


def switched_off(ablation: Ablation, cause: str) -> Any:
    """Return the counts without one cause, or None where the bundle is impossible then."""
    return ablation.without.get(cause)


__all__ = ["Composition", "Switches", "blockers", "composition"]
