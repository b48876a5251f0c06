"""What still has to be brought, and which interface, share or commitment would save the most of it: what to build next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb

from onewindow.domain.bundle.compile import plan_for
from onewindow.domain.bundle.excerpt import excerpt
from onewindow.domain.bundle.plan import Plan
from onewindow.domain.bundle.universe import bits_of
from onewindow.domain.catalogue.model import Catalogue, Resource
from onewindow.domain.catalogue.names import split
from onewindow.domain.errors import DomainError

max_combinations = 500
"""Above this the best combinations of one move fewer are extended, instead of trying them all."""


@dataclass(frozen=True, slots=True)
class Move:
    """Something a reformer can do. `kind`: interface (a new resource for an element or a type), share, commitment."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Saving:
    """What moves save the applicant, once and in a year. Unit: days are working days."""

    moves: tuple[Move, ...]
    elements: int
    documents: int
    visits: int
    days: float
    acts: int
    effort: float
    yearly_elements: float
    yearly_documents: float

    @property
    def worth(self) -> tuple[float, ...]:
        """Return what savings are ranked by: a document counts as much as the acts and elements it spares together."""
        return (self.elements + self.documents, self.acts, self.days, self.effort, -len(self.moves))


@dataclass(frozen=True, slots=True)
class Blockers:
    """Every move alone, the best first, and the best combination of up to k."""

    yearly_cases: float
    alone: tuple[Saving, ...]
    together: Saving | None


def find_blockers(
    catalogue: Catalogue, event_id: str, *, answers: Mapping[str, object] | None = None, held: Iterable[str] = (), k: int = 2
) -> Blockers:
    """Return what one more resource, one more share or one commitment would save, alone and in the best combination of k.

    A new interface is taken to be keyed by what log-in tells about the applicant.
    Raises: BundleRefused, ConditionWrong.
    """
    held = tuple(held)
    plan = plan_for(catalogue, event_id, answers=answers, held=held)
    tries = _Tries(excerpt(catalogue, plan.matter.event), plan, answers or {}, held)
    alone = sorted((tries.saving((move,)) for move in _moves(tries.catalogue, plan)), key=_ranked)
    best = alone[:]
    ranked: Sequence[Saving] = alone
    for size in range(2, k + 1):
        ranked = sorted((tries.saving(moves) for moves in _combinations([one.moves[0] for one in alone], ranked, size)), key=_ranked)
        best.extend(ranked[:1])
    together = min(best, key=_ranked, default=None)
    return Blockers(plan.matter.event.yearly_cases, tuple(alone), together)


def _ranked(saving: Saving) -> tuple[object, ...]:
    return (*(-number for number in saving.worth), [(move.kind, move.id) for move in saving.moves])


def _combinations(moves: Sequence[Move], smaller: Sequence[Saving], size: int) -> Iterable[tuple[Move, ...]]:
    if comb(len(moves), size) <= max_combinations:
        return combinations(moves, size)
    order = {move: place for place, move in enumerate(moves)}
    room = max(1, max_combinations // max(1, len(moves)))
    extended = {
        tuple(sorted((*one.moves, move), key=order.__getitem__)) for one in smaller[:room] for move in moves if move not in one.moves
    }
    return sorted(extended, key=lambda found: [order[move] for move in found])


def _moves(catalogue: Catalogue, plan: Plan) -> list[Move]:
    """Return what could be done about each element still asked and each document still uploaded."""
    universe = plan.matter.universe
    moves = [Move("interface", universe.names[index]) for index in bits_of(plan.key.chosen)]
    uploads = dict.fromkeys(way.type for way in plan.ways if way.way == "upload" and way.type is not None)
    moves.extend(Move("interface", name) for name in uploads)
    moves.extend(Move("share", ident) for ident, resource in catalogue.resources.items() if resource.sharing == "none")
    types = dict.fromkeys(split(name)[1] for way in plan.ways if way.way == "upload" for name in way.requirement.any_of)
    moves.extend(Move("commitment", name) for name in types if not catalogue.evidence_types[name].commitment)
    return list(dict.fromkeys(moves))


class _Tries:
    """Compiles the event with moves made, and compares."""

    def __init__(self, catalogue: Catalogue, plan: Plan, answers: Mapping[str, object], held: tuple[str, ...]) -> None:
        self.catalogue, self.plan, self.answers, self.held = catalogue, plan, answers, held

    def saving(self, moves: tuple[Move, ...]) -> Saving:
        try:
            tried = plan_for(self.moved(moves), self.plan.matter.event.id, answers=self.answers, held=self.held)
        except DomainError:
            tried = self.plan
        now, then, cases = self.plan.after, tried.after, self.plan.matter.event.yearly_cases
        elements = (now.elements or 0) - (then.elements or 0)
        documents = (now.documents or 0) - (then.documents or 0)
        return Saving(
            moves=moves,
            elements=elements,
            documents=documents,
            visits=(now.visits or 0) - (then.visits or 0),
            days=(now.days or 0) - (then.days or 0),
            acts=(now.acts or 0) - (then.acts or 0),
            effort=_effort(self.plan) - _effort(tried),
            yearly_elements=elements * cases,
            yearly_documents=documents * cases,
        )

    def moved(self, moves: Iterable[Move]) -> Catalogue:
        catalogue = self.catalogue
        for move in moves:
            catalogue = _with_move(catalogue, move, self.plan)
        return catalogue


def _effort(plan: Plan) -> float:
    return float(sum(plan.matter.universe.effort(index) for index in bits_of(plan.key.chosen)))


def _with_move(catalogue: Catalogue, move: Move, plan: Plan) -> Catalogue:
    if move.kind == "share":
        resources = {**catalogue.resources, move.id: replace(catalogue.resources[move.id], sharing="conditional")}
        return replace(catalogue, resources=resources)
    if move.kind == "commitment":
        types = {**catalogue.evidence_types, move.id: replace(catalogue.evidence_types[move.id], commitment=True)}
        return replace(catalogue, evidence_types=types)
    party = catalogue.parties.get(plan.matter.event.applicant)
    keys = tuple(name for name in (party.gives if party else ()) if name != move.id)
    ident = f"new:{move.id}".replace(".", ":")
    is_type = split(move.id)[1] in catalogue.evidence_types
    fresh = Resource(ident, {"en": ident}, None, keys, () if is_type else (move.id,))
    catalogue = replace(catalogue, resources={**catalogue.resources, ident: fresh})
    if not is_type:
        return catalogue
    kind = catalogue.evidence_types[split(move.id)[1]]
    types = {**catalogue.evidence_types, kind.id: replace(kind, obtainable_from=(*kind.obtainable_from, ident))}
    return replace(catalogue, evidence_types=types)
