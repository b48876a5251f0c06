"""Tags and filters for all areas: icons, catalogue text, dates, amounts, the city and the reader's settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import Any

from django import template
from django.conf import settings
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import clock
from onewindow.plumbing import text as localised_text
from onewindow.web import formatting, words
from onewindow.web.site import city as cities
from onewindow.web.site import device as device_pages
from onewindow.web.site import fields, icons, preferences

register = template.Library()


@register.simple_tag
def icon(name: str, size: int | str = "", extra: str = "") -> SafeString:
    """Draw one of our icons; it says nothing to a screen reader, the words beside it do."""
    classes = " ".join(part for part in ("icon", f"icon--{size}" if size else "", extra) if part)
    inner = mark_safe(icons.ICONS[name])  # noqa: S308 -- our own constants
    return format_html('<svg class="{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>', classes, inner)


@register.simple_tag
def gap() -> str:
    """Return the space between two sentences; Chinese has none."""
    return "" if _language().startswith("zh") else " "


@register.simple_tag
def tick() -> SafeString:
    """Draw the green disc with a tick: this is done, or we have it."""
    return icon("check", "", "tick")


@register.filter
def pictogram(identifier: str) -> str:
    """Return the name of the icon that fits a catalogue id."""
    return icons.pictogram(identifier)


@register.simple_tag
def city() -> cities.City:
    """Return the city that the settings name."""
    return cities.city()


@register.simple_tag
def national_label() -> str:
    """Return what the national log-in is called, nothing where there is none."""
    return localised_text.localised(settings.ONEWINDOW_NATIONAL["label"], _language()) if settings.ONEWINDOW_NATIONAL else ""


@register.simple_tag(takes_context=True)
def reader(context: Mapping[str, Any]) -> preferences.Preferences:
    """Return the reader's letter size, contrast and language."""
    return preferences.of(context.get("request"))


@register.simple_tag(takes_context=True)
def device_tag(context: Mapping[str, Any]) -> str:
    """Name the reader's account on their own device; empty where nobody is logged in."""
    request = context.get("request")
    return device_pages.tag(request) if request is not None and hasattr(request, "user") else ""


@register.simple_tag(takes_context=True)
def keeps_nothing(context: Mapping[str, Any]) -> bool:
    """Tell whether the device is no person's own, so that nothing may stay on it."""
    request = context.get("request")
    return request is not None and device_pages.is_anybodys(request)


@dataclass(frozen=True, slots=True)
class ActingBar:
    """For whom the reader acts now, and for whom else they may."""

    now: identity.Choice | None = None
    choices: tuple[identity.Choice, ...] = ()


@register.simple_tag(takes_context=True)
def acting(context: Mapping[str, Any]) -> ActingBar:
    """Return for whom the reader acts, and may act."""
    actor = getattr(context.get("request"), "actor", None)
    if actor is None or not actor.is_known or (actor.is_officer and not actor.represents):
        return ActingBar()
    found = identity.choices(actor=actor, now=clock.now())
    party = actor.on_behalf_of.party if actor.on_behalf_of else None
    return ActingBar(next((one for one in found if one.party == party), None), found)


@register.simple_tag(takes_context=True)
def beside(context: Mapping[str, Any]) -> identity.Helped | None:
    """Return whom the reader helps at a counter, if anybody."""
    actor = getattr(context.get("request"), "actor", None)
    return identity.help_now(actor=actor) if actor is not None and actor.assistance else None


@register.filter
def device(user_agent: str) -> str:
    """Return browser and system of a session in a few words; the whole line says nothing to its owner.

    >>> device("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0")
    'Edge, Windows'
    """
    browsers = {"Edg/": "Edge", "OPR/": "Opera", "MicroMessenger": "WeChat", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
    systems = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "macOS", "Linux": "Linux"}
    found = [next((name for mark, name in names.items() if mark in user_agent), "") for names in (browsers, systems)]
    return ", ".join(name for name in found if name) or user_agent[:40]


