"""Working days: weekends, days off, weekends that are worked."""

import doctest
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onewindow.domain import calendar as module
from onewindow.domain.calendar import CalendarGap, WorkCalendar

CHINA_2024 = WorkCalendar(
    region="CN",
    years=frozenset({2024}),
    holidays=frozenset(date(2024, 5, day) for day in (1, 2, 3)),
    workdays=frozenset({date(2024, 4, 28), date(2024, 5, 11)}),
)
days_of_two_years = st.dates(date(2024, 1, 1), date(2025, 12, 31))


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    """Tables of 2023 to 2026, with any weekdays off and any weekend days worked in the middle."""
    chosen = draw(st.sets(days_of_two_years, max_size=40))
    return WorkCalendar(
        region="XX",
        years=frozenset(range(2023, 2028)),
        holidays=frozenset(day for day in chosen if day.weekday() < 5),
        workdays=frozenset(day for day in chosen if day.weekday() >= 5),
    )


def test_the_examples_in_the_text_hold() -> None:
    assert doctest.testmod(module).failed == 0


def test_a_make_up_sunday_is_worked_and_a_holiday_wednesday_is_not() -> None:
    assert CHINA_2024.is_workday(date(2024, 4, 28))
    assert not CHINA_2024.is_workday(date(2024, 5, 1))
    assert not CHINA_2024.is_workday(date(2024, 4, 27))


def test_counting_goes_over_a_long_holiday_and_uses_the_days_that_make_up_for_it() -> None:
    assert CHINA_2024.add_workdays(date(2024, 4, 26), 1) == date(2024, 4, 28)
    assert CHINA_2024.add_workdays(date(2024, 4, 30), 1) == date(2024, 5, 6)
    assert CHINA_2024.add_workdays(date(2024, 5, 10), 1) == date(2024, 5, 11)
    assert CHINA_2024.add_workdays(date(2024, 5, 6), -1) == date(2024, 4, 30)


@pytest.mark.parametrize("count", [200, -200])
def test_a_count_that_leaves_the_known_years_says_which_year_is_missing(count: int) -> None:
    with pytest.raises(CalendarGap) as gap:
        CHINA_2024.add_workdays(date(2024, 6, 3), count)
    assert gap.value.values["year"] == (2025 if count > 0 else 2023)
    assert "Enter the table" in str(gap.value)


def test_an_unknown_year_is_never_taken_for_one_without_holidays() -> None:
    with pytest.raises(CalendarGap):
        CHINA_2024.is_workday(date(2025, 5, 1))
    with pytest.raises(CalendarGap):
        CHINA_2024.workdays_between(date(2024, 12, 30), date(2025, 1, 2))


@given(calendars(), days_of_two_years, st.integers(0, 60))
def test_what_is_added_is_what_is_counted(calendar: WorkCalendar, start: date, count: int) -> None:
    end = calendar.add_workdays(start, count)
    assert calendar.workdays_between(start, end) == count
    assert count == 0 or calendar.is_workday(end)


@given(calendars(), days_of_two_years, st.integers(0, 30), st.integers(0, 30))
def test_adding_twice_is_adding_the_sum(calendar: WorkCalendar, start: date, one: int, two: int) -> None:
    assert calendar.add_workdays(calendar.add_workdays(start, one), two) == calendar.add_workdays(start, one + two)


@given(calendars(), st.tuples(days_of_two_years, days_of_two_years, days_of_two_years))
def test_counts_of_two_stretches_add_up(calendar: WorkCalendar, days: tuple[date, date, date]) -> None:
    first, second, third = days
    assert calendar.workdays_between(first, second) + calendar.workdays_between(second, third) == calendar.workdays_between(first, third)


@given(calendars(), days_of_two_years)
def test_the_next_workday_is_the_first_one_that_is_worked(calendar: WorkCalendar, day: date) -> None:
    following = calendar.next_workday(day)
    assert calendar.is_workday(following)
    assert not any(calendar.is_workday(day + timedelta(days=number)) for number in range((following - day).days))
