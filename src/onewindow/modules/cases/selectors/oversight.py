"""What a supervisor sees of the machine and of late steps: numbers, counted from the rows each time, and nobody's data."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from onewindow.domain import sampling
from onewindow.domain.catalogue.model import PublicService, Text
from onewindow.domain.lifecycle import TaskState
from onewindow.modules.cases import models
from onewindow.modules.cases.selectors import scope
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.plumbing import clock, permissions
from onewindow.plumbing.actors import Actor

SPAN = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class MachineLine:
    """How often the machine decided one service within a year, and what came of the second looks.

    `rate`: which share is looked at again now; `proven` and `silence`: on which ground it decided; `waiting` includes `late`;
    `still_valid`: found wrong, and what was issued holds on.
    """

    service: str
    name: Text
    rate: float
    proven: int
    silence: int
    drawn: int
    right: int
    wrong: int
    still_valid: int
    waiting: int
    late: int


@dataclass(frozen=True, slots=True)
class LateLine:
    """The late steps of one service now; `again`: those of which was told a second time."""

    service: str
    name: Text
    late: int
    again: int


@dataclass(frozen=True, slots=True)
class Oversight:
    """Both, the busiest first."""

    machine: tuple[MachineLine, ...]
    late: tuple[LateLine, ...]


def oversight(*, actor: Actor, now: datetime) -> Oversight:
    """Return how the machine decides for the organisations one answers for, and what is late there. Raises: Forbidden."""
    permissions.require(actor, "cases.oversee")
    release = catalogue.current_release()
    services = catalogue.catalogue_at(release).services if release is not None else {}
    machine, late = scope.overseen_decisions(actor), scope.overseen_steps(actor)
    return Oversight(tuple(_machine(machine, services, now)), tuple(_late(late, services, now)))


def _machine(own: QuerySet[models.MachineDecision], services: Mapping[str, PublicService], now: datetime) -> Iterator[MachineLine]:
    waits = Q(due_date__isnull=False, outcome="")
    rows = own.filter(decided_at__gt=now - SPAN).values("service")
    counted = {
        "proven": Q(ground="proven"),
        "silence": Q(ground="silence"),
        "drawn": Q(due_date__isnull=False),
        "right": Q(outcome="right"),
        "wrong": Q(outcome="wrong"),
        "still_valid": Q(outcome="wrong", holds=True),
        "waiting": waits,
        "late": waits & Q(due_date__lt=clock.local_date(now)),
    }
    found = rows.annotate(all=Count("pk"), **{name: Count("pk", filter=which) for name, which in counted.items()})
    lines: Iterable[Mapping[str, Any]] = found.order_by("-all", "service")
    for row in lines:
        service = services.get(row["service"])
        numbers = {name: row[name] for name in counted}
        rate = sampling.rate_of(service.guide) if service else 0.0
        yield MachineLine(service=row["service"], name=service.name if service else {}, rate=rate, **numbers)


def _late(own: QuerySet[models.Task], services: Mapping[str, PublicService], now: datetime) -> Iterator[LateLine]:
    overdue = own.filter(state=TaskState.OPEN, due_date__lt=clock.local_date(now)).values("service")
    found = overdue.annotate(all=Count("pk"), again=Count("pk", filter=Q(escalated_again_at__isnull=False)))
    for row in found.order_by("-all", "service"):
        service = services.get(row["service"])
        yield LateLine(row["service"], service.name if service else {}, row["all"], row["again"])
