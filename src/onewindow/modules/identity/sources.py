"""What identity asks of registers, and who answers: a module above registers its answer while the apps load."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from onewindow.domain.errors import DomainError
from onewindow.plumbing.actors import Actor


class SourceSilent(DomainError):
    """The register does not answer now."""

    code = "identity-source-silent"
    template = "The register that knows it does not answer now. Nothing was counted: try again in some minutes, or come to the counter."
    status = 503


@dataclass(frozen=True, slots=True)
class Claimed:
    """What somebody says of themselves, to be compared with the population source. An empty phone is not compared."""

    name: str
    resident_id: str
    phone: str = ""


class PopulationSource(Protocol):
    """Compares; what the register itself says never comes down to here."""

    def agrees(self, claimed: Claimed, *, user_id: UUID, actor: Actor, now: datetime) -> bool:
        """Tell whether the register has exactly this person. Raises: SourceSilent."""


class BusinessSource(Protocol):
    """Tells whether somebody represents an enterprise, and its name then; nothing to anybody else."""

    def represented(self, uscc: str, representative: Claimed, *, user_id: UUID, actor: Actor, now: datetime) -> str | None:
        """Return the registered name where the register names exactly this person as representative. Raises: SourceSilent."""


Outcome = Literal["waiting", "passed", "failed"]


@dataclass(frozen=True, slots=True)
class FaceBegun:
    """A check at the face channel: its name there, and where the person goes."""

    check: str
    address: str


class FaceProvider(Protocol):
    """Compares a face with the card's picture, elsewhere; only the outcome comes here."""

    def begin(self, claimed: Claimed, *, back: str) -> FaceBegun:
        """Begin a check; the person comes `back`. Raises: SourceSilent."""

    def outcome(self, check: str) -> Outcome:
        """Return how a check stands. Raises: SourceSilent."""


_population: list[PopulationSource] = []
_face: list[FaceProvider] = []
_business: list[BusinessSource] = []


def use_population_source(source: PopulationSource) -> None:
    """Say, while the apps load, who compares people with the register."""
    _population[:] = [source]


def population() -> PopulationSource:
    """Return who compares people with the register. Raises: SourceSilent where nobody does."""
    if not _population:
        raise SourceSilent
    return _population[0]


def use_business_source(source: BusinessSource) -> None:
    """Say, while the apps load, who asks the business register."""
    _business[:] = [source]


def business() -> BusinessSource:
    """Return who asks the business register. Raises: SourceSilent where nobody does."""
    if not _business:
        raise SourceSilent
    return _business[0]


def use_face_provider(provider: FaceProvider) -> None:
    """Say, while the apps load, who checks faces."""
    _face[:] = [provider]


def face() -> FaceProvider:
    """Return who checks faces. Raises: SourceSilent where nobody does."""
    if not _face:
        raise SourceSilent
    return _face[0]
