"""What the page of a draft reads: frozen rows, worked out afresh. A `name` is {zh, en, ru}."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from onewindow.domain.catalogue.model import LegalBasis, Text
from onewindow.modules.cases.selectors.case_rows import EvidenceLine, FileLine


@dataclass(frozen=True, slots=True)
class Asker:
    """A service that asks something, and the law behind it."""

    service: str
    name: Text
    organisation: str
    organisation_name: Text
    legal_basis: tuple[LegalBasis, ...]


@dataclass(frozen=True, slots=True)
class DraftField:
    element: str
    name: Text
    type: str
    choices: tuple[Mapping[str, object], ...]
    members: tuple["DraftField", ...]
    many: bool
    personal: bool
    value: Any
    asked_by: tuple[Asker, ...]
    why: str
    """form, source-silent (a register gave nothing), not-right (the applicant disputes what it gave)"""
    disputed: "PrefillLine | None" = None


@dataclass(frozen=True, slots=True)
class PrefillLine:
    element: str
    name: Text
    type: str
    choices: tuple[Mapping[str, object], ...]
    value: Any
    kind: str
    id: str
    source_name: Text
    at: datetime | None
    disputable: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class QuestionLine:
    id: str
    name: Text
    type: str
    choices: tuple[Mapping[str, object], ...]
    element: str | None
    value: Any
    open: bool
    """Whether the matter cannot be filed without an answer."""


@dataclass(frozen=True, slots=True)
class DocumentLine:
    type: str
    name: Text
    requirements: tuple[Asker, ...]
    uploads: tuple[FileLine, ...]


@dataclass(frozen=True, slots=True)
class SilentLine:
    """A register that gave nothing; `keys` are elements that the applicant may correct before it is asked again."""

    resource: str
    name: Text
    reason: str
    keys: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class DraftPage:
    id: UUID
    event: str
    event_name: Text
    release: int
    version: int
    created_at: datetime
    updated_at: datetime
    filed_case: UUID | None
    answers: Mapping[str, Any]
    questions: tuple[QuestionLine, ...]
    fields: tuple[DraftField, ...]
    prefilled: tuple[PrefillLine, ...]
    documents: tuple[DocumentLine, ...]
    commitments: tuple[EvidenceLine, ...]
    evidence: tuple[EvidenceLine, ...]
    unavailable: tuple[SilentLine, ...]
    missing: tuple[str, ...]
    stuck: tuple[str, ...]
    refresh_due: bool
    """Whether registers can be asked now: call refresh_prefill, then read again."""
    ready: bool
    """Whether nothing but the declaration is missing."""
    consents: tuple[str, ...]
    report: Mapping[str, Any]
