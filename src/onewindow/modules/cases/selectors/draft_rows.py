"""What the page of a draft reads: frozen rows, worked out afresh. A `name` is {zh, en, ru}."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from onewindow.domain.catalogue.model import LegalBasis, Text
from onewindow.modules.cases.selectors.case_rows import EvidenceLine, FeeLine, FileLine
from onewindow.modules.cases.selectors.part_rows import Asker, OtherLine


def mark_of(value: Any) -> str:
    """Return a short name of a stored value, by which a device says what it had seen; empty for none.

    >>> mark_of(None), mark_of("48") == mark_of("48"), mark_of("48") == mark_of(48)
    ('', True, False)
    """
    return "" if value is None else sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


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
    """form (no register has it); no-record, no-answer, not-proven, no-consent (what became of the question to `source`);
    source-silent (the record lacks it); not-right (the applicant disputes what it gave); key (a number to mend, not needed otherwise)"""
    source: str = ""
    source_name: Text = field(default_factory=dict)
    printed_on: tuple[Text, ...] = ()
    """Papers on which the value stands."""
    opens: tuple[Text, ...] = ()
    """Registers that are asked with it."""
    disputed: "PrefillLine | None" = None

    @property
    def mark(self) -> str:
        """What a device sends back to say which value it had seen."""
        return mark_of(self.value)


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

    @property
    def mark(self) -> str:
        """What a device sends back to say which answer it had seen."""
        return mark_of(self.value)


@dataclass(frozen=True, slots=True)
class DocumentLine:
    type: str
    name: Text
    requirements: tuple[Asker, ...]
    uploads: tuple[FileLine, ...]
    later: Text = field(default_factory=dict)
    """The register that stands for it and is silent just now: it need not be brought; empty for all others."""


@dataclass(frozen=True, slots=True)
class SilentLine:
    """A register that gave nothing; `keys` are elements that the applicant may correct before it is asked again."""

    resource: str
    name: Text
    reason: str
    keys: tuple[str, ...]
    at: datetime
    asked_instead: tuple[str, ...] = ()
    """Fields that are asked because of it."""


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """A register that is asked only if the applicant agrees; `given_at` is empty where they have not."""

    resource: str
    name: Text
    organisation_name: Text
    gives: tuple[Text, ...]
    legal_basis: tuple[LegalBasis, ...]
    given_at: datetime | None


@dataclass(frozen=True, slots=True)
class WhoLine:
    """How sure it must be who files, how sure it is, and which services say so. Unit: levels of domain.identification."""

    needed: int = 0
    level: int = 0
    asked_by: tuple[Asker, ...] = ()

    @property
    def enough(self) -> bool:
        return self.level >= self.needed


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
    consents: tuple[ConsentLine, ...]
    fees: tuple[FeeLine, ...]
    """The bill as far as it is known now."""
    report: Mapping[str, Any]
    who: WhoLine = WhoLine()
    guardian: tuple[Asker, ...] = ()
    """The services that want a guardian's hand, because the applicant is not of age."""
    others: tuple[OtherLine, ...] = ()
    """Who else confirms it."""
