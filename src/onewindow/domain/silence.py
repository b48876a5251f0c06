"""When the law lets silence grant: the limit of a decision has run out, and nobody has decided.

Only where a service says which law says so, and never by mistake: whatever is unclear is left to people. Four readings are ours.
A commitment to be faster is not the law, so silence counts from the law's own limit. Whoever still owes the fee gains nothing, and
the limit counts from the day it was paid, because nobody could decide before. While the clock stands still, or a document has not come
that a register stands for, the application is not complete and no limit runs out. Where a year's working days are not known, nobody
knows when the limit ends.

Source: docs/sources.md#silence
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from onewindow.domain import deadlines
from onewindow.domain.calendar import CalendarGap, WorkCalendar
from onewindow.domain.lifecycle import TaskState, may

GUIDE = "silence_grants"
"""Under this key a service's guide says since when silence grants it, and by which law."""
REASON = "silence"
"""The reason that a decision of the clock carries."""


@dataclass(frozen=True, slots=True)
class SilenceLaw:
    """What a service states. Shape: `legal_basis` is [{title, article, url}]; `until` is the last day on which it holds."""

    since: date
    until: date | None
    legal_basis: tuple[Mapping[str, str], ...]

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)

    def cited(self) -> str:
        """Return the law as it is cited.

        >>> SilenceLaw(date(2004, 7, 1), None, ({"title": "行政许可法", "article": "第五十条"},)).cited()
        '行政许可法 第五十条'
        """
        named = (" ".join(row[key] for key in ("title", "article") if row.get(key)) for row in self.legal_basis)
        return "; ".join(text for text in named if text)


def law_of(guide: Mapping[str, object]) -> SilenceLaw | None:
    """Return the law by which silence grants a service; what names no law or no day, or cannot be read, grants nothing.

    >>> law_of({"silence_grants": {"since": "2004-07-01", "legal_basis": [{"title": "行政许可法"}]}}).since
    datetime.date(2004, 7, 1)
    >>> wrong = (None, True, {"since": "2004-07-01"}, {"since": "soon", "legal_basis": [{"title": "x"}]})
    >>> [law_of({"silence_grants": stated}) for stated in wrong]
    [None, None, None, None]
    """
    stated = guide.get(GUIDE)
    if not isinstance(stated, Mapping):
        return None
    listed = stated.get("legal_basis")
    basis = [row for row in listed if isinstance(row, Mapping) and row.get("title")] if isinstance(listed, Sequence) else []
    try:
        until = stated.get("until")
        law = SilenceLaw(
            since=date.fromisoformat(str(stated.get("since"))),
            until=None if until is None else date.fromisoformat(str(until)),
            legal_basis=tuple({str(key): str(value) for key, value in row.items()} for row in basis),
        )
    except ValueError:
        return None
    return law if law.legal_basis else None


@dataclass(frozen=True, slots=True)
class Standing:
    """How one step of a service stands.

    Unit: `legal_days` are working days, the law's own limit. Shape: `pauses` are (stopped on, went on on), the oldest first.
    """

    kind: str
    state: str
    service_state: str
    filed_on: date
    opened_on: date
    due: date
    """The last day as the pages name it."""
    legal_days: float
    pauses: tuple[tuple[date, date], ...] = ()
    owes_a_fee: bool = False
    paid_on: date | None = None
    """The day of the last payment."""
    awaits_evidence: bool = False


def last_day(standing: Standing, calendar: WorkCalendar) -> date:
    """Return the last day on which a decision is in time by law; never before the day that the pages name.  Raises: CalendarGap.

    >>> calendar = WorkCalendar(region="CN", years=frozenset({2024}))
    >>> opened, promised = date(2024, 5, 13), date(2024, 5, 14)  # a Monday; one day is promised, the law gives three
    >>> last_day(Standing("decision", "open", "filed", opened, opened, promised, 3), calendar)
    datetime.date(2024, 5, 16)
    >>> last_day(Standing("decision", "open", "filed", opened, opened, promised, 3, paid_on=date(2024, 5, 15)), calendar)
    datetime.date(2024, 5, 20)
    """
    began = max(standing.opened_on, standing.paid_on or standing.opened_on)
    last = deadlines.due_date(began, standing.legal_days, calendar)
    for stopped, went_on in standing.pauses:
        if went_on > began:
            last = deadlines.shift_for_pause(last, max(stopped, began), went_on, calendar)
    return max(last, standing.due)


def against(law: SilenceLaw | None, standing: Standing, today: date, calendar: WorkCalendar) -> str:
    """Return why silence does not grant, as a code; nothing where it does.

    The law must have held when the case was filed and on the last day of the limit: an older or a newer case is nobody's to stretch it to.

    >>> law, calendar = SilenceLaw(date(2024, 1, 1), None, ({"title": "x"},)), WorkCalendar(region="CN", years=frozenset({2024}))
    >>> standing = Standing("decision", "open", "filed", date(2024, 5, 13), date(2024, 5, 13), date(2024, 5, 16), 3)
    >>> [against(law, standing, date(2024, 5, day), calendar) for day in (16, 17)]
    ['time-left', '']
    """
    if law is None:
        return "no-law"
    if standing.kind != "decision":
        return "not-a-decision"
    if standing.state != TaskState.OPEN or not may("service", standing.service_state, "approve"):
        return "clock-stands-still"
    if standing.owes_a_fee:
        return "fee-unpaid"
    if standing.awaits_evidence:
        return "evidence-awaited"
    try:
        last = last_day(standing, calendar)
        calendar.workdays_between(standing.opened_on, today)
    except CalendarGap:
        return "calendar-unknown"
    if today <= last:
        return "time-left"
    return "" if law.holds(standing.filed_on) and law.holds(last) else "not-in-force"
