"""Time limits in working days, their colours, and what a stopped clock does to them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil
from typing import Any

from onewindow.domain.calendar import CalendarGap, WorkCalendar


class Light(StrEnum):
    """The colour of a time limit."""

    ON_TIME = "on_time"
    DUE_TODAY = "due_today"
    LATE = "late"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Due:
    """A due date; where a year's table is missing it is computed by weekends alone and `certain` is false."""

    date: date
    certain: bool


def due_date(accepted: date, limit_days: float, calendar: WorkCalendar) -> date:
    """Return the last day of a time limit; the day of acceptance is day 0, and a limit that ends on a day off ends on the next workday.

    Unit: working days; a part of a day counts whole.  Raises: CalendarGap.  Source: docs/sources.md#time-limits

    >>> calendar = WorkCalendar(region="CN", years=frozenset({2024}))
    >>> due_date(date(2024, 5, 17), 1, calendar)  # Friday -> Monday
    datetime.date(2024, 5, 20)
    >>> due_date(date(2024, 5, 18), 0, calendar)  # accepted on a Saturday, to be done at once
    datetime.date(2024, 5, 20)
    """
    return calendar.next_workday(calendar.add_workdays(accepted, ceil(limit_days)))


def due_date_or_warning(accepted: date, limit_days: float, calendar: WorkCalendar) -> Due:
    """Return the due date, or where a year is unknown the one by weekends alone, marked as uncertain.

    >>> calendar = WorkCalendar(region="CN", years=frozenset({2024}))
    >>> due_date_or_warning(date(2024, 12, 31), 1, calendar)
    Due(date=datetime.date(2025, 1, 1), certain=False)
    """
    try:
        return Due(due_date(accepted, limit_days, calendar), certain=True)
    except CalendarGap:
        return Due(due_date(accepted, limit_days, _filled_up(calendar, accepted, limit_days)), certain=False)


def days_on(day: date, rows: Iterable[Mapping[str, Any]]) -> int:
    """Return how many days a dated rule gives: the newest row that holds by then, or the first of all.  Unit: working days.

    >>> days_on(date(2026, 5, 1), [{"from": "2026-01-01", "days": 10}, {"from": "2027-01-01", "days": 5}])
    10
    """
    found = sorted(rows, key=lambda row: str(row["from"]))
    held = [row for row in found if date.fromisoformat(str(row["from"])) <= day] or found[:1]
    return int(held[-1]["days"])


def light(due: date | None, today: date, paused: bool = False) -> Light:
    """Return the colour of a time limit today; without a due date nothing is late.

    >>> [str(light(date(2024, 5, 20), date(2024, 5, day))) for day in (19, 20, 21)]
    ['on_time', 'due_today', 'late']
    """
    if paused:
        return Light.PAUSED
    if due is None or today < due:
        return Light.ON_TIME
    return Light.DUE_TODAY if today == due else Light.LATE


def shift_for_pause(due: date, paused_on: date, resumed_on: date, calendar: WorkCalendar) -> date:
    """Return the due date after a pause: it moves by the working days that passed while the clock stood.

    The day of resumption is day 0 of what is left, as the day of acceptance is of the whole; what was late stays as late as it was.
    Raises: CalendarGap; ValueError where the pause ends before it begins.

    >>> calendar = WorkCalendar(region="CN", years=frozenset({2024}))
    >>> shift_for_pause(date(2024, 5, 20), date(2024, 5, 17), date(2024, 5, 22), calendar)  # Mon; stopped Fri to Wed -> Thu
    datetime.date(2024, 5, 23)
    """
    if resumed_on < paused_on:
        message = f"The pause ends on {resumed_on}, before it begins on {paused_on}."
        raise ValueError(message)
    return calendar.add_workdays(due, calendar.workdays_between(paused_on, resumed_on))


def shift_for_pause_or_warning(due: date, paused_on: date, resumed_on: date, calendar: WorkCalendar) -> Due:
    """Return the shifted due date, or where a year is unknown the one by weekends alone, marked as uncertain."""
    try:
        return Due(shift_for_pause(due, paused_on, resumed_on, calendar), certain=True)
    except CalendarGap:
        filled = _filled_up(calendar, min(due, paused_on), (resumed_on - paused_on).days + max((due - paused_on).days, 0))
        return Due(shift_for_pause(due, paused_on, resumed_on, filled), certain=False)


def passed_since(today: date, days: int, calendar: WorkCalendar) -> date:
    """Return the day before which a limit must have ended to be `days` working days late today; by weekends where a year is unknown.

    >>> passed_since(date(2024, 5, 20), 1, WorkCalendar(region="CN", years=frozenset({2024})))
    datetime.date(2024, 5, 17)
    """
    try:
        return calendar.add_workdays(today, -days)
    except CalendarGap:
        return _filled_up(calendar, today, days).add_workdays(today, -days)


def _filled_up(calendar: WorkCalendar, start: date, days: float) -> WorkCalendar:
    # Two calendar days for each working day, and a month for long holidays, reach far enough.
    last = start.year + 2 + ceil(days * 2 / 365)
    years = calendar.years | frozenset(range(start.year - 1, last + 1))
    return WorkCalendar(region=calendar.region, years=years, holidays=calendar.holidays, workdays=calendar.workdays)
