"""Rows of the messages: what is still to be sent, sealed; of what was sent, only that it was."""

import uuid
from typing import ClassVar

from django.db import models


class Message(models.Model):
    """One message to one person. The address and the words are sealed, and gone once it was carried or given up."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    template = models.CharField(max_length=60)
    channel = models.CharField(max_length=10)
    sealed = models.TextField(blank=True)
    state = models.CharField(max_length=10, default="waiting")
    """waiting, sent, expired, refused or dropped"""
    attempts = models.PositiveSmallIntegerField(default=0)
    recorded_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], name="letters_waiting", condition=models.Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return str(self.id)
