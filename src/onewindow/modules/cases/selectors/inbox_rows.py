"""The rows of the officers' queue, and what can be picked out of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from onewindow.domain.catalogue.model import Text
from onewindow.modules.cases.selectors.case_rows import StepLabel


@dataclass(frozen=True, slots=True)
class Sift:
    """What is picked out of a view; what is empty picks nothing out."""

    whose: str = ""
    """me, nobody, others (of my colleagues any), or the id of an officer."""
    kind: str = ""
    """A kind of step."""
    service: str = ""
    event: str = ""


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """`view`: mine (what I can act on now), department (what others act on), done; late, department-late (of these, what is late)."""

    view: str = "mine"
    text: str = ""
    page: int = 1
    size: int = 30
    due_today: bool = False
    """Of what is mine, or the department's: only that whose limit ends today."""
    sift: Sift = Sift()

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Return the filter that `dataclasses.asdict` took apart."""
        return cls(**{**document, "sift": Sift(**document.get("sift", {}))})


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One node of one case: what is asked of the reader's organisation together."""

    case_id: UUID
    reference: str
    title: str
    event: str
    event_name: Text
    applicant_name: Text
    node: str
    task_ids: tuple[UUID, ...]
    organisations: tuple[str, ...]
    steps: tuple[StepLabel, ...]
    state: str
    limit_days: float
    """Of the step whose limit ends first."""
    agreed: bool
    """Whether the departments agreed on that limit for this One Thing; else it is the step's own."""
    opened_at: datetime | None
    due_date: date | None
    done_at: datetime | None
    light: str
    days_left: int | None
    pause_reason: str
    """“notice”, “lapsed” (its time has passed), “held”, or an officer's own words; empty where nothing stands still."""
    mine: bool
    """Whether the reader acts on it now."""
    holder: UUID | None
    """Who has taken the steps or was given them."""
    holder_name: Text
    held_for_name: Text
    """Who is on leave, where the steps stand in for them here."""
    region: str
    filed_at: datetime


@dataclass(frozen=True, slots=True)
class Inbox:
    rows: tuple[InboxRow, ...]
    counts: Mapping[str, int]
    """Rows per view that fit the search, whatever the page."""
    total: int
    page: int
    pages: int
    beyond: tuple[str, ...] = ()
    """Views of which there is more than their number: counting ends there, so that a page costs the same however much waits."""
