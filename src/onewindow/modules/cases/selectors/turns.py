"""Whose turn a step is: conditions on single steps, for whoever reads them."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, When

from onewindow.domain.lifecycle import ServiceState, TaskState
from onewindow.modules.cases import models
from onewindow.modules.cases.selectors import scope
from onewindow.plumbing.actors import Actor

UNFINISHED = (TaskState.OPEN, TaskState.PAUSED, TaskState.WAITING)
VIEWS = {"mine": (1, "all"), "department": (2, "all"), "done": (3, "all"), "late": (1, "late"), "department-late": (2, "late")}
"""Every view, and where its number stands: a step is one's own (1), of others of the department (2) or done (3)."""
OWN_TURN = frozenset({"mine", "late"})
"""Views of what the reader acts on; in the others somebody else does, or nobody any more."""


def mine(actor: Actor, today: date) -> Q:
    """Return what the actor acts on now."""
    officer = scope.of_departments(actor, "officer")
    turn = ((officer | scope.at_windows(actor)) & Q(state=TaskState.OPEN)) | (officer & stopped(today))
    return turn | (scope.of_departments(actor, "supervisor") & to_release(actor))


def done(actor: Actor) -> Q:
    """Return what is done: at the window, what oneself accepted, and what may be taken back there."""
    window = scope.at_windows(actor) & (Q(done_by=actor.id) | scope.held("case"))
    return (scope.of_departments(actor) | window) & Q(state=TaskState.DONE)


def late(today: date) -> Q:
    return Q(state=TaskState.OPEN, due_date__lt=today)


def of_view(view: str, actor: Actor, today: date) -> Q:
    """Return which of the steps on somebody's desk a view shows."""
    if view == "done":
        return done(actor)
    own = mine(actor, today)
    found = Q(state__in=UNFINISHED) & ~own if view.startswith("department") else own
    return found & late(today) if view.endswith("late") else found


def stopped(today: date) -> Q:
    """Return the steps whose clock stands still and which only their officer brings on: suspended, or with a notice that has lapsed."""
    suspended = models.Pause.objects.filter(task=OuterRef("pk"), ended_at=None, notice=None).exclude(held=True)
    lapsed = models.Notice.objects.filter(case=OuterRef("case"), service=OuterRef("service"), closed_at=None, due_date__lt=today)
    return Q(state=TaskState.PAUSED) & (Q(Exists(suspended)) | Q(Exists(lapsed)))


def to_release(actor: Actor) -> Q:
    """Return the first unfinished step of each held service: where its supervisor says whether it goes on."""
    held = models.CaseService.objects.filter(case=OuterRef("case"), service=OuterRef("service"), state=ServiceState.ON_HOLD)
    earlier = models.Task.objects.filter(
        case=OuterRef("case"), service=OuterRef("service"), position__lt=OuterRef("position"), state__in=UNFINISHED
    )
    of_held = Q(case__in=held_cases({hat.organisation for hat in actor.hats_of("supervisor")}))  # few: asked before the rest
    return of_held & Q(state__in=UNFINISHED) & Q(Exists(held)) & ~Q(Exists(earlier))


def held_cases(organisations: Collection[str] | None = None) -> QuerySet[models.CaseService, Any]:
    """Return the ids of the cases in which a service (of these organisations) is on hold."""
    found = models.CaseService.objects.filter(state=ServiceState.ON_HOLD)
    return (found if organisations is None else found.filter(organisation__in=sorted(organisations))).values("case_id")


class Placed(NamedTuple):
    """A step, and where its number stands (see `VIEWS`)."""

    place: int
    state: str
    due_date: date | None
    done_at: datetime | None
    case_id: UUID
    node: str


def placed(found: QuerySet[models.Task], actor: Actor, today: date) -> list[Placed]:
    """Return few steps on one's desk with their places."""
    place = Case(
        When(mine(actor, today), then=1),
        When(state__in=UNFINISHED, then=2),
        When(done(actor), then=3),
        default=0,
        output_field=IntegerField(),
    )
    return [Placed(*row) for row in found.annotate(place=place).values_list(*Placed._fields)]
