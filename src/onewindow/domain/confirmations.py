"""Who else must confirm a matter: each service says it in its guide, for roles of the event. The compiler reads nothing of it.

Source: docs/catalogue-format.md, “Who else confirms”
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from onewindow.domain.catalogue.model import PublicService, Text
from onewindow.domain.identification import MATCHED, stated

GUIDE = "confirmed_by"
"""Under this key a service's guide lists who else confirms: [{role, name, says, shows, party, identification_level, days}]."""
DAYS = 10
"""Unit: working days, where the guide states none."""
MOST_DAYS = 60


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody beside the applicant, as the services that want them say together.

    Unit: `days` are working days; `level` is a level of domain.identification. `says`: what is confirmed, a sentence of each service;
    `shows`: elements of the matter that are shown to them; `party`: what log-in tells of them.
    """

    id: str
    name: Text
    services: tuple[str, ...]
    says: tuple[Text, ...]
    shows: tuple[str, ...]
    party: str
    level: int
    days: int


def roles_of(roles: Iterable[str], services: Iterable[PublicService]) -> tuple[Role, ...]:
    """Return who has to confirm what these services do, in the order of the event's roles; a role that the event lacks is nobody.

    Several services that want the same role want it once: the highest level and the shortest limit count.
    """
    rows: dict[str, list[tuple[str, Mapping[str, Any]]]] = {role: [] for role in roles}
    for service in services:
        for entry in entries(service.guide):
            if entry.get("role") in rows:
                rows[entry["role"]].append((service.id, entry))
    return tuple(_role(role, found) for role, found in rows.items() if found)


def entries(guide: Mapping[str, object]) -> Iterator[Mapping[str, Any]]:
    """Give what a guide says of who else confirms; what is no such entry is left out, and `catalogue check` warns of it."""
    listed = guide.get(GUIDE)
    for entry in listed if isinstance(listed, list | tuple) else ():
        if isinstance(entry, Mapping) and isinstance(entry.get("role"), str):
            yield entry


def _role(role: str, rows: list[tuple[str, Mapping[str, Any]]]) -> Role:
    shown = (name for _, entry in rows for name in _list(entry.get("shows")) if isinstance(name, str))
    return Role(
        id=role,
        name=next((dict(entry["name"]) for _, entry in rows if isinstance(entry.get("name"), Mapping)), {"zh": role}),
        services=tuple(dict.fromkeys(service for service, _ in rows)),
        says=tuple(dict(entry["says"]) for _, entry in rows if isinstance(entry.get("says"), Mapping)),
        shows=tuple(dict.fromkeys(shown)),
        party=next((str(entry["party"]) for _, entry in rows if entry.get("party")), "natural"),
        level=max(stated(entry.get("identification_level", MATCHED)) for _, entry in rows),
        days=min(_days(entry.get("days")) for _, entry in rows),
    )


def _list(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list | tuple) else ()


def _days(value: object) -> int:
    good = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_DAYS
    return int(value) if good else DAYS  # type: ignore[call-overload]  # `good` says that it is a number


def digest(statement: Mapping[str, Any]) -> str:
    """Return what tells one confirmed text from any other: SHA-256 of its canonical JSON.

    >>> digest({"b": 1, "a": "甲"}) == digest({"a": "甲", "b": 1}), digest({"a": 1}) == digest({"a": 2})
    (True, False)
    """
    text = json.dumps(statement, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
