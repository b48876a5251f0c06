"""What a matter costs and when it ends at the latest: the same two lines before sending and on the receipt."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

from onewindow.domain import deadlines
from onewindow.domain.calendar import WorkCalendar
from onewindow.modules.cases.selectors.rows import FeeLine


@dataclass(frozen=True, slots=True)
class Outlook:
    """Unit: fen, working days. `legal_days` are those of the law alone, where the departments agreed on fewer."""

    fees: tuple[FeeLine, ...]
    fen: int
    assessed: int
    days: int
    due: date
    legal_days: int | None
    legal_due: date | None


def outlook(*, fees: Iterable[FeeLine], report: Mapping[str, Any], start: date, calendar: WorkCalendar) -> Outlook:
    """Work out the whole bill and the last day, as if nothing had to be put right; the clock stands still while something has."""
    lines = tuple(fees)
    days, legal = ceil(report["after"]["days"]), ceil(report["after"]["days_parallel"])
    return Outlook(
        fees=lines,
        fen=sum(line.fen or 0 for line in lines if not line.assessed),
        assessed=sum(1 for line in lines if line.assessed),
        days=days,
        due=deadlines.due_date_or_warning(start, days, calendar).date,
        legal_days=legal if legal != days else None,
        legal_due=deadlines.due_date_or_warning(start, legal, calendar).date if legal != days else None,
    )
