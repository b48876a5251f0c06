"""How the numbers of a One Thing came about: the compiler's report in plain words, with the law, for anybody to check."""

from collections.abc import Iterable
from dataclasses import dataclass

from onewindow.domain.bundle.report import Counts, Filled, Report
from onewindow.domain.catalogue.model import Catalogue, Event, LegalBasis, Text
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.web.portal.pages.event import source_name

MEASURES = ("days", "elements", "documents", "steps", "visits", "acts")
REASONS = ("same-form", "party", "answer", "held", "resource", "produced", "commitment", "not-applicable")


@dataclass(frozen=True, slots=True)
class Measure:
    """One count before, with each service prefilled but alone, and in the bundle.  Unit: `width_…` in per cent."""

    kind: str
    before: float
    alone: float | None
    after: float
    parallel: float | None

    @property
    def width_alone(self) -> float:
        return self._share(self.alone or 0)

    @property
    def width_after(self) -> float:
        return self._share(self.after)

    @property
    def width_agreed(self) -> float:
        """What the departments took off by agreement, beyond what was computed."""
        return self._share(max(0, (self.parallel or 0) - self.after))

    @property
    def width_before(self) -> float:
        return self._share(self.before)

    def _share(self, value: float) -> float:
        top = max(self.before, self.alone or 0, self.after, self.parallel or 0, 1)
        return round(100 * value / top, 1)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing nobody brings any more: its name, the service that asked for it, and since when it need not."""

    name: Text
    service: Text
    laws: tuple[LegalBasis, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why things went: `kind` and, where one source did it, its name."""

    kind: str
    source: Text | None
    items: tuple[Item, ...]
    laws: tuple[LegalBasis, ...]


@dataclass(frozen=True, slots=True)
class Agreed:
    """A limit the departments agreed on for this One Thing.  Unit: working days."""

    step: Text
    service: Text
    law: float
    agreed: float


@dataclass(frozen=True, slots=True)
class NumbersPage:
    event: Event
    report: Report
    measures: tuple[Measure, ...]
    elements: tuple[Reason, ...]
    documents: tuple[Reason, ...]
    elements_gone: int
    documents_gone: int
    agreed: tuple[Agreed, ...]
    not_joined: tuple[Text, ...]


def numbers_page(*, release: int, event_id: str) -> NumbersPage:
    """Tell the report of an event for somebody of whom nothing is known yet, with the services alone beside it.

    Raises: NotFound, and what the compiler refuses.
    """
    report = catalogue.compiled(release=release, event_id=event_id, answers={}, held=(), with_alone=True)
    held = catalogue.catalogue_at(release)
    return numbers_of(held, held.events[event_id], report)


def numbers_of(held: Catalogue, event: Event, report: Report) -> NumbersPage:
    """Tell any report, also one of an event that is still being composed."""
    elements, documents = _elements(held, report), _documents(held, report)
    return NumbersPage(
        event=event,
        report=report,
        measures=tuple(_measure(report, kind) for kind in MEASURES),
        elements=elements,
        documents=documents,
        elements_gone=sum(len(reason.items) for reason in elements),
        documents_gone=sum(len(reason.items) for reason in documents),
        agreed=tuple(_agreed(held, event)),
        not_joined=tuple(held.services[name.split(".", 1)[0]].name for name in report.not_joined),
    )


def _measure(report: Report, kind: str) -> Measure:
    def read(counts: Counts | None) -> float | None:
        return None if counts is None else getattr(counts, kind)

    parallel = report.after.days_parallel if kind == "days" else None
    return Measure(kind, read(report.before) or 0, read(report.alone), read(report.after) or 0, parallel)


def _elements(held: Catalogue, report: Report) -> tuple[Reason, ...]:
    groups: dict[tuple[str, str], list[Item]] = {}
    for row in report.filled:
        kind = row.source.get("kind", "")
        one_source = row.source.get("id", "") if kind in {"resource", "held", "produced"} else ""
        groups.setdefault((kind, one_source), []).append(_element(held, row))
    return _reasons(held, groups)


def _element(held: Catalogue, row: Filled) -> Item:
    plain = row.element.rsplit(".", 1)[-1]
    return Item(held.elements[plain].name, held.services[row.service].name, row.legal_basis)


def _documents(held: Catalogue, report: Report) -> tuple[Reason, ...]:
    groups: dict[tuple[str, str], list[Item]] = {}
    uploads: set[str] = set()
    for row in report.evidence:
        kind, source = row.way, row.by or ""
        if kind == "upload":
            if row.type not in uploads:
                uploads.add(row.type or "")
                continue
            kind, source = "same-form", ""
        if kind not in {"resource", "held", "produced"}:
            source = ""
        requirement = next((item for item in held.services[row.service].evidence if item.id == row.requirement), None)
        name = requirement.name if requirement and requirement.name else {"en": row.requirement}
        groups.setdefault((kind, source), []).append(Item(name, held.services[row.service].name, row.legal_basis))
    return _reasons(held, groups)


def _reasons(held: Catalogue, groups: dict[tuple[str, str], list[Item]]) -> tuple[Reason, ...]:
    def place(key: tuple[str, str]) -> tuple[int, int]:
        return (REASONS.index(key[0]) if key[0] in REASONS else len(REASONS), -len(groups[key]))

    return tuple(
        Reason(
            kind=kind,
            source=source_name(held, kind, source) if source else None,
            items=tuple(groups[kind, source]),
            laws=_laws(groups[kind, source]),
        )
        for kind, source in sorted(groups, key=place)
    )


def _laws(items: Iterable[Item]) -> tuple[LegalBasis, ...]:
    found: dict[tuple[str, str], LegalBasis] = {}
    for item in items:
        for law in item.laws:
            found.setdefault((law.get("title", ""), law.get("article", "")), law)
    return tuple(found.values())


def _agreed(held: Catalogue, event: Event) -> Iterable[Agreed]:
    for name, days in event.commitments.items():
        service, step = name.split(".", 1)
        found = next((item for item in held.services[service].steps if item.id == step), None)
        if found is not None and found.limit_days != days:
            yield Agreed(found.name, held.services[service].name, found.limit_days, days)
