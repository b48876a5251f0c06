"""The operations of an OpenAPI 3.x document: what each asks for and where each field of its answer stands.

Only the text itself is read: a `$ref` that leads out of it is left out, addresses in it are never followed, and everything is bounded.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from onewindow.domain.catalogue.text import parse
from onewindow.domain.errors import DomainError
from onewindow.domain.exchange.proofs import Proof, proof_of

MAX_BYTES = 1_000_000
MAX_OPERATIONS = 300
MAX_FIELDS = 120
MAX_DEPTH = 12
_MOST_PARTS = 50
_METHODS = ("get", "post")
_PLACE = re.compile(r"\{([^{}]+)\}")
_SET_BY_HTTP = frozenset({"accept", "content-type", "authorization"})
"""Source: OpenAPI 3.1, parameter objects: headers of these names are no parameters."""
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST = 300


Above = tuple[Mapping[str, Any], ...]


class DocumentRefused(DomainError):
    """The text describes no interface that could be connected."""

    code = "openapi-refused"
    template = "This is no OpenAPI document. Paste the whole document, version 3.0 or 3.1, as JSON or YAML: it begins with “openapi: 3…”."


class DocumentTooLarge(DocumentRefused):
    code = "openapi-too-large"
    template = "The document is larger than {megabytes} MB. Paste it with the operations alone that you need, and what they refer to."


class DocumentUnreadable(DocumentRefused):
    code = "openapi-unreadable"
    template = "The document cannot be read in line {line}: {what}. Paste it whole, as JSON or YAML in UTF-8."


class DocumentOld(DocumentRefused):
    code = "openapi-old"
    template = "The document is written in Swagger 2.0. Ask its operators for OpenAPI 3, or convert it."


class DocumentNoText(DocumentRefused):
    code = "openapi-no-text"
    template = "The document holds characters that are no text. Ask its operators for a clean one."


class DocumentOffersNothing(DocumentRefused):
    code = "openapi-offers-nothing"
    template = "The document has no GET or POST whose answer 200 is described as JSON. Ask its operators to describe the answer."


@dataclass(frozen=True, slots=True)
class Parameter:
    """What the operation wants to be told. `place`: path, query, header or body; a body's `name` is its path with points."""

    name: str
    place: str
    title: str
    type: str
    required: bool
    usual: str = ""
    """The only value that it may have, or that it has where nobody says another."""


