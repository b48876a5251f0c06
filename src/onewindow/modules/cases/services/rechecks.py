"""Looking again at what the machine decided."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from onewindow.domain import events
from onewindow.domain.errors import NotFound
from onewindow.modules.cases import models
from onewindow.modules.cases.errors import ReasonMissing, RecheckDone, RecheckOutcomeUnknown
from onewindow.modules.cases.services.board import Board
from onewindow.modules.cases.services.common import said
from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor

OUTCOMES = ("right", "wrong")


@transaction.atomic
def answer_recheck(*, decision_id: UUID, outcome: str, reason: str = "", actor: Actor, now: datetime) -> None:
    """Say whether the machine decided rightly; where it did not, the supervisors hear why. What was issued holds until it is withdrawn.

    The applicant reads at the case that it was looked at and is right. That it is not, they read with the withdrawal, which two officers
    settle: until then nothing has changed for them.

    Raises: NotFound, Forbidden, RecheckDone, RecheckOutcomeUnknown, ReasonMissing.
    """
    row = models.MachineDecision.objects.filter(pk=decision_id, due_date__isnull=False).first()
    if row is None:
        raise NotFound(kind="re-check", id=decision_id)
    board = Board.load(row.case_id, actor=actor, now=now, open_only=False)
    row = models.MachineDecision.objects.get(pk=decision_id)  # as it is under the lock of its case
    row.case = board.case
    permissions.require(actor, "cases.recheck", row)
    if row.outcome:
        raise RecheckDone
    if outcome not in OUTCOMES:
        raise RecheckOutcomeUnknown(outcome=outcome)
    row.reason = said(reason)
    if outcome == "wrong" and not row.reason:
        raise ReasonMissing(act="re-check", what="a reason")
    row.outcome, row.done_at, row.done_by = outcome, now, actor.known_id
    board.touch(row)
    if outcome == "right":
        board.note("rechecked", row.service)
    board.events.append(
        events.DecisionRechecked(
            at=now, case_id=board.case.pk, decision_id=row.pk, service=row.service, organisation=row.organisation, outcome=outcome
        )
    )
    board.save("cases.recheck", subject_kind="machine-decision", subject_id=row.pk, service=row.service, outcome=outcome)
