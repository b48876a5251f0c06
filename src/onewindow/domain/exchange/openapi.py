"""The operations of an OpenAPI 3.x document: what each asks for and where each field of its answer stands.

Only the text itself is read: a `$ref` that leads out of it is left out, addresses in it are never followed, and everything is bounded.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from onewindow.domain.catalogue.text import parse
from onewindow.domain.errors import DomainError

MAX_BYTES = 1_000_000
MAX_OPERATIONS = 300
MAX_FIELDS = 120
MAX_DEPTH = 12
_METHODS = ("get", "post")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST = 300


class DocumentRefused(DomainError):
    """The text describes no interface that could be connected."""

    code = "openapi-refused"
    template = "This is no OpenAPI document that can be used: {what}. Paste the whole document, version 3.0 or 3.1, as JSON or YAML."


@dataclass(frozen=True, slots=True)
class Parameter:
    """What the operation wants to be told. `place`: path, query or body; a body's `name` is its path with points."""

    name: str
    place: str
    title: str
    type: str
    required: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One value of the answer. `path`: where it stands, as JMESPath."""

    path: str
    title: str
    type: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of the interface. `key_header`: the header that its key is sent in, where the document says so."""

    id: str
    method: str
    path: str
    title: str
    key_header: str
    parameters: tuple[Parameter, ...]
    fields: tuple[Field, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> "Operation":
        """Read what `as_json` wrote."""
        parameters = tuple(Parameter(**one) for one in row["parameters"])
        return cls(**{**row, "parameters": parameters, "fields": tuple(Field(**one) for one in row["fields"])})


def read_operations(content: str | bytes) -> tuple[str, tuple[Operation, ...]]:
    """Return the title of a document and what can be called. Raises: DocumentRefused."""
    if len(content) > MAX_BYTES:
        raise DocumentRefused(what=f"it is larger than {MAX_BYTES // 1_000_000} MB")
    is_json = content.lstrip()[:1] in ("{", b"{")
    parsed = parse("document.json" if is_json else "document.yaml", content)
    if parsed.problems:
        raise DocumentRefused(what=f"line {parsed.problems[0].line}: {parsed.problems[0].message}")
    document = parsed.value
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3."):
        raise DocumentRefused(what="it does not begin with “openapi: 3.…”")
    found = tuple(operation for operation, _ in zip(_operations(document), range(MAX_OPERATIONS), strict=False))
    try:
        written = json.dumps([operation.as_json() for operation in found], ensure_ascii=False).encode()
    except UnicodeEncodeError:
        written = b"\\u0000"
    if b"\\u0000" in written:  # no database keeps these
        raise DocumentRefused(what="it holds characters that are no text")
    if not found:
        raise DocumentRefused(what="it has no GET or POST whose answer 200 is described as JSON")
    return _text(_mapping(document.get("info")).get("title")), found


def _operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    for path, written in _mapping(document.get("paths")).items():
        item = _resolved(document, written)
        for method in _METHODS:
            operation = item.get(method)
            if isinstance(operation, dict) and str(path).startswith("/") and len(str(path)) <= _LONGEST:
                read = _operation(document, method.upper(), str(path), item, operation)
                if read.fields:
                    yield read


def _operation(document: Mapping[str, Any], method: str, path: str, item: Mapping[str, Any], told: Mapping[str, Any]) -> Operation:
    parameters = list(_parameters(document, [*_sequence(item.get("parameters")), *_sequence(told.get("parameters"))]))
    if method == "POST":
        schema = _json_schema(document, _resolved(document, told.get("requestBody")))
        parameters.extend(_of_body(document, schema))
    responses = {str(code): answer for code, answer in _mapping(told.get("responses")).items()}
    answer = _json_schema(document, _resolved(document, responses.get("200") or responses.get("2XX") or responses.get("default")))
    fields = [Field(where, title, kind) for where, title, kind, _ in _leaves(document, answer)]
    title = _text(told.get("summary")) or _text(told.get("description"))
    ident = _text(told.get("operationId")) or f"{method} {path}"
    header = _key_header(document, told)
    return Operation(ident, method, path, title, header, tuple(parameters[:MAX_FIELDS]), tuple(fields[:MAX_FIELDS]))


def _parameters(document: Mapping[str, Any], rows: list[Any]) -> Iterator[Parameter]:
    seen = set()
    for row in reversed(rows):  # the operation's own stand before the path's
        told = _resolved(document, row)
        name, place = _text(told.get("name")), told.get("in")
        if name and place in {"path", "query"} and (name, place) not in seen:
            seen.add((name, place))
            schema = _resolved(document, told.get("schema"))
            title = _text(told.get("description")) or _title(schema)
            yield Parameter(name, str(place), title, _type(schema), place == "path" or told.get("required") is True)


def _of_body(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Parameter]:
    """Yield what a body of objects wants; one that is a list cannot be filled from keys."""
    for where, title, kind, required in _leaves(document, schema, path=()):
        yield Parameter(where, "body", title, kind, required)


def _leaves(
    document: Mapping[str, Any], schema: Mapping[str, Any], *, path: tuple[str, ...] | None = None, limit: int = MAX_FIELDS
) -> Iterator[tuple[str, str, str, bool]]:
    """Yield path, title, type and whether it is required, of every plain value. With `path`: a body, whose names are joined by points."""
    body = path is not None
    waiting: list[tuple[Mapping[str, Any], str, str, bool, int]] = [(schema, "", "", True, 0)]
    given = 0
    while waiting and given < limit:
        here, where, name, required, depth = waiting.pop(0)
        here = _whole(document, here)
        kind = _type(here)
        if depth > MAX_DEPTH:
            continue
        if kind == "object":
            needed = {str(one) for one in _sequence(here.get("required"))}
            inner = [
                (_mapping(child), _below(where, str(key), body), str(key), required and str(key) in needed, depth + 1)
                for key, child in list(_mapping(here.get("properties")).items())[:MAX_FIELDS]
            ]
            waiting[:0] = inner
        elif kind == "array":
            if not body:
                waiting.insert(0, (_mapping(here.get("items")), f"{where}[0]", name, required, depth + 1))
        elif where and len(where) <= _LONGEST:
            given += 1
            yield where, _title(here), kind, required


def _below(where: str, key: str, body: bool) -> str:
    """Return the path of a key below another.

    >>> _below("unit", "area_m2", False), _below("", "房屋-no", False)
    ('unit.area_m2', '"房屋-no"')
    """
    step = key if body or _PLAIN.fullmatch(key) else '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{where}.{step}" if where else step


def _whole(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema with what it refers to; of alternatives the first, of parts all together."""
    schema = _resolved(document, schema)
    for word in ("oneOf", "anyOf"):
        if rows := _sequence(schema.get(word)):
            chosen = next((row for row in rows if _resolved(document, row).get("type") != "null"), rows[0])
            schema = {**schema, **_resolved(document, chosen)}
    if rows := _sequence(schema.get("allOf")):
        parts = [_resolved(document, row) for row in rows[:20]]
        properties = {key: value for part in [*parts, schema] for key, value in _mapping(part.get("properties")).items()}
        needed = [name for part in [*parts, schema] for name in _sequence(part.get("required"))]
        schema = {**schema, "type": "object", "properties": properties, "required": needed}
    return schema


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
        for step in reference[2:].split("/"):
            target = _mapping(target).get(step.replace("~1", "/").replace("~0", "~"))
        value = target
    return {}


def _json_schema(document: Mapping[str, Any], holder: Mapping[str, Any]) -> Mapping[str, Any]:
    content = _mapping(holder.get("content"))
    found = next((media for name, media in content.items() if "json" in str(name).lower()), None)
    return _resolved(document, _mapping(found).get("schema"))


def _key_header(document: Mapping[str, Any], operation: Mapping[str, Any]) -> str:
    schemes = _mapping(_mapping(document.get("components")).get("securitySchemes"))
    wanted = operation.get("security", document.get("security"))
    for row in _sequence(wanted):
        for name in _mapping(row):
            scheme = _resolved(document, schemes.get(name))
            if scheme.get("type") == "apiKey" and scheme.get("in") == "header":
                return _text(scheme.get("name"))
    return ""


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
