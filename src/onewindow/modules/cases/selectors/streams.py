"""The queue read in the order of its indexes: what a page costs depends on the page, not on how much waits or was ever done.

A view is a row of stretches, one after the other: what is open, what stands still, what has not begun. Each stretch has a part for
each way in which steps reach the reader, and each part is read from an index in the order in which it is shown.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet

from onewindow.domain.lifecycle import TaskState
from onewindow.modules.cases import models
from onewindow.modules.cases.selectors import scope, turns
from onewindow.plumbing.actors import Actor

Tasks = QuerySet[models.Task]
Narrow = Callable[[Tasks], Tasks]
Key = tuple[UUID, str]
"""A case and a node."""
Part = QuerySet[models.Task, tuple[Any, UUID, str]]
COUNTED = 1_000
"""How far a view is counted: whoever has more of it than that, has more."""
LOOKED_AT = 500
"""How many steps of a part are looked at to count what is picked out of them."""
DONE_COUNTED = 100
"""The same of what is done, where something else is looked at."""


@dataclass(frozen=True)
class Streams:
    """The stretches of every view, for one reader. `narrow` picks out of the steps what is looked for; `look`: among the first so many."""

    actor: Actor
    today: date
    narrow: Narrow | None = None
    look: int | None = None

    def of_view(self, view: str, *, only: Q | None = None) -> Iterator[tuple[Part, ...]]:
        """Yield the stretches of a view, each as its parts. `only`: of them, what fits this."""
        if view == "done":
            yield tuple(self._done())
            return
        stretches = (TaskState.OPEN,) if view.endswith("late") or only is not None else turns.UNFINISHED
        for state in stretches:
            parts = self._of_others(state) if view.startswith("department") else self._mine(state)
            more = turns.late(self.today) if view.endswith("late") else Q()
            yield tuple(self._part(found.filter(more & (only or Q())), "due_date") for found in parts)

    def _mine(self, state: TaskState) -> Iterator[Tasks]:
        for desk in scope.desks(self.actor):
            if desk.acts and state == TaskState.OPEN:
                yield self._unfinished(state).filter(desk.steps())
            if desk.acts and desk.organisation and state == TaskState.PAUSED:
                yield self._unfinished(state).filter(desk.steps() & turns.stopped(self.today))
            if desk.releases:
                of_held = models.Task.objects.filter(case__in=turns.held_cases({desk.organisation}))
                yield scope.fitting(scope.not_close(of_held, self.actor), desk.steps() & Q(state=state) & turns.to_release(self.actor))

    def _of_others(self, state: TaskState) -> Iterator[Tasks]:
        own = turns.mine(self.actor, self.today)
        for desk in scope.desks(self.actor):
            if state != TaskState.OPEN or not any(other.acts and other.holds(desk) for other in scope.desks(self.actor)):
                yield self._unfinished(state).filter(desk.steps() & ~own)

    def _done(self) -> Iterator[Part]:
        finished = scope.not_close(models.Task.objects.filter(done_at__isnull=False), self.actor)
        for desk in scope.desks(self.actor):
            if desk.organisation:
                yield self._part(finished.filter(desk.steps()), "-done_at")
                continue
            yield self._part(finished.filter(desk.steps(), done_by=self.actor.id), "-done_at")
            of_held = models.Task.objects.filter(case__in=turns.held_cases())
            yield self._part(scope.fitting(scope.not_close(of_held, self.actor), desk.steps() & Q(done_at__isnull=False)), "-done_at")

    def _unfinished(self, state: TaskState) -> Tasks:
        return scope.not_close(models.Task.objects.filter(done_at=None, state=state), self.actor)

    def _part(self, found: Tasks, order: str) -> Part:
        first = order.removeprefix("-")
        if self.narrow is not None:
            if self.look is not None:
                found = models.Task.objects.filter(pk__in=found.order_by(order, "case_id", "node").values("pk")[: self.look])
            found = self.narrow(found)
        read = found.values_list(first, "case_id", "node").order_by(order, "case_id", "node")
        return read.distinct() if order == "due_date" else read  # the index of what is done ends at its moment: a database would sort all


def keys(stretches: Iterator[tuple[Part, ...]], wanted: int, *, newest: bool = False) -> list[Key]:
    """Return the first so many nodes of a view, in its order."""
    found: dict[Key, None] = {}
    for parts in stretches:
        for key in _stretch(parts, wanted - len(found), found, newest=newest):
            found.setdefault(key)
        if len(found) >= wanted:
            break
    return list(found)[:wanted]


def _stretch(parts: Sequence[Part], wanted: int, before: dict[Key, None], *, newest: bool) -> list[Key]:
    """Return the first nodes of one stretch that did not stand before. A node stands at its first step; its others are read over."""
    limit = wanted + 1
    while True:
        read = [list(part[:limit]) for part in parts]
        rows = read[0] if len(parts) == 1 else sorted((row for part in read for row in part), key=_order(newest))
        cut = [part[-1] for part in read if len(part) == limit]
        if cut and len(parts) > 1:  # behind the end of a part that goes on, something of it may be missing
            end = min(map(_order(newest), cut))
            rows = [row for row in rows if _order(newest)(row) <= end]
        found = [key for key in dict.fromkeys((case_id, node) for _, case_id, node in rows) if key not in before]
        if len(found) >= wanted or not cut:
            return found
        limit *= 2


def _order(newest: bool) -> Callable[[tuple[Any, UUID, str]], tuple[Any, ...]]:
    def order(row: tuple[Any, UUID, str]) -> tuple[Any, ...]:
        moment, case_id, node = row
        when = -moment.timestamp() if newest else moment.toordinal() if moment is not None else 0
        return (when, case_id.hex, node)

    return order


def count(views: dict[str, tuple[list[Part], int]]) -> dict[str, tuple[int, bool]]:
    """Return for each view how many nodes it has, and whether there are more than were counted: all of them in one statement.

    Shape: {view: (its parts, how far to count)}.
    """
    columns, given = [], []
    for parts, most in views.values():
        written = [sql for sql in (_sql(part[:most]) for part in parts) if sql]
        if not written:
            columns.append("NULL")
            continue
        union = " UNION ALL ".join(f"SELECT * FROM ({sql}) AS part{place}" for place, (sql, _) in enumerate(written))  # noqa: S608  (the ORM's)
        node = "CAST(case_id AS text) || node"
        one = f"SELECT COUNT(*) || ' ' || COUNT(DISTINCT {node}) FROM (SELECT * FROM ({union}) AS parts LIMIT %s) AS counted"  # noqa: S608  (the same)
        columns.append(f"({one})")
        given += [value for _, values in written for value in values]
        given.append(most)
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(columns), given)
        found = cursor.fetchone()
    numbers = [tuple(map(int, (told or "0 0").split())) for told in found]
    return {view: (nodes, rows >= most) for (view, (_, most)), (rows, nodes) in zip(views.items(), numbers, strict=True)}


def _sql(part: Part) -> tuple[str, tuple[Any, ...]] | None:
    """Return the statement of a part, or nothing where it is known to be empty."""
    try:
        sql, values = part.query.sql_with_params()
    except EmptyResultSet:
        return None
    return sql, tuple(values)
