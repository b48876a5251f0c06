"""How long each service of a matter took lately, beside the limit it must keep."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, ngettext

from onewindow.domain import durations
from onewindow.domain.bundle.report import Report
from onewindow.domain.catalogue.model import Catalogue, Text
from onewindow.modules.cases import selectors as cases
from onewindow.modules.cases.selectors.rows import CasePage


@dataclass(frozen=True, slots=True)
class Pace:
    """`limit`, `half` and `most` say in words by when it must be, and half and nine in ten were, decided; `cases` is of how many."""

    name: Text
    limit: str
    half: str
    most: str
    cases: int


def of_report(held: Catalogue, report: Report, *, now: datetime) -> tuple[Pace, ...]:
    """Return the pace of a One Thing that nobody has filed yet."""
    nodes = [(node.steps, node.earliest_day + node.limit_days) for node in report.nodes]
    return _paces(held, report.services, nodes, now)


def of_json(held: Catalogue, report: Any, services: Iterable[str], *, now: datetime) -> tuple[Pace, ...]:
    """Return the pace of some services of a report as it is kept."""
    nodes = [(row["steps"], row["earliest_day"] + row["limit_days"]) for row in report["nodes"]]
    return _paces(held, services, nodes, now)


def of_case(held: Catalogue, page: CasePage, *, now: datetime) -> tuple[Pace, ...]:
    """Return the pace of what is not decided yet; nothing where nothing is."""
    return of_json(held, page.plan, [row.service for row in page.services if row.decided_at is None], now=now)


def _paces(held: Catalogue, services: Iterable[str], nodes: Iterable[tuple[Collection[str], float]], now: datetime) -> tuple[Pace, ...]:
    latest = durations.latest_days([held.services[name] for name in services], nodes)
    found = cases.measured(services=latest, now=now)
    return tuple(
        Pace(held.services[name].name, within(days), within(found[name].p50_days), within(found[name].p90_days), found[name].cases)
        for name, days in latest.items()
        if name in found
    )


def within(days: int) -> str:
    """Say how long something takes.  Unit: working days."""
    return ngettext("%(n)s working day", "%(n)s working days", days) % {"n": days} if days else gettext("the same day")
