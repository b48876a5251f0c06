"""Reading a people file: every mistake at once, and nothing loaded where there is one.

Shape: {format: onewindow-people/1, region: {id, name}, applicants: [{username, name, resident_id, phone, email, language, facts}],
officers: [{username, name, organisation, post, roles, phone, email, language}]}
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from onewindow.domain import values
from onewindow.domain.catalogue.model import Element
from onewindow.domain.errors import DomainError
from onewindow.plumbing.actors import ROLES

FORMAT = "onewindow-people/1"
LANGUAGES = frozenset({"", "zh-hans", "en", "ru"})
FACTS = {"full-name": "string", "resident-id": "resident-id", "phone": "phone"}
"""What log-in proves about everybody, under the elements' names; `facts` of a file may add others."""

_username = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{2,149}")
_keys = frozenset({"username", "name", "resident_id", "phone", "email", "language", "facts", "organisation", "post", "roles"})


class PeopleRefused(DomainError):
    """The people file has mistakes; nothing of it was loaded."""

    code = "people-refused"
    template = "Nobody was loaded. {problems}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One person of the file, checked."""

    username: str
    name: Mapping[str, str]
    language: str = ""
    phone: str = ""
    email: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    organisation: str | None = None
    post: Mapping[str, str] = field(default_factory=dict)
    roles: tuple[str, ...] = ()


def is_username(text: str) -> bool:
    """Tell whether a text may be a user name."""
    return bool(_username.fullmatch(text))


def read(people: Mapping[str, Any], organisations: Collection[str]) -> list[Entry]:
    """Return the checked entries. Raises: PeopleRefused with every mistake."""
    problems: list[str] = []
    if people.get("format", FORMAT) != FORMAT:
        problems.append(f"The format is “{people['format']}”; write {FORMAT}.")
    entries = []
    seen: set[str] = set()
    for place, raw in _rows(people, problems):
        found = list(_problems(place, raw, organisations, seen))
        problems += found
        if not found:
            try:
                entries.append(_entry(raw))
            except values.ValueRefused as error:
                problems.append(f"{place}: {error}")
    if problems:
        raise PeopleRefused(problems=" ".join(problems))
    return entries


def _rows(people: Mapping[str, Any], problems: list[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for part in ("applicants", "officers"):
        rows = people.get(part) or []
        if not isinstance(rows, list):
            problems.append(f"{part} is not a list; write one entry a person.")
            continue
        for number, raw in enumerate(rows, 1):
            if isinstance(raw, Mapping):
                yield f"{part}[{number}]", raw
            else:
                problems.append(f"{part}[{number}] is not an entry; write username, name and so on.")


def _problems(place: str, raw: Mapping[str, Any], organisations: Collection[str], seen: set[str]) -> Iterator[str]:
    username = str(raw.get("username", ""))
    for key in raw.keys() - _keys:
        yield f"{place}: {key} is not known; known are {', '.join(sorted(_keys))}."
    if not _username.fullmatch(username):
        yield f"{place}: the username “{username}” needs 3 letters or digits at least, and no spaces."
    elif username.lower() in seen:
        yield f"{place}: {username} stands twice; give one another username."
    seen.add(username.lower())
    if not isinstance(raw.get("name"), Mapping) or not raw["name"]:
        yield f"{place}: name is missing; write zh, en or ru."
    if str(raw.get("language", "")) not in LANGUAGES:
        yield f"{place}: the language “{raw['language']}” is not known; write zh-hans, en or ru."
    if place.startswith("officers") and raw.get("organisation") not in organisations:
        yield f"{place}: the organisation “{raw.get('organisation')}” is not in the catalogue; load it first, or correct the id."
    for role in raw.get("roles") or ():
        if role not in ROLES:
            yield f"{place}: the role “{role}” is not known; known are {', '.join(sorted(ROLES))}."


def _entry(raw: Mapping[str, Any]) -> Entry:
    facts = dict(raw.get("facts") or {})
    if raw.get("resident_id") is not None:
        facts.setdefault("full-name", next(iter(raw["name"].values())))
        facts.setdefault("resident-id", raw["resident_id"])
    if raw.get("phone") is not None:
        facts.setdefault("phone", raw["phone"])
    return Entry(
        username=str(raw["username"]),
        name=dict(raw["name"]),
        language=str(raw.get("language", "")),
        phone=_checked("phone", "phone", raw["phone"]) if raw.get("phone") is not None else "",
        email=_checked("email", "email", raw["email"]).lower() if raw.get("email") is not None else "",
        facts={}
        if raw.get("organisation")
        else {name: _checked(name, FACTS.get(name, _guess(name)), fact) for name, fact in facts.items()},
        organisation=raw.get("organisation"),
        post=dict(raw.get("post") or {}),
        roles=tuple(raw.get("roles") or ("officer",)) if raw.get("organisation") else (),
    )


def _guess(element: str) -> str:
    # The dictionary of elements belongs to the catalogue above; names that equal a type are checked as that type.
    return element if element in {"uscc", "email", "region", "industry", "address"} else "string"


def _checked(element: str, kind: str, value: object) -> Any:
    return values.normalise(value, Element(id=element, name={}, type=kind))
