"""Why a person need not bring something any more: every element and document with its reason, resource and legal basis."""

from collections.abc import Iterable, Mapping

from onewindow.domain.bundle.matter import Active
from onewindow.domain.bundle.plan import Plan
from onewindow.domain.bundle.report import EvidenceWay, Filled, FormField
from onewindow.domain.bundle.universe import Instance, bits_of, close
from onewindow.domain.catalogue.model import Condition, LegalBasis


def form_fields(plan: Plan) -> tuple[FormField, ...]:
    """Return the elements of the minimum key, with the services that ask them or need them to fetch something."""
    found = []
    for index in bits_of(plan.key.chosen):
        name = plan.matter.universe.names[index]
        asking = [active for active in plan.matter.services if active.asked >> index & 1]
        services = [active.service.id for active in asking] or _unlocked(plan, index)
        found.append(FormField(name, tuple(services), _when(asking, name) if not _keyed(plan, index) else None))
    return tuple(found)


def _keyed(plan: Plan, index: int) -> bool:
    """Tell whether an element is the key of a resource in use as evidence."""
    return any(way.resource is not None and way.resource.keys >> index & 1 for way in plan.ways)


def _when(asking: Iterable[Active], name: str) -> Condition | None:
    """Return the open condition under which a field is asked, or None where it is asked in any case."""
    conditions: list[Condition] = []
    for active in asking:
        for ask, element, value in active.asks:
            if element != name or value is False:
                continue
            if value is True:
                return None
            if ask.when is not None and ask.when not in conditions:
                conditions.append(ask.when)
    return None if not conditions else conditions[0] if len(conditions) == 1 else {"any": conditions}


def _unlocked(plan: Plan, index: int) -> list[str]:
    """Return the services that lack something once this element is taken away."""
    rest = plan.key.chosen & ~(1 << index)
    services = plan.matter.event.services
    return [services[need.service] for need in plan.key.needs if need.needs & ~close(need.base | rest, plan.key.rules)]


