"""The states of a case, of a service in it and of a task, and what may follow what."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Literal

from onewindow.domain.errors import DomainError


class IllegalTransition(DomainError):
    """The act does not fit the state: somebody was faster, or the page is old."""

    code = "illegal-transition"
    template = "This {thing} is “{state}”, and “{action}” is not possible then. Reload the page to see what has happened since."
    status = 409


class CaseState(StrEnum):
    FILED = "filed"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    REFUSED = "refused"
    """Every service was refused, or fell with a refused one."""
    WITHDRAWN = "withdrawn"


class ServiceState(StrEnum):
    FILED = "filed"
    IN_PROGRESS = "in-progress"
    CORRECTION = "correction"
    """A notice is with the applicant."""
    ON_HOLD = "on-hold"
    """Waits for a supervisor, because a service it waits for was refused."""
    APPROVED = "approved"
    REFUSED = "refused"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


class TaskState(StrEnum):
    WAITING = "waiting"
    OPEN = "open"
    PAUSED = "paused"
    DONE = "done"
    SKIPPED = "skipped"


Thing = Literal["case", "service", "task"]
Table = Mapping[str, Mapping[str, str]]

_case, _service, _task = CaseState, ServiceState, TaskState
_at_work = (_service.FILED, _service.IN_PROGRESS, _service.CORRECTION)

TRANSITIONS: Mapping[Thing, Table] = {
    "case": {
        "start": {_case.FILED: _case.IN_PROGRESS, _case.IN_PROGRESS: _case.IN_PROGRESS},
        "complete": {_case.FILED: _case.COMPLETED, _case.IN_PROGRESS: _case.COMPLETED},
        "refuse": {_case.FILED: _case.REFUSED, _case.IN_PROGRESS: _case.REFUSED},
        "withdraw": {_case.FILED: _case.WITHDRAWN, _case.IN_PROGRESS: _case.WITHDRAWN},
    },
    "service": {
        "start": {_service.FILED: _service.IN_PROGRESS, _service.IN_PROGRESS: _service.IN_PROGRESS},
        "request-correction": {_service.FILED: _service.CORRECTION, _service.IN_PROGRESS: _service.CORRECTION},
        "answer": {_service.CORRECTION: _service.IN_PROGRESS},
        "approve": {_service.FILED: _service.APPROVED, _service.IN_PROGRESS: _service.APPROVED},
        "refuse": dict.fromkeys(_at_work, _service.REFUSED),
        "hold": dict.fromkeys(_at_work, _service.ON_HOLD),
        "release": {_service.ON_HOLD: _service.IN_PROGRESS},
        "complete": {_service.IN_PROGRESS: _service.COMPLETED, _service.APPROVED: _service.COMPLETED},
        "withdraw": dict.fromkeys((*_at_work, _service.ON_HOLD, _service.APPROVED), _service.WITHDRAWN),
    },
    "task": {
        "open": {_task.WAITING: _task.OPEN},
        "pause": {_task.OPEN: _task.PAUSED},
        "resume": {_task.PAUSED: _task.OPEN},
        "finish": {_task.OPEN: _task.DONE},
        "skip": dict.fromkeys((_task.WAITING, _task.OPEN, _task.PAUSED), _task.SKIPPED),
    },
}

FINAL: Mapping[Thing, frozenset[str]] = {
    "case": frozenset({_case.COMPLETED, _case.REFUSED, _case.WITHDRAWN}),
    "service": frozenset({_service.REFUSED, _service.COMPLETED, _service.WITHDRAWN}),
    "task": frozenset({_task.DONE, _task.SKIPPED}),
}


def advance(thing: Thing, state: str, action: str) -> str:
    """Return the state after an act. Raises: IllegalTransition; LookupError for an act that does not exist.

    >>> str(advance("task", "open", "finish"))
    'done'
    >>> advance("task", "done", "finish")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    onewindow.domain.lifecycle.IllegalTransition: This task is “done”, and “finish” is not possible then. Reload ...
    """
    following = TRANSITIONS[thing][action].get(state)
    if following is None:
        raise IllegalTransition(thing=thing, state=str(state), action=action)
    return following


def may(thing: Thing, state: str, action: str) -> bool:
    """Tell whether an act is possible: for buttons."""
    return state in TRANSITIONS[thing][action]


def is_final(thing: Thing, state: str) -> bool:
    """Tell whether nothing can follow."""
    return state in FINAL[thing]


class Fate(StrEnum):
    """What a refusal means for a service that waits for the refused one."""

    WITHDRAW = "withdraw"
    CONTINUE = "continue"
    HOLD = "hold"


def dependents(refused: str, waits_for: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Return the services that wait for one, directly or through others, in the order of the mapping.

    Shape: `waits_for` gives for each service those it waits for.

    >>> dependents("a", {"a": [], "b": ["a"], "c": ["b"], "d": []})
    ('b', 'c')
    """
    found = {refused}
    grew = True
    while grew:
        more = {service for service, producers in waits_for.items() if service not in found and not found.isdisjoint(producers)}
        found |= more
        grew = bool(more)
    return tuple(service for service in waits_for if service in found and service != refused)


def on_refusal(rule: str | None, waiting: Iterable[str]) -> dict[str, Fate]:
    """Return what becomes of the services that wait for a refused one. Those that do not wait for it go on untouched.

    Shape: `rule` is the event's word for the refused service: continue (they go on without its output), wait (they are held
    until a supervisor decides), withdraw; without a word they are withdrawn.  Raises: ValueError for another word.

    >>> {service: str(fate) for service, fate in on_refusal(None, ["b", "c"]).items()}
    {'b': 'withdraw', 'c': 'withdraw'}
    """
    fates = {None: Fate.WITHDRAW, "withdraw": Fate.WITHDRAW, "continue": Fate.CONTINUE, "wait": Fate.HOLD}
    if rule not in fates:
        message = f"on_refusal says “{rule}”. Write continue, wait or withdraw."
        raise ValueError(message)
    return dict.fromkeys(waiting, fates[rule])
