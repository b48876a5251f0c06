"""How long services took lately: one query over the newest 100 decisions of each, whatever lies in the archive."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

from django.db import connection
from django.utils.dateparse import parse_datetime

from onewindow.domain import durations
from onewindow.domain.durations import Measured
from onewindow.domain.lifecycle import ServiceState
from onewindow.plumbing import calendars, clock

WITHIN = timedelta(days=365)
_OF_ONE = (
    "SELECT * FROM (SELECT service, case_id, decided_at FROM cases_caseservice"
    " WHERE service = %s AND decided_at > %s AND state IN (%s, %s, %s) ORDER BY decided_at DESC LIMIT 100) AS newest"
)
_FILED = "SELECT filed_at FROM cases_case WHERE id = d.case_id"  # not a join: PostgreSQL would rather read every case there is
_WITH_CASE = f"SELECT d.service, ({_FILED}), d.decided_at FROM ({{every}}) AS d"  # noqa: S608 - no word of anybody else's
"""Each service is read from the end of its part of the index: a window function would read the whole of it."""
DECIDED = (ServiceState.APPROVED, ServiceState.COMPLETED, ServiceState.REFUSED)


def measured(*, services: Iterable[str], now: datetime) -> Mapping[str, Measured]:
    """Return how long the newest decisions of the last twelve months took, for each service that had enough of them.

    Figures of nobody: they are open to everybody. Time in which a clock stood still counts, for the applicant waited through it.
    """
    wanted = sorted(set(services))
    if not wanted:
        return {}
    spans: dict[str, list[tuple[date, date]]] = {}
    for service, filed_at, decided_at in _newest(wanted, now):
        spans.setdefault(service, []).append((clock.local_date(_moment(filed_at)), clock.local_date(_moment(decided_at))))
    return durations.measure(spans, calendars.current())


def _newest(services: list[str], now: datetime) -> list[tuple[str, datetime | str, datetime | str]]:
    """Read the newest decisions of each service from the end of its part of the index, in one statement."""
    since = connection.ops.adapt_datetimefield_value(now - WITHIN)
    given = [value for service in services for value in (service, since, *DECIDED)]
    with connection.cursor() as cursor:
        cursor.execute(_WITH_CASE.format(every=" UNION ALL ".join([_OF_ONE] * len(services))), given)
        return list(cursor.fetchall())


def _moment(value: datetime | str) -> datetime:
    """Return a moment as the database gave it: SQLite writes them down in UTC."""
    found = parse_datetime(value) if isinstance(value, str) else value
    if found is None:
        message = f"The database holds no moment: {value}."
        raise ValueError(message)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
