"""What the machine decided, and what came of looking at it again. People are kept by id: their own module holds who they are."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from onewindow.plumbing.sealing.fields import SealedRow, SealedText


class MachineDecision(SealedRow):
    """One service that was decided without an officer. Where the draw took it, an officer looks at it again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="machine_decisions")
    service = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200)
    ground = models.CharField(max_length=16)
    """proven: every fact was; silence: the limit ran out, and the law grants then."""
    decided_at = models.DateTimeField()
    rate = models.FloatField()
    number = models.CharField(max_length=32)
    """Drawn at random with the decision: domain/sampling.py says what it decides."""
    due_date = models.DateField(null=True)
    """Until when somebody looks at it again; nothing where the draw left it out."""
    outcome = models.CharField(max_length=8, blank=True)
    """right or wrong; empty until somebody has looked."""
    reason = SealedText(blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "service"], name="cases_machine_decides_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "due_date"], condition=Q(due_date__isnull=False, outcome=""), name="cases_to_recheck"),
            models.Index(fields=["organisation", "decided_at"], name="cases_by_machine"),
        ]

    def __str__(self) -> str:
        return f"{self.ground}: {self.service}"
