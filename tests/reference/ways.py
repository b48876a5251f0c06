"""Section 2: how each requirement is met, the waits that follow, circles and uploads."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from tests.reference import process
from tests.reference.logic import Refused
from tests.reference.matter import Matter, Need, Resource, Service

BURDEN = ("held", "resource", "produced", "commitment", "upload")


@dataclass(frozen=True)
class Way:
    """How a requirement is met: the way, the type that meets it, and the resource or service it comes from."""

    way: str
    type: str
    by: str | None = None


def closure(known: Iterable[str], resources: list[Resource]) -> set[str]:
    """Return cl(known): apply every resource whose key is known until nothing is added."""
    found = set(known)
    while True:
        more = {name for resource in resources if resource.keys <= found for name in resource.gives} - found
        if not more:
            return found
        found |= more


def choose(matter: Matter) -> dict[Need, Way]:
    """Return the way of every requirement, with circles opened and the uploads chosen together."""
    ways = {need: best(matter, need, set(BURDEN)) for service in matter.services for need in service.needs}
    chosen = _open_circles(matter, {need: way for need, way in ways.items() if way is not None})
    return _choose_uploads(matter, chosen)


def best(matter: Matter, need: Need, allowed: set[str]) -> Way | None:
    """Return the way with the least burden; ties go to the alternative listed first."""
    for burden in BURDEN:
        for kind in need.any_of:
            way = _way(matter, need, kind, burden) if burden in allowed else None
            if way is not None:
                return way
    return None


def _way(matter: Matter, need: Need, kind: str, burden: str) -> Way | None:
    producers = matter.producers(kind, other_than=need.service)
    if burden == "held" and kind in matter.held:
        return Way(burden, kind)
    if burden == "resource" and not producers:
        resource = _resource(matter, kind)
        return None if resource is None else Way(burden, kind, resource.name)
    if burden == "produced" and producers:
        return Way(burden, kind, min(producers, key=process.own_days).name)  # min keeps the event's order in a tie
    if burden == "commitment" and matter.types[kind].commitment:
        return Way(burden, kind)
    if burden == "upload" and not producers:
        return Way(burden, kind)
    return None


def _resource(matter: Matter, kind: str) -> Resource | None:
    by_name = {resource.name: resource for resource in matter.resources}
    sources = [by_name[name] for name in matter.types[kind].sources if name in by_name]
    asked = {element for service in matter.services for element in service.asks}
    able = [source for source in sources if source.keys <= closure(matter.known | matter.askable, matter.resources)]
    for known in (matter.known, matter.known | asked):
        for source in able:
            if source.keys <= closure(known, matter.resources):
                return source
    return able[0] if able else None


def waits(matter: Matter, ways: dict[Need, Way]) -> dict[Need, set[tuple[str, str]]]:
    """Return the edges between steps that each requirement met by another service's output adds."""
    found = {}
    for need, way in ways.items():
        if way.way == "produced" and way.by is not None:
            target = f"{need.service}.{_waiting_step(matter.service_by_name[need.service], need)}"
            found[need] = {(last, target) for last in process.last_steps(matter.service_by_name[way.by])}
    return found


def _waiting_step(service: Service, need: Need) -> str:
    if need.needed_at is not None:
        return need.needed_at
    others = [step["id"] for step in service.steps if step["kind"] != "acceptance"]
    return str(others[0] if others else service.steps[0]["id"])


def _open_circles(matter: Matter, ways: dict[Need, Way]) -> dict[Need, Way]:
    while True:
        found = waits(matter, ways)
        edges = process.after_edges(matter) | {edge for some in found.values() for edge in some}
        on_circle = [need for need, some in found.items() if any(process.reaches(edges, end, start) for start, end in some)]
        if not process.has_circle(edges):
            return ways
        for need in on_circle:
            other = best(matter, need, set(BURDEN) - {"produced"})
            if other is not None:
                ways = ways | {need: other}
                break
        else:
            raise Refused("circle", on_circle)


def _choose_uploads(matter: Matter, ways: dict[Need, Way]) -> dict[Need, Way]:
    may = {
        need: [kind for kind in need.any_of if not matter.producers(kind, other_than=need.service)]
        for need, way in ways.items()
        if way.way == "upload"
    }
    types = sorted({kind for kinds in may.values() for kind in kinds})
    for size in range(len(types) + 1):
        for chosen in combinations(types, size):  # in the order of ids
            if all(set(kinds) & set(chosen) for kinds in may.values()):
                return ways | {need: Way("upload", next(kind for kind in kinds if kind in chosen)) for need, kinds in may.items()}
    raise AssertionError("the set of all types serves every requirement")


def waits_for(matter: Matter, ways: dict[Need, Way], service: str) -> set[str]:
    """Return the other services that a service waits for, directly or through others."""
    found: set[str] = set()
    front = {service}
    while front:
        front = {way.by for need, way in ways.items() if way.way == "produced" and need.service in front and way.by} - found
        found |= front
    return found - {service}