class Sources:
    """Where every element of a closure comes from, the nearest first: resources without conditions before those with."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.matter = plan.matter
        self.start = plan.matter.known | plan.key.chosen
        self.first = self._derive(self.start)
        self.used: dict[str, Instance] = {}

    def _derive(self, known: int) -> dict[int, Instance]:
        """Return, for every element that follows, the resource that gave it first."""
        found: dict[int, Instance] = {}
        waiting = list(self.matter.instances.values())
        gained = True
        while gained:
            gained = False
            for instance in waiting:
                fresh = instance.gives & ~known
                if fresh and not instance.keys & ~known:
                    found.update(dict.fromkeys(bits_of(fresh), instance))
                    known |= fresh
                    gained = True
                    break
        return found

    def of(self, active: Active, index: int) -> tuple[Mapping[str, str], tuple[LegalBasis, ...]]:
        """Return kind and id of the source of one element for one service, and the law that allows it."""
        matter, bit = self.matter, 1 << index
        name = matter.universe.names[index]
        if matter.party_gives & bit:
            return {"kind": "party", "id": matter.event.applicant}, ()
        if matter.answered & bit or (matter.named & bit and not self.plan.key.chosen & bit and index not in self.first):
            return {"kind": "answer", "id": matter.by_element.get(name, name)}, ()
        if matter.held_gives & bit:
            holder = next(held for held in matter.held if matter.universe.given_by(held) & bit)
            return {"kind": "held", "id": holder}, matter.universe.evidence_type(holder).legal_basis
        if self.plan.key.chosen & bit:
            first = next((one for one in matter.services if one.asked & bit), active)
            return {"kind": "same-form", "id": first.service.id}, ()
        if index in self.first:
            return self._resource(index, self.first, self.start)
        outputs = self.plan.key.outputs[active.place]
        if outputs & bit:
            producer = self._producer(active, bit)
            return {"kind": "produced", "id": producer}, matter.universe.catalogue.services[producer].legal_basis
        return self._resource(index, self._derive(self.start | outputs), self.start | outputs)

    def _producer(self, active: Active, bit: int) -> str:
        waits = self.plan.ways
        behind: set[int] = set()
        front = {active.place}
        while front:
            front = {way.producer for way in waits if way.service in front and way.producer is not None} - behind
            behind |= front
        return next(
            other.service.id
            for other in self.matter.services
            if other.place in behind and any(self.matter.universe.given_by(name) & bit for name in other.service.produces)
        )

    def _resource(self, index: int, derived: Mapping[int, Instance], known: int) -> tuple[Mapping[str, str], tuple[LegalBasis, ...]]:
        instance = derived[index]
        waiting = [index]
        while waiting:
            one = derived[waiting.pop()]
            if one.id not in self.used:
                self.used[one.id] = one
                waiting.extend(key for key in bits_of(one.keys & ~known) if key in derived)
        return {"kind": "resource", "id": instance.id}, instance.resource.legal_basis


def filled_rows(plan: Plan) -> tuple[tuple[Filled, ...], dict[str, Instance]]:
    """Return every element that a service asks and nobody types for it, and the resources used for that."""
    sources = Sources(plan)
    matter = plan.matter
    active_places = {active.place: active for active in matter.services}
    typed: set[int] = set()
    rows: list[Filled] = []
    for place, ident in enumerate(matter.event.services):
        active = active_places.get(place)
        if active is None:
            rows.extend(_not_applicable(plan, ident))
            continue
        seen: set[int] = set()
        for _, name, value in active.asks:
            index = matter.universe.bit(name)
            if index in seen:
                continue
            if value is False and not active.asked >> index & 1:
                seen.add(index)
                rows.append(Filled(ident, name, {"kind": "not-applicable", "id": ident}))
            elif value is not False:
                seen.add(index)
                if plan.key.chosen >> index & 1 and index not in typed:
                    typed.add(index)
                else:
                    source, basis = sources.of(active, index)
                    rows.append(Filled(ident, name, source, basis))
    for way in plan.ways:
        for index in bits_of(way.resource.keys) if way.resource is not None else ():
            sources.of(active_places[way.service], index)  # what fills the key of a document's resource is in use as well
    return tuple(rows), sources.used


def _not_applicable(plan: Plan, ident: str) -> Iterable[Filled]:
    universe = plan.matter.universe
    names = dict.fromkeys(universe.names[universe.bit(ask.element)] for ask in universe.catalogue.services[ident].asks)
    return [Filled(ident, name, {"kind": "not-applicable", "id": ident}) for name in names]


def evidence_rows(plan: Plan) -> tuple[EvidenceWay, ...]:
    """Return how every requirement is met, those that do not apply included."""
    matter = plan.matter
    ways = {(way.service, way.requirement.id): way for way in plan.ways}
    rows = []
    for active in matter.services:
        for requirement, _ in active.evidence:
            way = ways.get((active.place, requirement.id))
            if way is None:
                rows.append(EvidenceWay(active.service.id, requirement.id, "not-applicable", None, None))
                continue
            by: str | None = None
            basis: tuple[LegalBasis, ...] = ()
            if way.resource is not None:
                by, basis = way.resource.id, way.resource.resource.legal_basis
            elif way.producer is not None:
                by = matter.event.services[way.producer]
                basis = matter.universe.catalogue.services[by].legal_basis
            elif way.type is not None:
                basis = matter.universe.evidence_type(way.type).legal_basis
            rows.append(EvidenceWay(active.service.id, requirement.id, way.way, way.type, by, basis))
    return tuple(rows)


def consents_of(plan: Plan, used: Mapping[str, Instance]) -> tuple[str, ...]:
    """Return the conditional resources in use, for evidence or to fill a field."""
    resources = [*(way.resource for way in plan.ways if way.resource is not None), *used.values()]
    return tuple(sorted({one.id for one in resources if one.resource.sharing == "conditional"}))
