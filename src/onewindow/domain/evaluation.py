"""What people say of an act that was done for them: five levels, their indicators, and when a number may be shown.

Source: docs/sources.md#evaluation
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

BEST, WORST = 5, 1
LEVELS = (5, 4, 3, 2, 1)
"""Very satisfied, satisfied, basically satisfied, dissatisfied, very dissatisfied."""
BAD = frozenset({2, 1})
"""What is called back."""
INDICATORS: Mapping[str, tuple[str, ...]] = {
    "online": ("efficiency", "guide", "convenience", "platform"),
    "counter": ("efficiency", "ability", "attitude"),
    "terminal": ("efficiency", "guide", "convenience", "platform"),
}
"""By channel; the overall indicator is the level itself."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a city has settled. Unit: `call_back_days` are working days; `least` evaluations are shown together."""

    call_back_days: int
    least: int


def rule_on(day: date, rows: Iterable[Mapping[str, Any]]) -> Rule:
    """Return the rule of a day: the newest row that holds by then, or the first of all.

    >>> rows = [{"from": "2026-01-01", "call_back_days": 15, "least": 5}, {"from": "2027-01-01", "call_back_days": 10, "least": 5}]
    >>> [rule_on(date(year, 6, 1), rows).call_back_days for year in (2025, 2026, 2027)]
    [15, 15, 10]
    """
    found = sorted(rows, key=lambda row: str(row["from"]))
    held = [row for row in found if date.fromisoformat(str(row["from"])) <= day] or found[:1]
    return Rule(call_back_days=int(held[-1]["call_back_days"]), least=int(held[-1]["least"]))


Counts = Sequence[int]
"""How many evaluations of each level, in the order of LEVELS."""


def counted(shown: Counts, waiting: Counts, level: int, least: int) -> tuple[list[int], list[int]]:
    """Return what is shown and what waits, once an evaluation has come.

    Numbers move by `least` evaluations at once: whoever watches them before and after an act cannot tell what the person said of it.

    >>> counted([0, 0, 0, 0, 0], [2, 1, 0, 0, 1], 5, 5)
    ([3, 1, 0, 0, 1], [0, 0, 0, 0, 0])
    >>> counted([3, 1, 0, 0, 1], [0, 0, 0, 0, 0], 1, 5)
    ([3, 1, 0, 0, 1], [0, 0, 0, 0, 1])
    """
    queue = [number + (known == level) for known, number in zip(LEVELS, waiting, strict=True)]
    if sum(queue) < least:
        return list(shown), queue
    return [old + new for old, new in zip(shown, queue, strict=True)], [0] * len(LEVELS)


def satisfied_percent(counts: Counts) -> int:
    """Return how many in a hundred were at least basically satisfied, rounded down: one who was not is never rounded away.

    >>> satisfied_percent([150, 40, 9, 1, 0]), satisfied_percent([0, 0, 0, 0, 0])
    (99, 0)
    """
    whole = sum(counts)
    content = sum(number for level, number in zip(LEVELS, counts, strict=True) if level not in BAD)
    return content * 100 // whole if whole else 0
