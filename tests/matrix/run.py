"""Trying one cell as one person, and taking it back."""

from collections.abc import Iterable
from dataclasses import dataclass

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
    got: bool

    def __str__(self) -> str:
        told = "may, and must not" if self.got else "may not, and should"
        return f"{self.profile.name} {told}: {self.cell.function} ({self.cell.on})"


class TakenBack(Exception):
    """Ends the transaction of a try."""


def tried(cell: Cell, profile: Profile) -> bool:
    """Return whether the person was let in. Whatever it did is taken back; being told of another mistake means being let in."""
    result: object = None
    try:
        with transaction.atomic():
            try:
                result = cell.call(profile.actor)
            except (Forbidden, NotFound, NotOneself, KeyError):
                return False
            except DomainError:
                return True
            raise TakenBack
    except TakenBack:
        return bool(result) if cell.empty else True


@dataclass(frozen=True, slots=True)
class Denial:
    """Somebody was not let in, and these guards were asked."""

    cell: Cell
    profile: Profile
    asked: frozenset[Site]


def tour(cells: Iterable[Cell], profiles: Iterable[Profile], gate: Gate) -> tuple[list[Wrong], list[Denial]]:
    """Try everything as everybody; return what came out wrong, and every denial with the guards that were asked."""
    people = list(profiles)
    mistakes, denials = [], []
    for cell in cells:
        for profile in people:
            gate.asked = set()
            got = tried(cell, profile)
            if got != cell.may(profile):
                mistakes.append(Wrong(cell, profile, got))
            elif not got:
                denials.append(Denial(cell, profile, frozenset(gate.asked)))
    return mistakes, denials


def let_through(denials: Iterable[Denial]) -> Denial | None:
    """Return the first of the denied who now gets in."""
    return next((denial for denial in denials if _in_or_fallen(denial)), None)


def _in_or_fallen(denial: Denial) -> bool:
    """With a guard out, the code behind it may fall over what the guard kept away: that is noticed as well."""
    try:
        return tried(denial.cell, denial.profile)
    except Exception:
        return True
