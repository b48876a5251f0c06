"""What of a personal value is shown to somebody who need not know it: enough to recognise it, too little to use it.

Each rule says what it leaves readable; what is hidden becomes stars.
"""

import re
from typing import Any

STAR = "*"
ALWAYS = frozenset({"resident-id", "phone", "email"})
"""Types that are masked even for whoever checks the other values: nobody decides by reading them."""
_digit = re.compile(r"\d")


def masked(value: Any, kind: str) -> Any:
    """Return a value with only so much left as its type may show.

    >>> masked("110101199003071234", "resident-id"), masked("13812345678", "phone")
    ('110101********1234', '138****5678')
    >>> masked("王小丽", "string"), masked("anna@example.org", "email")
    ('王**', 'a***@example.org')
    >>> masked("胜利路 88 号 3 单元 501", "address"), masked("1990-03-07", "date")
    ('胜利路***', '1990-**-**')
    """
    if value is None or value == "":
        return value
    if isinstance(value, list):
        return [masked(item, "group") for item in value]
    if isinstance(value, dict):
        return {key: masked(item, "string") if isinstance(item, str) else masked(item, "group") for key, item in value.items()}
    if not isinstance(value, str):
        return STAR * 3  # a number, a yes or a no: any part of it would be all of it
    return _rules.get(kind, _first)(value)


def is_masked(kind: str, *, personal: bool, needed: bool) -> bool:
    """Tell whether a value is masked for an officer. `needed`: their own services ask for it.

    >>> is_masked("number", personal=False, needed=False), is_masked("string", personal=True, needed=True)
    (False, False)
    >>> is_masked("resident-id", personal=True, needed=True), is_masked("string", personal=True, needed=False)
    (True, True)
    """
    return personal and kind != "file" and (kind in ALWAYS or not needed)


def _stars(text: str) -> str:
    return "".join(sign if sign.isspace() else STAR for sign in text)


def _first(text: str) -> str:
    """The first sign; of a single sign nothing."""
    return text[0] + _stars(text[1:]) if len(text) > 1 else STAR


def _resident_id(text: str) -> str:
    """Where it was issued and the last four signs; neither the birthday nor the sex."""
    return text[:6] + STAR * 8 + text[14:] if len(text) == 18 else _first(text)


def _phone(text: str) -> str:
    """The first three and the last four digits of a mobile number; of any other number the last two."""
    if len(text) == 11 and text.isdecimal():
        return text[:3] + STAR * 4 + text[7:]
    return STAR * (len(text) - 2) + text[-2:] if len(text) > 6 else STAR * len(text)


def _email(text: str) -> str:
    """The first sign, and where the mail lives. Always three stars: how long a name is helps to guess it."""
    name, at, place = text.partition("@")
    return f"{name[:1] if len(name) > 1 else ''}{STAR * 3}{at}{place}" if at else _first(text)


def _address(text: str) -> str:
    """Up to the street; without one, at most the first third. Always three stars for the house and what follows."""
    number = _digit.search(text)
    limit = number.start() if number else len(text)
    streets = [found.end() for found in re.finditer("[路街道巷弄]|胡同|大道", text[:limit])]
    end = streets[-1] if streets else min(limit, len(text) // 3)
    return text[:end].rstrip() + STAR * 3 if end < len(text) else _first(text)


def _date(text: str) -> str:
    """The year."""
    return f"{text[:4]}-{STAR * 2}-{STAR * 2}" if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else _first(text)


_rules = {"resident-id": _resident_id, "phone": _phone, "email": _email, "address": _address, "date": _date}
