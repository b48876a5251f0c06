"""What one more resource is worth: every One Thing compiled with it and without it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from onewindow.domain.bundle import Report, compile_bundle
from onewindow.domain.catalogue.model import Catalogue, Resource, Text
from onewindow.domain.errors import DomainError


@dataclass(frozen=True, slots=True)
class EventGain:
    """One One Thing. `gone`, `came`: the elements that are no longer asked, and those asked instead.

    Unit: fields, papers, cases a year.
    """

    event: str
    name: Text
    yearly_cases: float
    before: int
    after: int
    gone: tuple[str, ...]
    came: tuple[str, ...]
    documents: int
    """So many papers fewer."""
    days: float
    """So many working days fewer."""

    @property
    def fewer(self) -> int:
        return self.before - self.after

    @property
    def yearly(self) -> float:
        return self.fewer * self.yearly_cases


@dataclass(frozen=True, slots=True)
class Gain:
    """All One Things that change, the most spared in a year first; `events` of them were compiled, `broken` cannot be."""

    rows: tuple[EventGain, ...]
    events: int
    broken: int

    @property
    def fewer(self) -> int:
        return sum(row.fewer for row in self.rows)

    @property
    def documents(self) -> int:
        return sum(row.documents for row in self.rows)

    @property
    def yearly(self) -> float:
        return sum(row.yearly for row in self.rows)


def joined(catalogue: Catalogue, resource: Resource, proves: Collection[str] = ()) -> Catalogue:
    """Return a catalogue with one more resource, or another version of one. `proves`: types of evidence that can be had from it."""
    types = dict(catalogue.evidence_types)
    for name in proves:
        if name in types and resource.id not in types[name].obtainable_from:
            types[name] = replace(types[name], obtainable_from=(*types[name].obtainable_from, resource.id))
    return replace(catalogue, resources={**catalogue.resources, resource.id: resource}, evidence_types=types)


def gain(catalogue: Catalogue, resource: Resource, proves: Collection[str] = ()) -> Gain:
    """Return what a resource spares in every One Thing of a catalogue, nothing answered yet."""
    more = joined(catalogue, resource, proves)
    rows, broken = [], 0
    for event in catalogue.events.values():
        before, after = _report(catalogue, event.id), _report(more, event.id)
        if before is None or after is None:
            broken += 1
            continue
        asked, still = _asked(before), _asked(after)
        row = EventGain(
            event=event.id,
            name=event.name,
            yearly_cases=event.yearly_cases,
            before=before.after.elements or 0,
            after=after.after.elements or 0,
            gone=tuple(name for name in asked if name not in still),
            came=tuple(name for name in still if name not in asked),
            documents=(before.after.documents or 0) - (after.after.documents or 0),
            days=(before.after.days or 0) - (after.after.days or 0),
        )
        if row.gone or row.came or row.documents or row.days:
            rows.append(row)
    rows.sort(key=lambda row: (-row.yearly, -row.fewer, -row.documents, row.event))
    return Gain(tuple(rows), len(catalogue.events), broken)


def _report(catalogue: Catalogue, event_id: str) -> Report | None:
    try:
        return compile_bundle(catalogue, event_id, with_alone=False)
    except DomainError:
        return None


def _asked(report: Report) -> Mapping[str, None]:
    return dict.fromkeys(field.element for field in report.form)
