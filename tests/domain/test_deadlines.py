"""Time limits as an applicant and an officer see them."""

import doctest
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onewindow.domain import deadlines
from onewindow.domain.calendar import CalendarGap, WorkCalendar
from onewindow.domain.deadlines import Due, Light, due_date, due_date_or_warning, light, shift_for_pause, shift_for_pause_or_warning

WEEKENDS = WorkCalendar(region="XX", years=frozenset(range(2023, 2028)))
CHINA_2026 = WorkCalendar(
    region="CN",
    years=frozenset({2026}),
    holidays=frozenset({date(2026, 2, day) for day in (16, 17, 18, 19, 20, 23)}),
    workdays=frozenset({date(2026, 2, 14), date(2026, 2, 28)}),
)
days = st.dates(date(2024, 1, 1), date(2025, 12, 31))


def test_the_examples_in_the_text_hold() -> None:
    assert doctest.testmod(deadlines).failed == 0


@pytest.mark.parametrize(
    ("accepted", "limit", "due"),
    [
        (date(2026, 3, 13), 3, date(2026, 3, 18)),  # Friday -> Wednesday
        (date(2026, 3, 13), 0, date(2026, 3, 13)),  # at once
        (date(2026, 3, 14), 0, date(2026, 3, 16)),  # at once, handed in on a Saturday
        (date(2026, 3, 14), 1, date(2026, 3, 16)),  # Saturday is day 0, Monday the first
        (date(2026, 3, 13), 0.5, date(2026, 3, 16)),  # half a day counts whole
        (date(2026, 2, 13), 2, date(2026, 2, 24)),  # Saturday 14 is worked, then the Spring Festival
        (date(2026, 2, 27), 1, date(2026, 2, 28)),  # the Saturday after is worked too
    ],
)
def test_the_day_of_acceptance_is_day_zero(accepted: date, limit: float, due: date) -> None:
    assert due_date(accepted, limit, CHINA_2026) == due


def test_a_limit_that_runs_into_an_unknown_year_stops_or_warns() -> None:
    with pytest.raises(CalendarGap, match="2027"):
        due_date(date(2026, 12, 30), 5, CHINA_2026)
    assert due_date_or_warning(date(2026, 12, 30), 5, CHINA_2026) == Due(date(2027, 1, 6), certain=False)
    assert due_date_or_warning(date(2026, 3, 13), 3, CHINA_2026) == Due(date(2026, 3, 18), certain=True)
    assert due_date_or_warning(date(2031, 3, 13), 400, CHINA_2026).certain is False


def test_an_uncertain_date_still_respects_what_is_known() -> None:
    known = WorkCalendar(region="XX", years=frozenset({2026}), holidays=frozenset({date(2026, 12, 31)}))
    assert due_date_or_warning(date(2026, 12, 30), 1, known) == Due(date(2027, 1, 1), certain=False)


def test_the_light_changes_on_the_day_and_after_it() -> None:
    due = date(2026, 3, 18)
    assert light(due, date(2026, 3, 17)) is Light.ON_TIME
    assert light(due, due) is Light.DUE_TODAY
    assert light(due, date(2026, 3, 19)) is Light.LATE
    assert light(due, date(2026, 4, 1), paused=True) is Light.PAUSED
    assert light(None, date(2026, 4, 1)) is Light.ON_TIME


def test_a_pause_gives_back_the_working_days_it_took() -> None:
    assert shift_for_pause(date(2026, 3, 18), date(2026, 3, 16), date(2026, 3, 20), CHINA_2026) == date(2026, 3, 24)


def test_a_pause_within_one_day_or_over_a_weekend_moves_nothing() -> None:
    assert shift_for_pause(date(2026, 3, 18), date(2026, 3, 16), date(2026, 3, 16), CHINA_2026) == date(2026, 3, 18)
    assert shift_for_pause(date(2026, 3, 18), date(2026, 3, 13), date(2026, 3, 15), CHINA_2026) == date(2026, 3, 18)


def test_a_pause_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        shift_for_pause(date(2026, 3, 18), date(2026, 3, 17), date(2026, 3, 16), CHINA_2026)


def test_a_pause_into_an_unknown_year_warns() -> None:
    assert not shift_for_pause_or_warning(date(2026, 12, 30), date(2026, 12, 28), date(2026, 12, 31), CHINA_2026).certain
    assert shift_for_pause_or_warning(date(2026, 3, 18), date(2026, 3, 16), date(2026, 3, 20), CHINA_2026) == Due(
        date(2026, 3, 24), certain=True
    )


@given(days, st.integers(0, 40), st.integers(0, 30), st.integers(0, 60))
def test_after_a_pause_as_many_working_days_are_left_as_before(accepted: date, limit: int, until: int, length: int) -> None:
    due = due_date(accepted, limit, WEEKENDS)
    paused = accepted + timedelta(days=until)
    resumed = paused + timedelta(days=length)
    shifted = shift_for_pause(due, paused, resumed, WEEKENDS)
    assert WEEKENDS.workdays_between(resumed, shifted) == WEEKENDS.workdays_between(paused, due)
    assert shifted >= due


@given(days, st.integers(0, 40), st.integers(0, 10))
def test_more_time_is_never_due_earlier(accepted: date, limit: int, more: int) -> None:
    assert due_date(accepted, limit + more, WEEKENDS) >= due_date(accepted, limit, WEEKENDS) >= accepted
