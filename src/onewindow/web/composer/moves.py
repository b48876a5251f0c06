"""What would save most next: every interface, share and commitment tried, weighed over all One Things that it touches."""

from dataclasses import dataclass
from functools import lru_cache

from onewindow.domain.bundle import Move, Saving, find_blockers
from onewindow.domain.catalogue.model import Catalogue, Text
from onewindow.domain.catalogue.names import split
from onewindow.domain.errors import DomainError
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.web.composer.document import Document
from onewindow.web.composer.pages import with_event

MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One move, and what it would spare each year over all One Things that it touches."""

    kind: str
    name: Text
    organisation: Text | None
    saving: Saving
    events: int
    cases: float


@dataclass(frozen=True, slots=True)
class Together:
    """The best combination of two moves."""

    names: tuple[tuple[str, Text], ...]
    saving: Saving


@dataclass(frozen=True, slots=True)
class Moves:
    """The best moves, how many more there are, and the best two together where they do better than one."""

    rows: tuple[MoveRow, ...]
    more: int
    together: Together | None


def best_moves(release: int, document: Document) -> Moves:
    """Return what would save most next.

    Raises: CatalogueRefused, and what the compiler refuses.
    """
    own = with_event(release, document)
    event = next(iter(own.events.values()))
    found = find_blockers(own, event.id)
    others = _elsewhere((catalogue.release_row(release).digest, release), event.id)
    rows = []
    for saving in found.alone:
        if _useful(saving):
            move = saving.moves[0]
            name, organisation = _named(own, move)
            more = [cases for moves, cases in others if (move.kind, move.id) in moves]
            rows.append(MoveRow(move.kind, name, organisation, saving, 1 + len(more), event.yearly_cases + sum(more)))
    rows.sort(key=lambda row: -(row.saving.elements + row.saving.documents) * max(row.cases, 1))
    both = found.together
    together = Together(tuple((move.kind, _named(own, move)[0]) for move in both.moves), both) if both and len(both.moves) > 1 else None
    return Moves(tuple(rows[:MOST_SHOWN]), max(0, len(rows) - MOST_SHOWN), together if together and _useful(together.saving) else None)


def _useful(saving: Saving) -> bool:
    return bool(saving.elements or saving.documents or saving.visits or saving.days)


@lru_cache(maxsize=16)
def _elsewhere(state: tuple[str, int], but: str) -> tuple[tuple[frozenset[tuple[str, str]], float], ...]:
    """Return for every other published One Thing the moves that would save something there, and its yearly cases.

    `state` is the digest of the release and its number, which alone would not do where a database was made anew.
    """
    held = catalogue.catalogue_at(state[1])
    found = []
    for event in held.events.values():
        if event.id == but:
            continue
        try:
            alone = find_blockers(held, event.id, k=1).alone
        except DomainError:
            continue
        useful = frozenset((row.moves[0].kind, row.moves[0].id) for row in alone if _useful(row))
        found.append((useful, event.yearly_cases))
    return tuple(found)


def _named(own: Catalogue, move: Move) -> tuple[Text, Text | None]:
    """Return the name of what a move is about, and whose it is."""
    plain = split(move.id)[1]
    if move.kind == "share" and move.id in own.resources:
        resource = own.resources[move.id]
        organisation = own.organisations.get(resource.organisation or "")
        return resource.name or {"en": plain}, organisation.name if organisation else None
    for table in (own.evidence_types, own.elements):
        if plain in table:
            return table[plain].name or {"en": plain}, None
    return {"en": move.id}, None
