# ruff: noqa: E501  (a path is not prose)
"""Our own icons: 24 × 24, drawn with one stroke, so that the colour and the weight come from the text around them."""

from collections.abc import Iterable

ICONS: dict[str, str] = {
    "arrow": '<path d="M4 12h16M13.5 5.5 20 12l-6.5 6.5"/>',
    "baby": '<circle cx="12" cy="12" r="9"/><path d="M9 11v.01M15 11v.01M8.8 15a4.2 4.2 0 0 0 6.4 0M12 3c1.8.8 1.8 3 .2 3.6"/>',
    "bag": '<path d="M3.5 8h17v12h-17zM8.5 8V5h7v3M3.5 13h17M12 12v2.5"/>',
    "bell": '<path d="M6 17V11a6 6 0 0 1 12 0v6l1.5 2h-15zM10 21.5h4"/>',
    "box": '<path d="M4 7.5 12 3l8 4.5v9L12 21l-8-4.5zM4 7.5l8 4.5 8-4.5M12 12v9"/>',
    "building": '<path d="M4 21V4h10v17M14 9h6v12M2.5 21h19M8 8h2M8 12h2M8 16h2M17 13v.01M17 17v.01"/>',
    "camera": '<path d="M3.5 8H8l1.5-3h5L16 8h4.5v11.5h-17z"/><circle cx="12" cy="13.3" r="3.4"/>',
    "cap": '<path d="M2 9.5 12 5l10 4.5L12 14zM6.5 11.5V17c3 2.3 8 2.3 11 0v-5.5M22 9.5V15"/>',
    "car": '<path d="M3 16.5v-4l2.5-6h13l2.5 6v4zM3 12.5h18M5 16.5V19h3v-2.5M16 16.5V19h3v-2.5M6.5 14.5v.01M17.5 14.5v.01"/>',
    "card": '<path d="M2.5 5h19v14h-19zM13.5 10h5M13.5 14h5"/><circle cx="8" cy="10.2" r="2"/><path d="M5 16c.3-1.9 1.4-2.8 3-2.8s2.7.9 3 2.8"/>',
    "check": '<path d="M4.5 12.5 10 18 19.5 7"/>',
    "chevron": '<path d="m6 9 6 6 6-6"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.5 2"/>',
    "contrast": '<circle cx="12" cy="12" r="9"/><path d="M12 3v18a9 9 0 0 0 0-18z" fill="currentColor"/>',
    "cross": '<path d="m5.5 5.5 13 13M18.5 5.5l-13 13"/>',
    "document": '<path d="M5.5 3H14l4.5 4.5V21h-13zM14 3v4.5h4.5M9 12.5h6M9 16.5h6"/>',
    "drop": '<path d="M12 3c3.5 4.5 6 7.5 6 11a6 6 0 0 1-12 0c0-3.5 2.5-6.5 6-11z"/>',
    "eye": '<path d="M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12z"/><circle cx="12" cy="12" r="3"/>',
    "flame": '<path d="M12 21c-4 0-6.5-2.6-6.5-6.2 0-3.3 2.5-5 3.5-7.3.5 1.2.8 1.8 1.5 2.5C11.5 8 12 5.5 11.5 3c4 2.5 7 6.5 7 11 0 4.5-2.5 7-6.5 7z"/>',
    "fork-knife": '<path d="M7 12v9M4 3v5.5C4 10.5 5.2 12 7 12s3-1.5 3-3.5V3M7 3v6M17.5 21V3c-2.7 1.3-4 5-4 11h4"/>',
    "globe": '<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c2.8 2.7 3.8 5.7 3.8 9s-1 6.3-3.8 9c-2.8-2.7-3.8-5.7-3.8-9S9.2 5.7 12 3z"/>',
    "heart": '<path d="M12 20.5C5.5 15.5 3 12.3 3 9a4.8 4.8 0 0 1 9-2.3A4.8 4.8 0 0 1 21 9c0 3.3-2.5 6.5-9 11.5z"/>',
    "house": '<path d="M3 11.5 12 4l9 7.5M5.5 9.7V20h13V9.7M10 20v-5.5h4V20"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.5v.01"/>',
    "key": '<circle cx="8" cy="15.5" r="4.5"/><path d="m11.3 12.3 8.7-8.8M16 7.5l3 3M13.5 10l2 2"/>',
    "list": '<path d="M8.5 6H21M8.5 12H21M8.5 18H21M3.5 6v.01M3.5 12v.01M3.5 18v.01"/>',
    "lock": '<path d="M5 10.5h14V21H5zM8 10.5V8a4 4 0 0 1 8 0v2.5M12 15v2"/>',
    "mail": '<path d="M3 5.5h18v13H3zM3 7l9 6.5L21 7"/>',
    "menu": '<path d="M3 6.5h18M3 12h18M3 17.5h18"/>',
    "pencil": '<path d="m4 20 1-4.5L16 4.5l3.5 3.5-11 11zM13.5 7l3.5 3.5"/>',
    "people": '<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 20c0-4 2.8-6 6.5-6s6.5 2 6.5 6M16 5.3a3.5 3.5 0 0 1 0 6.4M18 14.5c2.3.8 3.5 2.7 3.5 5.5"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4.5 21c0-4.5 3-7 7.5-7s7.5 2.5 7.5 7"/>',
    "phone": '<path d="M6 3h3.5L11.5 8 9 9.8a12 12 0 0 0 5.2 5.2L16 12.5l5 2V18a3 3 0 0 1-3 3C9.7 21 3 14.3 3 6a3 3 0 0 1 3-3z"/>',
    "pin": '<path d="M12 21.5s7.5-6.8 7.5-12a7.5 7.5 0 0 0-15 0c0 5.2 7.5 12 7.5 12z"/><circle cx="12" cy="9.5" r="2.7"/>',
    "plug": '<path d="M9 3v5M15 3v5M5.5 8h13v3a6.5 6.5 0 0 1-13 0zM12 17.5V21"/>',
    "print": '<path d="M7 9V3h10v6M7 17.5H3.5V9h17v8.5H17M7 14h10v7H7z"/>',
    "search": '<circle cx="10.5" cy="10.5" r="7"/><path d="m15.7 15.7 5.3 5.3"/>',
    "shield": '<path d="M12 3 4.5 6v5.5c0 4.5 3 7.7 7.5 9.5 4.5-1.8 7.5-5 7.5-9.5V6zM8.5 12l2.5 2.5 4.5-5"/>',
    "shop": '<path d="M4.5 12v8.5h15V12M5.5 3.5h13L21 9a3 3 0 0 1-6 0 3 3 0 0 1-6 0 3 3 0 0 1-6 0zM9.5 20.5V16h5v4.5"/>',
    "sign": '<path d="M3.5 4.5h17v9h-17zM8 13.5V21M16 13.5V21M7.5 9h9"/>',
    "star": '<path d="m12 3 2.7 6 6.3.7-4.7 4.4 1.3 6.4-5.6-3.2-5.6 3.2 1.3-6.4L3 9.7 9.3 9z"/>',
    "speaker": '<path d="M4 9.5v5h3.5L12.5 19V5L7.5 9.5zM16 8.8a4.6 4.6 0 0 1 0 6.4M18.6 6a8.6 8.6 0 0 1 0 12"/>',
    "stamp": '<path d="M5 21h14M5 17.5h14V15a2 2 0 0 0-2-2h-3V9.6a3.6 3.6 0 1 0-4 0V13H7a2 2 0 0 0-2 2z"/>',
    "sunrise": '<path d="M2 18.5h20M5.5 18.5a6.5 6.5 0 0 1 13 0M12 4v4.5M4 9.5l2 2M20 9.5l-2 2"/>',
    "tiles": '<path d="M4 4h6.5v6.5H4zM13.5 4H20v6.5h-6.5zM4 13.5h6.5V20H4zM13.5 13.5H20V20h-6.5z"/>',
    "trash": '<path d="M4 6.5h16M9.5 6V3.5h5V6M6 6.5 7 21h10l1-14.5M10 10.5v6.5M14 10.5v6.5"/>',
    "undo": '<path d="M8 5 4 9l4 4M4 9h10a6 6 0 0 1 0 12H8"/>',
    "upload": '<path d="M12 16V4M6.5 9.5 12 4l5.5 5.5M4 20h16"/>',
    "warning": '<path d="M12 3.5 22 20.5H2zM12 10v5M12 17.8v.01"/>',
    "wind": '<path d="M3 9h11a3 3 0 1 0-2.8-4M3 13h15a3 3 0 1 1-2.8 4M3 17h7.5a2.3 2.3 0 1 1-2.2 3"/>',
    "yen": '<circle cx="12" cy="12" r="9"/><path d="m8.5 7.5 3.5 5 3.5-5M12 12.5V17M9 12.5h6M9 15h6"/>',
}  # fmt: skip

