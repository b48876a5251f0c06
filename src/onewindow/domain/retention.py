"""How long a finished matter is kept: the longest time that any of its services names.

Source: the catalogue's guide, key `retention_years`, as each department wrote it with its own rule.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

PERMANENT = "permanent"


@dataclass(frozen=True, slots=True)
class Kept:
    """Unit: years, None for ever. `service` is the one whose rule decides."""

    years: int | None
    service: str

    @property
    def rule(self) -> str:
        return f"retention_years {self.years if self.years is not None else PERMANENT} of {self.service}"


def longest(rules: Iterable[tuple[str, object]]) -> Kept | None:
    """Return what decides over {service, its retention_years}, or None where a service names none: then nobody knows that it may go.

    >>> longest([("seal", 3), ("licence", "10")])
    Kept(years=10, service='licence')
    >>> longest([("seal", 3), ("licence", "permanent")]).years is None
    True
    >>> longest([("seal", 3), ("licence", None)]) is None, longest([]) is None
    (True, True)
    """
    found: Kept | None = None
    for service, text in rules:
        years = _years(text)
        if years is None:
            return None
        kept = Kept(None if years < 0 else years, service)
        if found is None or (found.years is not None and (kept.years is None or kept.years > found.years)):
            found = kept
    return found


def ends(since: date, years: int) -> date:
    """Return the first day on which something may go.

    >>> ends(date(2024, 2, 29), 1), ends(date(2024, 5, 17), 10)
    (datetime.date(2025, 3, 1), datetime.date(2034, 5, 18))
    """
    try:
        last = since.replace(year=since.year + years)
    except ValueError:  # 29 February
        return date(since.year + years, 3, 1)
    return date.fromordinal(last.toordinal() + 1)


def _years(text: object) -> int | None:
    """Return whole years, −1 for ever, None where nothing readable is said. Part of a year counts as a whole one.

    >>> _years(2.5), _years("permanent"), _years("soon"), _years(True)
    (3, -1, None, None)
    """
    if text == PERMANENT:
        return -1
    if isinstance(text, bool):
        return None
    try:
        value = float(str(text))
    except ValueError:
        return None
    return -int(-value // 1) if 0 <= value < 1000 else None
