"""Who has a step: taken, given to a colleague, put back. It says whose turn it is and keeps nobody from acting."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from onewindow.domain import events
from onewindow.domain.errors import DomainError, NotFound
from onewindow.domain.lifecycle import FINAL
from onewindow.modules.cases import models
from onewindow.modules.identity import selectors as identity
from onewindow.modules.identity.selectors import Colleague
from onewindow.plumbing import audit, clock, outbox, permissions
from onewindow.plumbing.actors import Actor

NOBODY_THERE = {"zh": "此人", "en": "This person", "ru": "Этот человек"}
"""Whoever does not work at the organisation is not told by name."""


class StepOver(DomainError):
    """What is done has no holder any more."""

    code = "step-over"
    template = "This step is done or has fallen away. Nothing was changed: choose another one."
    status = 409


class HeldByColleague(DomainError):
    """A colleague at work keeps what they took."""

    code = "held-by-colleague"
    template = "{officer} has this step. Ask them to give it to you, or a supervisor to assign it."
    status = 409


class CannotTake(DomainError):
    """The step is not theirs to do."""

    code = "cannot-take"
    template = "{officer} may not act on this step: it takes an officer of the same organisation and region, in somebody else’s matter."


class AwayNow(DomainError):
    """Whoever is on leave is given nothing."""

    code = "away-now"
    template = "{officer} is on leave until {until}. Choose a colleague who is at work."
    status = 409


@transaction.atomic
def assign(*, task_id: UUID, officer: UUID | None, actor: Actor, now: datetime) -> bool:
    """Give a step, with the others of its organisation in the node, to an officer, or back to nobody; tell whether that changed it.

    An officer takes what nobody has and gives away what is theirs; a supervisor assigns whatever it is. Safe to repeat.
    Raises: NotFound, Forbidden, StepOver, HeldByColleague, CannotTake, AwayNow.
    """
    task = models.Task.objects.select_related("case").filter(pk=task_id).first()
    if task is None:
        raise NotFound(kind="task", id=task_id)
    permissions.require(actor, "cases.assign", task)
    models.Case.objects.select_for_update().only("pk").get(pk=task.case_id)
    same = models.Task.objects.filter(case=task.case_id, node=task.node, organisation=task.organisation)
    rows = {row.pk: row.assigned_to for row in same.exclude(state__in=FINAL["task"]).only("assigned_to")}
    if not rows:
        raise StepOver
    if set(rows.values()) == {officer}:
        return False
    before = next((holder for holder in rows.values() if holder != officer), None)
    staff = {row.user: row for row in identity.colleagues(organisations=[task.organisation], day=clock.local_date(now))}
    _require_movable(task, before, staff, actor)
    if officer is not None:
        _require_fit(task, officer, staff, actor)
    models.Task.objects.filter(pk__in=rows).update(assigned_to=officer, assigned_at=now, assigned_by=actor.known_id, held_for=None)
    details = {"node": task.node, "from": str(before or ""), "to": str(officer or ""), "steps": len(rows)}
    audit.record(actor=actor, action="cases.assign", subject_kind="task", subject_id=task.pk, at=now, details=details)
    outbox.record(_assigned(task, officer, before, now), at=now)
    return True


def _require_movable(task: models.Task, holder: UUID | None, staff: dict[UUID, Colleague], actor: Actor) -> None:
    """Raises: HeldByColleague. What somebody has who is away or gone is anybody's of the department to take."""
    if holder is None or holder == actor.id or actor.acts_as("supervisor", organisation=task.organisation, region=task.case.region):
        return
    if holder in staff and staff[holder].away_until is None:
        raise HeldByColleague(officer=staff[holder].name)


def _require_fit(task: models.Task, officer: UUID, staff: dict[UUID, Colleague], actor: Actor) -> None:
    """Raises: CannotTake, AwayNow."""
    theirs = actor if officer == actor.id else identity.actor_of(officer)
    if officer not in staff or not permissions.allowed(theirs, "cases.work", task):
        raise CannotTake(officer=staff[officer].name if officer in staff else NOBODY_THERE)
    if staff[officer].away_until is not None:
        raise AwayNow(officer=staff[officer].name, until=staff[officer].away_until)


def _assigned(task: models.Task, officer: UUID | None, before: UUID | None, now: datetime) -> events.TaskAssigned:
    return events.TaskAssigned(
        at=now,
        case_id=task.case_id,
        task_id=task.pk,
        service=task.service,
        step=task.step,
        organisation=task.organisation,
        officer=officer,
        before=before,
    )
