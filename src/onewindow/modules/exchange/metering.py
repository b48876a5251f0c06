"""How much is asked: by organisation, resource, service or purpose, for the operator and for those who ask and who keep the data."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Avg, Count, Max, Q, QuerySet

from onewindow.modules.exchange.models import Grant, Query, QuotaUse
from onewindow.modules.exchange.owners import kept_by
from onewindow.modules.exchange.permissions import METERS
from onewindow.plumbing import clock, permissions
from onewindow.plumbing.actors import Actor

By = Literal["organisation", "resource", "service", "purpose"]
CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Metered:
    """What was asked under one name. `records`: answers with a record; `failed`: no answer that could be used."""

    name: str
    questions: int
    records: int
    no_record: int
    failed: int
    under_way: int
    mean_ms: int | None
    longest_ms: int | None


@dataclass(frozen=True, slots=True)
class Spent:
    """A quota of the day that is spent, by one officer or (nobody named) by all together."""

    grant_id: UUID
    resource: str
    organisation: str
    officer: UUID | None
    most: int
    day: date
    told_at: datetime


def report(*, since: datetime, until: datetime, by: By = "organisation", actor: Actor) -> tuple[Metered, ...]:
    """Return how much was asked from one moment to before another, most first.

    The operator sees all of it, a department what it asked itself and what was asked of its data. A question for
    several services counts for each.  Raises: Forbidden.
    """
    permissions.require(actor, "exchange.report")
    found = _seen(Query.objects.filter(at__gte=since, at__lt=until), actor)
    rows = _by_service(found) if by == "service" else _by_column(found, by)
    return tuple(sorted(rows, key=lambda row: (-row.questions, row.name)))


def spent_quotas(*, actor: Actor, now: datetime) -> tuple[Spent, ...]:
    """Return the quotas that are spent today, newest first, for whoever keeps the data and whoever asked. Raises: Forbidden."""
    permissions.require(actor, "exchange.report")
    rows = QuotaUse.objects.filter(day=clock.local_date(now)).exclude(told_at=None).select_related("grant").order_by("-told_at", "id")
    if not _sees_all(actor):
        mine = _organisations(actor)
        rows = rows.filter(Q(grant__organisation__in=mine) | Q(grant__resource__in=kept_by(mine)))
    return tuple(_spent(row.grant, row, row.told_at) for row in rows if row.told_at is not None)


def _spent(grant: Grant, row: QuotaUse, told_at: datetime) -> Spent:
    officer = UUID(row.who) if row.who else None
    most = grant.an_officer_a_day if officer else grant.a_day or 0
    return Spent(grant.pk, grant.resource, grant.organisation, officer, most, row.day, told_at)


def _sees_all(actor: Actor) -> bool:
    return actor.is_system or "admin" in actor.roles


def _organisations(actor: Actor) -> frozenset[str]:
    return frozenset(hat.organisation for hat in actor.hats_of(*METERS))


def _seen(found: QuerySet[Query], actor: Actor) -> QuerySet[Query]:
    if _sees_all(actor):
        return found
    mine = _organisations(actor)
    return found.filter(Q(organisation__in=mine) | Q(resource__in=kept_by(mine)))


def _by_column(found: QuerySet[Query], column: str) -> Iterator[Metered]:
    figures = {
        "questions": Count("pk"),
        "records": Count("pk", filter=Q(outcome="answered")),
        "no_record": Count("pk", filter=Q(outcome="no-record")),
        "under_way": Count("pk", filter=Q(outcome="")),
        "mean": Avg("duration_ms"),
        "longest_ms": Max("duration_ms"),
    }
    for row in found.order_by().values(column).annotate(**figures):
        failed = row["questions"] - row["records"] - row["no_record"] - row["under_way"]
        mean = None if row["mean"] is None else round(row["mean"])
        told = {name: row[name] for name in ("questions", "records", "no_record", "under_way", "longest_ms")}
        yield Metered(name=row[column], failed=failed, mean_ms=mean, **told)


def _by_service(found: QuerySet[Query]) -> Iterator[Metered]:
    """The services of a question stand in its signed line alone."""
    outcomes: dict[str, dict[str, int]] = {}
    spans: dict[str, list[int]] = {}
    for line, outcome, duration in found.order_by().values_list("request", "outcome", "duration_ms").iterator(chunk_size=CHUNK):
        for service in _services(bytes(line)):
            counts, times = outcomes.setdefault(service, {}), spans.setdefault(service, [0, 0, 0])
            counts[outcome] = counts.get(outcome, 0) + 1
            if duration is not None:
                times[:] = times[0] + 1, times[1] + duration, max(times[2], duration)
    for service, counts in outcomes.items():
        times, questions = spans[service], sum(counts.values())
        records, no_record, under_way = (counts.get(name, 0) for name in ("answered", "no-record", ""))
        yield Metered(
            name=service,
            questions=questions,
            records=records,
            no_record=no_record,
            failed=questions - records - no_record - under_way,
            under_way=under_way,
            mean_ms=round(times[1] / times[0]) if times[0] else None,
            longest_ms=times[2] if times[0] else None,
        )


def _services(line: bytes) -> list[Any]:
    """Return what a question was for; one that was asked for no service, or before questions were signed, counts without a name."""
    return (json.loads(line).get("services") if line else None) or [""]
