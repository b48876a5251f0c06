"""The row of an act that one officer proposed and another has to confirm. Reached through `plumbing.approvals` only."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from onewindow.plumbing.sealing.fields import SealedJSON, SealedRow, SealedText


class Proposal(SealedRow):
    """Something adverse, or a rise of rights, that has no effect before a second officer confirms it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=120)
    organisation = models.CharField(max_length=200)
    payload = SealedJSON(default=dict)
    gains = models.UUIDField(null=True)
    """Who would gain by it: they neither propose nor confirm it."""
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=12, default="open")
    """open, confirmed, rejected or lapsed."""
    settled_by = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)
    reason = SealedText(blank=True)
    """Why it was rejected."""

    class Meta:
        app_label = "plumbing"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "subject_id"], condition=Q(state="open"), name="proposals_one_open"),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | (Q(settled_by__isnull=False) & ~Q(settled_by=models.F("proposed_by"))),
                name="proposals_two_officers",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "proposed_at"], condition=Q(state="open"), name="proposals_open"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"
