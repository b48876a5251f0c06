"""Data resources with their versions, requests for them, who is told of new versions, and the register of systems."""

import uuid
from typing import ClassVar

from django.db import models


class DataResource(models.Model):
    """Something a department keeps. What it says of it stands in its versions; a resource of the compiled catalogue has the same id."""

    id = models.CharField(max_length=80, primary_key=True)
    organisation = models.CharField(max_length=80, db_index=True)
    registered_at = models.DateTimeField()
    current = models.OneToOneField("exchange.ResourceVersion", on_delete=models.PROTECT, null=True, related_name="current_of")
    """The published version; null before the first, and when it was withdrawn."""

    def __str__(self) -> str:
        return self.id


class ResourceVersion(models.Model):
    """What the owner says of a resource. A published one never changes: a change is the next number."""

    resource = models.ForeignKey(DataResource, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=20, default="draft")
    document = models.JSONField()
    """Shape: domain.exchange.resources.Description.document."""
    words = models.TextField()
    """What is searched: id, titles, descriptions and names of fields, in small letters."""
    lineage = models.TextField(blank=True)
    """The ids it is derived from, each between two spaces."""
    subject = models.CharField(max_length=20)
    sharing = models.CharField(max_length=20)
    open = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    """When it was withdrawn, or the next version took its place."""
    ended_by = models.UUIDField(null=True)
    why_ended = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["resource", "number"], name="exchange_version_number"),
            models.UniqueConstraint(fields=["resource"], condition=models.Q(state="draft"), name="exchange_one_draft"),
            models.UniqueConstraint(fields=["resource"], condition=models.Q(state="published"), name="exchange_one_published"),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.number}"


class Subscription(models.Model):
    """An organisation that is told when a new version comes."""

    resource = models.ForeignKey(DataResource, on_delete=models.CASCADE, related_name="subscriptions")
    organisation = models.CharField(max_length=80)
    since = models.DateTimeField()
    told_version = models.PositiveIntegerField(null=True)
    told_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["resource", "organisation"], name="exchange_one_subscription"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} follows {self.resource_id}"


class AccessRequest(models.Model):
    """An organisation asks for fields of a resource."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    resource = models.ForeignKey(DataResource, on_delete=models.PROTECT, related_name="requests")
    version = models.PositiveIntegerField()
    """The one that was read when it was asked."""
    owner = models.CharField(max_length=80)
    organisation = models.CharField(max_length=80)
    fields = models.JSONField()
    purposes = models.JSONField()
    services = models.JSONField(default=list)
    reason = models.TextField()
    from_date = models.DateField()
    until_date = models.DateField(null=True)
    a_day = models.PositiveIntegerField(null=True)
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField(null=True)
    due_date = models.DateField()
    state = models.CharField(max_length=20, default="waiting")
    """waiting, granted, partly or refused."""
    given = models.JSONField(default=list)
    answer = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    """Nobody where the rule decided: what is shared without conditions is granted at once."""
    grant = models.OneToOneField("exchange.Grant", on_delete=models.PROTECT, null=True, related_name="asked_for")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "due_date"], condition=models.Q(state="waiting"), name="exchange_to_decide"),
            models.Index(fields=["organisation", "-asked_at"], name="exchange_asked_by"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} asks for {self.resource_id}"


class CloudSystem(models.Model):
    """A department's system, and how far it is on its way to the city's cloud."""

    id = models.CharField(max_length=80, primary_key=True)
    organisation = models.CharField(max_length=80, db_index=True)
    name = models.JSONField()
    state = models.CharField(max_length=20)
    """Shape: domain.exchange.systems.STATES."""
    needs = models.JSONField(default=list)
    """The ids of the systems it cannot run without."""
    resources = models.JSONField(default=list)
    """The ids of the data resources it keeps."""
    planned_date = models.DateField(null=True)
    moved_date = models.DateField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.UUIDField(null=True)

    def __str__(self) -> str:
        return self.id
