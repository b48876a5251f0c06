"""Dates, amounts and numbers as people write them in each language. One place, so that no two pages differ."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

_WEEKDAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "ru": ("пн", "вт", "ср", "чт", "пт", "сб", "вс"),
}
_MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "ru": ("янв.", "февр.", "мар.", "апр.", "мая", "июн.", "июл.", "авг.", "сент.", "окт.", "нояб.", "дек."),
}
_THIN = "\u202f"


def short_language(language: str | None) -> str:
    """Return zh, en or ru for a language code.

    >>> short_language("zh-hans"), short_language("en-gb"), short_language(None)
    ('zh', 'en', 'zh')
    """
    head = (language or "zh").split("-")[0].lower()
    return head if head in _WEEKDAYS else "zh"


def day(value: date, language: str | None, *, weekday: bool | None = None) -> str:
    """Return a civil date; Chinese shows the day of the week unless told not to, the others only when told to.

    >>> from datetime import date
    >>> day(date(2026, 11, 22), "zh-hans"), day(date(2026, 11, 22), "en"), day(date(2026, 11, 22), "ru")
    ('2026-11-22 周日', '22 Nov 2026', '22 нояб. 2026')
    >>> day(date(2026, 11, 23), "en", weekday=True)
    'Mon 23 Nov 2026'
    """
    short = short_language(language)
    name = _WEEKDAYS[short][value.weekday()]
    if short == "zh":
        return f"{value.isoformat()} {name}" if weekday is not False else value.isoformat()
    text = f"{value.day} {_MONTHS[short][value.month - 1]} {value.year}"
    if not weekday:
        return text
    return f"{name}, {text}" if short == "ru" else f"{name} {text}"


def labelled(label: object, sentence: object, language: str | None) -> str:
    """Return a sentence behind the name of what it speaks of.

    >>> labelled("面积", "还没有填写。", "zh-hans"), labelled("Area", "Fill this in.", "en")
    ('面积：还没有填写。', 'Area: Fill this in.')
    """
    return f"{label}：{sentence}" if short_language(language) == "zh" else f"{label}: {sentence}"


def day_of_text(value: str, language: str | None) -> str:
    """Return an ISO date as people write it; anything else stays as it is.

    >>> day_of_text("2026-11-22", "en"), day_of_text("soon", "en")
    ('22 Nov 2026', 'soon')
    """
    try:
        return day(date.fromisoformat(value), language)
    except ValueError:
        return value


def day_short(value: date, language: str | None) -> str:
    """Return a date without its year, with the day of the week: for headings where the year is plain.

    >>> from datetime import date
    >>> day_short(date(2026, 11, 24), "en"), day_short(date(2026, 11, 24), "zh-hans"), day_short(date(2026, 11, 24), "ru")
    ('Tue 24 Nov', '11-24 周二', 'вт, 24 нояб.')
    """
    short = short_language(language)
    name = _WEEKDAYS[short][value.weekday()]
    if short == "zh":
        return f"{value:%m-%d} {name}"
    text = f"{value.day} {_MONTHS[short][value.month - 1]}"
    return f"{name}, {text}" if short == "ru" else f"{name} {text}"


def moment(value: datetime, language: str | None) -> str:
    """Return date and time in the city's own time zone."""
    local = timezone.localtime(value)
    return (
        f"{day(local.date(), language)} {local:%H:%M}"
        if short_language(language) == "zh"
        else f"{day(local.date(), language)}, {local:%H:%M}"
    )


def moment_short(value: datetime, language: str | None, *, today: date) -> str:
    """Return only the time for a moment of today, else date and time."""
    local = timezone.localtime(value)
    return f"{local:%H:%M}" if local.date() == today else moment(value, language)


def money(fen: int, language: str | None) -> str:
    """Return an amount with two decimals.  Unit: fen.

    >>> money(640000, "zh-hans"), money(50000, "en"), money(640000, "ru").replace(chr(0x202f), " ")
    ('6,400.00 元', '¥ 500.00', '6 400,00 ¥')
    """
    short = short_language(language)
    text = f"{Decimal(fen) / 100:,.2f}"
    if short == "zh":
        return f"{text} 元"
    if short == "ru":
        return f"{text.replace(',', _THIN).replace('.', ',')} ¥"
    return f"¥ {text}"


def number(value: float | None, language: str | None = None) -> str:
    """Return a number without needless decimals.

    >>> number(3.0), number(0.5, "en"), number(0.5, "ru"), number(12345, "en"), number(None)
    ('3', '0.5', '0,5', '12,345', '–')
    """
    if value is None:
        return "–"
    text = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
    if short_language(language) == "ru":
        text = text.replace(",", _THIN).replace(".", ",")
    return text
