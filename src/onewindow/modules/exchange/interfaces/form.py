"""What is chosen about an interface, and the connector and resource that follow from it."""

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any
from urllib.parse import quote

from onewindow.domain.catalogue.model import Element, Resource
from onewindow.domain.catalogue.names import Aliases
from onewindow.domain.exchange.guesses import guesses
from onewindow.domain.exchange.openapi import Operation
from onewindow.modules.exchange.connectors.environment import may_be_read
from onewindow.modules.exchange.interfaces import errors

LONGEST_ID = 80
FIXED = "="
"""Before what a parameter always is, whatever is asked."""
PREFIXES = {"header": "", "bearer": "Bearer ", "basic": "Basic ", "query": ""}
"""How a key is sent, and what stands before it."""
AUTHS = {"oauth2": ("token_env", "client_id_env", "client_secret_env"), "mtls": ("certificate_env", "private_key_env")}
LEVELS = ("state", "province", "city")
_IDENT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class InterfaceForm:
    """Everything that is chosen. `keys`: by parameter an element, or behind “=” what is always sent; `gives`: JMESPath by element.

    `key_place`: one of PREFIXES. `base` and everything that ends in `_env`: variables of the environment. `auth`: one of AUTHS, beside
    or instead of a key; empty: none.
    `granted_to`: the organisation that may ask it for forms and cases once it is published; empty: nobody yet.
    """

    resource: str = ""
    name: Mapping[str, str] = field(default_factory=dict)
    level: str = "city"
    operation: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    gives: Mapping[str, str] = field(default_factory=dict)
    no_record_when: str = ""
    base: str = ""
    key_place: str = "header"
    key_header: str = ""
    key_env: str = ""
    auth: str = ""
    token_env: str = ""
    scope: str = ""
    client_id_env: str = ""
    client_secret_env: str = ""
    certificate_env: str = ""
    private_key_env: str = ""
    authorities_env: str = ""
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

    @property
    def asked_by(self) -> tuple[str, ...]:
        """The elements it is asked by, each once."""
        return tuple(dict.fromkeys(element for element in self.keys.values() if not element.startswith(FIXED)))

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return asdict(self)


def guessed(form: InterfaceForm, operation: Operation, elements: Mapping[str, Element]) -> InterfaceForm:
    """Return the form with an operation chosen, and what its names and titles suggest filled in."""
    keys = guesses([(one.name, one.title or operation.path, one.type) for one in operation.parameters], elements)
    echoed = {_last(parameter): element for parameter, element in keys.items()}
    keys |= {one.name: FIXED + one.usual for one in operation.parameters if one.usual and one.required and one.name not in keys}
    found = guesses([(one.path, one.title, one.type) for one in operation.fields], elements)
    gives = {element: path for path, element in found.items()}
    for one in operation.fields:  # an answer that repeats its key is compared with it: another record than the asked one is noticed
        if (element := echoed.pop(_last(one.path), None)) is not None:  # the first is the nearest
            gives = {name: path for name, path in gives.items() if path != one.path} | {element: one.path}
    proof = operation.proof
    return replace(
        form,
        operation=operation.id,
        keys=keys,
        gives=gives,
        no_record_when=_empty(gives.values()),
        key_place=next((name for name, word in PREFIXES.items() if word == proof.key_prefix != ""), proof.key_place or "header"),
        key_header=proof.key_name,
        auth=proof.auth,
        scope=proof.scope,
    )


def _empty(paths: Iterable[str]) -> str:
    """Return what says that there is no record, where all that is taken stands in one list.

    >>> _empty(["data.rows[0].name", "data.rows[0].owner.name"]), _empty(["[0].a"]), _empty(["a", "rows[0].b"])
    ('data.rows == `[]`', '@ == `[]`', '')
    """
    lists = {path.partition("[0]")[0] if "[0]" in path else None for path in paths}
    only = lists.pop() if len(lists) == 1 else None
    return "" if only is None else f"{only or '@'} == `[]`"


