"""Rows of the messages: what is still to be sent, sealed; of what was sent, only that it was."""

import uuid
from typing import ClassVar

from django.db import models

from onewindow.plumbing.sealing.fields import HashOf, SealedJSON, SealedRow, SealedText


class Message(models.Model):
    """One message to one person. The address and the words are sealed, and gone once it was carried or given up."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    template = models.CharField(max_length=60)
    channel = models.CharField(max_length=10)
    sealed = models.TextField(blank=True)
    state = models.CharField(max_length=10, default="waiting")
    """waiting, sent, expired, refused, gone or dropped"""
    about = models.CharField(max_length=32, blank=True, default="", db_default="")
    """A code of whom and what it is about: while one waits, nobody is told the same twice. Leads to neither."""
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


class PushDevice(SealedRow):
    """A browser in which somebody wants to be told of news."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.UUIDField()
    endpoint = SealedText(hashed=True)
    keys = SealedJSON(default=dict)
    """{p256dh, auth}: what only this browser can open is encrypted with them."""
    name = models.CharField(max_length=60, blank=True)
    """Browser and system in a few words."""
    subscribed_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(HashOf("endpoint"), name="letters_one_device"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["user", "-subscribed_at"], name="letters_devices")]

    def __str__(self) -> str:
        return str(self.id)
