"""What each module holds about a person: to hand it out, to let it go with the account, and to remove it when its time is over.

Modules register once, while the apps load; nobody above needs to know their tables.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from onewindow.plumbing import audit, permissions
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.exposure import Exposure


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of what is held. Shape: `data` can be written as JSON; `files` is {name: stored file}."""

    name: str
    data: Any
    files: Mapping[str, UUID] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Overdue:
    """Something whose time is over. `rule` says by which rule, `since` from when the time ran, `until` to when."""

    holder: str
    subject_kind: str
    subject_id: str
    rule: str
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Holder:
    """A part of the platform that holds data about people.

    `export` gives what it holds about one; `holds` tells whether there is anything for which a name is needed; `open_matters` tells what
    keeps an account from closing (references); `let_go` removes what only the account needed; `overdue` and `remove` are the retention,
    and `kept` tells how many things no rule lets go. `exposure` says what a leak of it would give
    away.
    """

    name: str
    export: Callable[[UUID], Iterable[Part]]
    holds: Callable[[UUID], bool] = lambda _user_id: False
    open_matters: Callable[[UUID], Iterable[str]] = lambda _user_id: ()
    let_go: Callable[[UUID, datetime], int] = lambda _user_id, _now: 0
    overdue: Callable[[datetime], Iterable[Overdue]] = lambda _now: ()
    remove: Callable[[str, datetime], int] = lambda _subject_id, _now: 0
    kept: Callable[[datetime], int] = lambda _now: 0
    exposure: Exposure = field(default_factory=Exposure)


@dataclass(frozen=True, slots=True)
class Removed:
    """What one run removed, and why it might. Unit: `rows` of the database."""

    item: Overdue
    rows: int


_holders: dict[str, Holder] = {}


def register(holder: Holder) -> None:
    """Add a holder. Raises: ValueError where its name is taken."""
    if holder.name in _holders:
        message = f"{holder.name} is registered twice. Give one of them another name."
        raise ValueError(message)
    _holders[holder.name] = holder


def exposures() -> list[Exposure]:
    """Return what each holder says a leak would give away."""
    return [holder.exposure for holder in _in_order()]


def held_about(user_id: UUID) -> list[Part]:
    """Return everything that is held about a person, module by module."""
    return [part for holder in _in_order() for part in holder.export(user_id)]


def open_matters(user_id: UUID) -> list[str]:
    """Return the references of what is still running and keeps an account from closing."""
    return [reference for holder in _in_order() for reference in holder.open_matters(user_id)]


def still_held(party: UUID) -> bool:
    """Tell whether a module holds something of a party, whose name it then needs."""
    return any(holder.holds(party) for holder in _in_order())


def let_go(user_id: UUID, now: datetime) -> int:
    """Remove what only the account needed, in the caller's transaction; the modules above go first. Return how many rows."""
    return sum(holder.let_go(user_id, now) for holder in reversed(_in_order()))


def overdue(now: datetime) -> Iterator[Overdue]:
    """Yield what may go, with the rule that says so."""
    for holder in _in_order():
        yield from holder.overdue(now)


def kept(now: datetime) -> dict[str, int]:
    """Return how many finished things stay because no rule says when they may go. Shape: {holder: count}."""
    counts = {holder.name: holder.kept(now) for holder in _in_order()}
    return {name: count for name, count in counts.items() if count}


def retain(*, actor: Actor, now: datetime, most: int = 1000) -> list[Removed]:
    """Remove what is over, each thing in a transaction of its own with its audit entry, and tell what and why. Raises: Forbidden."""
    permissions.require(actor, "plumbing.retain")
    found: list[Removed] = []
    for item in overdue(now):
        if len(found) >= most:
            break
        with transaction.atomic():
            rows = _holders[item.holder].remove(item.subject_id, now)
            details = {"rule": item.rule, "since": item.since.isoformat(), "until": item.until.isoformat(), "rows": rows}
            audit.record(
                actor=actor, action="plumbing.retain", subject_kind=item.subject_kind, subject_id=item.subject_id, at=now, details=details
            )
        found.append(Removed(item, rows))
    return found


def _in_order() -> list[Holder]:
    return [_holders[name] for name in sorted(_holders)]


def _platform(actor: Actor, _subject: object) -> bool:
    return actor.is_system


permissions.declare("plumbing.retain", says="Remove what the retention rules let go.", allows=_platform)
