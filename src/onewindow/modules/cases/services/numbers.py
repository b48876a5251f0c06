"""The numbers that officers write on what is issued: readable, of a sensible length, and never on two documents of one kind."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from onewindow.domain.errors import DomainError
from onewindow.modules.cases import models
from onewindow.modules.cases.errors import NumberLength, NumberTaken, NumberUnreadable, ValuesRefused
from onewindow.modules.cases.matter import Book
from onewindow.modules.cases.names import plain
from onewindow.modules.cases.services.board import Board

FEWEST, MOST = 3, 60
NAMED = ("number", "no", "code")
"""How the id of an element ends that numbers what an authority issues; docs/catalogue-format.md says so."""


def is_number(book: Book, element: str) -> bool:
    """Tell whether an element is the number of what is issued: the credit code, or a text that is called a number."""
    described = book.element(element)
    named = described.id.rpartition(".")[2].split("-")[-1] in NAMED
    return described.type == "uscc" or (described.type == "string" and not described.askable and named)


def readable(element: str, value: str) -> str:
    """Return a number as it is kept, with single spaces. Raises: NumberUnreadable, NumberLength.

    >>> readable("food-number", " JY2 2399000012685 ")
    'JY2 2399000012685'
    """
    text = " ".join(value.split())
    if any(unicodedata.category(sign)[0] in "CS" and sign not in "№+=" for sign in text) or not any(sign.isnumeric() for sign in text):
        raise NumberUnreadable(field=element)
    if not FEWEST <= len(text) <= MOST:
        raise NumberLength(field=element, length=len(text), fewest=FEWEST, most=MOST)
    return text


def mark_of(value: str) -> str:
    """Return what two ways to write one number have in common.

    >>> mark_of("ＪＹ2 239-9") == mark_of("jy2239-9")
    True
    """
    return "".join(unicodedata.normalize("NFKC", value).casefold().split())


def require_free(board: Board, service: str, given: Mapping[str, Any]) -> None:
    """Refuse numbers that stand on a document of the same kind already. Raises: ValuesRefused with a NumberTaken each."""
    refused: dict[str, DomainError] = {}
    for kind, element, number in _numbers(board, service, given):
        taken = models.IssuedNumber.objects.filter(evidence_type=kind, mark=mark_of(number)).first()
        if taken is not None and not _same_holder(board, taken, element):
            refused[element] = _taken(taken, number)
    if refused:
        raise ValuesRefused(refused)


def reserve(board: Board, kind: str, carried: Mapping[str, Any]) -> None:
    """Write the numbers of a document into the book of numbers, where nobody can take them again. Raises: ValuesRefused."""
    for element, value in carried.items():
        if not isinstance(value, str) or not _own_number(board, element, value):
            continue
        taken, fresh = models.IssuedNumber.objects.get_or_create(
            evidence_type=kind,
            mark=mark_of(value)[:200],
            defaults={
                "reference": board.case.reference,
                "holder": board.case.applicant,
                "title": board.case.shown_title,
                "issued_at": board.now,
            },
        )
        if not fresh and not _same_holder(board, taken, element):
            raise ValuesRefused({element: _taken(taken, value)})


def _numbers(board: Board, service: str, given: Mapping[str, Any]) -> Iterable[tuple[str, str, str]]:
    for kind in board.book.catalogue.services[service].produces:
        for element in board.book.gives(kind):
            value = given.get(element)
            if isinstance(value, str) and _own_number(board, element, value):
                yield kind, element, value


def _own_number(board: Board, element: str, value: str) -> bool:
    """A number that the case knew before, such as the credit code of the applicant, is not the document's own."""
    known = board.values.get(element)
    return is_number(board.book, element) and (known is None or known.value != value)


def _same_holder(board: Board, taken: models.IssuedNumber, element: str) -> bool:
    """A document that is renewed keeps its number: the same applicant, for the same place of business.

    A credit code is the applicant's own, for all their places.
    """
    same_place = board.book.element(element).type == "uscc" or taken.title == board.case.shown_title
    return taken.holder == board.case.applicant and same_place


def _taken(taken: models.IssuedNumber, number: str) -> NumberTaken:
    return NumberTaken(number=number, type=plain(taken.evidence_type), reference=taken.reference)
