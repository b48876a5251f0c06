"""Rows of denials and reads. They are only ever added; the sequencer of the proof log marks them with their place."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class AccessEntry(models.Model):
    """One denial, or one look at what concerns people. Ids and codes only."""

    kind = models.CharField(max_length=8)
    """read or denied"""
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    organisation = models.CharField(max_length=80, blank=True)
    what = models.CharField(max_length=80)
    """What was read, or the permission that was asked for."""
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.CharField(max_length=120, blank=True)
    case = models.UUIDField(null=True)
    purpose = models.CharField(max_length=120, blank=True)
    persons = models.JSONField(default=dict)
    """Whose data it was. Shape: {person: [case, …]}; no cases where the entry itself names one, or none is concerned."""
    details = models.JSONField(default=dict)
    leaf = models.BigIntegerField(null=True, unique=True)
    """The place in the proof log: set after the numbering has been committed in the main database, and again if that was cut off."""

    class Meta:
        verbose_name_plural = "access entries"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["id"], condition=Q(leaf=None), name="access_to_number"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.what} {self.subject_id}"


class DenialCount(models.Model):
    """Denials of one account, permission and minute that got no entry of their own. When the minute is over it becomes an entry."""

    key = models.CharField(max_length=64, primary_key=True)
    minute = models.DateTimeField(db_index=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    organisation = models.CharField(max_length=80, blank=True)
    what = models.CharField(max_length=80)
    times = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    latest_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.what} × {self.times}"


class AccessPerson(models.Model):
    """Where a person finds the entries about them; says nothing that the entry does not say."""

    entry = models.ForeignKey(AccessEntry, on_delete=models.CASCADE, related_name="told")
    person = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "entry"], name="access_person_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.entry_id}"
