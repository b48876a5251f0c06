"""How long decisions took: working days from filing to decision, and what half and nine in ten of them kept within."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate
from math import ceil

from onewindow.domain.calendar import WorkCalendar
from onewindow.domain.catalogue.model import PublicService

ENOUGH = 20
"""From how many cases on a measure is told: below it one case would show."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Half of the `cases` were decided within `p50_days`, nine in ten within `p90_days`.  Unit: working days."""

    cases: int
    p50_days: int
    p90_days: int


def measure(spans: Mapping[str, Collection[tuple[date, date]]], calendar: WorkCalendar) -> dict[str, Measured]:
    """Measure what was filed and decided on these days, by service; without those that are too few to say anything.

    >>> calendar = WorkCalendar(region="CN", years=frozenset({2024}))
    >>> measure({"seal": [(date(2024, 5, 17), date(2024, 5, 17 + number % 5)) for number in range(20)], "sign": []}, calendar)
    {'seal': Measured(cases=20, p50_days=0, p90_days=2)}
    """
    enough = {name: own for name, own in spans.items() if len(own) >= ENOUGH}
    if not enough:
        return {}
    upto = _workdays([span for own in enough.values() for span in own], calendar)
    found = {}
    for name, own in enough.items():
        days = sorted(upto[end] - upto[start] for start, end in own)
        found[name] = Measured(len(days), nearest_rank(days, Fraction(1, 2)), nearest_rank(days, Fraction(9, 10)))
    return found


def nearest_rank(ordered: list[int], share: Fraction) -> int:
    """Return the smallest value that so large a share of all does not exceed.

    >>> nearest_rank([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], Fraction(9, 10)), nearest_rank([7], Fraction(1, 2))
    (9, 7)
    """
    return ordered[ceil(share * len(ordered)) - 1]


def _workdays(spans: Collection[tuple[date, date]], calendar: WorkCalendar) -> dict[date, int]:
    """Return {day: the working days from the first of all to it}, each looked at once. A year without a table goes by its weekends."""
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    years = calendar.years | frozenset(range(first.year, last.year + 1))
    filled = WorkCalendar(region=calendar.region, years=years, holidays=calendar.holidays, workdays=calendar.workdays)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return dict(zip(days, accumulate(filled.is_workday(day) for day in days), strict=True))


def latest_days(services: Iterable[PublicService], nodes: Iterable[tuple[Collection[str], float]]) -> Mapping[str, int]:
    """Return {service: the day on which it is decided at the latest}; day 0 is the day of filing.

    Shape: `nodes` are (`service.step` of each step, the last day of the node).  Unit: working days.
    """
    ends = {step: end for steps, end in nodes for step in steps}
    found = {}
    for service in services:
        deciding = [step.id for step in service.steps if step.kind == "decision"] or [step.id for step in service.steps]
        last = [ends[name] for step in deciding if (name := f"{service.id}.{step}") in ends]
        if last:
            found[service.id] = ceil(max(last))
    return found
