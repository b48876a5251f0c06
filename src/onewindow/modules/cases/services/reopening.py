"""A confirmation stands for the words that were confirmed: where they change, it is open again."""

from datetime import date, datetime
from typing import Any

from onewindow.domain import deadlines
from onewindow.domain.confirmations import Role
from onewindow.modules.cases import confirming, models
from onewindow.modules.cases.drafting import state_of
from onewindow.modules.cases.services.part_letters import write_to_applicant, write_to_invited
from onewindow.plumbing import audit, calendars, clock
from onewindow.plumbing.actors import Actor


def look_again(draft: models.Draft, actor: Actor, now: datetime) -> None:
    """Open the confirmations again whose words have changed with the draft, and say so to both."""
    rows = models.Part.objects.filter(draft=draft, state="confirmed", ended_at=None)
    if not rows or draft.filed_case_id is not None:
        return
    state = state_of(draft)
    roles = {role.id: role for role in state.roles}
    for row in rows:
        role = roles.get(row.role)
        if role is None or confirming.stands(row, state, role, draft.owner):
            continue
        reopen(row, role, now)
        record("cases.reopen-part", row, actor, now)
        write_to_invited(row, draft, role.name, actor=actor, now=now, template="part-reopened")
        write_to_applicant("part-reopened-own", row, draft, now=now)


def say_goodbye(draft: models.Draft, actor: Actor, now: datetime) -> None:
    """Tell those who took part in a draft that is thrown away."""
    for row in models.Part.objects.filter(draft=draft, ended_at=None).exclude(person=None):
        write_to_invited(row, draft, {}, actor=actor, now=now, template="part-closed")


def reopen(row: models.Part, role: Role, now: datetime) -> None:
    """Forget that a part was confirmed; there is as much time again as for a new invitation."""
    row.state, row.reopened_at, row.due_date = "taken", now, due_date(role.days, now)
    row.confirmed, row.digest, row.level, row.confirmed_at = None, "", None, None
    row.save()


def due_date(days: int, now: datetime) -> date:
    """Return the last day on which it can be confirmed. Unit: working days."""
    return deadlines.due_date_or_warning(clock.local_date(now), days, calendars.current()).date


def record(action: str, row: models.Part, actor: Actor, now: datetime, **details: Any) -> None:
    """Write what was done with a part into the audit."""
    more = {"draft": str(row.draft_id), **details}
    audit.record(actor=actor, action=action, subject_kind="part", subject_id=row.pk, at=now, details=more)
