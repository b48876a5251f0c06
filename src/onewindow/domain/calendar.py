"""Working days: weekends moved by make-up workdays, days off as the State Council publishes them year by year."""

from dataclasses import dataclass
from datetime import date, timedelta

from onewindow.domain.errors import DomainError

_day = timedelta(days=1)


class CalendarGap(DomainError):
    """The table of a year that a time limit runs into is not known."""

    code = "calendar-gap"
    template = "The working days of {year} are not known yet. Enter the table of {year} for {region}, then set the time limit again."
    status = 409


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The working days of a region. `holidays` are weekdays off, `workdays` are weekend days worked.

    Source: docs/sources.md#working-days

    >>> calendar = WorkCalendar(region="CN", years=frozenset({2024}), holidays=frozenset(), workdays=frozenset({date(2024, 5, 11)}))
    >>> [calendar.is_workday(date(2024, 5, day)) for day in (10, 11, 12)]  # the Saturday is worked
    [True, True, False]
    """

    region: str
    years: frozenset[int]
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()

    @property
    def known_years(self) -> frozenset[int]:
        return self.years

    def is_workday(self, day: date) -> bool:
        """Tell whether offices work that day. Raises: CalendarGap."""
        if day.year not in self.years:
            raise CalendarGap(year=day.year, region=self.region)
        if day.weekday() >= 5:
            return day in self.workdays
        return day not in self.holidays

    def add_workdays(self, start: date, count: int) -> date:
        """Return the `count`-th working day after (below zero: before) a day; 0 is the day itself.

        Raises: CalendarGap.
        """
        step = _day if count > 0 else -_day
        day = start
        for _ in range(abs(count)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def next_workday(self, day: date) -> date:
        """Return the day itself if it is worked, else the first one after it. Raises: CalendarGap."""
        while not self.is_workday(day):
            day += _day
        return day

    def workdays_between(self, start: date, end: date) -> int:
        """Count the working days after `start` up to and with `end`; below zero when `end` comes first.

        Raises: CalendarGap.

        >>> calendar = WorkCalendar(region="CN", years=frozenset({2024}))
        >>> calendar.workdays_between(date(2024, 5, 17), date(2024, 5, 21)), calendar.workdays_between(date(2024, 5, 21), date(2024, 5, 17))
        (2, -2)
        """
        if end < start:
            return -self.workdays_between(end, start)
        days = (end - start).days
        return sum(self.is_workday(start + number * _day) for number in range(1, days + 1))