@register.filter
def person_name(user: Any) -> str:
    """Return how a logged-in person is addressed."""
    shown = getattr(user, "display_name", None)
    return text(shown) or str(user.get_username())


@register.filter
def text(value: Mapping[str, str] | str | None) -> str:
    """Return a catalogue text in the language of the page."""
    if not value:
        return ""
    return value if isinstance(value, str) else localised_text.localised(value, _language())


@register.filter
def han(value: str) -> str | SafeString:
    """Mark what is written in Chinese as Chinese on a page of another language, so that a screen reader says it so: titles of laws."""
    if _language().startswith("zh") or not any("\u4e00" <= sign <= "\u9fff" for sign in value):
        return value
    return format_html('<span lang="zh-Hans">{}</span>', value)


@register.filter
def case_state(code: str) -> str:
    """Return the state of a case in a word or two."""
    return words.state("case", code)


@register.filter
def service_state(code: str) -> str:
    return words.state("service", code)


@register.filter
def task_state(code: str) -> str:
    return words.state("task", code)


@register.filter
def state_colour(code: str, kind: str) -> str:
    """Return the class of `.tag` for a state of a case, service or task."""
    colour = words.colour(kind, code)
    return f"tag--{colour}" if colour else ""


@register.filter
def light_word(code: str) -> str:
    return words.light(code)


@register.filter
def said(row: Any) -> str:
    """Return the value of a row (value, type, choices) as people read it."""
    return fields.said(row.value, row.type, row.choices)


@register.filter
def source_words(row: Any) -> str:
    """Return where a row's value came from."""
    return words.source(getattr(row, "source_kind", None) or row.kind, row.source_name)


@register.filter
def percent(share: float) -> str:
    """Return a share as people read it.

    >>> percent(0.05), percent(0.001)
    ('5%', '0.1%')
    """
    return f"{formatting.number(round(share * 100, 1), _language())}%"


@register.filter
def kilobytes(size: int) -> str:
    """Return a file size as people read it."""
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, round(size / 1024))} kB"


@register.filter
def day(value: date | datetime | None, how: str = "") -> str:
    """Return a date as people write it; `weekday` adds the day of the week, `plain` leaves it out."""
    if value is None:
        return ""
    return formatting.day(_civil(value), _language(), weekday={"weekday": True, "plain": False}.get(how))


@register.filter
def day_short(value: date | datetime | None) -> str:
    return "" if value is None else formatting.day_short(_civil(value), _language())


@register.filter
def moment(value: datetime | None) -> str:
    return "" if value is None else formatting.moment(value, _language())


@register.filter
def moment_short(value: datetime | None) -> str:
    """Return the time alone for a moment of today, else date and time."""
    return "" if value is None else formatting.moment_short(value, _language(), today=clock.local_date(clock.now()))


@register.filter
def iso(value: date | datetime | None) -> str:
    """Return what a <time datetime> wants."""
    return "" if value is None else value.isoformat()


@register.filter
def labels(label: object, sentence: object) -> str:
    """Return a sentence behind the name of what it speaks of."""
    return words.labelled(label, sentence)


@register.filter
def money(fen: int | None) -> str:
    return "" if fen is None else formatting.money(fen, _language())


@register.filter
def number(value: float | None) -> str:
    return formatting.number(value, _language())


@register.filter
def unlocal(value: float) -> str:
    """Write a number for an SVG attribute: always with a point."""
    return f"{value:g}"


@register.filter
def minus(value: float | None, other: float | None) -> float:
    return (value or 0) - (other or 0)


@register.filter
def whole(value: float | None) -> int:
    """Return the whole number that decides between singular and plural; 0.5 days are "days"."""
    return 0 if value is None else ceil(value)


@register.filter
def get(mapping: Mapping[str, Any] | None, key: str) -> Any:
    """Look a key up in a mapping; nothing where it is not there."""
    return (mapping or {}).get(key)


def _civil(value: date | datetime) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def _language() -> str:
    return translation.get_language() or "zh-hans"
