"""Drafts and cases change hands: what guardians filed for a child becomes its account's own."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from onewindow.modules.cases import models
from onewindow.plumbing import audit, permissions
from onewindow.plumbing.actors import Actor


@transaction.atomic
def hand_over(*, before: UUID, after: UUID, actor: Actor, now: datetime) -> int:
    """Give everything of one party to another, for the platform's own handler; return how many drafts and cases. Safe to repeat.

    Raises: Forbidden.
    """
    permissions.require(actor, "cases.hand-over")
    drafts = models.Draft.objects.filter(owner=before).update(owner=after)
    cases = list(models.Case.objects.select_for_update().filter(applicant=before).values_list("pk", flat=True))
    models.Case.objects.filter(pk__in=cases).update(applicant=after)
    for case in cases:
        audit.record(actor=actor, action="cases.hand-over", subject_kind="case", subject_id=case, at=now, details={"to": str(after)})
    return drafts + len(cases)
