"""The rules of a matter out of the published catalogue: compiled once for everything that is alike."""

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from onewindow.domain import values
from onewindow.domain.bundle.report import Report
from onewindow.domain.catalogue.model import Catalogue, Element, Question
from onewindow.domain.errors import DomainError
from onewindow.domain.values import ValueRefused
from onewindow.modules.cases.errors import NothingPublished, UnknownMatter
from onewindow.modules.cases.matter import Book, Rules
from onewindow.modules.cases.names import plain
from onewindow.modules.catalogue import selectors as catalogue


@dataclass(frozen=True)
class Published:
    """A release with its content, read once for an act."""

    number: int
    digest: str
    content: Catalogue


def published() -> Published:
    """Return the release that holds now. Raises: NothingPublished."""
    release = catalogue.newest_release()
    if release is None:
        raise NothingPublished
    return Published(release.number, release.digest, _contents.get(release.digest) or _remember(release.number, release.digest))


_contents: dict[str, Catalogue] = {}
"""A digest names a content for good, so what is kept can never be stale; only the newest is asked for, so few are kept."""


def _remember(number: int, digest: str) -> Catalogue:
    while len(_contents) > 3:
        _contents.pop(next(iter(_contents)), None)
    return _contents.setdefault(digest, catalogue.catalogue_at(number))


def rules_for(
    *, release: Published, event_id: str, answers: Mapping[str, Any], held: Collection[str], unavailable: Collection[str] = ()
) -> Rules:
    """Compile the matter. Where nothing replaces a silent source the plan stays, and what it would fill is asked by name.

    Raises: UnknownMatter, and what the compiler refuses.
    """
    if event_id not in release.content.events:
        raise UnknownMatter(event=event_id)
    key = (release.digest, event_id, json.dumps(answers, sort_keys=True), frozenset(held), frozenset(unavailable))
    with _lock:
        found = _kept.get(key)
    if found is None:
        found = _compiled(release, event_id, answers, held, unavailable)
        with _lock:
            _kept[key] = found
            while len(_kept) > RULES_KEPT:
                _kept.popitem(last=False)
    return found


RULES_KEPT = 500
_lock = threading.Lock()
_kept: OrderedDict[Hashable, Rules] = OrderedDict()


def _compiled(release: Published, event_id: str, answers: Mapping[str, Any], held: Collection[str], unavailable: Collection[str]) -> Rules:
    def report(without: Collection[str]) -> Report:
        return catalogue.compiled(release=release.number, event_id=event_id, answers=answers, held=held, unavailable=without)

    try:
        found = report(unavailable)
    except DomainError:
        if not unavailable:
            raise
        found = report(())
    return Rules(release.content, release.content.events[event_id], frozenset(unavailable), found)


def book_of(*, release: int, event_id: str, unavailable: Collection[str] = ()) -> Book:
    """Return what the release says, for a case that was filed under it."""
    content = catalogue.catalogue_at(release)
    return _book(_Alike(content), event_id, frozenset(unavailable))


def books() -> Callable[[int, str], Book]:
    """Return what gives the book of a release and an event, and asks the database once for each: for lists."""
    return cache(lambda release, event: book_of(release=release, event_id=event))


@lru_cache(maxsize=256)
def _book(alike: "_Alike", event_id: str, unavailable: frozenset[str]) -> Book:
    return Book(alike.kept, alike.kept.events[event_id], unavailable)


class _Alike:
    """A catalogue that its module keeps: the same object means the same rules."""

    __slots__ = ("kept",)

    def __init__(self, kept: Catalogue) -> None:
        self.kept = kept

    def __hash__(self) -> int:
        return id(self.kept)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Alike) and other.kept is self.kept


Check = Callable[[str, Any], Any]
"""Return a value normalised by the type of its element; raise ValueRefused."""


def checker(rules: Book, *, below_zero: bool = False) -> Check:
    """Return the check of a value by the type of its element; what registers tell may be below zero, also where a person types it."""
    told = {plain(name) for resource in rules.catalogue.resources.values() for name in resource.gives}
    listed = None if below_zero else _in_the_list  # what a register tells is its own list's

    def check(element: str, value: Any) -> Any:
        under = below_zero or plain(element) in told
        return values.normalise(value, rules.named(element), rules.elements, below_zero=under, listed=listed)

    return check


def members(rules: Book, element: str, value: Any) -> tuple[list[dict[str, Any]] | None, list[ValueRefused]]:
    """Return (the entries of a list as far as they can be used, what is wrong with them); None where it is no list at all."""
    try:
        return values.read_group(value, rules.named(element), rules.elements, _in_the_list)
    except ValueRefused as error:
        return None, [error]


def check_answer(question: Question, value: Any) -> Any:
    """Return an answer normalised by the type of its question. Raises: ValueRefused."""
    element = Element(id=question.id, name=question.name, type=question.type, values=question.values)
    return values.normalise(value, element, listed=_in_the_list)


def _in_the_list(kind: str, code: str) -> str | None:
    return catalogue.listed_code(code_list=kind, given=code)
