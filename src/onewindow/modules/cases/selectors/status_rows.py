"""What is told of a case without opening it: how far it is, and what it has issued."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from onewindow.domain.catalogue.model import Text
from onewindow.modules.cases.selectors.case_rows import ServiceLine, StepLabel


@dataclass(frozen=True, slots=True)
class RunningLine:
    """A station of the line map where somebody is at work now."""

    id: str
    steps: tuple[StepLabel, ...]
    organisation_names: tuple[Text, ...]
    after: tuple[str, ...]
    due_date: date | None


@dataclass(frozen=True, slots=True)
class Status:
    """What reference and phone show without log-in: how far it is, nothing that was typed."""

    reference: str
    event_name: Text
    state: str
    filed_at: datetime
    completed_at: datetime | None
    nodes_done: int
    nodes: int
    due_date: date | None
    services: tuple[ServiceLine, ...]
    running: tuple[RunningLine, ...]
    """What is being done now, the most pressing first."""


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A licence that an earlier case has issued."""

    evidence_type: str
    name: Text
    number: str
    values: Mapping[str, Any]
    issued_at: datetime
    case_id: UUID
    reference: str
