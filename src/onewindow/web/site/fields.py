"""Typed fields of any form: what to draw (`site/field.html`), and what a browser sent. The portal and the desk share it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol, cast

from django.http import QueryDict
from django.utils.translation import get_language, gettext

from onewindow.plumbing.text import localised
from onewindow.web import formatting
from onewindow.web.site import coded

MOST_ROWS = 50
MANY = 7
"""More choices than this become a list to open instead of radio buttons."""
_PLACE = re.compile(r"\.(\d{1,2})\.")


class Described(Protocol):
    """What a module tells of a field; rows of the cases module fit as they are."""

    @property
    def element(self) -> str: ...
    @property
    def name(self) -> Mapping[str, str]: ...
    @property
    def type(self) -> str: ...
    @property
    def choices(self) -> tuple[Mapping[str, object], ...]: ...


@dataclass(frozen=True, slots=True)
class Member:
    """One field of an entry of a list, out of what its list is read by."""

    element: str
    name: Mapping[str, str]
    type: str
    choices: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One field as a page draws it. `shown` is the text in the box: what was typed, kept even when it cannot be used."""

    name: str
    label: str
    type: str
    shown: str = ""
    error: str = ""
    choices: tuple[Choice, ...] = ()
    rows: tuple[tuple["Field", ...], ...] = ()
    many: bool = False
    own_hint: str = ""
    meant: tuple[Choice, ...] = ()
    """Codes whose names are like what was typed, where that names none of them."""

    @property
    def id(self) -> str:
        return "f-" + re.sub(r"[^a-zA-Z0-9_-]", "-", self.name)

    @property
    def focus_id(self) -> str:
        """Where a link of the error summary goes: the first control."""
        if self.rows:
            return self.rows[0][0].focus_id
        return f"{self.id}-1" if self.choices else self.id

    @property
    def hint(self) -> str:
        return self.own_hint or _hint(self.type)

    @property
    def kind(self) -> str:
        """Which drawing serves the type."""
        if self.type in {"boolean", "enum"}:
            return "select" if len(self.choices) > MANY else "radios"
        return {"text": "textarea", "date": "date", "group": "group", "file": "file", "region": "code", "industry": "code"}.get(
            self.type, "input"
        )

    @property
    def inputmode(self) -> str:
        return {"integer": "numeric", "number": "decimal", "money": "decimal", "phone": "tel", "email": "email"}.get(self.type, "")

    @property
    def autocomplete(self) -> str:
        return {"phone": "tel", "email": "email"}.get(self.type, "off")

    @property
    def short(self) -> bool:
        return self.type in {"integer", "number", "money", "date", "phone"}


def draw(
    told: Described,
    value: object = None,
    *,
    error: str = "",
    typed: str | None = None,
    prefix: str = "",
    rows: int = 0,
    hint: str = "",
    errors: Mapping[str, str] | None = None,
) -> Field:
    """Return the field for a page; `typed` is what stood in the box when it was sent, and wins over the stored value.

    `errors` are those of the boxes inside a list of entries.
    """
    name = prefix + told.element
    language = get_language() or "zh-hans"
    shown = typed if typed is not None else text_of(value, told.type)
    drawn = Field(name=name, label=localised(told.name, language), type=told.type, shown=shown, error=error, own_hint=hint)
    if told.type == "boolean":
        labels = (("true", gettext("Yes")), ("false", gettext("No")))
        return replace(drawn, choices=tuple(Choice(key, label, key == shown) for key, label in labels))
    if told.type == "enum":
        return replace(drawn, choices=tuple(_choice(row, shown, language) for row in told.choices))
    if told.type == "group":
        return _group(drawn, told, value, rows, errors or {})
    return _coded(drawn, language) if told.type in coded.LISTED and shown else drawn


def _coded(drawn: Field, language: str) -> Field:
    named = coded.shown(drawn.shown, drawn.type, language)
    if not drawn.error or named != drawn.shown:
        return replace(drawn, shown=named)
    meant = coded.suggestions(drawn.shown, drawn.type, language)
    return replace(drawn, meant=tuple(Choice(code, f"{label} ({code})", chosen=False) for code, label in meant))


def _choice(row: Mapping[str, object], shown: str, language: str) -> Choice:
    key = str(row.get("id", ""))
    name = row.get("name")
    return Choice(key, localised(name, language) if isinstance(name, Mapping) else key, key == shown)


def _members(told: Described) -> Sequence[Described]:
    given: Sequence[Described] = getattr(told, "members", ())
    return given or [
        Member(row["id"], row["name"], row["type"], row["values"]) for row in cast("tuple[Mapping[str, Any], ...]", told.choices)
    ]


def _group(drawn: Field, told: Described, value: object, rows: int, errors: Mapping[str, str]) -> Field:
    many = bool(getattr(told, "many", True))
    members = _members(told)
    given = value if isinstance(value, list) else []
    count = max(1, len(given), rows) if many else 1
    lines = []
    for number in range(min(count, MOST_ROWS)):
        row = given[number] if number < len(given) else {}
        lines.append(tuple(_in_entry(member, row.get(member.element), f"{drawn.name}.{number}.", errors) for member in members))
    return replace(drawn, rows=tuple(lines), many=many)


