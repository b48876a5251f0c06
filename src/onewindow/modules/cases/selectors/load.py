"""How much each colleague has, for whoever assigns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, TextField
from django.db.models.functions import Cast, Concat

from onewindow.domain.catalogue.model import Text
from onewindow.domain.lifecycle import TaskState
from onewindow.modules.cases.selectors import scope
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import clock, permissions
from onewindow.plumbing.actors import Actor

NOTHING: Mapping[str, int] = {"have": 0, "today": 0, "late": 0}


@dataclass(frozen=True, slots=True)
class LoadLine:
    """What one officer has. Unit: nodes of cases that have begun and are not done. `have` counts what is due today or late as well."""

    user: UUID
    name: Text
    me: bool
    acts: bool
    """Whether they are officers: whoever supervises alone does no steps."""
    away_until: date | None
    substitute: UUID | None
    have: int
    due_today: int
    late: int


@dataclass(frozen=True, slots=True)
class Load:
    lines: tuple[LoadLine, ...]
    nobodys: LoadLine | None
    """What nobody has taken; left out where only the colleagues are asked for."""
    came: Mapping[UUID, int]
    """{who is on leave: how many of their steps the reader has meanwhile}"""


def colleagues_load(*, actor: Actor, now: datetime, whole: bool = True) -> Load:
    """Return what everybody at the reader's desks has, whoever has most first: the steps in one query, the posts in another.

    `whole`: with what nobody has taken.  Raises: Forbidden.
    """
    permissions.require(actor, "cases.desk")
    today = clock.local_date(now)
    offices = {hat.organisation for hat in actor.hats_of(*scope.DESK)}
    counted: dict[UUID | None, dict[str, int]] = {}
    came: dict[UUID, int] = {}
    staff = [row for row in identity.colleagues(organisations=offices, day=today) if row.roles.intersection(scope.DESK)] if offices else []
    for row in _counted(actor, today, None if whole else [row.user for row in staff]) if offices else ():
        held = counted.setdefault(row["assigned_to"], dict(NOTHING))
        for name in NOTHING:
            held[name] += row[name]
        if row["assigned_to"] == actor.id and row["held_for"] is not None:
            came[row["held_for"]] = row["have"]
    lines = [_line(person, counted.get(person.user, NOTHING), actor) for person in staff]
    lines.sort(key=lambda line: (-line.have, not line.me, str(line.user)))
    left = counted.get(None)
    free = LoadLine(UUID(int=0), {}, False, False, None, None, left["have"], left["today"], left["late"]) if left else None
    return Load(tuple(lines), free, came)


def _counted(actor: Actor, today: date, only: list[UUID] | None) -> Iterable[Mapping[str, Any]]:
    """Return the nodes of the reader's departments by who has them and for whom; `only` theirs, by the index of who has what."""
    nodes = Concat(Cast("case_id", TextField()), "node", output_field=TextField())
    found = scope.steps(actor).filter(scope.of_departments(actor), state__in=(TaskState.OPEN, TaskState.PAUSED))
    # That none of it is done, said as well, would lead SQLite to the index of everything that waits.
    found = found.filter(done_at=None) if only is None else found.filter(assigned_to__in=only)
    return found.values("assigned_to", "held_for").annotate(
        have=Count(nodes, distinct=True),
        today=Count(nodes, distinct=True, filter=Q(state=TaskState.OPEN, due_date=today)),
        late=Count(nodes, distinct=True, filter=Q(state=TaskState.OPEN, due_date__lt=today)),
    )


def _line(person: identity.Colleague, held: Mapping[str, int], actor: Actor) -> LoadLine:
    return LoadLine(
        user=person.user,
        name=person.name,
        me=person.user == actor.id,
        acts="officer" in person.roles,
        away_until=person.away_until,
        substitute=person.substitute,
        have=held["have"],
        due_today=held["today"],
        late=held["late"],
    )
