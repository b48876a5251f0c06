"""The city in front of us: its name, colour, crest and telephone stand over ours by settings alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings

LEAST_CONTRAST = 4.5
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
    colour = readable(str(merged["colour"])) if _COLOUR.fullmatch(str(merged["colour"])) else ""
    return City(
        name=_text(merged["name"]),
        product=_text(merged["product"]),
        host=_text(merged["host"]),
        phone=str(merged["phone"]),
        crest=str(merged["crest"]),
        places=tuple(_place(item) for item in merged["places"]),
        colour=colour,
        colour_dark=_darker(colour, 0.65) if colour else "",
    )


def readable(colour: str) -> str:
    """Return the colour, darkened until white text on it has a contrast of 4.5 to 1.  Source: WCAG 2.2, 1.4.3

    >>> readable("#7a1f5c"), readable("#ffcc00")
    ('#7a1f5c', '#917300')
    """
    while _contrast_with_white(colour) < LEAST_CONTRAST:
        colour = _darker(colour, 0.96)
    return colour


def _darker(colour: str, share: float) -> str:
    return "#" + "".join(f"{int(channel * share):02x}" for channel in _channels(colour))


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _contrast_with_white(colour: str) -> float:
    parts = [value / 255 for value in _channels(colour)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _text(value: Mapping[str, str] | str) -> Mapping[str, str]:
    return {"zh": value, "en": value, "ru": value} if isinstance(value, str) else value


def _place(item: Mapping[str, Any]) -> Place:
    texts = {key: _text(item.get(key, {})) for key in ("name", "address", "hours")}
    return Place(icon=str(item.get("icon", "pin")), **texts)
