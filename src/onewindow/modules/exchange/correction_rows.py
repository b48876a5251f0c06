"""The row of a correction: somebody says that what a register holds about them is not right, and its owner answers."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from onewindow.plumbing.sealing.fields import SealedJSON, SealedRow, SealedText


class Correction(SealedRow):
    """One value of one register that somebody disputes, on the desk of the organisation that owns the register."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    organisation = models.CharField(max_length=200)
    resource = models.CharField(max_length=200)
    element = models.CharField(max_length=200)
    person = models.UUIDField(db_index=True)
    """Whose matter it is."""
    raised_by = models.UUIDField()
    """Who said so and is told of the answer: the person, or whoever acts for them."""
    matter = models.UUIDField(db_index=True)
    """The draft, and once it is filed the case."""
    reference = models.CharField(max_length=24, blank=True)
    """Of the case; empty before it is filed."""
    said = SealedJSON(default=dict)
    """{value, keys, note}: what the register holds, under which keys it was found, and what the person says."""
    raised_at = models.DateTimeField()
    due_date = models.DateField()
    outcome = models.CharField(max_length=12, blank=True)
    """corrected, stands, or withdrawn by the person; empty while it waits."""
    sentence = SealedText(blank=True)
    """What the person reads."""
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["matter", "resource", "element"], condition=Q(outcome=""), name="exchange_one_open_correction"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "outcome", "due_date"], name="exchange_corrections_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.resource}: {self.element}"
