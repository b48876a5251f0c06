"""What pages and the API read: frozen rows, already scoped. A `name` is {zh, en, ru}; limits and days are working days; money is fen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from onewindow.domain.catalogue.model import Text
from onewindow.modules.cases.selectors.holdings import Holding


@dataclass(frozen=True, slots=True)
class ServiceLine:
    service: str
    name: Text
    organisation: str
    organisation_name: Text
    state: str
    decided_at: datetime | None
    sentence: Mapping[str, str]
    """What the applicant reads; empty where the officer left the usual one."""
    reason_code: str
    waits_for: tuple[str, ...]
    own: bool
    """Whether the reader's organisation decides it."""
    because_of: str
    """The refused service with which this one fell, or for which it is on hold; empty where the applicant withdrew it."""
    because_of_name: Text


@dataclass(frozen=True, slots=True)
class TaskLine:
    id: UUID
    node: str
    service: str
    service_name: Text
    step: str
    name: Text
    kind: str
    organisation: str
    organisation_name: Text
    state: str
    light: str
    """on_time, due_today, late, paused; empty where nothing runs."""
    limit_days: float
    days_left: int | None
    opened_at: datetime | None
    due_date: date | None
    done_at: datetime | None
    done_by_name: Text
    automatic: bool
    finding: Mapping[str, Any] | None
    pause: "PauseLine | None"
    holding: Holding | None
    """At the desks of its organisation only."""


@dataclass(frozen=True, slots=True)
class PauseLine:
    reason: str
    """notice, held, or the officer's own words."""
    legal_basis: str
    began_at: datetime


@dataclass(frozen=True, slots=True)
class StepLabel:
    service: str
    service_name: Text
    step: str
    name: Text
    kind: str


@dataclass(frozen=True, slots=True)
class NodeLine:
    """A station of the line map."""

    id: str
    steps: tuple[StepLabel, ...]
    organisations: tuple[str, ...]
    organisation_names: tuple[Text, ...]
    after: tuple[str, ...]
    limit_days: float
    earliest_day: float
    critical: bool
    state: str
    light: str
    due_date: date | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class ValueLine:
    element: str
    name: Text
    type: str
    value: Any
    choices: tuple[Mapping[str, object], ...]
    source_kind: str
    source_id: str
    source_name: Text
    obtained_at: datetime
    services: tuple[str, ...]
    note: Mapping[str, Any] | None
    """{disputed: …} where the applicant said that a source was wrong; {corrected: …} after a notice."""
    masked: bool = False
    """What stands in `value` is a mask; `reveal_value` gives the value, for a reason."""


@dataclass(frozen=True, slots=True)
class FileLine:
    id: UUID
    name: str
    media_type: str
    size: int
    added_at: datetime
    superseded: bool
    superseded_at: datetime | None = None
    added_by_name: Text = field(default_factory=dict)
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    service: str
    service_name: Text
    requirement: str
    name: Text
    way: str
    """held, resource, produced, commitment, upload"""
    type: str
    type_name: Text
    by: str
    by_name: Text
    files: tuple[FileLine, ...]


@dataclass(frozen=True, slots=True)
class NoticeItemLine:
    kind: str
    id: str
    name: Text
    type: str
    choices: tuple[Mapping[str, object], ...]
    sentence: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NoticeLine:
    id: UUID
    service: str
    service_name: Text
    number: int
    items: tuple[NoticeItemLine, ...]
    due_date: date | None
    sent_at: datetime
    answered_at: datetime | None
    open: bool
    lapsed: bool


@dataclass(frozen=True, slots=True)
class TimelineLine:
    at: datetime
    actor_kind: str
    actor_name: Text
    organisation: str
    organisation_name: Text
    code: str
    service: str
    service_name: Text
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FeeLine:
    service: str
    service_name: Text
    fee: str
    name: Text
    fen: int | None
    assessed: bool
    paid_fen: int | None
    paid_at: datetime | None
    method: str
    receipt: str


@dataclass(frozen=True, slots=True)
class OutputLine:
    id: UUID
    service: str
    service_name: Text
    evidence_type: str
    name: Text
    number: str
    values: Mapping[str, Any]
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class QueryLine:
    """One question to a register. `organisation`: whose register it is."""

    at: datetime
    resource: str
    name: Text
    organisation: str
    purpose: str
    fields: tuple[str, ...]
    outcome: str


@dataclass(frozen=True, slots=True)
class OutputField:
    """What an officer gives (or confirms) for what the step issues."""

    element: str
    name: Text
    type: str
    choices: tuple[Mapping[str, object], ...]
    value: Any
    evidence_type: str


@dataclass(frozen=True, slots=True)
class Act:
    """Something the reader may do now; `code` is the name of the service function (decide comes as approve and refuse)."""

    code: str
    task_id: UUID | None = None
    service: str = ""
    step: str = ""
    notice_id: UUID | None = None
    fee: str = ""
    output_fields: tuple[OutputField, ...] = ()


@dataclass(frozen=True, slots=True)
class AwaitedLine:
    """A document that a silent register stands for: the step that needs it waits."""

    service: str
    service_name: Text
    type_name: Text
    register_name: Text
    since: datetime


@dataclass(frozen=True, slots=True)
class CasePage:
    id: UUID
    reference: str
    event: str
    event_name: Text
    release: int
    title: str
    state: str
    """filed, in-progress, awaiting-applicant, completed, refused, withdrawn"""
    filed_at: datetime
    completed_at: datetime | None
    applicant: UUID
    applicant_name: Text
    contact_phone: str
    version: int
    own: bool
    """Whether the reader is the applicant."""
    plan: Mapping[str, Any]
    services: tuple[ServiceLine, ...]
    nodes: tuple[NodeLine, ...]
    tasks: tuple[TaskLine, ...]
    values: tuple[ValueLine, ...]
    evidence: tuple[EvidenceLine, ...]
    notices: tuple[NoticeLine, ...]
    timeline: tuple[TimelineLine, ...]
    fees: tuple[FeeLine, ...]
    outputs: tuple[OutputLine, ...]
    queries: tuple[QueryLine, ...]
    acts: tuple[Act, ...]
    awaited: tuple[AwaitedLine, ...] = ()
    """What the case waits for from registers, for everybody who sees it."""
    replaced: bool = False
    """Whether values took the place of others in it: `case_changes` says which."""


@dataclass(frozen=True, slots=True)
class MyCase:
    id: UUID
    reference: str
    title: str
    event: str
    event_name: Text
    state: str
    filed_at: datetime
    completed_at: datetime | None
    nodes_done: int
    nodes: int
    """Steps that are to be done; those that fell away are counted nowhere."""
    due_date: date | None
    """The next limit that an authority must keep."""
    open_notices: int
    refused: int
    """Services that were refused."""


@dataclass(frozen=True, slots=True)
class MyDraft:
    id: UUID
    event: str
    event_name: Text
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Similar:
    cases: tuple[MyCase, ...]
    drafts: tuple[MyDraft, ...]