_BY_WORD: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("fork-knife", ("restaurant", "food", "catering", "canteen", "kitchen")),
    ("car", ("driving", "traffic", "vehicle", "transport")),
    ("card", ("identity", "passport")),
    ("sunrise", ("retire", "retirement", "pension")),
    ("baby", ("birth", "newborn", "child", "baby")),
    ("shield", ("police", "public-security", "security", "safety")),
    ("people", ("human", "personnel", "marriage", "employee", "employees", "staff", "insurance", "labour", "social", "recruit", "employ")),
    ("heart", ("health", "medical", "hygiene", "hospital")),
    ("flame", ("fire", "gas")),
    ("drop", ("water", "drainage", "sewage", "discharge")),
    ("wind", ("fume", "fumes", "air", "emission", "environment", "environmental")),
    ("sign", ("sign", "signs", "outdoor", "advertising", "shopfront", "urban")),
    ("stamp", ("seal", "seals", "notary", "engraving")),
    ("yen", ("tax", "invoice", "loan", "fund", "payment", "bank")),
    ("plug", ("power", "electricity", "utility", "utilities")),
    ("house", ("house", "housing", "property", "estate", "lease", "premises", "home")),
    ("cap", ("school", "education", "kindergarten")),
    ("building", ("construction", "project", "planning", "building")),
    ("shop", ("business", "company", "shop", "registration", "enterprise", "store", "market")),
)


def pictogram(identifier: str, fallback: str = "document") -> str:
    """Return the icon whose words occur in a catalogue id, so that a new service has a picture without anybody choosing one.

    >>> pictogram("food-business-licence")
    'fork-knife'
    >>> pictogram("something-else")
    'document'
    """
    words = _words(identifier)
    return next((icon for icon, keys in _BY_WORD if words.intersection(keys)), fallback)


def _words(identifier: str) -> set[str]:
    parts: Iterable[str] = identifier.lower().replace("_", "-").replace(".", "-").split("-")
    return set(parts)
