"""Leave: what somebody has goes to their substitute while they are away, and comes back with them if it is not done."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Coalesce

from onewindow.domain import events
from onewindow.domain.lifecycle import TaskState
from onewindow.modules.cases import models
from onewindow.modules.identity import selectors as identity
from onewindow.modules.identity.selectors import Colleague
from onewindow.plumbing import audit, clock, outbox, permissions
from onewindow.plumbing.actors import Actor

UNFINISHED = (TaskState.OPEN, TaskState.PAUSED, TaskState.WAITING)
Staff = dict[tuple[str, UUID], Colleague]


@dataclass(frozen=True, slots=True)
class _Move:
    """Steps of one organisation that change hands: those that `whose` is the holder of, or that are kept for them."""

    organisation: str
    whose: UUID
    back: bool


def cover_leaves(*, actor: Actor, now: datetime) -> int:
    """Hand over what those on leave have, bring back what is theirs who are back, and tell how many nodes moved. Safe to repeat.

    Where no substitute may act, it is nobody's until they are back. Raises: Forbidden.
    """
    permissions.require(actor, "cases.cover-leaves")
    today = clock.local_date(now)
    held = _people("assigned_to", Q(assigned_to__in=identity.absent(day=today)))
    kept = _people("held_for", Q(held_for__isnull=False))
    staff: Staff = {
        (row.organisation, row.user): row for row in identity.colleagues(organisations={office for office, _ in held | kept}, day=today)
    }
    moved = 0
    for office, officer in sorted(kept, key=str):
        if (office, officer) not in staff or not _away(staff, office, officer):
            moved += _bring_back(_Move(office, officer, back=True), staff, actor, now)
    for office, officer in sorted(held, key=str):
        if (office, officer) not in staff or _away(staff, office, officer):
            moved += _hand_over(_Move(office, officer, back=False), staff, actor, now)
    return moved


@transaction.atomic
def _bring_back(move: _Move, staff: Staff, actor: Actor, now: datetime) -> int:
    """Whoever is back has their steps again; where they have left, the steps stay with whom they went to."""
    rows = _locked(_running(Q(organisation=move.organisation, held_for=move.whose)))
    if (move.organisation, move.whose) not in staff:
        models.Task.objects.filter(pk__in=[row.pk for row in rows]).update(held_for=None)
        return 0
    return _move(rows, move, move.whose, actor, now)


@transaction.atomic
def _hand_over(move: _Move, staff: Staff, actor: Actor, now: datetime) -> int:
    """What somebody on leave has goes to the substitute, as far as that one may act on it; the rest goes to nobody."""
    rows = _locked(_running(Q(organisation=move.organisation, assigned_to=move.whose)))
    there = staff.get((move.organisation, move.whose))
    substitute = there.substitute if there else None
    if substitute is None or _away(staff, move.organisation, substitute) or (move.organisation, substitute) not in staff:
        return _move(rows, move, None, actor, now)
    theirs = identity.actor_of(substitute)
    fit = [row for row in rows if permissions.allowed(theirs, "cases.work", row)]
    rest = [row for row in rows if row not in fit]
    return _move(fit, move, substitute, actor, now) + _move(rest, move, None, actor, now)


def _move(rows: list[models.Task], move: _Move, to: UUID | None, actor: Actor, now: datetime) -> int:
    """Write who has the steps now, one audit entry for each case, and tell whoever has gained some."""
    theirs = None if move.back else Coalesce(F("held_for"), Value(move.whose, output_field=UUIDField()))
    found = models.Task.objects.filter(pk__in=[row.pk for row in rows])
    found.update(assigned_to=to, assigned_at=now, assigned_by=None, held_for=theirs)
    for case in sorted({row.case_id for row in rows}):
        details = {"from": str(move.whose), "to": str(to or ""), "back": move.back}
        audit.record(actor=actor, action="cases.cover-leave", subject_kind="case", subject_id=case, at=now, details=details)
    nodes = len({(row.case_id, row.node) for row in rows})
    if nodes and to is not None:
        outbox.record(events.StepsHandedOver(officer=to, before=move.whose, steps=nodes, back=move.back, at=now), at=now)
    return nodes


def _people(column: str, which: Q) -> set[tuple[str, UUID]]:
    """Return (organisation, officer) of everybody who stands in a column of steps that are not done."""
    found = _running(which).values_list("organisation", column).distinct()
    return {(office, officer) for office, officer in found if officer is not None}


def _running(which: Q) -> QuerySet[models.Task]:
    return models.Task.objects.filter(which, state__in=UNFINISHED)


def _locked(found: QuerySet[models.Task]) -> list[models.Task]:
    """Lock the cases of the steps, in one order, and read the steps again behind the lock."""
    cases = sorted(set(found.values_list("case_id", flat=True)))
    list(models.Case.objects.select_for_update().filter(pk__in=cases).order_by("pk").values_list("pk", flat=True))
    return list(found.filter(case__in=cases).select_related("case").order_by("case_id", "position"))


def _away(staff: Staff, office: str, officer: UUID) -> bool:
    row = staff.get((office, officer))
    return row is not None and row.away_until is not None
