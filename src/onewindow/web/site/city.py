"""The city in front of us: its name, colour, crest and telephone stand over ours by settings alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere a person can go: a hall or a terminal. All texts are {zh, en, ru}."""

    name: Mapping[str, str]
    address: Mapping[str, str]
    hours: Mapping[str, str]
    icon: str = "pin"


@dataclass(frozen=True, slots=True)
class City:
    """What the settings say of the city. Empty texts are not shown."""

    name: Mapping[str, str]
    product: Mapping[str, str]
    host: Mapping[str, str]
    phone: str
    colour: str
    colour_dark: str
    crest: str
    places: tuple[Place, ...] = field(default=())


_DEFAULTS: Mapping[str, Any] = {
    "name": {"zh": "云江市", "en": "Yunjiang City", "ru": "Юньцзян"},
    "product": {"zh": "一窗", "en": "OneWindow", "ru": "Одно окно"},
    "host": {"zh": "云江市人民政府", "en": "Yunjiang People’s Government", "ru": "Народное правительство Юньцзяна"},
    "phone": "12345",
    "colour": "",
    "colour_dark": "",
    "crest": "",
    "places": (),
}


@cache
def city() -> City:
    """Return the city of the settings (ONEWINDOW_CITY_…), with our invented one for what they leave out."""
    return build({key: getattr(settings, f"ONEWINDOW_CITY_{key.upper()}", None) for key in _DEFAULTS})


def build(given: Mapping[str, Any]) -> City:
    """Return the city that a mapping describes; a colour that is not #rrggbb is ignored, it would end up in a style sheet.

    >>> build({"name": {"en": "Testford"}, "colour": "red}"}).colour
    ''
    """
    own = {key: value for key, value in given.items() if value}
    merged = {**_DEFAULTS, **own}
    if "name" in own and "host" not in own:
        merged["host"] = {}
    colours = {key: merged[key] if _COLOUR.fullmatch(str(merged[key])) else "" for key in ("colour", "colour_dark")}
    return City(
        name=_text(merged["name"]),
        product=_text(merged["product"]),
        host=_text(merged["host"]),
        phone=str(merged["phone"]),
        crest=str(merged["crest"]),
        places=tuple(_place(item) for item in merged["places"]),
        **colours,
    )


def _text(value: Mapping[str, str] | str) -> Mapping[str, str]:
    return {"zh": value, "en": value, "ru": value} if isinstance(value, str) else value


def _place(item: Mapping[str, Any]) -> Place:
    texts = {key: _text(item.get(key, {})) for key in ("name", "address", "hours")}
    return Place(icon=str(item.get("icon", "pin")), **texts)
