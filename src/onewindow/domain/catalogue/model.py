"""The catalogue as departments describe it: plain frozen values, named after CPSV-AP 3.2.

Source: the format `onewindow-catalogue/1` (docs/catalogue-format.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

type_names = (
    "string", "text", "integer", "number", "money", "boolean", "date", "enum", "address", "phone",
    "email", "resident-id", "uscc", "region", "industry", "file", "group",
)  # fmt: skip

Text = Mapping[str, str]
"""A name in some of zh, en, ru; the first present is the fall-back."""

Condition = Mapping[str, object]
"""A condition tree: exactly one of all, any, not, or an atom over a fact."""

LegalBasis = Mapping[str, str]
"""title, and where they were checked article and url."""


@dataclass(frozen=True, slots=True)
class Organisation:
    id: str
    name: Text
    region: str | None = None
    legal_basis: tuple[LegalBasis, ...] = ()


@dataclass(frozen=True, slots=True)
class Party:
    id: str
    name: Text
    gives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Element:
    id: str
    name: Text
    type: str = "string"
    effort: float = 1
    askable: bool = True
    personal: bool = False
    alias_of: str | None = None
    values: tuple[Mapping[str, object], ...] = ()
    of: tuple[str, ...] = ()
    many: bool = False


@dataclass(frozen=True, slots=True)
class Resource:
    id: str
    name: Text
    organisation: str | None
    keyed_by: tuple[str, ...]
    gives: tuple[str, ...]
    sharing: str = "unconditional"
    legal_basis: tuple[LegalBasis, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceType:
    id: str
    name: Text
    gives: tuple[str, ...] = ()
    obtainable_from: tuple[str, ...] = ()
    commitment: bool = False
    licence: bool = False
    legal_basis: tuple[LegalBasis, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    element: str
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    id: str
    name: Text
    any_of: tuple[str, ...]
    needed_at: str | None = None
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Step:
    id: str
    name: Text
    kind: str
    limit_days: float = 0
    visit: str = "never"
    joint: str | None = None
    after: tuple[str, ...] = ()
    """Resolved: a step written without `after` follows the step before it."""


@dataclass(frozen=True, slots=True)
class Fee:
    id: str
    name: Text
    fen: int | None
    assessed: bool = False
    legal_basis: tuple[LegalBasis, ...] = ()
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class PublicService:
    id: str
    name: Text
    organisation: str
    steps: tuple[Step, ...]
    kind: str = "public-service"
    audience: tuple[str, ...] = ()
    legal_basis: tuple[LegalBasis, ...] = ()
    when: Condition | None = None
    asks: tuple[Ask, ...] = ()
    evidence: tuple[Requirement, ...] = ()
    produces: tuple[str, ...] = ()
    fees: tuple[Fee, ...] = ()
    yearly_cases: float = 0
    automatic_when: Condition | None = None
    channels: tuple[str, ...] = ("online", "mobile", "counter")
    guide: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    name: Text
    type: str
    element: str | None = None
    values: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """A life event or business event: a One Thing."""

    id: str
    name: Text
    kind: str
    applicant: str
    services: tuple[str, ...]
    roles: tuple[str, ...] = ()
    yearly_cases: float = 0
    on_refusal: Mapping[str, str] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    commitments: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Catalogue:
    """Everything that was described, by id per kind. Immutable."""

    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    parties: Mapping[str, Party] = field(default_factory=dict)
    elements: Mapping[str, Element] = field(default_factory=dict)
    resources: Mapping[str, Resource] = field(default_factory=dict)
    evidence_types: Mapping[str, EvidenceType] = field(default_factory=dict)
    services: Mapping[str, PublicService] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
