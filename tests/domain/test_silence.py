"""Silence grants where the law says so and the limit is over, and never otherwise."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, strategies

from onewindow.domain import silence
from onewindow.domain.calendar import WorkCalendar
from onewindow.domain.silence import SilenceLaw, Standing, against, last_day

CALENDAR = WorkCalendar(region="CN", years=frozenset({2025, 2026, 2027}))
LAW = SilenceLaw(since=date(2020, 1, 1), until=None, legal_basis=({"title": "行政许可法"},))
MONDAY = date(2026, 3, 2)
STANDING = Standing("decision", "open", "in-progress", filed_on=MONDAY, opened_on=MONDAY, due=date(2026, 3, 4), legal_days=5)
LATE = date(2026, 3, 10)

days = strategies.dates(date(2026, 1, 1), date(2026, 12, 31))
lengths = strategies.integers(0, 20)


@pytest.mark.parametrize(
    ("law", "standing", "today", "why"),
    [
        (LAW, STANDING, LATE, ""),
        (None, STANDING, LATE, "no-law"),
        (LAW, replace(STANDING, kind="inspection"), LATE, "not-a-decision"),
        (LAW, replace(STANDING, state="paused"), LATE, "clock-stands-still"),
        (LAW, replace(STANDING, state="done"), LATE, "clock-stands-still"),
        (LAW, replace(STANDING, service_state="correction"), LATE, "clock-stands-still"),
        (LAW, replace(STANDING, service_state="on-hold"), LATE, "clock-stands-still"),
        (LAW, replace(STANDING, owes_a_fee=True), LATE, "fee-unpaid"),
        (LAW, replace(STANDING, awaits_evidence=True), LATE, "evidence-awaited"),
        (LAW, STANDING, date(2026, 3, 9), "time-left"),  # two days were promised; the law gives five, to the end of Monday
        (LAW, replace(STANDING, paid_on=date(2026, 3, 6)), LATE, "time-left"),
        (LAW, replace(STANDING, pauses=((date(2026, 3, 3), date(2026, 3, 5)),)), LATE, "time-left"),
        (LAW, replace(STANDING, opened_on=date(2028, 1, 3), due=date(2028, 1, 4)), date(2029, 1, 1), "calendar-unknown"),
        (replace(LAW, since=date(2026, 3, 3)), STANDING, LATE, "not-in-force"),
        (replace(LAW, until=date(2026, 3, 8)), STANDING, LATE, "not-in-force"),
        (replace(LAW, until=date(2026, 3, 9)), STANDING, LATE, ""),
    ],
)
def test_why_silence_grants_and_why_not(law: SilenceLaw | None, standing: Standing, today: date, why: str) -> None:
    assert against(law, standing, today, CALENDAR) == why


@strategies.composite
def standings(draw: strategies.DrawFn) -> Standing:
    """A decision that was promised sooner or later than the law gives, stood still once, and was perhaps paid for late."""
    opened = draw(days)
    stopped = opened + timedelta(days=draw(lengths))
    return replace(
        STANDING,
        opened_on=opened,
        filed_on=opened,
        due=opened + timedelta(days=draw(lengths)),
        legal_days=draw(lengths),
        pauses=((stopped, stopped + timedelta(days=draw(lengths))),),
        paid_on=draw(strategies.none() | strategies.just(opened + timedelta(days=draw(lengths)))),
    )


@given(standing=standings(), later=lengths)
def test_nobody_is_granted_a_day_early(standing: Standing, later: int) -> None:
    """A promise, a pause or a late payment never shortens what the law gives; and once silence grants, it grants on every later day."""
    last = last_day(standing, CALENDAR)
    assert last >= last_day(replace(standing, due=standing.opened_on, pauses=(), paid_on=None), CALENDAR)
    assert last >= standing.due
    assert CALENDAR.workdays_between(standing.opened_on, last) >= standing.legal_days
    assert against(LAW, standing, last, CALENDAR) == "time-left"
    assert against(LAW, standing, last + timedelta(days=1 + later), CALENDAR) == ""


def test_a_law_that_cannot_be_read_grants_nothing() -> None:
    good = {"since": "2004-07-01", "until": None, "legal_basis": [{"title": "行政许可法", "article": "第五十条"}]}
    assert silence.law_of({"silence_grants": good}) is not None
    for wrong in ({**good, "since": ""}, {**good, "until": "later"}, {**good, "legal_basis": []}, {**good, "legal_basis": "x"}, [good]):
        assert silence.law_of({"silence_grants": wrong}) is None