def _in_entry(member: Described, value: object, prefix: str, errors: Mapping[str, str]) -> Field:
    error = errors.get(prefix + member.element, "")
    return draw(member, value, prefix=prefix, error=error, typed=value if error and isinstance(value, str) else None)


def wrong(drawn: Iterable[Field]) -> list[Field]:
    """Return the boxes with something to mend, also those inside lists of entries."""
    found = []
    for field in drawn:
        found += [field] if field.error else []
        found += wrong(member for row in field.rows for member in row)
    return found


def read(told: Iterable[Described], sent: QueryDict) -> dict[str, Any]:
    """Return what a browser sent for these fields, as the services take it; fields that were not sent are left out."""
    values: dict[str, Any] = {}
    for item in told:
        if item.type == "file":
            continue
        if item.type == "group":
            values[item.element] = _read_group(item, sent)
        elif item.element in sent:
            values[item.element] = raw(str(sent[item.element]), item.type)
        elif item.type in {"boolean", "enum"}:
            values[item.element] = ""
    return values


def raw(text: str, kind: str) -> object:
    """Return a typed text as the rules take it: an amount typed in yuan becomes fen where it can be read, 36,5 is a number too."""
    if kind in coded.LISTED:
        return coded.code_of(text, kind)
    if kind in {"number", "integer"}:
        return _number(unicodedata.normalize("NFKC", text).strip())
    if kind != "money" or not text.strip():
        return text
    try:
        fen = Decimal(text.replace(",", "").replace("，", "").replace(" ", "").replace("¥", "")) * 100
    except InvalidOperation:
        return text
    return str(int(fen)) if fen.is_finite() and fen == fen.to_integral_value() else text


def _number(text: str) -> str:
    """Read commas as people write them: between thousands, or before decimals.

    >>> _number("1,200"), _number("36,5"), _number("a,b")
    ('1200', '36.5', 'a,b')
    """
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", text):
        return text.replace(",", "")
    return text.replace(",", ".") if re.fullmatch(r"[+-]?\d+,\d+", text) else text


def _read_group(told: Described, sent: QueryDict) -> list[dict[str, Any]]:
    members = _members(told)
    places = {int(found.group(1)) for key in sent if key.startswith(f"{told.element}.") and (found := _PLACE.search(key))}
    rows = []
    for number in sorted(places)[:MOST_ROWS]:
        if sent.get("remove") == f"{told.element}.{number}":
            continue
        row = {member.element: raw(str(sent.get(f"{told.element}.{number}.{member.element}", "")), member.type) for member in members}
        if any(str(value).strip() for value in row.values()):
            rows.append({key: value for key, value in row.items() if str(value).strip()})
    return rows


def text_of(value: object, kind: str) -> str:
    """Return a stored value as it stands in a box."""
    if value is None or isinstance(value, list | dict):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if kind == "money" and isinstance(value, int):
        return f"{Decimal(value) / 100:.2f}"
    return str(value)


def said(value: object, kind: str, choices: Iterable[Mapping[str, object]] = ()) -> str:
    """Return a stored value as people read it: choices by their names, dates and amounts in the reader's way."""
    language = get_language() or "zh-hans"
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if kind == "money" and isinstance(value, int):
        return formatting.money(value, language)
    if kind == "date" and isinstance(value, str):
        return formatting.day_of_text(value, language)
    if kind in coded.LISTED:
        return coded.shown(str(value), kind, language)
    if isinstance(value, list):
        return "; ".join(_row_said(row, choices) if isinstance(row, dict) else str(row) for row in value)
    return next((_choice(row, "", language).label for row in choices if str(row.get("id", "")) == str(value)), str(value))


def _row_said(row: Mapping[str, Any], members: Iterable[Mapping[str, Any]]) -> str:
    """Return one row of a group in the order and the words of its members."""
    told = [said(row[member["id"]], member["type"], member["values"]) for member in members if member["id"] in row]
    return ", ".join(told or [str(part) for part in row.values()])


def _hint(kind: str) -> str:
    hints = {
        "integer": gettext("Digits only, for example 48"),
        "number": gettext("Digits, for example 36.5"),
        "money": gettext("In yuan, for example 1200.00"),
        "date": gettext("Year, month, day, for example 2026-03-31"),
        "phone": gettext("11 digits of a mobile, or area code and number"),
        "resident-id": gettext("18 characters, as on the identity card"),
        "uscc": gettext("18 characters, as on the business licence"),
        "email": gettext("For example name@example.com"),
        "address": gettext("District, street and house number"),
        "region": gettext("Write the name of the district or county, or its code, and choose it from the list"),
        "industry": gettext("Write what you do, for example catering, or the code, and choose it from the list"),
    }
    return hints.get(kind, "")
