"""What pages read of several people in one matter: frozen rows, already scoped. A `name` is {zh, en, ru}; limits are working days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from onewindow.domain.catalogue.model import LegalBasis, Text


@dataclass(frozen=True, slots=True)
class Asker:
    """A service that asks something, and the law behind it."""

    service: str
    name: Text
    organisation: str
    organisation_name: Text
    legal_basis: tuple[LegalBasis, ...]


@dataclass(frozen=True, slots=True)
class OtherLine:
    """Somebody who has to confirm the reader's matter, and how far that is. Unit: `level` of domain.identification."""

    role: str
    name: Text
    says: tuple[Text, ...]
    asked_by: tuple[Asker, ...]
    level: int
    days: int
    confirmed: bool
    """Whether it is confirmed as the matter reads now."""
    state: str = "missing"
    """missing (nobody is invited); invited, taken, confirmed; changed (it was confirmed in other words);
    refused, withdrawn, lapsed, left"""
    part: UUID | None = None
    person: str = ""
    """As the reader named them."""
    contact: str = ""
    due_date: date | None = None
    invited_at: datetime | None = None
    taken_at: datetime | None = None
    confirmed_at: datetime | None = None
    confirmed_level: int | None = None
    reopened_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PartValue:
    """One value of what is confirmed."""

    element: str
    name: Text
    type: str
    choices: tuple[Mapping[str, object], ...]
    value: Any
    own: bool
    """Whether it is of the reader's own part, and not of the applicant's matter."""


@dataclass(frozen=True, slots=True)
class PartField:
    """One element that the reader fills in."""

    element: str
    name: Text
    type: str
    choices: tuple[Mapping[str, object], ...]
    members: tuple["PartField", ...]
    many: bool
    personal: bool
    value: Any


@dataclass(frozen=True, slots=True)
class PartCase:
    """How far the case is that the matter became: no more of it is the reader's."""

    reference: str
    state: str
    filed_at: datetime
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class PartPage:
    """One's own part of somebody else's matter: what is confirmed, and nothing else of it. `who`: how sure it must be, and is."""

    id: UUID
    event: str
    event_name: Text
    role: str
    role_name: Text
    applicant_name: Text
    says: tuple[Text, ...]
    asked_by: tuple[Asker, ...]
    state: str
    open: bool
    due_date: date
    invited_at: datetime
    needed: int
    level: int
    values: tuple[PartValue, ...] = ()
    fields: tuple[PartField, ...] = ()
    missing: tuple[str, ...] = ()
    seen: str = ""
    """The hash of what is shown: it is sent with the confirmation."""
    confirmed_at: datetime | None = None
    confirmed_level: int | None = None
    reopened_at: datetime | None = None
    ended_at: datetime | None = None
    case: PartCase | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """What whoever holds an invitation reads before they take it."""

    id: UUID
    event_name: Text
    role_name: Text
    applicant_name: Text
    due_date: date
    taken: bool
    """By the reader."""
    open: bool


@dataclass(frozen=True, slots=True)
class MyPart:
    """A row in the reader's list. `state` as of `PartPage`; `waits`: for the reader."""

    id: UUID
    event: str
    event_name: Text
    role_name: Text
    applicant_name: Text
    state: str
    due_date: date
    waits: bool
    changed_at: datetime
    case: PartCase | None


@dataclass(frozen=True, slots=True)
class ConfirmationLine:
    """What somebody beside the applicant confirmed with a filed case. Unit: `level` of domain.identification."""

    role: str
    role_name: Text
    person_name: Text
    says: tuple[Text, ...]
    level: int
    at: datetime
    digest: str
