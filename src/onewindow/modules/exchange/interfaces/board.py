"""How every interface is: read in one statement, whatever the number of questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from onewindow.domain.catalogue.model import Text
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.exchange import models
from onewindow.modules.exchange.resources.models import DataResource
from onewindow.plumbing import clock, permissions
from onewindow.plumbing.actors import Actor

ANSWERS = ("answered", "no-record")
"""That a source knows nothing under a key is an answer."""
NOT_ASKED = ("resting", "rate", "no-connector")
"""Outcomes of questions that never reached the source: they say nothing about its time."""
WELL = 0.95
"""Where less than this share is answered, somebody should look."""


@dataclass(frozen=True, slots=True)
class InterfaceHealth:
    """One interface over the last day. `state`: well, stumbles, silent, or idle where nobody asked.  Unit: milliseconds.

    `described`: its resource stands in the catalogue of data resources.
    """

    resource: str
    name: Text
    organisation: Text
    described: bool
    kind: str
    level: str
    state: str
    resting: bool
    """The circuit is open: nobody asks it at the moment."""
    asked: int
    answered: int
    today: int
    last_answer_at: datetime | None
    p50_ms: int | None
    p95_ms: int | None

    @property
    def share(self) -> float | None:
        return self.answered / self.asked if self.asked else None


def interface_board(*, actor: Actor, now: datetime, level: str = "") -> tuple[InterfaceHealth, ...]:
    """Return every interface of a level, or all: those in trouble first, then by level and name. Raises: Forbidden."""
    permissions.require(actor, "exchange.watch")
    connectors = models.Connector.objects.filter(**({"level": level} if level else {})).only("resource", "kind", "level")
    release = catalogue.current_release()
    held = catalogue.catalogue_at(release) if release is not None else None
    counted = _counted([row.resource for row in connectors], now)
    told = {
        row.pk: row
        for row in DataResource.objects.exclude(current=None).select_related("current").only("organisation", "current__document")
    }
    rests = set(models.SourceState.objects.filter(rests_until__gt=now.timestamp()).values_list("resource", flat=True))
    found = []
    for row in connectors:
        known, described = held.resources.get(row.resource) if held else None, told.get(row.resource)
        name = (known.name if known else None) or (described.current.document["title"] if described and described.current else None)
        keeper = described.organisation if described else known.organisation if known else None
        organisation = held.organisations.get(keeper or "") if held else None
        asked, answered, today, last, p50, p95 = counted.get(row.resource, (0, 0, 0, None, None, None))
        resting = row.resource in rests
        found.append(
            InterfaceHealth(
                resource=row.resource,
                name=name or {"en": row.resource},
                organisation=organisation.name if organisation else {},
                described=described is not None,
                kind=row.kind,
                level=row.level,
                state=_state(asked, answered, resting=resting),
                resting=resting,
                asked=asked,
                answered=answered,
                today=today,
                last_answer_at=last,
                p50_ms=p50,
                p95_ms=p95,
            )
        )
    worst, levels = ("silent", "stumbles", "well", "idle"), ("state", "province", "city", "")
    return tuple(sorted(found, key=lambda row: (worst.index(row.state), levels.index(row.level), row.resource)))


def _state(asked: int, answered: int, *, resting: bool) -> str:
    if not asked and not resting:
        return "idle"
    if resting or not answered:
        return "silent"
    return "well" if answered >= WELL * asked else "stumbles"


def _counted(resources: list[str], now: datetime) -> Mapping[str, tuple[Any, ...]]:
    """Return what the log says of a day: asked, answered, today, the last answer, and two percentiles by the nearest rank."""
    if not resources:
        return {}
    table = models.Query._meta.db_table
    marks, answers, idle = (", ".join(["%s"] * len(row)) for row in (resources, ANSWERS, NOT_ASKED))
    timed = f"duration_ms IS NOT NULL AND outcome NOT IN ({idle})"
    # Our own table and column names; every value is a parameter.
    statement = f"""
        SELECT resource, COUNT(*), COUNT(*) FILTER (WHERE good = 1), COUNT(*) FILTER (WHERE at >= %s), MAX(at) FILTER (WHERE good = 1),
               MIN(duration_ms) FILTER (WHERE timed = 1 AND place * 100 >= 50 * many),
               MIN(duration_ms) FILTER (WHERE timed = 1 AND place * 100 >= 95 * many)
        FROM (
            SELECT resource, at, duration_ms, timed, good,
                   ROW_NUMBER() OVER (PARTITION BY resource, timed ORDER BY duration_ms) AS place,
                   COUNT(*) OVER (PARTITION BY resource, timed) AS many
            FROM (
                SELECT resource, at, duration_ms,
                       CASE WHEN {timed} THEN 1 ELSE 0 END AS timed,
                       CASE WHEN outcome IN ({answers}) THEN 1 ELSE 0 END AS good
                FROM "{table}" WHERE resource IN ({marks}) AND at >= %s AND outcome <> ''
            ) AS judged
        ) AS placed
        GROUP BY resource"""  # noqa: S608  (see above)
    today = datetime.combine(clock.local_date(now), datetime.min.time(), tzinfo=ZoneInfo(settings.TIME_ZONE)).astimezone(UTC)
    since = now - timedelta(days=1)
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(statement, [adapt(today), *NOT_ASKED, *ANSWERS, *resources, adapt(since)])
        rows = cursor.fetchall()
    return {row[0]: (*row[1:4], _moment(row[4]), *row[5:]) for row in rows}


def _moment(value: Any) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    read = datetime.fromisoformat(str(value))
    return read if read.tzinfo else read.replace(tzinfo=UTC)
