"""How each data resource is reached, and who asked it for what."""

import uuid
from typing import ClassVar

from django.db import models


class Connector(models.Model):
    """The one way to a data resource."""

    resource = models.CharField(max_length=200, primary_key=True)
    kind = models.CharField(max_length=20)
    settings = models.JSONField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} to {self.resource}"


class QueryLog(models.Model):
    """One look-up: who, where, why, which fields. The key is kept as a keyed fingerprint only, the values not at all."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.UUIDField(null=True)
    resource = models.CharField(max_length=200)
    subject_id = models.UUIDField(db_index=True)
    """The draft or case on whose behalf the source was asked."""
    purpose = models.CharField(max_length=100)
    key_fingerprint = models.CharField(max_length=64)
    fields = models.JSONField()
    outcome = models.CharField(max_length=20)
    """answered, no-record, or why there was no answer."""
    duration_ms = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["resource", "at"], name="exchange_by_resource")]

    def __str__(self) -> str:
        return f"{self.resource}: {self.outcome}"
