"""The form of an interface: what was typed becomes choices, and choices become the rows of the page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict

from onewindow.domain.exchange.openapi import Operation
from onewindow.modules.exchange.selectors import InterfaceRow
from onewindow.modules.exchange.services import AUTHS, LEVELS, PREFIXES, InterfaceForm
from onewindow.web.interfaces import words

SHARING = ("unconditional", "conditional")
SPARE = 2
"""So many empty rows for expressions of one's own."""
LONGEST = 1000
PROOFS = ("token_env", "client_id_env", "client_secret_env", "certificate_env", "private_key_env", "authorities_env")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what the interface calls it, and what was chosen. `place` names its inputs."""

    place: str
    name: str
    title: str
    type: str
    element: str
    path: str = ""
    required: bool = False
    said_where: str = ""


def read(sent: QueryDict, row: InterfaceRow) -> InterfaceForm:
    """Return the form as it was sent; what the page did not offer is left out."""
    operation = row.operation
    names = {language: _line(sent.get(f"name_{language}")) for language in ("zh", "en", "ru")}
    level, sharing = sent.get("level", ""), sent.get("sharing", "")
    auth, key_place = sent.get("auth", ""), sent.get("key_place", "")
    keys, gives = (_keys(sent, operation), _gives(sent)) if operation else ({}, {})
    return InterfaceForm(
        resource=_line(sent.get("resource")).lower(),
        name={language: text for language, text in names.items() if text},
        level=level if level in LEVELS else row.form.level,
        operation=_line(sent.get("operation")) or row.form.operation,
        keys=keys,
        gives=gives,
        no_record_when=_line(sent.get("no_record_when")),
        base=_line(sent.get("base")),
        key_place=key_place if key_place in PREFIXES else row.form.key_place,
        key_header=_line(sent.get("key_header")),
        key_env=_line(sent.get("key_env")),
        auth=auth if auth in AUTHS else "",
        scope=_line(sent.get("scope")),
        **{name: _line(sent.get(name)) for name in PROOFS},
        sharing=sharing if sharing in SHARING else row.form.sharing,
        proves=tuple(_line(one) for one in sent.getlist("proves")),
        timeout_seconds=_number(sent.get("timeout_seconds"), row.form.timeout_seconds),
        cache_seconds=_number(sent.get("cache_seconds"), row.form.cache_seconds),
        per_second=_number(sent.get("per_second"), row.form.per_second),
        granted_to=_line(sent.get("granted_to")),
        legal_basis=_line(sent.get("legal_basis")),
    )


def key_rows(row: InterfaceRow) -> list[Row]:
    """Return one row for every parameter."""
    parameters = row.operation.parameters if row.operation else ()
    return [
        Row(
            f"key-{place}",
            one.name,
            one.title,
            one.type,
            row.form.keys.get(one.name, ""),
            required=one.required,
            said_where=words.place(one.place),
        )
        for place, one in enumerate(parameters)
    ]


def field_rows(row: InterfaceRow) -> list[Row]:
    """Return one row for every field of the answer, with the expression that reads it, then those that read no field, then empty ones."""
    left = dict(row.form.gives)
    found = []
    for place, one in enumerate(row.operation.fields if row.operation else ()):
        element = next((name for name, path in left.items() if path == one.path), None)
        element = element or next((name for name, path in left.items() if one.path in path and not _is_field(path, row)), None)
        path = left.pop(element) if element else one.path
        found.append(Row(str(place), one.path, one.title, one.type, element or "", path))
    for place, (element, path) in enumerate([*left.items(), *[("", "")] * SPARE], start=len(found)):
        found.append(Row(str(place), "", "", "", element, path))
    return found


def _is_field(path: str, row: InterfaceRow) -> bool:
    return row.operation is not None and any(one.path == path for one in row.operation.fields)


def _keys(sent: QueryDict, operation: Operation) -> Mapping[str, str]:
    chosen = {one.name: _line(sent.get(f"key-{place}")) for place, one in enumerate(operation.parameters)}
    return {name: element for name, element in chosen.items() if element}


def _gives(sent: QueryDict) -> Mapping[str, str]:
    rows: Iterable[str] = (name.removeprefix("element-") for name in sent if name.startswith("element-"))
    chosen = {_line(sent.get(f"element-{place}")): _line(sent.get(f"path-{place}")) for place in rows}
    return {element: path for element, path in chosen.items() if element and path}


def _number(text: str | None, before: float) -> float:
    try:
        found = float(_line(text).replace(",", "."))
    except ValueError:
        return before
    return found if 0 <= found < 1_000_000 else before


def _line(text: str | None) -> str:
    return " ".join((text or "").replace("\0", "").split())[:LONGEST]
