"""Interfaces that somebody is connecting and nobody may ask yet."""

import uuid
from typing import ClassVar

from django.db import models


class InterfaceDraft(models.Model):
    """One interface on its way: what its document offers, and what was chosen of it. Gone once it is published."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    author = models.UUIDField(null=True)
    organisation = models.CharField(max_length=200)
    title = models.CharField(max_length=300, blank=True)
    operations = models.JSONField()
    """domain.exchange.openapi.Operation, each as JSON."""
    form = models.JSONField(default=dict)
    based_on = models.IntegerField(null=True)
    """The release that it was begun on."""
    updated_at = models.DateTimeField()

    class Meta:
        app_label = "exchange"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["author"], name="exchange_drafts_by_author")]

    def __str__(self) -> str:
        return self.title
