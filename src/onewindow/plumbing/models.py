"""Rows that every module stands on. Other modules reach them through the functions beside this file only."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from onewindow.plumbing.sealing.fields import SealedJSON, SealedRow, SealedText


class OutboxRow(models.Model):
    """One piece of work: one event for one handler, or one turn of a periodic job."""

    event = models.CharField(max_length=80, blank=True)
    payload = models.JSONField(default=dict)
    handler = models.CharField(max_length=200)
    job = models.CharField(max_length=120, null=True, unique=True)  # noqa: DJ001  (unique where present)
    recorded_at = models.DateTimeField()
    run_at = models.DateTimeField()
    claims = models.PositiveIntegerField(default=0)
    """How often a worker took it; a row that only ever kills its worker dies by this count."""
    attempts = models.PositiveIntegerField(default=0)
    """How often the handler failed."""
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    failure = models.CharField(max_length=120, blank=True)
    """The class of the last failure, never its message."""
    dead_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["run_at", "id"], condition=Q(dead_at=None), name="outbox_due"),
            models.Index(fields=["dead_at"], condition=Q(dead_at__isnull=False), name="outbox_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.event or self.job} → {self.handler}"


class AuditEntry(models.Model):
    """One act: who did what to which, when. Ids and codes only."""

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    organisation = models.CharField(max_length=80, blank=True)
    action = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=120)
    details = models.JSONField(default=dict)
    leaf = models.BigIntegerField(null=True, unique=True)
    """The place in the proof log; empty until the sequencer has numbered the entry."""

    class Meta:
        verbose_name_plural = "audit entries"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="audit_of_subject"),
            models.Index(fields=["actor_id", "id"], name="audit_of_actor"),
            models.Index(fields=["id"], condition=Q(leaf=None), name="audit_to_number"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_kind} {self.subject_id}"


class ProofTile(models.Model):
    """256 hashes of one level of the proof log, or fewer at its end; at level −1, the entries themselves."""

    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["level", "index"], name="proof_tile_once"),
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class ProofHead(models.Model):
    """The log as it stood when its sequencer had added some entries, signed."""

    size = models.BigIntegerField(primary_key=True)
    note = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.size}"


class NumberedAccess(models.Model):
    """A run of entries of the other store that this database has numbered and that are not marked there yet.

    Written with the tiles, in one transaction: whatever dies in between, the other store's marks can be made again from here.
    """

    leaf = models.BigIntegerField(primary_key=True)
    first = models.BigIntegerField()
    last = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.first}–{self.last} from {self.leaf}"


class IdempotencyKey(SealedRow):
    """A key a client made, the body it came with, and what was answered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    actor = models.CharField(max_length=120)
    scope = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    result = SealedJSON(row=["actor", "scope", "key"], null=True)
    claimed_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["actor", "scope", "key"], name="idempotency_one_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.id}"


class StoredFile(SealedRow):
    """A file somebody gave; equal contents share one place on disk."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    place = models.CharField(max_length=64, db_index=True)
    """Its name on disk: a keyed hash of the content, so that the name tells nobody what is known to be kept."""
    key = models.PositiveSmallIntegerField(null=True, db_index=True)
    """The data key it is sealed under; empty for a file from before, until the job has sealed it."""
    sha256 = SealedText()
    size = models.PositiveIntegerField()
    media_type = models.CharField(max_length=60)
    name = SealedText()
    owner_kind = models.CharField(max_length=10)
    owner_id = models.UUIDField(null=True)
    stored_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.media_type} {self.id}"


class WorkYear(models.Model):
    """One year's table of a region: days off that fall on weekdays, and weekend days that are worked."""

    region = models.CharField(max_length=12)
    year = models.PositiveSmallIntegerField()
    holidays = models.JSONField(default=list)
    workdays = models.JSONField(default=list)
    source = models.CharField(max_length=200)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["region", "year"], name="calendar_one_table_per_year"),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.year}"
