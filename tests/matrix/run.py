"""Trying one cell as one person, and taking it back."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from onewindow.domain.errors import DomainError, Forbidden, NotFound
from onewindow.modules.identity.officers import NotOneself
from tests.matrix.guards import Gate, Site
from tests.matrix.people import Profile
from tests.matrix.services import Cell


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell that came out otherwise than it is written down."""

    cell: Cell
    profile: Profile
    got: Any

    def __str__(self) -> str:
        told = "may, and must not" if self.got else "may not, and should"
        told = f"sees {self.got} instead of {self.cell.may(self.profile)}" if self.cell.which else told
        return f"{self.profile.name} {told}: {self.cell.function} ({self.cell.on})"


SOME, MANY = 3, 30
"""Who tries what is open to all in a run of fewer people than everybody."""


class TakenBack(Exception):
    """Ends the transaction of a try."""


def tried(cell: Cell, profile: Profile) -> Any:
    """Return whether the person was let in, or what they were shown where that counts.

    Whatever it did is taken back; being told of another mistake means being let in.
    """
    result: Any = None
    try:
        with transaction.atomic():
            try:
                result = cell.call(profile.actor)
            except (Forbidden, NotFound, NotOneself, KeyError):
                return frozenset() if cell.which else False
            except DomainError:
                return True
            raise TakenBack
    except TakenBack:
        return result if cell.which else bool(result) if cell.empty else True


@dataclass(frozen=True, slots=True)
class Denial:
    """Somebody was not let in, or was shown so much and no more; and these guards were asked."""

    cell: Cell
    profile: Profile
    asked: frozenset[Site]
    got: Any = False


@dataclass(frozen=True, slots=True)
class Tour:
    """What came of trying everything as everybody."""

    mistakes: list[Wrong]
    denials: list[Denial]
    """The plainest first: those in whose way fewest guards stood."""
    questions: int
    functions: frozenset[str]

    def __str__(self) -> str:
        return "\n".join(str(row) for row in self.mistakes)


def tour(cells: Iterable[Cell], profiles: Iterable[Profile], gate: Gate) -> Tour:
    """Try everything as everybody; return what came out wrong, and every denial with the guards that were asked."""
    people = list(profiles)
    mistakes, denials, functions, questions = [], [], set(), 0
    for cell in cells:
        functions.add(cell.function)
        for profile in people[:SOME] if cell.open_to_all and len(people) < MANY else people:
            gate.asked = set()
            got, may = tried(cell, profile), cell.may(profile)
            questions += 1
            if got != may:
                mistakes.append(Wrong(cell, profile, got))
            elif not got or cell.which:
                denials.append(Denial(cell, profile, frozenset(gate.asked), got))
    return Tour(mistakes, sorted(denials, key=lambda row: len(row.asked)), questions, frozenset(functions))


def unnoticed(found: Tour, sites: Iterable[Site], gate: Gate) -> list[str]:
    """Take each guard out in turn; return those without which everybody is still denied what they were denied."""
    missed = []
    for site in sites:
        gate.out = site
        if let_through(row for row in found.denials if site in row.asked) is None:
            missed.append(str(site))
    gate.out = None
    return missed


def let_through(denials: Iterable[Denial]) -> Denial | None:
    """Return the first of the denied who now gets in."""
    return next((denial for denial in denials if _in_or_fallen(denial)), None)


def _in_or_fallen(denial: Denial) -> bool:
    """With a guard out, the code behind it may fall over what the guard kept away: that is noticed as well."""
    try:
        return bool(tried(denial.cell, denial.profile) != denial.got)
    except Exception:
        return True
