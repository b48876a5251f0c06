"""What is asked of an officer, and how much time is left, in the reader's language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import Protocol

from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext, pgettext

from onewindow.domain.catalogue.model import Text
from onewindow.plumbing.text import localised
from onewindow.web import formatting


class Step(Protocol):
    """A step with its names: rows of the cases module fit as they are."""

    @property
    def service(self) -> str: ...
    @property
    def service_name(self) -> Text: ...
    @property
    def name(self) -> Text: ...
    @property
    def kind(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit as shape, colour and word. `light` is one of the .sla classes, or empty where nothing runs."""

    light: str
    words: str


def say(value: Text | str | None) -> str:
    """Return a catalogue text in the active language."""
    return localised(value, get_language() or "zh-hans")


def listed(names: Iterable[str]) -> str:
    """Join names as the reader's language does."""
    return gettext(", ").join(names)


def asked(steps: Sequence[Step]) -> str:
    """Say in one line what is asked: the act, and of which service."""
    first = steps[0]
    what = say(first.service_name)
    if len(steps) > 1:
        what = gettext("%(name)s and others, %(count)s in all") % {"name": what, "count": len(steps)}
    return gettext("%(act)s: %(what)s") % {"act": verb(first.kind), "what": what}


def asked_to_release(steps: Sequence[Step]) -> str:
    """Say in one line that a held service waits for its supervisor's word."""
    return gettext("Decide whether it goes on: %(what)s") % {"what": say(steps[0].service_name)}


def verb(kind: str) -> str:
    """Return the act that a kind of step asks for."""
    verbs = {
        "acceptance": pgettext("step", "Accept"),
        "review": pgettext("step", "Review"),
        "inspection": pgettext("step", "Inspect"),
        "decision": pgettext("step", "Decide"),
        "delivery": pgettext("step", "Deliver"),
        "payment": pgettext("step", "Collect the fee"),
    }
    return verbs.get(kind) or pgettext("step", "Do")


def limit(light: str, days_left: int | None, due: date | None, reason: str = "") -> Limit:
    """Say how much of a time limit is left.  Unit: working days."""
    if light == "paused":
        return Limit(light, paused(reason))
    if light == "late":
        days = abs(days_left or 0)
        if not days:
            return Limit(light, gettext("Late"))
        return Limit(light, ngettext("Late by %(count)s day", "Late by %(count)s days", days) % {"count": days})
    if light == "due_today":
        return Limit(light, gettext("Due today"))
    if light == "on_time":
        if days_left is None:
            return Limit(light, gettext("Until %(date)s") % {"date": date_words(due)} if due else gettext("On time"))
        return Limit(light, ngettext("%(count)s day left", "%(count)s days left", days_left) % {"count": days_left})
    return Limit("", "")


def paused(reason: str) -> str:
    """Say in few words why a clock stands still."""
    reasons = {
        "notice": gettext("With the applicant"),
        "lapsed": gettext("Time to answer has passed"),
        "held": gettext("Waits for the supervisor"),
    }
    return reasons.get(reason) or gettext("Clock stopped")


def date_words(value: date) -> str:
    """Return a date as people write it."""
    return formatting.day(value, get_language())


def working_days(days: float) -> str:
    """Say a number of working days."""
    whole = max(1, ceil(days))
    return ngettext("%(number)s working day", "%(number)s working days", whole) % {"number": formatting.number(days, get_language())}


def stamp(value: datetime | None) -> str:
    """Return day and time in few characters, in the city's time: 11-23 10:32, 23 Nov 10:32."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    shown = formatting.day(local.date(), get_language(), weekday=False)
    short = shown[5:] if formatting.short_language(get_language()) == "zh" else shown.rsplit(" ", 1)[0]
    return f"{short} {local:%H:%M}"
