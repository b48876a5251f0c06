"""Text in the city's three languages."""

from collections.abc import Mapping

_order = ("zh", "en", "ru")


def localised(value: Mapping[str, str] | str | None, language: str) -> str:
    """Return the text in the language asked for, else the first that is present.

    >>> localised({"zh": "公章", "en": "Seal"}, "zh-hans"), localised({"zh": "公章"}, "ru"), localised(None, "en")
    ('公章', '公章', '')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    wanted = value.get(language.split("-", maxsplit=1)[0].split("_", maxsplit=1)[0].lower())
    return wanted or next((value[key] for key in (*_order, *value) if value.get(key)), "")
