"""Who is of age, from which day on, and what somebody who is not may file alone.

Source: docs/sources.md#guardianship
"""

from dataclasses import dataclass
from datetime import date

GUIDE = "minor_alone_from_age"
"""Under this key a service's guide says from which age somebody who is not of age may file it alone."""


@dataclass(frozen=True, slots=True)
class Ages:
    """What the law says from a day on. Unit: full years. Below `acts_from` nobody does anything alone, whatever a service says."""

    since: date
    of_age: int
    acts_from: int
    law: str


AGES = (
    Ages(date(1987, 1, 1), 18, 10, "中华人民共和国民法通则 第十一条、第十二条"),
    Ages(date(2017, 10, 1), 18, 8, "中华人民共和国民法总则 第十七条至第二十条"),
    Ages(date(2021, 1, 1), 18, 8, "中华人民共和国民法典 第十七条至第二十条"),
)


def on(day: date) -> Ages:
    """Return what the law says on a day; before all of it, the oldest."""
    return max((ages for ages in AGES if ages.since <= day), key=lambda ages: ages.since, default=AGES[0])


def birthday(born: date, years: int) -> date:
    """Return the day on which somebody completes so many years; who was born on a 29 February does so on the 28th in other years.

    Source: 中华人民共和国民法典 第二百零二条 (no such day in the month: its last one)

    >>> birthday(date(2008, 11, 22), 18), birthday(date(2008, 2, 29), 18)
    (datetime.date(2026, 11, 22), datetime.date(2026, 2, 28))
    """
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 2, 28)


def of_age(born: date, day: date) -> bool:
    """Tell whether somebody is of age on a day, the birthday itself included.

    >>> of_age(date(2008, 11, 22), date(2026, 11, 21)), of_age(date(2008, 11, 22), date(2026, 11, 22))
    (False, True)
    """
    return birthday(born, on(day).of_age) <= day


def comes_of_age(born: date, day: date) -> date:
    """Return the first day of age, by the law of a day."""
    return birthday(born, on(day).of_age)


def stated(value: object) -> int | None:
    """Return from which age a service lets minors file alone; what nobody can read, and no word at all, is never.

    >>> stated(16), stated(None), stated("sixteen"), stated(True), stated(-1)
    (16, None, None, None, None)
    """
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def may_file_alone(born: date, day: date, value: object) -> bool:
    """Tell whether somebody may file alone what a service with this word in its guide offers.

    >>> seven, sixteen = date(2019, 1, 1), date(2010, 1, 1)
    >>> [may_file_alone(born, date(2026, 3, 2), 6) for born in (seven, sixteen)]
    [False, True]
    >>> may_file_alone(sixteen, date(2026, 3, 2), None)
    False
    """
    if of_age(born, day):
        return True
    least = stated(value)
    return least is not None and birthday(born, max(least, on(day).acts_from)) <= day