def kind_of(operation: Operation) -> str:
    """Return the kind of the connector."""
    return "http-form" if operation.sends == "form" else "http-json"


def settings_of(form: InterfaceForm, operation: Operation) -> dict[str, Any]:
    """Return the settings of the connector. Raises: InterfaceRefused."""
    for one in operation.parameters:
        if one.required and not form.keys.get(one.name) and one.name.lower() != form.key_header.lower():
            raise errors.KeyUnfilled(parameter=one.name)
    if not form.asked_by:
        raise errors.NoKey
    if not may_be_read(form.base):
        raise errors.NoAddress
    if not set(form.gives) - set(form.asked_by):
        raise errors.NothingGiven
    settings: dict[str, Any] = {"method": operation.method, **_request(form, operation), "gives": dict(form.gives)}
    if form.no_record_when:
        settings["no_record_when"] = form.no_record_when
    settings["timeout_seconds"] = form.timeout_seconds
    policy = {name: value for name, value in (("cache_seconds", form.cache_seconds), ("per_second", form.per_second)) if value}
    if policy:
        settings["policy"] = policy
    if form.key_header and form.key_env:
        prefix = {"prefix": PREFIXES[form.key_place]} if PREFIXES.get(form.key_place) else {}
        settings["key"] = {"query" if form.key_place == "query" else "header": form.key_header, "env": form.key_env, **prefix}
    return settings | ({"auth": _auth(form)} if form.auth else {})


def _request(form: InterfaceForm, operation: Operation) -> dict[str, Any]:
    """Return address, query, headers and body, with a place for every key."""
    path, found = operation.path, {"query": dict[str, Any](), "headers": dict[str, Any](), "body": dict[str, Any]()}
    for one in operation.parameters:
        if not (element := form.keys.get(one.name)):
            continue
        fixed = element.startswith(FIXED)
        value: Any = element.removeprefix(FIXED) if fixed else "{" + element + "}"
        if one.place == "path":
            path = path.replace("{" + one.name + "}", quote(value, safe="") if fixed else value)
        elif one.place == "body":
            _put(found["body"], one.name.split("."), _of_type(value, one.type) if fixed else value)
        else:
            found["query" if one.place == "query" else "headers"][one.name] = value
    return {"url": f"${{{form.base}}}{path}", **{name: rows for name, rows in found.items() if rows}}


def _auth(form: InterfaceForm) -> dict[str, str]:
    """Return how the calls are proven. Raises: InterfaceRefused."""
    if not all(may_be_read(getattr(form, name)) for name in AUTHS.get(form.auth, ())):
        raise errors.NoProof
    if form.auth == "oauth2":
        told = {"token_url": f"${{{form.token_env}}}", "client_id_env": form.client_id_env, "client_secret_env": form.client_secret_env}
        return {"kind": "oauth2", **told, **({"scope": form.scope} if form.scope else {})}
    told = {"certificate_env": form.certificate_env, "key_env": form.private_key_env}
    return {"kind": "mtls", **told, **({"authorities_env": form.authorities_env} if form.authorities_env else {})}


def _of_type(text: str, kind: str) -> Any:
    """Return what is always sent as JSON writes it.

    >>> _of_type("2", "integer"), _of_type("2", "string"), _of_type("true", "boolean"), _of_type("x", "number")
    (2, '2', True, 'x')
    """
    if kind in {"integer", "number", "boolean"}:
        with suppress(ValueError):
            found = json.loads(text)
            return found if isinstance(found, int | float) else text
    return text


def resource_of(form: InterfaceForm, organisation: str, elements: Mapping[str, Element]) -> Resource:
    """Return the resource as the catalogue would hold it; what is not named yet has the name of nothing."""
    plain = Aliases(elements).plain
    keys = tuple(dict.fromkeys(plain(name) for name in form.asked_by if name in elements))
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