@dataclass(frozen=True, slots=True)
class Field:
    """One value of the answer. `path`: where it stands, as JMESPath."""

    path: str
    title: str
    type: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of the interface. `server`: the address that the document names; `sends`: json or form, what a body is written as."""

    id: str
    method: str
    path: str
    title: str
    parameters: tuple[Parameter, ...]
    fields: tuple[Field, ...]
    proof: Proof = field(default_factory=Proof)
    server: str = ""
    sends: str = "json"

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> "Operation":
        """Read what `as_json` wrote."""
        parameters = tuple(Parameter(**one) for one in row["parameters"])
        proof = Proof.from_json(row.get("proof") or {"key_place": "header", "key_name": row.get("key_header", "")})
        told = {name: value for name, value in row.items() if name in cls.__dataclass_fields__}
        return cls(**{**told, "parameters": parameters, "fields": tuple(Field(**one) for one in row["fields"]), "proof": proof})


def read_operations(content: str | bytes) -> tuple[str, tuple[Operation, ...]]:
    """Return the title of a document and what can be called. Raises: DocumentRefused."""
    if len(content) > MAX_BYTES:
        raise DocumentTooLarge(megabytes=MAX_BYTES // 1_000_000)
    is_json = content.lstrip()[:1] in ("{", b"{")
    parsed = parse("document.json" if is_json else "document.yaml", content, keys_as_written=True)
    if parsed.problems:
        raise DocumentUnreadable(line=parsed.problems[0].line, what=parsed.problems[0].message)
    document = parsed.value
    if isinstance(document, dict) and str(document.get("swagger", "")).startswith("2"):
        raise DocumentOld
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3."):
        raise DocumentRefused
    found = tuple(operation for operation, _ in zip(_operations(document), range(MAX_OPERATIONS), strict=False))
    try:
        written = json.dumps([operation.as_json() for operation in found], ensure_ascii=False).encode()
    except UnicodeEncodeError:
        written = b"\\u0000"
    if b"\\u0000" in written:  # no database keeps these
        raise DocumentNoText
    if not found:
        raise DocumentOffersNothing
    return _text(_mapping(document.get("info")).get("title")), found


def _operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    seen: set[str] = set()
    for path, written in _mapping(document.get("paths")).items():
        item = _resolved(document, written)
        for method in _METHODS:
            operation = item.get(method)
            if isinstance(operation, dict) and str(path).startswith("/") and len(str(path)) <= _LONGEST:
                read = _operation(document, method.upper(), str(path), item, operation)
                if read.id in seen:  # two of one name could not be told apart
                    read = replace(read, id=f"{read.method} {read.path}")
                if read.fields:
                    seen.add(read.id)
                    yield read


def _operation(document: Mapping[str, Any], method: str, path: str, item: Mapping[str, Any], told: Mapping[str, Any]) -> Operation:
    parameters = list(_parameters(document, [*_sequence(item.get("parameters")), *_sequence(told.get("parameters"))]))
    described = {one.name for one in parameters if one.place == "path"}
    parameters[:0] = [Parameter(name, "path", "", "string", required=True) for name in _PLACE.findall(path) if name not in described]
    sends = "json"
    if method == "POST":
        body = _resolved(document, told.get("requestBody"))
        if not (schema := _json_schema(document, body)) and (schema := _schema(document, body, "x-www-form-urlencoded")):
            sends = "form"
        parameters.extend(_of_body(document, schema))
    responses = _mapping(told.get("responses"))
    answer = _json_schema(document, _resolved(document, responses.get("200") or responses.get("2XX") or responses.get("default")))
    fields = [Field(where, title, kind) for where, title, kind, _, _ in _leaves(document, answer)]
    return Operation(
        id=_text(told.get("operationId")) or f"{method} {path}",
        method=method,
        path=path,
        title=_text(told.get("summary")) or _text(told.get("description")),
        parameters=tuple(parameters[:MAX_FIELDS]),
        fields=tuple(fields[:MAX_FIELDS]),
        proof=_proof(document, told),
        server=_server(told) or _server(item) or _server(document),
        sends=sends,
    )


def _parameters(document: Mapping[str, Any], rows: list[Any]) -> Iterator[Parameter]:
    """Yield what stands in the path, the query and the headers, the path's own first; keys and what HTTP itself sets are left out."""
    found: dict[tuple[str, str], Parameter] = {}
    for row in rows:  # the operation's own come last, and stand before the path's
        told = _resolved(document, row)
        name, place = _text(told.get("name")), str(told.get("in"))
        if name and place in {"path", "query", "header"} and name.lower() not in _SET_BY_HTTP:
            schema = _whole(document, _mapping(told.get("schema")) or _json_schema(document, told))
            title, required = _text(told.get("description")) or _title(schema), place == "path" or told.get("required") is True
            found[name, place] = Parameter(name, place, title, _type(schema), required, _usual(schema))
    order = ("path", "query", "header")
    yield from sorted(found.values(), key=lambda one: order.index(one.place))


def _of_body(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Parameter]:
    """Yield what a body of objects wants; one that is a list cannot be filled from keys."""
    for where, title, kind, required, usual in _leaves(document, schema, path=()):
        yield Parameter(where, "body", title, kind, required, usual)


def _leaves(
    document: Mapping[str, Any], schema: Mapping[str, Any], *, path: tuple[str, ...] | None = None, limit: int = MAX_FIELDS
) -> Iterator[tuple[str, str, str, bool, str]]:
    """Yield path, title, type, whether it is required and its usual value, of every plain value.

    With `path`: a body, whose names are joined by points.
    """
    body = path is not None
    waiting: list[tuple[Mapping[str, Any], str, str, bool, Above]] = [(schema, "", "", True, ())]
    given = 0
    while waiting and given < limit:
        written, where, name, required, above = waiting.pop(0)
        written = _resolved(document, written)
        if len(above) > MAX_DEPTH or any(written is one for one in above):  # one that holds itself gives nothing new below
            continue
        here, below = _whole(document, written), (*above, written)
        kind = _type(here)
        if kind == "object":
            needed = {str(one) for one in _sequence(here.get("required"))}
            inner = [
                (_mapping(child), _below(where, str(key), body), str(key), required and str(key) in needed, below)
                for key, child in list(_mapping(here.get("properties")).items())[:MAX_FIELDS]
            ]
            waiting[:0] = inner
        elif kind == "array":
            if not body:
                waiting.insert(0, (_mapping(here.get("items")), f"{where}[0]", name, required, below))
        elif where and len(where) <= _LONGEST:
            given += 1
            yield where, _title(here), kind, required, _usual(here)


