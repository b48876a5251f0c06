"""The stores of records and what was loaded into them. The records lie in tables of their own (`tables`)."""

from typing import ClassVar

from django.db import models

from onewindow.plumbing.sealing.fields import SealedRow, SealedText


class RecordStore(SealedRow):
    """The records of one resource."""

    resource = models.CharField(max_length=200, unique=True)
    description = models.JSONField()
    """Shape: `domain.exchange.records.Description.as_json`."""
    secret = SealedText(row=("resource",))
    """The key of the store, in hex: the personal columns lie under it, so that a new data key seals this one value anew."""
    table = models.CharField(max_length=60, blank=True)
    """Where the records are; empty until some have been loaded."""
    batches = models.PositiveIntegerField(default=0)
    """How many batches were loaded; the number of the last one."""
    described_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"records of {self.resource}"


class RecordBatch(models.Model):
    """One file that was loaded, whole or not at all."""

    store = models.ForeignKey(RecordStore, on_delete=models.CASCADE)
    number = models.PositiveIntegerField()
    """In its store; a record holds the number of the batch that wrote it."""
    name = models.CharField(max_length=200)
    content = models.CharField(max_length=64)
    """The hash of the file: BLAKE2b of 32 bytes, in hex."""
    deletes = models.BooleanField()
    """Whether the file names records that are gone."""
    at = models.DateTimeField()
    loaded_by = models.UUIDField(null=True)
    rows = models.BigIntegerField()
    added = models.BigIntegerField()
    changed = models.BigIntegerField()
    gone = models.BigIntegerField()
    refused = models.BigIntegerField()
    forgotten_at = models.DateTimeField(null=True)
    """When the rules let go of what records were before this batch."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["store", "number"], name="exchange_batch_number"),
            models.UniqueConstraint(fields=["store", "name", "content", "deletes"], name="exchange_batch_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.rows} rows"
