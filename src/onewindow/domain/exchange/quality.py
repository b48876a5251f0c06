"""How good a data resource is, by what is known of it and never by what is not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from onewindow.domain.exchange.resources import CYCLES, MEASURES


@dataclass(frozen=True, slots=True)
class Known:
    """What the exchange saw of a resource in a span of days: its answers, and when it was last brought up to date."""

    asked_fields: int = 0
    """Fields that were asked for in questions that were answered."""
    given_fields: int = 0
    """Those of them that came back."""
    answered: int = 0
    garbage: int = 0
    """Answers that did not fit the dictionary."""
    loaded_at: datetime | None = None
    loaded_rows: int = 0
    refused_rows: int = 0
    """Rows of the last load that did not fit the description."""


@dataclass(frozen=True, slots=True)
class Score:
    """One measure. `value`: per cent, None where it was not measured; `target`: what the owner promises."""

    measure: str
    value: int | None
    target: int | None

    @property
    def met(self) -> bool | None:
        """Tell whether it is as good as promised; None where either is not known."""
        return None if self.value is None or self.target is None else self.value >= self.target


def scores(known: Known, *, cycle: str, targets: Mapping[str, int], now: datetime) -> tuple[Score, ...]:
    """Return all measures in their order.

    Completeness: of the fields asked for, how many came back. Validity: how many answers and loaded rows fit the dictionary.
    Timeliness: 100 within the promised cycle, less in proportion to how long it is overdue.

    >>> known = Known(asked_fields=8, given_fields=6, answered=4)
    >>> found = scores(known, cycle="daily", targets={"completeness": 80}, now=datetime(2026, 1, 1))
    >>> [(score.measure, score.value, score.met) for score in found]
    [('completeness', 75, False), ('timeliness', None, None), ('validity', 100, None)]
    """
    checked = known.answered + known.garbage + known.loaded_rows + known.refused_rows
    values = {
        "completeness": _share(known.given_fields, known.asked_fields),
        "timeliness": _timeliness(known.loaded_at, CYCLES.get(cycle), now),
        "validity": _share(known.answered + known.loaded_rows, checked),
    }
    return tuple(Score(name, values[name], targets.get(name)) for name in MEASURES)


def _share(part: int, whole: int) -> int | None:
    """Return per cent, rounded down: what is not whole never shows as 100."""
    return part * 100 // whole if whole else None


def _timeliness(loaded_at: datetime | None, cycle_days: int | None, now: datetime) -> int | None:
    if loaded_at is None or cycle_days is None:
        return None
    age_days = (now - loaded_at).total_seconds() / 86400
    return 100 if age_days <= cycle_days else int(100 * cycle_days / age_days)