def _below(where: str, key: str, body: bool) -> str:
    """Return the path of a key below another.

    >>> _below("unit", "area_m2", False), _below("", "房屋-no", False)
    ('unit.area_m2', '"房屋-no"')
    """
    step = key if body or _PLAIN.fullmatch(key) else '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{where}.{step}" if where else step


def _whole(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema with what it refers to; of alternatives the first, of parts all together, each once."""
    found: list[Mapping[str, Any]] = []
    waiting: list[Any] = [schema]
    while waiting and len(found) < _MOST_PARTS:
        here = _resolved(document, waiting.pop(0))
        if any(here is one for one in found):
            continue
        found.append(here)
        choices = (rows for word in ("oneOf", "anyOf") if (rows := _sequence(here.get(word))))
        waiting.extend(next((row for row in rows if _resolved(document, row).get("type") != "null"), rows[0]) for rows in choices)
        waiting.extend(_sequence(here.get("allOf")))
    if len(found) == 1:
        return found[0]
    whole = {key: value for part in reversed(found) for key, value in part.items()}
    parts = [*found[1:], found[0]]
    if properties := {key: value for part in parts for key, value in _mapping(part.get("properties")).items()}:
        whole |= {"type": "object", "properties": properties}
    whole["required"] = [name for part in parts for name in _sequence(part.get("required"))]
    return whole


def _resolved(document: Mapping[str, Any], value: Any) -> Mapping[str, Any]:
    """Follow references within the document, a few in a row; one that leads elsewhere is nothing."""
    for _ in range(8):
        here = _mapping(value)
        reference = here.get("$ref")
        if not isinstance(reference, str):
            return here
        if not reference.startswith("#/"):
            return {}
        target: Any = document
        for step in (part.replace("~1", "/").replace("~0", "~") for part in unquote(reference[2:]).split("/")):
            if isinstance(target, list):
                target = target[int(step)] if step.isdecimal() and int(step) < len(target) else None
            else:
                target = _mapping(target).get(step)
        value = target
    return {}


def _json_schema(document: Mapping[str, Any], holder: Mapping[str, Any]) -> Mapping[str, Any]:
    return _schema(document, holder, "json") or _schema(document, holder, "*/*")


def _schema(document: Mapping[str, Any], holder: Mapping[str, Any], word: str) -> Mapping[str, Any]:
    """Return the schema of the first content whose type holds a word."""
    content = _mapping(holder.get("content"))
    found = next((media for name, media in content.items() if word in str(name).lower()), None)
    return _resolved(document, _mapping(found).get("schema"))


def _proof(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Proof:
    schemes = _mapping(_mapping(document.get("components")).get("securitySchemes"))
    wanted = [_mapping(row) for row in _sequence(operation.get("security", document.get("security")))[:20]]
    named = {str(name): _resolved(document, scheme) for name, scheme in schemes.items()}
    return proof_of([{str(name)[:80]: _sequence(scopes) for name, scopes in row.items()} for row in wanted], named)


def _server(holder: Mapping[str, Any]) -> str:
    """Return the first address that is named, to be looked at and never called."""
    first = _mapping(next(iter(_sequence(holder.get("servers"))), None))
    variables = _mapping(first.get("variables"))
    return _PLACE.sub(lambda place: _text(_mapping(variables.get(place[1])).get("default")) or place[0], _text(first.get("url")))[:_LONGEST]


def _usual(schema: Mapping[str, Any]) -> str:
    """Return the only value of a schema, or its default; nothing for what is no plain value."""
    only = _sequence(schema.get("enum"))
    value = schema.get("const", only[0] if len(only) == 1 else schema.get("default"))
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)[:100] if isinstance(value, str | int | float) else ""


def _type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):  # OpenAPI 3.1: ["string", "null"]
        kind = next((one for one in kind if one != "null"), "string")
    if kind is None:
        kind = "object" if "properties" in schema else "array" if "items" in schema else "string"
    return str(kind)


def _title(schema: Mapping[str, Any]) -> str:
    return _text(schema.get("title")) or _text(schema.get("description"))


def _text(value: Any) -> str:
    return " ".join(str(value).split())[:_LONGEST] if isinstance(value, str) else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _sequence(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
