"""What happened, told to whoever subscribes: ids, codes and the moment, never names or what a person typed.

A new field needs a default: rows written before an upgrade are still delivered after it.
"""

import types
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from onewindow.domain.errors import DomainError

_known: dict[str, type["Event"]] = {}


class UnknownEvent(DomainError):
    """A stored event has no class any more."""

    code = "unknown-event"
    template = "There is no event {event}. Load the module that declares it, or put the row aside."


class EventDamaged(DomainError):
    """A stored event does not fit its class."""

    code = "event-damaged"
    template = "The stored {event} does not fit: {what}. Give the new field a default, or put the row aside."


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Anything that happened. `at` is the moment of the act."""

    at: datetime

    def __init_subclass__(cls, **kwargs: Any) -> None:
        # By explicit class: a dataclass with slots is made twice, and the last one made is the one that counts.
        super(Event, cls).__init_subclass__(**kwargs)
        _known[cls.__name__] = cls


def dump(event: Event) -> tuple[str, dict[str, Any]]:
    """Return the name of the class and a JSON-able payload.

    >>> dump(CataloguePublished(release=3, at=datetime.fromisoformat("2024-05-17T09:00:00+08:00")))
    ('CataloguePublished', {'at': '2024-05-17T09:00:00+08:00', 'release': 3})
    """
    return type(event).__name__, {field.name: _plain(getattr(event, field.name)) for field in fields(event)}


def load(name: str, payload: Mapping[str, Any]) -> Event:
    """Return the event that `dump` took apart; fields that a later version dropped are passed over.

    Raises: UnknownEvent, EventDamaged.
    """
    kind = _known.get(name)
    if kind is None:
        raise UnknownEvent(event=name)
    hints = get_type_hints(kind)
    try:
        return kind(**{field.name: _read(hints[field.name], payload[field.name]) for field in fields(kind) if field.name in payload})
    except (TypeError, ValueError) as error:
        raise EventDamaged(event=name, what=type(error).__name__) from error


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _read(hint: Any, value: Any) -> Any:
    origin = get_origin(hint)
    if origin in {Union, types.UnionType}:
        if value is None:
            return None
        return _read(next(option for option in get_args(hint) if option is not type(None)), value)
    if origin in {tuple, list}:
        return origin(_read(get_args(hint)[0], item) for item in value)
    if hint is UUID:
        return UUID(value)
    if hint in {datetime, date}:
        return hint.fromisoformat(value)
    if isinstance(hint, type) and not isinstance(value, hint):
        message = f"{hint.__name__} expected"
        raise TypeError(message)
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class CataloguePublished(Event):
    release: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryImported(Event):
    run_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent(Event):
    """Anything that happened to one case."""

    case_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourcePublished(Event):
    """A data resource has a new version; `organisations` follow it."""

    resource: str
    version: int
    organisations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessAsked(Event):
    """An organisation asked for fields of a resource, and its owner is to decide."""

    request_id: UUID
    resource: str
    owner: str
    due_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessDecided(Event):
    """A request was answered: granted, partly or refused."""

    request_id: UUID
    resource: str
    organisation: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRevoked(Event):
    """Whoever held it asks no more."""

    grant_id: UUID
    resource: str
    organisation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaSpent(Event):
    """As many records of a resource were taken in a day as a grant allows."""

    grant_id: UUID
    resource: str
    actor_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterAnswered(Event):
    """The owner of a register has answered somebody who said that a value is not right."""

    correction_id: UUID
    matter: UUID
    resource: str
    outcome: str
    """corrected or stands"""
    element: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyMoved(Event):
    """Somebody for whom others filed has an account of their own now: what was `before`'s is `after`'s."""

    before: UUID
    after: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveChanged(Event):
    """Somebody's leave was recorded or ended."""

    leave_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class StepsHandedOver(Event):
    """A leave moved steps from one officer to another, or brought them back."""

    officer: UUID
    before: UUID
    steps: int
    back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFiled(CaseEvent):
    reference: str
    event_id: str
    release: int
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCompleted(CaseEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWithdrawn(CaseEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEvent(CaseEvent):
    """Anything that happened to one task of a case."""

    task_id: UUID
    service: str
    step: str
    organisation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOpened(TaskEvent):
    due_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDone(TaskEvent):
    automatic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOverdue(TaskEvent):
    due_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStillOverdue(TaskEvent):
    """A limit has passed long since; its supervisors were told before."""

    due_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAssigned(TaskEvent):
    """The steps of one organisation in a node have another holder; nobody where there is none."""

    officer: UUID | None = None
    before: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockPaused(TaskEvent):
    reason_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockResumed(TaskEvent):
    due_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRequested(CaseEvent):
    notice_id: UUID
    service: str
    due_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionAnswered(CaseEvent):
    notice_id: UUID
    service: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDecided(CaseEvent):
    service: str
    outcome: str
    """approve or refuse"""
    reason_code: str = ""
    automatic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRechecked(CaseEvent):
    """An officer looked again at what the machine decided. `outcome`: right or wrong."""

    decision_id: UUID
    service: str
    organisation: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceHeld(CaseEvent):
    service: str
    because_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceReleased(CaseEvent):
    service: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceWithdrawn(CaseEvent):
    service: str
    because_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputIssued(CaseEvent):
    output_id: UUID
    service: str
    evidence_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputRevoked(CaseEvent):
    output_id: UUID
    service: str
    evidence_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRecorded(CaseEvent):
    payment_id: UUID
    service: str
    fee: str
    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueExportAsked(Event):
    """An officer wants their queue as a table."""

    export_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ActEvaluated(Event):
    """Somebody judged an act that was done for them; where it was bad, it is called back until a day. Of which case, it does not say."""

    evaluation_id: UUID
    organisation: str
    node: str
    subject: str
    call_back_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWaiting(Event):
    """A message to a person is to be carried; its words and address stand sealed in its row."""

    message_id: UUID
