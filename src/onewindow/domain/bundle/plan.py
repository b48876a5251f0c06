"""The steps 1 to 7 in their order, for a whole event and for one service alone, and the counts they come to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from onewindow.domain.bundle.evidence import Way, own_days, ways_of
from onewindow.domain.bundle.key import Key, key_of
from onewindow.domain.bundle.matter import Matter, Switches, open_matter
from onewindow.domain.bundle.process import Process, process_of
from onewindow.domain.bundle.report import AfterCounts, Counts
from onewindow.domain.bundle.universe import Universe
from onewindow.domain.catalogue.model import Event, PublicService
from onewindow.domain.catalogue.names import Aliases
from onewindow.domain.catalogue.rules import uses
from onewindow.domain.conditions import ANSWER
from onewindow.domain.errors import DomainError


@dataclass(frozen=True, slots=True)
class Plan:
    """An event compiled: what the report is written from."""

    matter: Matter
    ways: tuple[Way, ...]
    key: Key
    process: Process
    after: AfterCounts


def plan_of(
    universe: Universe, event: Event, *, answers: Mapping[str, object], held: Iterable[str], switches: Switches, earlier: Iterable[str] = ()
) -> Plan:
    """Compile an event.

    Raises: BundleRefused, ConditionWrong.
    """
    matter = open_matter(universe, event, answers, held, switches)
    ways = ways_of(matter)
    key = key_of(matter, ways, earlier=universe.mask(name for name in earlier if name in universe.bits))
    process = process_of(matter, ways)
    return Plan(matter, tuple(ways), key, process, _after(matter, ways, key, process))


def _after(matter: Matter, ways: Iterable[Way], key: Key, process: Process) -> AfterCounts:
    visits = _visits_after(matter, process)
    pays = any(active.fees for active in matter.services if any(value is not False for _, value in active.fees))
    return AfterCounts(
        elements=(key.chosen | matter.named).bit_count(),
        documents=len({way.type for way in ways if way.way == "upload"}),
        steps=len(process.members),
        visits=visits,
        acts=1 + visits + (1 if pays else 0) if matter.services else 0,
        days=process.days,
        questions=matter.plain_questions,
        days_parallel=process.days_parallel,
    )


def _visits_after(matter: Matter, process: Process) -> int:
    needs_visit = set()
    for active in matter.services:
        remote = {"online", "mobile"} & set(active.service.channels)
        for step in active.service.steps:
            if step.visit == "always" or (step.visit == "today" and not remote):
                needs_visit.add(f"{active.service.id}.{step.id}")
    return sum(1 for names in process.members.values() if not needs_visit.isdisjoint(names))


def before_of(matter: Matter) -> Counts:
    """Return what each service by itself costs, summed."""
    visits = sum(step.visit != "never" for active in matter.services for step in active.service.steps)
    payments = sum(any(value is not False for _, value in active.fees) for active in matter.services)
    return Counts(
        elements=sum(active.asked.bit_count() for active in matter.services),
        documents=sum(value is not False for active in matter.services for _, value in active.evidence),
        steps=sum(len(active.service.steps) for active in matter.services),
        visits=visits,
        acts=len(matter.services) + visits + payments,
        days=sum(own_days(active.service) for active in matter.services),
    )


def alone_of(plan: Plan, *, answers: Mapping[str, object]) -> Counts | None:
    """Return the `after` of every service in a bundle of its own, summed; None where one is refused."""
    matter = plan.matter
    found = []
    for active in matter.services:
        event = _alone(matter.event, active.service, matter.universe.aliases)
        kept = {question.id for question in event.questions}
        own = {name: value for name, value in answers.items() if name in kept}
        try:
            found.append(plan_of(matter.universe, event, answers=own, held=matter.held, switches=matter.switches).after)
        except DomainError:
            return None
    return Counts(
        elements=sum(one.elements or 0 for one in found),
        documents=sum(one.documents or 0 for one in found),
        steps=sum(one.steps or 0 for one in found),
        visits=sum(one.visits or 0 for one in found),
        acts=sum(one.acts or 0 for one in found),
        days=sum(one.days or 0 for one in found),
    )


def _alone(event: Event, service: PublicService, aliases: Aliases) -> Event:
    """Return the event of one service: no commitments, and only the questions whose fact it asks or has a condition on."""
    used = {use.name if use.name.startswith(ANSWER) else aliases.plain(use.name) for use in uses(service) if use.what != "evidence_types"}
    questions = tuple(
        question
        for question in event.questions
        if ANSWER + question.id in used or (question.element is not None and aliases.plain(question.element) in used)
    )
    return replace(event, services=(service.id,), questions=questions, commitments={}, on_refusal={})
