"""One matter under the rules of its release: which services apply, what they need, and what a condition says about it.

Pure: a catalogue, an event, a report and facts go in; names come out.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from onewindow.domain import conditions
from onewindow.domain.bundle.report import EvidenceWay, Report
from onewindow.domain.catalogue.model import Catalogue, Condition, Element, Event, PublicService, Requirement
from onewindow.domain.catalogue.names import Aliases
from onewindow.modules.cases.names import Interface, closure, element_of, gives_of, interfaces

REMEMBERED = 200


@dataclass(frozen=True)
class Book:
    """What a release says about one event, whoever applies."""

    catalogue: Catalogue
    event: Event
    unavailable: frozenset[str]

    @cached_property
    def aliases(self) -> Aliases:
        return Aliases(self.catalogue.elements)

    @cached_property
    def interfaces(self) -> tuple[Interface, ...]:
        return tuple(interfaces(self.catalogue, self.event, self.aliases, self.unavailable))

    @cached_property
    def question_elements(self) -> Mapping[str, str]:
        """{question: the element it names}."""
        return {question.id: self.canonical(question.element) for question in self.event.questions if question.element}

    @cached_property
    def log_in_gives(self) -> tuple[str, ...]:
        party = self.catalogue.parties.get(self.event.applicant)
        return tuple(self.canonical(name) for name in party.gives) if party else ()

    def canonical(self, name: str) -> str:
        return self.aliases.plain(name)

    def element(self, name: str) -> Element:
        return element_of(self.catalogue, self.aliases, name)

    def named(self, name: str) -> Element:
        """Return an element's properties under the name it has here, so that a refusal tells which field it is."""
        found = self._named.get(name)
        if found is None:
            found = self._named[name] = replace(self.element(name), id=name)
        return found

    @cached_property
    def _named(self) -> dict[str, Element]:
        return {}

    @cached_property
    def elements(self) -> Mapping[str, Element]:
        """Every element by every name it has, so that the members of a group are found."""
        return {name: replace(self.element(name), id=name) for name in self.catalogue.elements}

    def gives(self, evidence_type: str) -> tuple[str, ...]:
        return gives_of(self.catalogue, self.aliases, evidence_type)

    def outputs_give(self, service: str) -> tuple[str, ...]:
        """Return the elements that the outputs of a service carry, each once."""
        return tuple(dict.fromkeys(name for kind in self.catalogue.services[service].produces for name in self.gives(kind)))

    def decided_by(self, service: str) -> tuple[str, ...]:
        """Return the elements by which the machine decides a service, by canonical name."""
        facts = conditions.facts_of(self.catalogue.services[service].automatic_when)
        return tuple(self.canonical(name) for name in facts if not name.startswith(conditions.ANSWER))

    def askable(self, element: str) -> bool:
        return self.element(element).askable

    def interface(self, identifier: str) -> Interface | None:
        return next((face for face in self.interfaces if face.id == identifier), None)

    def verdict(self, condition: Condition | None, facts: Mapping[str, object]) -> bool | None:
        """Evaluate a condition on facts by canonical name; None is unknown, and what is unknown is kept."""
        if condition is None:
            return True
        names = conditions.facts_of(condition)
        own = {name: facts.get(name if name.startswith(conditions.ANSWER) else self.canonical(name)) for name in names}
        return conditions.evaluate_checked(condition, own).value

    def facts(self, answers: Mapping[str, object], values: Mapping[str, object]) -> dict[str, object]:
        """Return what conditions are judged by: answers, and elements by canonical name."""
        return {**{conditions.ANSWER + question: value for question, value in answers.items()}, **values}


