"""Evaluations and what is made public of them. Whose an evaluation is, only its case tells; no name and no time of day is kept."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from onewindow.plumbing.sealing.fields import SealedRow, SealedText


class Evaluation(SealedRow):
    """One act judged once. It goes when its case goes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="evaluations")
    node = models.CharField(max_length=16)
    """decision or acceptance"""
    subject = models.CharField(max_length=200)
    """The service that was decided, or the organisation whose counter accepted."""
    channel = models.CharField(max_length=16)
    organisation = models.CharField(max_length=200)
    region = models.CharField(max_length=12, blank=True)
    level = models.PositiveSmallIntegerField()
    indicators = models.JSONField(default=dict)
    """{indicator: level}"""
    words = SealedText(blank=True)
    given_on = models.DateField()
    due_date = models.DateField(null=True)
    """Until when a bad one is called back."""
    answer = SealedText(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "node", "subject"], name="evaluation_once_per_act"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["organisation", "due_date"], condition=Q(due_date__isnull=False, answered_at=None), name="evaluation_open"
            ),
            models.Index(fields=["organisation", "-answered_at"], condition=Q(answered_at__isnull=False), name="evaluation_answered"),
        ]

    def __str__(self) -> str:
        return f"{self.node} of {self.subject}"


class Score(models.Model):
    """How often each level was given to one service or counter. Nothing leads from here to an evaluation."""

    node = models.CharField(max_length=16)
    subject = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200)
    channel = models.CharField(max_length=16)
    shown = models.JSONField()
    """[count], in the order of the levels: what is public."""
    waiting = models.JSONField()
    """What joins it once there are enough."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["node", "subject", "organisation", "channel"], name="evaluation_one_score"),
        ]

    def __str__(self) -> str:
        return f"{self.node} of {self.subject}"
