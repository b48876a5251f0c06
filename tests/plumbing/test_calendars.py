"""The tables of working days that an installation keeps."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from onewindow.domain.calendar import CalendarGap
from onewindow.domain.errors import Forbidden
from onewindow.plumbing import calendars
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import AuditEntry, WorkYear

pytestmark = pytest.mark.django_db
ADMIN = Actor(kind="officer", id=uuid4(), organisation="reform-office", roles=frozenset({"admin"}))


@pytest.fixture(autouse=True)
def fresh() -> None:
    calendars.forget()


def test_the_seed_knows_the_years_with_their_make_up_workdays_and_no_other() -> None:
    assert calendars.seed_calendars() == 9
    assert calendars.seed_calendars() == 0
    calendar = calendars.current()
    assert calendar.known_years == frozenset(range(2018, 2027))
    assert calendar.is_workday(date(2026, 2, 14)), "a Saturday that is worked for the Spring Festival"
    assert not calendar.is_workday(date(2026, 2, 20))
    with pytest.raises(CalendarGap, match="2027"):
        calendar.is_workday(date(2027, 1, 4))


@pytest.mark.parametrize("year", range(2018, 2025))
def test_every_day_of_the_seed_is_as_published(year: int, reference_data: Path) -> None:
    published = json.loads((reference_data / "calendar-cn" / f"{year}.json").read_text(encoding="utf-8"))
    calendars.seed_calendars()
    calendar = calendars.current("CN")
    day = date(year, 1, 1)
    wrong = []
    while day.year == year:
        expected = day.isoformat() in published["workdays"] or (day.weekday() < 5 and day.isoformat() not in published["holidays"])
        if calendar.is_workday(day) != expected:
            wrong.append(day.isoformat())
        day += timedelta(days=1)
    assert wrong == []


def test_a_table_typed_by_the_administrator_counts_at_once_and_stays(now: datetime) -> None:
    calendars.seed_calendars()
    with pytest.raises(CalendarGap):
        calendars.current().is_workday(date(2027, 1, 4))
    days_off, workdays = [date(2027, 1, 1)], [date(2027, 1, 9)]
    calendars.save_year(region="CN", year=2027, days_off=days_off, workdays=workdays, source="notice", actor=ADMIN, now=now)
    assert calendars.current().is_workday(date(2027, 1, 9))
    calendars.save_year(region="CN", year=2027, days_off=[], workdays=[], source="notice", actor=ADMIN, now=now)
    assert not calendars.current().is_workday(date(2027, 1, 9))
    assert calendars.current().is_workday(date(2027, 1, 1))
    assert calendars.seed_calendars(years=[2027]) == 0
    assert WorkYear.objects.get(year=2027).source == "notice"
    assert AuditEntry.objects.filter(action="calendars.edit", subject_id="CN-2027").count() == 2


def test_nobody_else_changes_the_table(now: datetime) -> None:
    with pytest.raises(Forbidden):
        calendars.save_year(region="CN", year=2027, days_off=[], workdays=[], source="", actor=Actor.anonymous(), now=now)
    assert not WorkYear.objects.exists()