@dataclass(frozen=True)
class Rules(Book):
    """What holds for every matter that was compiled alike."""

    report: Report

    @cached_property
    def report_json(self) -> Mapping[str, Any]:
        return self.report.as_json()

    @cached_property
    def report_text(self) -> str:
        return json.dumps(self.report_json)

    @cached_property
    def services(self) -> tuple[PublicService, ...]:
        return tuple(self.catalogue.services[service] for service in self.report.services)

    @cached_property
    def requirements(self) -> Mapping[tuple[str, str], Requirement]:
        return {(service.id, requirement.id): requirement for service in self.services for requirement in service.evidence}

    @cached_property
    def asks(self) -> Mapping[str, tuple[tuple[str, Condition | None], ...]]:
        """{service: (canonical element, when)}, in the order the service asks."""
        return {s.id: tuple((self.canonical(ask.element), ask.when) for ask in s.asks) for s in self.services}

    @cached_property
    def always_asked(self) -> Mapping[str, tuple[str, ...]]:
        """The services that ask the same whatever the facts."""
        return {
            service: tuple(dict.fromkeys(element for element, _ in rows))
            for service, rows in self.asks.items()
            if all(when is None for _, when in rows)
        }

    @cached_property
    def evidence(self) -> Mapping[str, tuple[EvidenceWay, ...]]:
        rows: dict[str, list[EvidenceWay]] = {service: [] for service in self.report.services}
        for way in self.report.evidence:
            rows[way.service].append(way)
        return {service: tuple(ways) for service, ways in rows.items()}

    @cached_property
    def waits_for(self) -> Mapping[str, tuple[str, ...]]:
        """{service: the services it waits for, directly or through others}."""
        return producers(self.report.evidence, self.report.services)

    def reached_from(self, start: frozenset[str]) -> Mapping[str, Interface | None]:
        """Return what the registers make of a start, remembered: most matters begin alike."""
        found = self._reached.get(start)
        if found is None:
            if len(self._reached) >= REMEMBERED:
                self._reached.clear()
            found = self._reached[start] = closure(self.interfaces, sorted(start))
        return found

    @cached_property
    def _reached(self) -> dict[frozenset[str], Mapping[str, Interface | None]]:
        return {}

    @cached_property
    def by_id(self) -> Mapping[str, Interface]:
        return {face.id: face for face in self.interfaces}

    def proving(self, way: EvidenceWay) -> Interface | None:
        """Return the register that stands for a document, where one does and answers."""
        return self.by_id.get(way.by) if way.way == "resource" and way.by is not None else None

    def applicable(self, facts: Mapping[str, object]) -> tuple[str, ...]:
        """Return the services whose condition is not false now that the form's values are known as well."""
        return tuple(service.id for service in self.services if self.verdict(service.when, facts) is not False)

    def asked(self, service: str, facts: Mapping[str, object]) -> tuple[str, ...]:
        """Return the elements a service asks, each once."""
        if service in self.always_asked:
            return self.always_asked[service]
        return tuple(dict.fromkeys(element for element, when in self.asks[service] if self.verdict(when, facts) is not False))

    def ways(self, service: str, facts: Mapping[str, object]) -> tuple[EvidenceWay, ...]:
        """Return how the requirements that apply are met."""
        return tuple(
            way
            for way in self.evidence[service]
            if way.type is not None and self.verdict(self.requirements[service, way.requirement].when, facts) is not False
        )

    def produced(self, service: str) -> frozenset[str]:
        """Return the elements that the services a service waits for will give."""
        return frozenset(element for producer in self.waits_for[service] for element in self.outputs_give(producer))


def producers(evidence: Iterable[EvidenceWay], services: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return for each service those it waits for, directly or through others, nearest first.

    >>> rows = [EvidenceWay("b", "r", "produced", "t", "a"), EvidenceWay("c", "r", "produced", "u", "b")]
    >>> producers(rows, ["a", "b", "c"])
    {'a': (), 'b': ('a',), 'c': ('b', 'a')}
    """
    direct: dict[str, list[str]] = {service: [] for service in services}
    for way in evidence:
        if way.way == "produced" and way.by is not None and way.service in direct:
            direct[way.service].append(way.by)
    found: dict[str, tuple[str, ...]] = {}
    for service, nearest in direct.items():
        reached: dict[str, None] = {}
        queue = list(nearest)
        while queue:
            producer = queue.pop(0)
            if producer not in reached:
                reached[producer] = None
                queue.extend(direct.get(producer, ()))
        found[service] = tuple(reached)
    return found
