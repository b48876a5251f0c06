"""Answers about a bundle as a person at a terminal reads them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from onewindow.cli.bundle_report import Names, number
from onewindow.cli.layout import table
from onewindow.cli.words import word
from onewindow.domain.bundle.report import Counts
from onewindow.domain.catalogue.model import Catalogue

if TYPE_CHECKING:
    from onewindow.domain.bundle import Ablation, Blockers, Explanation, Move, Saving

_COUNTS = ("elements", "questions", "documents", "steps", "visits", "acts", "days", "days_parallel")


def blocker_lines(found: "Blockers", catalogue: Catalogue, language: str) -> Iterator[str]:
    """Give every move with what it saves once and in a year, the best first, then the best combination."""
    names = Names(catalogue, language)
    heads = [
        "",
        *(word(key, language) for key in ("elements", "documents", "visits", "acts", "days", "yearly_elements", "yearly_documents")),
    ]
    rows = [heads, *([_moves(saving.moves, names), *_savings(saving)] for saving in found.alone)]
    if found.together is not None:
        rows.append([f"{word('together', language)}: {_moves(found.together.moves, names)}", *_savings(found.together)])
    yield word("would_save", language).format(cases=number(found.yearly_cases))
    yield ""
    yield from table(rows)


def ablation_lines(found: "Ablation", language: str) -> Iterator[str]:
    """Give the counts in full, without each cause, and resource by resource."""
    columns: list[tuple[str, Counts | None]] = [(word("before", language), found.before), (word("after", language), found.full)]
    columns += [(word("without", language).format(cause=word(cause, language)), after) for cause, after in found.without.items()]
    columns += [(f"{step.shared} {word('shared', language)}", step.after) for step in found.sharing]
    rows = [["", *(word(key, language) for key in _COUNTS)]]
    rows += [[label, *(number(getattr(counts, key, None)) for key in _COUNTS)] for label, counts in columns]
    yield from table(rows)
    for cause, refusal in found.refusals.items():
        yield f"{word('without', language).format(cause=word(cause, language))}: {refusal}"


def explanation_lines(found: "Explanation", catalogue: Catalogue, language: str) -> Iterator[str]:
    """Give the services and the law that need a field, what it fetches, and what would make it unnecessary."""
    names = Names(catalogue, language)
    yield names.element(found.element)
    for demand in found.demands:
        law = "; ".join(f"{basis.get('title', '')} {basis.get('article', '')}".strip() for basis in demand.legal_basis)
        how = "needs" if demand.asks else "needs_to_fetch"
        by = f"{names.service(demand.service)} ({names.organisation(demand.organisation)})"
        yield f"  {word(how, language)}: {by}" + (f" — {law}" if law else "")
    for resource, gives in found.fetches:
        yield f"  {word('fetches', language)}: {names.resource(resource)} → {', '.join(_object(name, names) for name in gives)}"
    for row in found.filled:
        yield f"  {names.service(row.service)}: {names.source(row.source['kind'], row.source.get('id', ''))}"
    for opening in found.openings:
        where = f": {names.resource(opening.resource)}" if opening.resource else ""
        keys = f" ({', '.join(names.element(key) for key in opening.keys)})" if opening.keys else ""
        yield f"  {word('would_go', language)}: {word('opening-' + opening.kind, language)}{where}{keys}"


def _moves(moves: "tuple[Move, ...]", names: Names) -> str:
    return " + ".join(f"{word('move-' + move.kind, names.language)}: {_object(move.id, names)}" for move in moves)


def _object(key: str, names: Names) -> str:
    plain = key.rpartition(".")[2]
    if plain in names.catalogue.elements:
        return names.element(key)
    return names.evidence_type(key) if plain in names.catalogue.evidence_types else names.resource(key)


def _savings(saving: "Saving") -> list[str]:
    values = (saving.elements, saving.documents, saving.visits, saving.acts, saving.days, saving.yearly_elements, saving.yearly_documents)
    return [number(value) for value in values]
