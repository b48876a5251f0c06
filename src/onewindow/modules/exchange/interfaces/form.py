"""What is chosen about an interface, and the connector and resource that follow from it."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from onewindow.domain.catalogue.model import Element, Resource
from onewindow.domain.catalogue.names import Aliases
from onewindow.domain.exchange.guesses import guesses
from onewindow.domain.exchange.openapi import Operation
from onewindow.modules.exchange.connectors.environment import may_be_read
from onewindow.modules.exchange.interfaces import errors

LONGEST_ID = 80
LEVELS = ("state", "province", "city")
_IDENT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class InterfaceForm:
    """Everything that is chosen. `keys`: element by parameter; `gives`: JMESPath by element.

    `base`, `key_env`: variables of the environment. `granted_to`: the organisation that may ask it for forms and cases once it is
    published; empty: nobody yet.
    """

    resource: str = ""
    name: Mapping[str, str] = field(default_factory=dict)
    level: str = "city"
    operation: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    gives: Mapping[str, str] = field(default_factory=dict)
    base: str = ""
    key_header: str = ""
    key_env: str = ""
    sharing: str = "conditional"
    timeout_seconds: float = 2.0
    cache_seconds: float = 0.0
    per_second: float = 0.0
    proves: tuple[str, ...] = ()
    granted_to: str = ""
    legal_basis: str = ""

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> "InterfaceForm":
        """Read what `as_json` wrote; a key of another version is left out."""
        known = {one.name for one in fields(cls)}
        found = cls(**{key: value for key, value in row.items() if key in known})
        return replace(found, proves=tuple(found.proves))

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return asdict(self)


def guessed(form: InterfaceForm, operation: Operation, elements: Mapping[str, Element]) -> InterfaceForm:
    """Return the form with an operation chosen, and what its names and titles suggest filled in."""
    keys = guesses([(one.name, one.title or operation.path, one.type) for one in operation.parameters], elements)
    found = guesses([(one.path, one.title, one.type) for one in operation.fields], elements)
    gives = {element: path for path, element in found.items()}
    echoed = {_last(parameter): element for parameter, element in keys.items()}
    for one in operation.fields:  # an answer that repeats its key is compared with it: another record than the asked one is noticed
        if (element := echoed.get(_last(one.path))) is not None:
            gives = {name: path for name, path in gives.items() if path != one.path} | {element: one.path}
    return replace(form, operation=operation.id, keys=keys, gives=gives, key_header=operation.key_header)


def settings_of(form: InterfaceForm, operation: Operation) -> dict[str, Any]:
    """Return the settings of the connector. Raises: InterfaceRefused."""
    for one in operation.parameters:
        if one.required and not form.keys.get(one.name):
            raise errors.KeyUnfilled(parameter=one.name)
    if not form.keys:
        raise errors.NoKey
    if not may_be_read(form.base):
        raise errors.NoAddress
    if not set(form.gives) - set(form.keys.values()):
        raise errors.NothingGiven
    path = operation.path
    query: dict[str, Any] = {}
    body: dict[str, Any] = {}
    for one in operation.parameters:
        if element := form.keys.get(one.name):
            mark = "{" + element + "}"
            if one.place == "path":
                path = path.replace("{" + one.name + "}", mark)
            elif one.place == "query":
                query[one.name] = mark
            else:
                _put(body, one.name.split("."), mark)
    settings: dict[str, Any] = {"method": operation.method, "url": f"${{{form.base}}}{path}", "gives": dict(form.gives)}
    settings.update({name: value for name, value in (("query", query), ("body", body)) if value})
    settings["timeout_seconds"] = form.timeout_seconds
    policy = {name: value for name, value in (("cache_seconds", form.cache_seconds), ("per_second", form.per_second)) if value}
    if policy:
        settings["policy"] = policy
    if form.key_header and form.key_env:
        settings["key"] = {"header": form.key_header, "env": form.key_env}
    return settings


def resource_of(form: InterfaceForm, organisation: str, elements: Mapping[str, Element]) -> Resource:
    """Return the resource as the catalogue would hold it; what is not named yet has the name of nothing."""
    plain = Aliases(elements).plain
    keys = tuple(dict.fromkeys(plain(name) for name in form.keys.values() if name in elements))
    gives = tuple(name for name in dict.fromkeys(plain(name) for name in form.gives if name in elements) if name not in keys)
    basis = ({"title": form.legal_basis},) if form.legal_basis else ()
    return Resource(form.resource or "new-interface", dict(form.name), organisation, keys, gives, form.sharing, basis)


def document_of(resource: Resource) -> dict[str, Any]:
    """Return the resource as a catalogue file writes it. Raises: InterfaceRefused."""
    if not _IDENT.fullmatch(resource.id) or len(resource.id) > LONGEST_ID:
        raise errors.BadResourceId
    if not any(resource.name.values()):
        raise errors.NoResourceName
    row: dict[str, Any] = {
        "id": resource.id,
        "name": {language: text for language, text in resource.name.items() if text},
        "organisation": resource.organisation,
        "keyed_by": list(resource.keyed_by),
        "gives": list(resource.gives),
        "sharing": resource.sharing,
    }
    return row | ({"legal_basis": [dict(one) for one in resource.legal_basis]} if resource.legal_basis else {})


def _last(name: str) -> str:
    return re.split(r"[.\[]", name.replace('"', ""))[-1].lower()


def _put(body: dict[str, Any], path: list[str], value: str) -> None:
    for step in path[:-1]:
        body = body.setdefault(step, {})
    body[path[-1]] = value
