"""What officers take along of their queue."""

import uuid
from typing import ClassVar

from django.db import models

from onewindow.plumbing.sealing.fields import SealedJSON, SealedRow


class QueueExport(SealedRow):
    """A queue as a table: asked for by an officer, made by the worker, kept for a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.UUIDField()
    organisation = models.CharField(max_length=200)
    """At whose desk it was asked for: whoever has left it takes nothing of it along."""
    asked = SealedJSON(default=dict)
    """{filter, language}: which rows, in which words. Sealed, because a search may name somebody."""
    state = models.CharField(max_length=16)
    """waiting, making, ready or failed"""
    rows = models.PositiveIntegerField(default=0)
    """How many are written."""
    total = models.PositiveIntegerField(null=True)
    """How many there are to write; null before the first was read."""
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    until = models.DateTimeField()
    """When it is removed."""
    file = models.UUIDField(null=True)
    failure = models.CharField(max_length=80, blank=True)
    """A code, never a message."""

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "-asked_at"], name="cases_exports_of"),
            models.Index(fields=["state", "until"], name="cases_exports_due"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"
