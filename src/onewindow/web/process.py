"""A compiled process as stations of the line map, in the reader's language. The portal, the desk and the composer share it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from math import ceil
from typing import Protocol

from django.utils.translation import get_language, gettext, ngettext

from onewindow.domain.bundle.report import Node, Report
from onewindow.domain.catalogue.model import Catalogue, Organisation, Step, Text
from onewindow.plumbing.text import localised
from onewindow.web import formatting
from onewindow.web.linemap import ENGLISH, DayHeading, Station

END = "end"


class WorkDays(Protocol):
    """What the calendar has to tell."""

    def add_workdays(self, start: date, days: int) -> date: ...


def say(value: Text | str | None) -> str:
    """Return a catalogue text in the active language."""
    return localised(value, get_language() or "zh-hans")


def limit_text(days: float) -> str:
    """Say a time limit.  Unit: working days."""
    if not days:
        return gettext("at once")
    whole = ceil(days)
    return ngettext("%(number)s day", "%(number)s days", whole) % {"number": formatting.number(days, get_language())}


def report_stations(catalogue: Catalogue, report: Report) -> list[Station]:
    """Return the stations of a plan nobody has begun: the window, every node, and the results."""
    critical = frozenset(report.critical_path)
    followed = {before for node in report.nodes for before in node.after}
    stations = [_station(catalogue, node, node.id in critical) for node in report.nodes]
    last = tuple(node.id for node in report.nodes if node.id not in followed)
    return [*stations, end_station(len(report.services), last, report.after.days)]


def end_station(services: int, after: tuple[str, ...], days: float | None) -> Station:
    """Return the last station: the results of all services."""
    label = ngettext("%(count)s result", "%(count)s results", services) % {"count": services}
    return Station(
        id=END,
        label=label,
        lane="",
        lane_label="",
        limit_text=gettext("in your case"),
        earliest_day=days or 0,
        limit_days=0,
        kind="end",
        state="planned",
        critical=True,
        after=after,
        count=max(1, len(after)),
    )


def with_state(station: Station, state: str) -> Station:
    """Return a station in one of the states of the line map."""
    return replace(station, state=state)  # type: ignore[arg-type]  # one of the states, by the table above


def _station(catalogue: Catalogue, node: Node, critical: bool) -> Station:
    steps = [_step(catalogue, name) for name in node.steps]
    offices = _distinct(catalogue.services[name.split(".", 1)[0]].organisation for name in node.steps)
    organisation = catalogue.organisations.get(offices[0])
    station = Station(
        id=node.id,
        label=_label(catalogue, node, steps),
        lane=offices[0],
        lane_label=say(organisation.name) if organisation else offices[0],
        limit_text=limit_text(node.limit_days),
        earliest_day=node.earliest_day,
        limit_days=node.limit_days,
        kind="step",
        state="planned",
        critical=critical,
        after=node.after,
    )
    if _is_window(node, steps):
        return replace(
            station, kind="start", label=gettext("One window"), limit_text=_window_limit(node), count=len(offices), critical=True
        )
    if len(offices) > 1:
        together = ngettext("%(count)s department", "%(count)s departments", len(offices)) % {"count": len(offices)}
        return replace(station, kind="joint", count=len(offices), lane_label=together)
    return station


def _is_window(node: Node, steps: list[Step]) -> bool:
    return not node.after and all(step.kind == "acceptance" for step in steps)


def _window_limit(node: Node) -> str:
    if not node.limit_days:
        return gettext("accepted at once")
    return gettext("accepted within %(limit)s") % {"limit": limit_text(node.limit_days)}


def _label(catalogue: Catalogue, node: Node, steps: list[Step]) -> str:
    """Name a station: joint work by its step; a last step by its service, which is what people wait for; others by both."""
    service = catalogue.services[node.steps[0].split(".", 1)[0]]
    if len(steps) > 1:
        return say(steps[0].name) if steps[0].kind != "inspection" else gettext("Joint inspection")
    if steps[0].kind == "decision":
        return say(service.name)
    return say(steps[0].name)


def day_headings(report: Report, *, start: date, calendar: WorkDays) -> list[DayHeading]:
    """Return the words over each day if one starts on `start`: the day of acceptance, then working days."""
    last = ceil(report.after.days or 0)
    headings = [DayHeading(0, gettext("Today"))]
    for number in range(1, last + 1):
        shown = formatting.day_short(calendar.add_workdays(start, number), get_language())
        headings.append(DayHeading(number, gettext("Day %(number)s · %(date)s") % {"number": number, "date": shown}))
    return headings


def words() -> Mapping[str, str]:
    """Return the line map's own words in the active language."""
    return {key: gettext(value) for key, value in ENGLISH.items()}


def _step(catalogue: Catalogue, name: str) -> Step:
    service, step = name.split(".", 1)
    return next(item for item in catalogue.services[service].steps if item.id == step)


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def order_of_asking(catalogue: Catalogue, services: Iterable[str]) -> dict[str, int]:
    """Return {element: place} in the order in which the services ask; whatever no service asks unlocks others and comes first."""
    asked = (ask.element for service in services for ask in catalogue.services[service].asks)
    plain = (catalogue.elements[name].alias_of or name if name in catalogue.elements else name for name in asked)
    return {name: place for place, name in enumerate(_distinct(plain))}


def organisation_name(organisations: Mapping[str, Organisation], key: str) -> str:
    """Return an organisation's name in the active language, or its id where the catalogue knows none."""
    return say(organisations[key].name) if key in organisations else key
