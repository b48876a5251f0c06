"""The tables of working days: kept per region and year, seeded from a maintained package, edited by an administrator."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from importlib.metadata import version
from typing import Any

import holidays
from django.conf import settings
from django.db import transaction

from onewindow.domain.calendar import WorkCalendar
from onewindow.plumbing import asked, audit, bulk, permissions
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import WorkYear

SEEDED_YEARS = range(2018, 2027)
"""The years whose make-up workdays the package knows; for others it would answer silently without them."""


def _editor(actor: Actor, _subject: Any) -> bool:
    return actor.is_system or actor.has_role("admin")


permissions.declare("calendars.edit", says="Write the table of a year's days off and make-up workdays.", allows=_editor)


def current(region: str | None = None) -> WorkCalendar:
    """Return the calendar of a region (default: the installation's), remembered until one of its tables changes."""
    region = region or settings.ONEWINDOW_REGION
    ask = partial(bulk.select, WorkYear, "region = %s ORDER BY year", [region], only=("year", "revision"))
    tables = asked.once(("calendar", region), ask)
    return _calendar(region, tuple((row.year, row.revision) for row in tables))


@lru_cache(maxsize=8)
def _calendar(region: str, _tables: tuple[tuple[int, int], ...]) -> WorkCalendar:
    rows = list(WorkYear.objects.filter(region=region))
    return WorkCalendar(
        region=region,
        years=frozenset(row.year for row in rows),
        holidays=frozenset(date.fromisoformat(day) for row in rows for day in row.holidays),
        workdays=frozenset(date.fromisoformat(day) for row in rows for day in row.workdays),
    )


def seed_calendars(*, region: str = "CN", years: Iterable[int] = SEEDED_YEARS) -> int:
    """Write the tables of years that have none yet, and tell how many; a table that somebody edited stays."""
    known = set(WorkYear.objects.filter(region=region).values_list("year", flat=True))
    rows = []
    for year in years:
        if year not in known:
            days_off, workdays = table(region, year)
            source = f"holidays {version('holidays')}"
            rows.append(WorkYear(region=region, year=year, holidays=_texts(days_off), workdays=_texts(workdays), source=source))
    if rows:
        WorkYear.objects.bulk_create(rows, ignore_conflicts=True)
    forget()
    return len(rows)


@transaction.atomic
def save_year(
    *, region: str, year: int, days_off: Iterable[date], workdays: Iterable[date], source: str, actor: Actor, now: datetime
) -> None:
    """Write or replace one year's table, as it is typed from the published notice. Raises: Forbidden."""
    permissions.require(actor, "calendars.edit")
    row = WorkYear.objects.select_for_update().filter(region=region, year=year).first() or WorkYear(region=region, year=year, revision=0)
    row.holidays, row.workdays, row.source = _texts(days_off), _texts(workdays), source
    row.revision += 1
    row.save()
    asked.forget()
    audit.record(actor=actor, action="calendars.edit", subject_kind="work-year", subject_id=f"{region}-{year}", at=now)


def forget() -> None:
    """Read the tables again at the next question."""
    asked.forget()
    _calendar.cache_clear()


def table(region: str, year: int) -> tuple[list[date], list[date]]:
    """Return the package's answer for one year: weekdays off, and weekend days worked."""
    book = holidays.country_holidays(region, years=year)
    first = date(year, 1, 1)
    days = [first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days)]
    days_off = [day for day in days if day.weekday() < 5 and not book.is_working_day(day)]
    workdays = [day for day in days if day.weekday() >= 5 and book.is_working_day(day)]
    return days_off, workdays


def _texts(days: Iterable[date]) -> list[str]:
    return sorted(day.isoformat() for day in days)
