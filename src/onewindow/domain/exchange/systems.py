"""Systems of departments on their way to the city's cloud."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from onewindow.domain.catalogue.model import Text
from onewindow.domain.errors import DomainError, Said, Sentences
from onewindow.domain.exchange.problems import COMMON, is_id, saying

STATES = ("planned", "moving", "moved", "retired")


REASONS = {
    **COMMON,
    "name": "It has no name.",
    "state": "There is no state “{value}”; choose among {choices}.",
    "itself": "It cannot need itself.",
    "unknown": "There is no system {value}.",
    "day": "Say on which day it moved.",
    "other-owner": "Another organisation has registered it; choose another id.",
}
say = saying(REASONS)


def refused(system: str, *problems: Said) -> "SystemRefused":
    """Return the refusal with all its problems."""
    return SystemRefused(system=system, problems=Sentences(problems))


class SystemRefused(DomainError):
    """A system is not described so that others could rely on it."""

    code = "system-refused"
    template = "The system {system} was not taken: {problems}"


@dataclass(frozen=True, slots=True)
class System:
    """One system. `needs`: those it cannot run without; `resources`: the data resources it keeps."""

    id: str
    organisation: str
    name: Text
    state: str
    needs: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    planned_date: date | None = None
    moved_date: date | None = None


def require_whole(system: System, *, known: Collection[str]) -> None:
    """Raises: SystemRefused with every problem. `known`: the ids of all systems."""
    problems = []
    if not is_id(system.id):
        problems.append(say("id"))
    if not system.name:
        problems.append(say("name"))
    if system.state not in STATES:
        problems.append(say("state", value=system.state, choices=STATES))
    if system.id in system.needs:
        problems.append(say("itself"))
    if unknown := sorted(set(system.needs) - set(known) - {system.id}):
        problems.append(say("unknown", value=unknown))
    if system.state == "moved" and system.moved_date is None:
        problems.append(say("day"))
    if problems:
        raise refused(system.id, *problems)


def ranks(needs: Mapping[str, Collection[str]]) -> dict[str, int]:
    """Return how many systems stand below each on the longest way down; what needs each other in a ring shares the ring's rank.

    >>> ranks({"portal": ["login", "data"], "data": ["login"], "login": []})
    {'login': 0, 'data': 1, 'portal': 2}
    >>> ranks({"a": ["b"], "b": ["a"]})
    {'b': 0, 'a': 1}
    """
    found: dict[str, int] = {}
    on_the_way: set[str] = set()

    def rank(key: str) -> int:
        if key not in found:
            on_the_way.add(key)
            below = [rank(other) for other in needs.get(key, ()) if other in needs and other not in on_the_way]
            on_the_way.discard(key)
            found[key] = max(below, default=-1) + 1
        return found[key]

    for key in needs:
        rank(key)
    return found


def read(row: Mapping[str, Any]) -> System:
    """Return a system as a file writes it. Raises: SystemRefused."""
    try:
        return System(
            id=str(row["id"]),
            organisation=str(row["organisation"]),
            name={language: str(text) for language, text in row["name"].items()},
            state=str(row.get("state", "planned")),
            needs=tuple(str(name) for name in row.get("needs", ())),
            resources=tuple(str(name) for name in row.get("resources", ())),
            planned_date=_day(row.get("planned")),
            moved_date=_day(row.get("moved")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise refused(str(row.get("id", "?")), say("format", what=f"{type(error).__name__} {error}")) from None


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)) if value else None
