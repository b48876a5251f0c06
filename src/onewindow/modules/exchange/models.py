"""How each data resource is reached, and who asked it for what."""

import uuid
from typing import ClassVar

from django.db import models

from onewindow.modules.exchange.correction_rows import Correction
from onewindow.modules.exchange.enquiry_rows import Enquiry, EnquiryAnswer
from onewindow.modules.exchange.interfaces.models import InterfaceDraft
from onewindow.modules.exchange.records.models import RecordBatch, RecordStore
from onewindow.modules.exchange.resources.models import AccessRequest, CloudSystem, DataResource, ResourceVersion, Subscription
from onewindow.modules.exchange.source_rows import SourceState

__all__ = [
    "AccessRequest",
    "CloudSystem",
    "Connector",
    "Consent",
    "Correction",
    "DataResource",
    "Enquiry",
    "EnquiryAnswer",
    "Grant",
    "InterfaceDraft",
    "Query",
    "QuotaUse",
    "RecordBatch",
    "RecordStore",
    "ResourceVersion",
    "SourceState",
    "Stamp",
    "Subscription",
]


class Connector(models.Model):
    """The one way to a data resource."""

    resource = models.CharField(max_length=200, primary_key=True)
    kind = models.CharField(max_length=20)
    settings = models.JSONField()
    level = models.CharField(max_length=10, blank=True)
    """Whose system it is: state, province or city; empty where nobody said."""
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} to {self.resource}"


class Grant(models.Model):
    """What one organisation may ask of one resource; whatever is not granted is not asked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    resource = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200)
    fields = models.JSONField()
    purposes = models.JSONField()
    services = models.JSONField(default=list)
    """Empty: whichever service of the organisation."""
    legal_basis = models.TextField(blank=True)
    from_date = models.DateField()
    until_date = models.DateField(null=True)
    a_day = models.PositiveIntegerField(null=True)
    """How many records a day; null: as many as are needed."""
    an_officer_a_day = models.PositiveIntegerField(default=100)
    granted_at = models.DateTimeField()
    granted_by = models.UUIDField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.UUIDField(null=True)
    revocation = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["resource"], condition=models.Q(revoked_at=None), name="exchange_grants_now"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} may ask {self.resource}"


class QuotaUse(models.Model):
    """How many records were taken under a grant on one day, by one officer or (nobody named) by all together."""

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE)
    day = models.DateField()
    who = models.CharField(max_length=36, blank=True)
    taken = models.PositiveIntegerField()
    told_at = models.DateTimeField(null=True)
    """When the owner was told that it is spent."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["grant", "day", "who"], name="exchange_one_count"),
        ]

    def __str__(self) -> str:
        return f"{self.taken} on {self.day}"


class Consent(models.Model):
    """Somebody's word that a resource may be asked about them, for one matter and no other."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.UUIDField(db_index=True)
    resource = models.CharField(max_length=200)
    matter = models.UUIDField()
    """The draft, and once it is filed the case."""
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["matter", "resource"], condition=models.Q(withdrawn_at=None), name="exchange_one_consent"),
        ]

    def __str__(self) -> str:
        return f"consent to {self.resource}"


class Stamp(models.Model):
    """A time stamp of an outside authority over a batch of exchanges: the root of their tree, and the head before."""

    number = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    """As the authority tells it."""
    first = models.PositiveBigIntegerField(default=0)
    """How many exchanges were stamped before."""
    size = models.PositiveIntegerField()
    root = models.BinaryField()
    before = models.BinaryField(default=b"")
    """The hash of the head before."""
    token = models.BinaryField()
    """The time-stamp response, DER. Source: RFC 3161."""
    archived_at = models.DateTimeField(null=True)
    purged_at = models.DateTimeField(null=True)
    """Its exchanges stand in the archive alone."""

    def __str__(self) -> str:
        return f"stamp {self.number} over {self.size}"


class Query(models.Model):
    """One look-up: who, where, why, which fields, and both signed lines. Keys and values are kept as keyed hashes only."""

    number = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(unique=True, default=uuid.uuid4)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.UUIDField(null=True)
    organisation = models.CharField(max_length=200, blank=True)
    """Under whose grant it was asked."""
    resource = models.CharField(max_length=200)
    subject_id = models.UUIDField(db_index=True)
    """The draft or case on whose behalf the source was asked."""
    purpose = models.CharField(max_length=100)
    fields = models.JSONField()
    outcome = models.CharField(max_length=20, blank=True)
    """answered, no-record, or why there was no answer; empty while the question is under way."""
    duration_ms = models.PositiveIntegerField(null=True)
    request = models.BinaryField(default=b"")
    """Empty where it was asked before questions were signed."""
    request_signature = models.BinaryField(default=b"")
    response = models.BinaryField(default=b"")
    response_signature = models.BinaryField(default=b"")
    stamp = models.ForeignKey(Stamp, on_delete=models.PROTECT, null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["resource", "at"], name="exchange_queries_by_resource"),
            models.Index(fields=["number"], condition=models.Q(stamp=None), name="exchange_not_stamped"),
        ]

    def __str__(self) -> str:
        return f"{self.resource}: {self.outcome}"
