"""Values as people and registers give them, checked against the type of their element and brought into one form."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from onewindow.domain import codes
from onewindow.domain.catalogue.model import Element
from onewindow.domain.errors import DomainError

Value = str | int | float | bool | list[dict[str, Any]] | dict[str, Any]

LONGEST = {"string": 200, "text": 5000, "address": 200, "email": 254}
MOST_ROWS = 200
LISTED = frozenset({"region", "industry"})
"""Types whose values are codes of a list."""
LARGEST = 10**12
"""Whole numbers and numbers stay below this: more digits are a slip of the hand."""
_email = re.compile(r"[^@\s,;:<>()\[\]\\\"]+@[^@\s.,;:<>()\[\]\\\"_]+(\.[^@\s.,;:<>()\[\]\\\"_]+)+")
_grouped = re.compile(r"(?<=\d)[,，\s](?=\d{3})")

REASONS: Mapping[str, tuple[str, str]] = {
    "missing": ("Nothing was entered.", "Fill it in."),
    "not-text": ("This is not text.", "Write it as text."),
    "too-long": ("This is {length} characters long; {limit} are allowed.", "Shorten it."),
    "signs": ("It contains characters that cannot be printed.", "Type it again instead of pasting it."),
    "not-integer": ("“{given}” is not a whole number.", "Write digits only, for example 50."),
    "not-number": ("“{given}” is not a number.", "Write digits, with a point before the decimals, for example 85.5."),
    "too-large": ("“{given}” is too large.", "Check the number and write it again."),
    "not-money": ("“{given}” is not an amount.", "Write an amount in whole fen, for example 12000 for 120.00 yuan."),
    "negative": ("An amount cannot be below zero.", "Write it without the minus."),
    "below-zero": ("“{given}” is below zero.", "Write a number that is zero or more."),
    "not-boolean": ("“{given}” is neither yes nor no.", "Choose yes or no."),
    "not-date": ("“{given}” is not a date.", "Write year, month and day, for example 2026-03-31."),
    "not-listed": ("“{given}” is not one of the choices.", "Choose one of: {choices}."),
    "address-short": ("The address is too short.", "Write district, street and house number."),
    "phone": ("“{given}” is not a phone number.", "Write 11 digits of a mobile number, or area code and number of a landline."),
    "email": ("“{given}” is not an e-mail address.", "Write it like name@example.com."),
    "resident-id-length": ("A resident identity number has 18 characters.", "Copy all of them from the identity card."),
    "resident-id-form": (
        "A resident identity number has 17 digits and a digit or X.",
        "Compare it with the identity card; the last character may be X.",
    ),
    "resident-id-date": ("The 7th to 14th digits are not a date of birth.", "Compare them with the identity card."),
    "resident-id-check": ("The check digit does not fit: one digit is wrong or two are swapped.", "Compare it with the identity card."),
    "uscc-length": ("A unified social credit code has 18 characters.", "Copy all of them from the business licence."),
    "uscc-form": (
        "A unified social credit code holds digits and capital letters, without I, O, S, V and Z.",
        "Compare it with the business licence; 0 and O, 1 and I are easily mistaken.",
    ),
    "uscc-check": ("The check character does not fit: one character is wrong or two are swapped.", "Compare it with the business licence."),
    "region": ("“{given}” is not a division code.", "Choose the division from the list; its code has 6, 9 or 12 digits."),
    "industry": ("“{given}” is not a class of the industry list.", "Choose it from the list, for example H6210."),
    "file": ("There is no such file.", "Upload the file again."),
    "not-group": ("The entries of this list cannot be read.", "Enter them again, one by one."),
    "one-entry": ("There are {count} entries; one is allowed.", "Remove the others."),
    "too-many": ("There are {count} entries; {limit} are allowed.", "Remove some."),
    "unknown-member": ("“{member}” does not belong here.", "Reload the page and enter the list again."),
}
"""By reason: what is wrong, and how to mend it. The web floor translates both halves and fills in the values."""


class ValueRefused(DomainError):
    """A value does not fit its element. `element` names the field (`staff[2].resident-id` inside a list), `reason` is stable."""

    code = "value-refused"
    template = "{element}: {what} {how}"

    def __init__(self, *, element: str, reason: str, **details: object) -> None:
        self.element = element
        self.reason = reason
        self.details = details
        self.what_template, self.how_template = REASONS[reason]
        self.what = self.what_template.format(**details)
        self.how = self.how_template.format(**details)
        super().__init__(element=element, reason=reason, what=self.what, how=self.how)


Listed = Callable[[str, str], str | None]
"""Return the code as the list of a type (region, industry) writes it; None where the list does not hold it."""


def normalise(
    value: object,
    element: Element,
    elements: Mapping[str, Element] | None = None,
    *,
    below_zero: bool = False,
    listed: Listed | None = None,
) -> Value:
    """Return the value in its one form, as JSON keeps it: dates ISO, money in fen, files by id, groups as lists of rows.

    `elements` are needed for groups. What people type is never below zero; a register may say so (`below_zero`): storey −1.
    `listed` knows the code lists in force.
    Raises: ValueRefused.

    >>> normalise(" １２ ", Element(id="seats", name={}, type="integer"))
    12
    >>> normalise("2026/3/1", Element(id="opens", name={}, type="date"))
    '2026-03-01'
    >>> normalise("-5", Element(id="seats", name={}, type="integer"))
    Traceback (most recent call last):
    ...
    onewindow.domain.values.ValueRefused: seats: “-5” is below zero. Write a number that is zero or more.
    >>> normalise("0", Element(id="uscc", name={}, type="uscc"))
    Traceback (most recent call last):
    ...
    onewindow.domain.values.ValueRefused: uscc: A unified social credit code has 18 characters. Copy all of them from the business licence.
    """
    if is_empty(value):
        raise ValueRefused(element=element.id, reason="missing")
    if element.type == "group":
        return _group(value, element, elements or {}, listed)
    if element.type == "enum":
        return _enum(value, element)
    found = _readers[element.type](value, element.id)
    if element.type in {"integer", "number"}:
        _require_size(found, value, element.id, below_zero=below_zero)
    return _listed(str(found), element, listed) if listed is not None and element.type in LISTED else found


def _listed(code: str, element: Element, listed: Listed) -> str:
    known = listed(element.type, code)
    if known is None:
        raise ValueRefused(element=element.id, reason=element.type, given=code)
    return known


def _require_size(found: Value, value: object, element: str, *, below_zero: bool) -> None:
    number = found if isinstance(found, int | float) else 0
    if number < 0 and not below_zero:
        raise ValueRefused(element=element, reason="below-zero", given=_shown(value))
    if abs(number) >= LARGEST:
        raise ValueRefused(element=element, reason="too-large", given=_shown(value))


validate = normalise


def is_empty(value: object) -> bool:
    """Tell whether nothing was given: null, white space, an empty list.

    >>> [is_empty(value) for value in (None, " ", [], 0, False)]
    [True, True, True, False, False]
    """
    return value is None or (isinstance(value, str) and not value.strip()) or (isinstance(value, list | tuple | dict) and not value)


def _text(value: object, element: str, limit: int, *, lines: bool = False) -> str:
    if not isinstance(value, str):
        raise ValueRefused(element=element, reason="not-text")
    text = unicodedata.normalize("NFC", value).replace("\r\n", "\n").strip()
    if len(text) > limit:
        raise ValueRefused(element=element, reason="too-long", length=len(text), limit=limit)
    if any(unicodedata.category(sign) in {"Cc", "Cs", "Co", "Cn"} and not (lines and sign in "\n\t") for sign in text):
        raise ValueRefused(element=element, reason="signs")
    return text


def _string(value: object, element: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # registers send house and room numbers as numbers
    return _text(value, element, LONGEST["string"])


def _long_text(value: object, element: str) -> str:
    return _text(value, element, LONGEST["text"], lines=True)


def _address(value: object, element: str) -> str:
    text = _text(value, element, LONGEST["address"])
    if len(text) < 3:
        raise ValueRefused(element=element, reason="address-short")
    return text


def _decimal(value: object, element: str, reason: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueRefused(element=element, reason=reason, given=_shown(value))
    try:
        text = _grouped.sub("", unicodedata.normalize("NFKC", str(value)).strip())
        number = Decimal(text) if re.fullmatch(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?|[+-]?\.\d+", text) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        raise ValueRefused(element=element, reason=reason, given=_shown(value))
    if number and abs(number.adjusted()) > 14:
        raise ValueRefused(element=element, reason="too-large", given=_shown(value))
    return number


def _integer(value: object, element: str, reason: str = "not-integer") -> int:
    number = _decimal(value, element, reason)
    if number != number.to_integral_value():
        raise ValueRefused(element=element, reason=reason, given=_shown(value))
    return int(number)


def _number(value: object, element: str) -> int | float:
    number = _decimal(value, element, "not-number")
    return int(number) if number == number.to_integral_value() else float(number)


def _money(value: object, element: str) -> int:
    fen = _integer(value, element, "not-money")
    if fen < 0:
        raise ValueRefused(element=element, reason="negative")
    return fen


def _boolean(value: object, element: str) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, str) else ""
    if word in {"true", "yes", "是", "да"}:
        return True
    if word in {"false", "no", "否", "нет"}:
        return False
    raise ValueRefused(element=element, reason="not-boolean", given=_shown(value))


def _date(value: object, element: str) -> str:
    if isinstance(value, date):
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    text = unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else ""
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
    try:
        if found:
            return date(*map(int, found.groups())).isoformat()
    except ValueError:
        pass
    raise ValueRefused(element=element, reason="not-date", given=_shown(value))


def _by_code(read: Callable[[str], str], reason: str, *, told_apart: bool = False) -> Callable[[object, str], str]:
    def reader(value: object, element: str) -> str:
        given = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(given, str):
            raise ValueRefused(element=element, reason="not-text")
        try:
            return read(given)
        except codes.CodeRefused as error:
            full = f"{reason}-{error.reason}" if told_apart else reason
            raise ValueRefused(element=element, reason=full, given=_shown(value)) from None

    return reader


def _mail(value: object, element: str) -> str:
    text = _text(value, element, LONGEST["email"])
    if not _email.fullmatch(text):
        raise ValueRefused(element=element, reason="email", given=_shown(value))
    name, _at, host = text.rpartition("@")
    return f"{name}@{host.lower()}"


def _file(value: object, element: str) -> str:
    try:
        return str(value if isinstance(value, UUID) else UUID(str(value)))
    except ValueError:
        raise ValueRefused(element=element, reason="file") from None


def _enum(value: object, element: Element) -> Value:
    listed: list[Value] = [choice(item) for item in element.values]
    for known in listed:
        if known == value and isinstance(known, bool) == isinstance(value, bool):
            return known
        if isinstance(value, str) and not isinstance(known, bool) and value.strip() == str(known):
            return known  # a page sends numbers as text
    raise ValueRefused(element=element.id, reason="not-listed", given=_shown(value), choices=", ".join(map(str, listed)))


def choice(item: object) -> Any:
    """Return the value of one choice of an enum.

    >>> choice({"value": "hotpot", "name": {"zh": "火锅"}}), choice({"id": "hotpot"}), choice("hotpot")
    ('hotpot', 'hotpot', 'hotpot')
    """
    if isinstance(item, Mapping):
        return item["value"] if "value" in item else item.get("id")
    return item


def _group(value: object, element: Element, elements: Mapping[str, Element], listed: Listed | None) -> list[dict[str, Any]]:
    rows, wrong = read_group(value, element, elements, listed)
    if wrong:
        raise wrong[0]
    return rows


def read_group(
    value: object, element: Element, elements: Mapping[str, Element] | None = None, listed: Listed | None = None
) -> tuple[list[dict[str, Any]], list[ValueRefused]]:
    """Return (the rows with those members that can be used, what is wrong with the others).

    Raises: ValueRefused, where it is no list of entries at all.

    >>> name = Element(id="name", name={})
    >>> staff = Element(id="staff", name={}, type="group", of=("name",), many=True)
    >>> rows, wrong = read_group([{"name": "Anna"}, {}], staff, {"name": name})
    >>> rows, [error.element for error in wrong]
    ([{'name': 'Anna'}, {}], ['staff[2].name'])
    """
    rows = [value] if isinstance(value, Mapping) else value
    if not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
        raise ValueRefused(element=element.id, reason="not-group")
    limit = MOST_ROWS if element.many else 1
    if len(rows) > limit:
        raise ValueRefused(element=element.id, reason="too-many" if element.many else "one-entry", count=len(rows), limit=limit)
    places = [f"{element.id}[{number}]" if element.many else element.id for number in range(1, len(rows) + 1)]
    read = [_row(row, element, elements or {}, place, listed) for row, place in zip(rows, places, strict=True)]
    return [row for row, _ in read], [error for _, errors in read for error in errors]


def _row(
    row: Mapping[str, Any], element: Element, elements: Mapping[str, Element], place: str, listed: Listed | None
) -> tuple[dict[str, Any], list[ValueRefused]]:
    for member in row:
        if member not in element.of:
            raise ValueRefused(element=place, reason="unknown-member", member=_shown(member))
    result: dict[str, Any] = {}
    wrong: list[ValueRefused] = []
    for member in element.of:
        if is_empty(row.get(member)):
            wrong.append(ValueRefused(element=f"{place}.{member}", reason="missing"))
            continue
        try:
            result[member] = normalise(row[member], elements.get(member, Element(id=member, name={})), elements, listed=listed)
        except ValueRefused as error:
            inner = error.element.removeprefix(member)
            wrong.append(ValueRefused(element=f"{place}.{member}{inner}", reason=error.reason, **error.details))
    return result, wrong


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else repr(value) if isinstance(value, int | float | bool) else type(value).__name__
    visible = "".join(sign for sign in text if unicodedata.category(sign)[0] != "C")
    return visible if len(visible) <= 40 else f"{visible[:39]}…"


_readers: Mapping[str, Callable[[object, str], Value]] = {
    "string": _string,
    "text": _long_text,
    "integer": _integer,
    "number": _number,
    "money": _money,
    "boolean": _boolean,
    "date": _date,
    "address": _address,
    "phone": _by_code(codes.phone, "phone"),
    "email": _mail,
    "resident-id": _by_code(codes.resident_id, "resident-id", told_apart=True),
    "uscc": _by_code(codes.credit_code, "uscc", told_apart=True),
    "region": _by_code(codes.region, "region"),
    "industry": _by_code(codes.industry, "industry"),
    "file": _file,
}
