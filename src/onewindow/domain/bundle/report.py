"""The report of one compilation: what other tools read, as plain frozen values and as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from onewindow.domain.catalogue.model import Condition, LegalBasis


@dataclass(frozen=True, slots=True)
class Counts:
    """What a matter costs the applicant. Unit: days are working days."""

    elements: int | None = 0
    documents: int | None = 0
    steps: int | None = 0
    visits: int | None = 0
    acts: int | None = 0
    days: float | None = 0


@dataclass(frozen=True, slots=True)
class AfterCounts(Counts):
    questions: int = 0
    days_parallel: float = 0


@dataclass(frozen=True, slots=True)
class FormField:
    """An element of the minimum key that the applicant types."""

    element: str
    asked_by: tuple[str, ...]
    when: Condition | None


@dataclass(frozen=True, slots=True)
class Filled:
    """An element that one service asks and nobody types for it any more. `from`: kind is party, answer, held, resource,
    produced, same-form or not-applicable; id names the party, question, licence, resource or service."""

    service: str
    element: str
    source: Mapping[str, str]
    legal_basis: tuple[LegalBasis, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceWay:
    """How one requirement is met. `way`: held, resource, produced, commitment, upload or not-applicable."""

    service: str
    requirement: str
    way: str
    type: str | None
    by: str | None
    legal_basis: tuple[LegalBasis, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """One or several steps done together. Unit: working days, with the event's commitments."""

    id: str
    steps: tuple[str, ...]
    limit_days: float
    after: tuple[str, ...]
    earliest_day: float


@dataclass(frozen=True, slots=True)
class FeeLine:
    organisation: str
    service: str
    fee: str
    fen: int | None
    assessed: bool
    legal_basis: tuple[LegalBasis, ...] = ()
    open: bool = False
    """Whether the fee still hangs on an open question."""


@dataclass(frozen=True, slots=True)
class Report:
    event: str
    services: tuple[str, ...]
    minimal: bool
    before: Counts
    alone: Counts | None
    after: AfterCounts
    form: tuple[FormField, ...]
    filled: tuple[Filled, ...]
    evidence: tuple[EvidenceWay, ...]
    nodes: tuple[Node, ...]
    critical_path: tuple[str, ...]
    not_joined: tuple[str, ...]
    open_questions: tuple[str, ...]
    consents: tuple[str, ...]
    fee_fen: int
    fees: tuple[FeeLine, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the public contract: lists for tuples, `from` for `source`."""
        plain = _plain(asdict(self))
        for row in plain["filled"]:
            row["from"] = row.pop("source")
        return plain  # type: ignore[no-any-return]  # plain() keeps the kind


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
