"""Step 2: how every requirement is met with the least burden, and which services therefore wait for which."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from onewindow.domain.bundle.graph import a_circle, knots, longest
from onewindow.domain.bundle.hitting import fewest
from onewindow.domain.bundle.matter import Active, Matter
from onewindow.domain.bundle.refusals import Circle
from onewindow.domain.bundle.universe import Instance, close
from onewindow.domain.catalogue.model import PublicService, Requirement

ranks = ("held", "resource", "produced", "commitment", "upload")


@dataclass(frozen=True, slots=True)
class Way:
    """How one requirement of a service is met."""

    service: int
    requirement: Requirement
    way: str
    type: str | None = None
    resource: Instance | None = None
    producer: int | None = None


Edge = tuple[str, str]
"""A wait or an `after`, between steps named service.step."""


def ways_of(matter: Matter) -> list[Way]:
    """Choose the way of every active requirement, in the event's order.

    Raises: Circle.
    """
    chooser = _Chooser(matter)
    ways = [chooser.best(active, requirement) for active in matter.services for requirement, value in active.evidence if value is not False]
    return _with_uploads(chooser, _opened(chooser, ways))


def waits_of(matter: Matter, ways: Iterable[Way]) -> list[Edge]:
    """Return the edges from the last steps of a producer to the step that waits."""
    by_place = {active.place: active.service for active in matter.services}
    edges: list[Edge] = []
    for way in ways:
        if way.producer is not None:
            producer, service = by_place[way.producer], by_place[way.service]
            target = f"{service.id}.{_waiting_step(service, way.requirement)}"
            edges.extend((f"{producer.id}.{step}", target) for step in last_steps(producer))
    return edges


def afters_of(services: Iterable[PublicService]) -> list[Edge]:
    return [
        (f"{service.id}.{before}", f"{service.id}.{step.id}") for service in services for step in service.steps for before in step.after
    ]


def last_steps(service: PublicService) -> list[str]:
    followed = {before for step in service.steps for before in step.after}
    return [step.id for step in service.steps if step.id not in followed]


def own_days(service: PublicService) -> float:
    """Return the longest path of a service by itself, limits as written. Unit: working days."""
    days = {f"{service.id}.{step.id}": step.limit_days for step in service.steps}
    return longest(days, afters_of([service]))


def _waiting_step(service: PublicService, requirement: Requirement) -> str:
    if requirement.needed_at:
        return requirement.needed_at
    return next((step.id for step in service.steps if step.kind != "acceptance"), service.steps[0].id)


class _Chooser:
    """What a requirement may be met by, given everything else in the bundle."""

    def __init__(self, matter: Matter) -> None:
        self.matter = matter
        self.held = set(matter.held)
        self.producers: dict[str, list[Active]] = {}
        for active in matter.services:
            for name in dict.fromkeys(active.service.produces):
                self.producers.setdefault(name, []).append(active)
        self._closures: tuple[int, int, int] | None = None

    @property
    def closures(self) -> tuple[int, int, int]:
        """What follows from what is known; from that and everything asked; and from everything that may be asked."""
        if self._closures is None:
            matter = self.matter
            starts = (matter.known, matter.known | matter.asked, matter.known | matter.askable)
            first, second, third = (close(start, matter.rules) for start in starts)
            self._closures = (first, second, third)
        return self._closures

    def others(self, active: Active, name: str) -> list[Active]:
        """Return the other services of the bundle that produce a type."""
        return [producer for producer in self.producers.get(name, ()) if producer.place != active.place]

    def best(self, active: Active, requirement: Requirement, *, produced: bool = True) -> Way:
        """Return the way with the least burden; ties go to the alternative listed first."""
        found = [way for name in requirement.any_of if (way := self.way(active, requirement, name, produced=produced)) is not None]
        return min(found, key=lambda way: ranks.index(way.way)) if found else Way(active.place, requirement, "none")

    def way(self, active: Active, requirement: Requirement, name: str, *, produced: bool) -> Way | None:
        others = self.others(active, name)
        if name in self.held:
            return Way(active.place, requirement, "held", name)
        if not others and (resource := self.resource(name)) is not None:
            return Way(active.place, requirement, "resource", name, resource=resource)
        if others and produced:
            producer = min(others, key=lambda other: (own_days(other.service), other.place))
            return Way(active.place, requirement, "produced", name, producer=producer.place)
        if self.matter.universe.evidence_type(name).commitment:
            return Way(active.place, requirement, "commitment", name)
        return None if others else Way(active.place, requirement, "upload", name)

    def resource(self, name: str) -> Instance | None:
        """Return the resource to fetch a type from: the one whose key is nearest at hand."""
        near, asked, supply = self.closures
        shared = [one for one in self.matter.universe.resources_for(name) if one.id in self.matter.instances]
        eligible = [one for one in shared if not one.keys & ~supply]
        for reach in (near, asked):
            for one in eligible:
                if not one.keys & ~reach:
                    return one
        return eligible[0] if eligible else None


def _opened(chooser: _Chooser, ways: list[Way]) -> list[Way]:
    """Meet requirements whose wait lies on a circle another way, one at a time, until no circle is left."""
    matter = chooser.matter
    if not any(way.producer is not None for way in ways):
        return ways
    by_place = {active.place: active for active in matter.services}
    afters = afters_of(active.service for active in matter.services)
    for index, way in enumerate(ways):
        if way.producer is None:
            continue
        knot = knots([*afters, *waits_of(matter, ways)])
        if not knot:
            return ways
        if not _on_circle(matter, way, knot):
            continue
        other = chooser.best(by_place[way.service], way.requirement, produced=False)
        if other.way != "none":
            ways[index] = other
    edges = [*afters, *waits_of(matter, ways)]
    if knots(edges):
        raise _circle(matter, ways, edges)
    return ways


def _on_circle(matter: Matter, way: Way, knot: dict[str, int]) -> bool:
    return any(source in knot and knot[source] == knot.get(target) for source, target in waits_of(matter, [way]))


def _circle(matter: Matter, ways: list[Way], edges: list[Edge]) -> Circle:
    """Name the circle, the open questions that might dissolve it, and what would open it."""
    steps = a_circle(edges)
    pairs = set(zip(steps, [*steps[1:], steps[0]], strict=True))
    by_place = {active.place: active for active in matter.services}
    questions: dict[str, None] = {}
    openings: list[str] = []
    for way in ways:
        if way.producer is None or pairs.isdisjoint(waits_of(matter, [way])):
            continue
        service, producer = by_place[way.service].service, by_place[way.producer].service
        for condition in (way.requirement.when, service.when, producer.when):
            questions.update(dict.fromkeys(matter.open_in(condition)))
        target = f"{service.id}.{way.requirement.id}"
        openings.append(f"let “{way.type}” be given on commitment, or name another way than “{way.type}” for {target}")
    return Circle(circle=tuple(steps), open_questions=tuple(questions), openings=tuple(openings))


def _with_uploads(chooser: _Chooser, ways: list[Way]) -> list[Way]:
    """Choose the fewest distinct types that serve every requirement left to upload; ties by id."""
    by_place = {active.place: active for active in chooser.matter.services}
    left = {
        index: [name for name in way.requirement.any_of if not chooser.others(by_place[way.service], name)]
        for index, way in enumerate(ways)
        if way.way == "upload"
    }
    chosen = fewest(left.values())
    for index, names in left.items():
        ways[index] = replace(ways[index], type=next(name for name in names if name in chosen))
    return ways
