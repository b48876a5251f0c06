"""What identity asks of registers, and who answers: a module above registers its answer while the apps load."""

from collections.abc import Mapping
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


class NationalSilent(DomainError):
    """The national provider does not answer now."""

    code = "national-silent"
    template = "The national log-in does not answer now. Nothing is lost: log in another way, or try again in some minutes."
    status = 503


class NationalRefused(DomainError):
    """What came back cannot be trusted. `reason` is for the log."""

    code = "national-refused"
    template = (
        "What came back from the national log-in could not be trusted, so nothing was done with it. "
        "Try again; if it happens again, log in another way and tell the counter."
    )
    status = 403

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__()


class NationalCancelled(DomainError):
    """The person went back."""

    code = "national-cancelled"
    template = "You ended the log-in at the national provider. Nothing was changed: try again, or log in another way."


class NationalUnsure(DomainError):
    """The provider's word is worth too little here."""

    code = "national-unsure"
    template = "The national log-in did not say surely enough who you are. Log in there in a stronger way, for example with the card."
    status = 403


@dataclass(frozen=True, slots=True)
class NationalBegun:
    """A log-in begun at the national provider: where the person goes, and what the answer is held against."""

    address: str
    state: str
    nonce: str
    verifier: str
    back: str
    at: datetime
    fresh: bool = False
    """The person was to prove there anew who they are."""
    who: str = ""
    """Who was logged in here when it began."""


@dataclass(frozen=True, slots=True)
class NationalAnswer:
    """Who somebody is, as the national provider proved it. An empty name or number was not told."""

    issuer: str
    subject: str
    level: int
    name: str
    number: str
    id_token: str


class NationalProvider(Protocol):
    """An identity provider in front of our log-in."""

    def begin(self, *, back: str, fresh: bool, now: datetime) -> NationalBegun:
        """Begin a log-in; the person comes `back`. Raises: NationalSilent."""

    def finish(self, begun: NationalBegun, *, told: Mapping[str, str], now: datetime) -> NationalAnswer:
        """Hold what came back against what was begun. Raises: NationalSilent, NationalRefused, NationalCancelled, NationalUnsure."""

    def farewell(self, *, id_token: str, back: str, now: datetime) -> str:
        """Return where one logs out there as well, nothing where that cannot be said now."""


@dataclass(frozen=True, slots=True)
class Ward:
    """A child as the register of guardians tells it to its guardian."""

    name: str
    resident_id: str


class GuardianSource(Protocol):
    """Tells a guardian, asked by the guardian's own proven number, of whom they are the guardian. Nobody asks it by a child's number."""

    def children_of(self, guardian: Claimed, *, user_id: UUID, actor: Actor, now: datetime) -> tuple[Ward, ...]:
        """Return the children, none where the register does not have exactly this guardian. Raises: SourceSilent."""


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
_national: list[NationalProvider] = []
_guardians: list[GuardianSource] = []


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


def use_guardian_source(source: GuardianSource) -> None:
    """Say, while the apps load, who asks the register of guardians."""
    _guardians[:] = [source]


def guardians() -> GuardianSource:
    """Return who asks the register of guardians. Raises: SourceSilent where nobody does."""
    if not _guardians:
        raise SourceSilent
    return _guardians[0]


def use_face_provider(provider: FaceProvider) -> None:
    """Say, while the apps load, who checks faces."""
    _face[:] = [provider]


def face() -> FaceProvider:
    """Return who checks faces. Raises: SourceSilent where nobody does."""
    if not _face:
        raise SourceSilent
    return _face[0]


def use_national_provider(provider: NationalProvider) -> None:
    """Say, while the apps load, who asks the national provider."""
    _national[:] = [provider]


def national() -> NationalProvider:
    """Return who asks the national provider. Raises: NationalSilent where nobody does."""
    if not _national:
        raise NationalSilent
    return _national[0]
