"""In which languages a One Thing can be offered: those in which every text that its applicants read is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from onewindow.domain.catalogue.model import Catalogue, Element, Event, Fee, PublicService, Requirement, Step, Text
from onewindow.domain.catalogue.names import Aliases, split


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands: the object by its kind and id as the catalogue format has them, and which part of it; empty is its own name."""

    kind: str
    id: str
    part: str = ""


def missing_texts(catalogue: Catalogue, event: Event) -> dict[str, tuple[Place, ...]]:
    """Return {language of the event's own name: where a text lacks it}; a language without a line is complete."""
    lacking: dict[str, dict[Place, None]] = {}
    for place, text in _texts(catalogue, event):
        for language in event.name:
            if not text.get(language):
                lacking.setdefault(language, {})[place] = None
    return {language: tuple(rows) for language, rows in lacking.items()}


def spoken(catalogue: Catalogue, event: Event) -> tuple[str, ...]:
    """Return the languages in which it is offered; where none is complete, those of its own name: nobody is shut out by a slip."""
    missing = missing_texts(catalogue, event)
    return tuple(language for language in event.name if language not in missing) or tuple(event.name)


def _texts(catalogue: Catalogue, event: Event) -> Iterator[tuple[Place, Text]]:
    for question in event.questions:
        place = Place("events", event.id, f"question {question.id}")
        yield place, question.name
        yield from _choices(place, question.values)
    aliases = Aliases(catalogue.elements)
    for name in event.services:
        service = catalogue.services[name]
        yield from _of_service(service)
        if service.organisation in catalogue.organisations:
            yield Place("organisations", service.organisation), catalogue.organisations[service.organisation].name
        for ask in service.asks:
            yield from _of_element(catalogue, split(aliases.plain(ask.element))[1])
        for given in (*service.produces, *(kind for row in service.evidence for kind in row.any_of)):
            kind = split(given)[1]
            yield Place("evidence_types", kind), catalogue.evidence_types[kind].name


def _of_service(service: PublicService) -> Iterator[tuple[Place, Text]]:
    yield Place("services", service.id), service.name
    parts: tuple[Step | Requirement | Fee, ...] = (*service.steps, *service.evidence, *service.fees)
    for row in parts:
        yield Place("services", service.id, row.id), row.name
    for key, value in service.guide.items():
        yield from ((Place("services", service.id, f"guide, {key}"), text) for text in _in_guide(value))


def _of_element(catalogue: Catalogue, name: str) -> Iterator[tuple[Place, Text]]:
    element: Element = catalogue.elements[name]
    if not element.askable:
        return
    yield Place("elements", name), element.name
    yield from _choices(Place("elements", name), element.values)
    for member in element.of:
        yield from _of_element(catalogue, member)


def _choices(place: Place, values: tuple[Mapping[str, object], ...]) -> Iterator[tuple[Place, Text]]:
    for row in values:
        name = row.get("name") if isinstance(row, Mapping) else None
        if isinstance(name, Mapping):
            yield place, name


def _in_guide(value: Any) -> Iterator[Text]:
    """Give what is written for readers: a mapping by language, alone or in a list; law and settings are none."""
    if isinstance(value, Mapping) and value and set(value) <= {"zh", "en", "ru"}:
        yield value
    elif isinstance(value, Mapping):
        yield from (text for part in value.values() for text in _in_guide(part))
    elif isinstance(value, list | tuple):
        yield from (text for part in value for text in _in_guide(part))
