"""The brute-force reader: compile one event the naivest way, straight from the clauses of bundle.md."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from tests.reference import process, ways
from tests.reference.checks import Thing, check_files, conditions_of
from tests.reference.logic import Refused, atoms
from tests.reference.matter import Matter, Need, canonical_names, resolve

__all__ = ["Refused", "Solution", "compile", "solve"]

VISITING = {"today", "always"}


@dataclass
class Solution:
    """All that was found out about one event."""

    matter: Matter
    ways: dict[Need, ways.Way]
    process: process.Process
    needs: dict[str, set[str]]  # needs(s)
    arriving: dict[str, set[str]]  # O(s)
    key: frozenset[str]  # one best X
    optimum: tuple[int, int, int]  # its effort, count and unnamed count

    def serves(self, key: Iterable[str], *, without: Iterable[str] = ()) -> bool:
        """Return whether needs(s) ⊆ cl(K ∪ X ∪ O(s)) for every service, leaving some resources out."""
        resources = [resource for resource in self.matter.resources if resource.name not in set(without)]
        known = self.matter.known | set(key)
        return all(self.needs[name] <= ways.closure(known | self.arriving[name], resources) for name in self.needs)

    def price(self, key: Iterable[str]) -> tuple[int, int, int]:
        """Return what section 3 minimises: effort, then count, then elements that no question names."""
        key = set(key)
        return sum(self.matter.effort[name] for name in key), len(key), len(key - self.matter.questioned)


def compile(catalogue: Thing, event_id: str, answers: Thing, held: list[str]) -> Thing:  # noqa: A001
    """Return the numbers of the report of an event.

    Raises: Refused where bundle.md says error.
    """
    check_files(catalogue)
    event = next((found for found in catalogue.get("events", []) if found["id"] == event_id), None)
    if event is None:
        raise Refused("unknown-id", event_id)
    solution = solve(catalogue, event, answers, held)
    matter, found = solution.matter, solution.process
    return {
        "services": [service.name for service in matter.services],
        "before": before(matter),
        "alone": alone(catalogue, event, answers, held, matter),
        "after": after(solution),
        "evidence": [(need.service, need.requirement, way.way, way.type, way.by) for need, way in solution.ways.items()],
        "idle": {(service.name, need) for service in matter.services for need in service.idle},
        "nodes": {node: (found.earliest[node], found.limits[node]) for node in found.nodes},
        "edges": found.edges,
        "not_joined": found.not_joined,
        "open_questions": matter.open_questions,
        "consents": consents(solution),
        "fee_fen": sum(fee for service in matter.services for fee in service.fees),
        "optimum": dict(zip(("effort", "count", "unnamed"), solution.optimum, strict=True)),
        "solution": solution,
    }


def solve(catalogue: Thing, event: Thing, answers: Thing, held: list[str]) -> Solution:
    """Follow sections 1 to 5 for one event of a checked catalogue."""
    matter = resolve(catalogue, event, answers, held)
    for service in matter.services:
        process.own_days(service)  # refuses a circle of `after` alone
    chosen = ways.choose(matter)
    edges = {edge for some in ways.waits(matter, chosen).values() for edge in some}
    keys = {resource.name: resource.keys for resource in matter.resources}
    needs = {service.name: set(service.asks) for service in matter.services}
    for need, way in chosen.items():
        if way.way == "resource" and way.by is not None:
            needs[need.service] |= keys[way.by]
    arriving = {
        service.name: {
            element
            for other in ways.waits_for(matter, chosen, service.name)
            for kind in matter.service_by_name[other].produces
            for element in matter.types[kind].gives
        }
        for service in matter.services
    }
    solution = Solution(matter, chosen, process.build(matter, edges), needs, arriving, frozenset(), (0, 0, 0))
    if not solution.serves(matter.askable):
        raise Refused("cannot-supply", sorted(set().union(*needs.values())))
    subsets = (frozenset(some) for size in range(len(matter.askable) + 1) for some in combinations(sorted(matter.askable), size))
    solution.key = next(key for key in sorted(subsets, key=solution.price) if solution.serves(key))
    solution.optimum = solution.price(solution.key)
    return solution


def before(matter: Matter) -> dict[str, int]:
    """Count each service by itself."""
    visits = sum(1 for service in matter.services for step in service.steps if step["visit"] in VISITING)
    return {
        "elements": sum(len(service.asks) for service in matter.services),
        "documents": sum(len(service.needs) for service in matter.services),
        "steps": sum(len(service.steps) for service in matter.services),
        "visits": visits,
        "acts": len(matter.services) + visits + sum(1 for service in matter.services if service.fees),
        "days": sum(process.own_days(service) for service in matter.services),
    }


def after(solution: Solution) -> dict[str, int]:
    """Count the bundle."""
    matter, found = solution.matter, solution.process
    visited = {
        f"{service.name}.{step['id']}"
        for service in matter.services
        for step in service.steps
        if step["visit"] == "always" or (step["visit"] == "today" and not service.online)
    }
    visits = sum(1 for node in found.nodes if node & visited)
    pays = any(service.fees for service in matter.services)
    return {
        "elements": len(solution.key | matter.questioned),
        "questions": matter.plain_questions,
        "documents": len({way.type for way in solution.ways.values() if way.way == "upload"}),
        "steps": len(found.nodes),
        "visits": visits,
        "acts": 1 + visits + pays if matter.services else 0,
        "days": found.days,
        "days_parallel": found.days_parallel,
    }


def alone(catalogue: Thing, event: Thing, answers: Thing, held: list[str], matter: Matter) -> dict[str, int] | None:
    """Sum the `after` of every service of the bundle as an event of its own; None where one is refused."""
    canonical = canonical_names(catalogue)
    services = {service["id"]: service for service in catalogue["services"]}
    total = dict.fromkeys(("elements", "questions", "documents", "steps", "visits", "acts", "days", "days_parallel"), 0)
    for bundled in matter.services:
        service = services[bundled.name]
        facts = {canonical(ask["element"]) for ask in service.get("asks", [])}
        for condition in conditions_of(service):
            facts |= {fact if (fact := atom["fact"]).startswith("answer.") else canonical(fact) for atom in atoms(condition)}
        kept = [question for question in event.get("questions", []) if _facts_of(question, canonical) & facts]
        own: dict[str, Any] = event | {"services": [bundled.name], "commitments": {}, "questions": kept}
        names = {question["id"] for question in kept}
        try:
            counts = after(solve(catalogue, own, {name: value for name, value in answers.items() if name in names}, held))
        except Refused:
            return None
        total = {name: total[name] + counts[name] for name in total}
    return total


def _facts_of(question: Thing, canonical: Any) -> set[str]:
    element = {canonical(question["element"])} if question.get("element") else set()
    return {f"answer.{question['id']}"} | element


def consents(solution: Solution) -> set[str]:
    """Return the conditional resources that are surely in use: those of evidence, and those that the best X found cannot do without."""
    conditional = {resource.name for resource in solution.matter.resources if resource.sharing == "conditional"}
    evident = {way.by for way in solution.ways.values() if way.way == "resource" and way.by in conditional}
    return {name for name in evident if name} | {name for name in conditional if not solution.serves(solution.key, without=[name])}
