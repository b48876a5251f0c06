"""What leaked, as an operator can say it, and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from onewindow.domain.errors import DomainError
from onewindow.plumbing.exposure import Gathered

Kind = Literal["account", "system", "register", "tables", "files", "span"]


class NothingToFind(DomainError):
    """The leak names what is not there."""

    code = "nothing-to-find"
    template = "There is no {kind} “{subject}” here. {known}"
    status = 404


class SpanTurned(DomainError):
    """The span ends before it begins."""

    code = "span-turned"
    template = "The span ends ({until}) before it begins ({since}). Give an earlier beginning."


@dataclass(frozen=True, slots=True)
class Leak:
    """What leaked, and when. Shape: `subjects` are an account's id, a client_id, a register, or tables. `key_known`: the keys as well."""

    kind: Kind
    subjects: tuple[str, ...]
    since: datetime
    until: datetime
    key_known: bool = False


@dataclass(frozen=True, slots=True)
class Concerned:
    """One person whose data it was. Nothing of them but ids: names are another question, which is logged."""

    person: UUID
    cases: tuple[str, ...]
    """Reference numbers."""
    categories: tuple[str, ...]
    """What could be read."""
    sealed: tuple[str, ...]
    """What lay in it sealed and stays unreadable without the keys."""
    looks: int
    rows: int
    """Of tables that were copied, or of the person's own account."""
    changed: int
    """Acts of the account on what is theirs."""
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """The answer. Shape: `acts`, `registers`, `tables` are counts by name; `unresolved` questions lead to nobody any more."""

    incident: str
    leak: Leak
    at: datetime
    persons: tuple[Concerned, ...]
    looks: int
    denied: int
    acts: Mapping[str, int]
    registers: Mapping[str, int]
    tables: Mapping[str, int]
    unresolved: int
    gathered: tuple[Gathered, ...] = ()
    """Records of other registers, whose people need have no account here."""

    def by_category(self) -> dict[str, int]:
        """Return how many persons each category was readable of."""
        counts: dict[str, int] = {}
        for person in self.persons:
            for category in person.categories:
                counts[category] = counts.get(category, 0) + 1
        return counts
