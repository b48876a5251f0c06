"""A case as it was filed: numbers, values, services, documents. People and files are kept by id: their own modules hold what they are."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from onewindow.plumbing.sealing.fields import HashOf, SealedJSON, SealedRow, SealedText


class IssuedReference(models.Model):
    """Every reference number ever given. Stays when a case goes, so that no number comes twice."""

    reference = models.CharField(max_length=24, primary_key=True)

    def __str__(self) -> str:
        return self.reference


class Case(SealedRow):
    """One filing of one One Thing, with the release and the plan it was filed under."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    reference = models.CharField(max_length=24, unique=True)
    event = models.CharField(max_length=200)
    release = models.PositiveIntegerField()
    plan = models.JSONField()
    """The report frozen at filing, and what was settled with it: see plans.CasePlan."""
    answers = SealedJSON(default=dict)
    """What was answered to the questions of the event."""
    applicant = models.UUIDField()
    contact_phone = SealedText(blank=True)
    title = models.CharField(max_length=200, blank=True)
    """The name of the undertaking, searched by its parts; empty where the matter is known by a person's name alone."""
    named_after = SealedText(blank=True, hashed=True)
    """The applicant's name where there is no undertaking; found by the whole of it."""
    region = models.CharField(max_length=12, blank=True, default="", db_default="")
    """Where the matter is, as an element of the type region says; empty: the whole city."""
    state = models.CharField(max_length=24)
    filed_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    channel = models.CharField(max_length=16, default="online", db_default="online")
    """Where it was filed: online, counter (with help there) or terminal."""
    assistance = models.UUIDField(null=True)
    """The help at a counter with which it was filled in; null where the applicant did it alone."""
    fetch_due_at = models.DateTimeField(null=True)
    """When to ask the registers that an output or a correction has made askable; null where there is nothing to ask."""
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["applicant", "-filed_at"], name="cases_by_applicant"),
            models.Index(fields=["fetch_due_at"], condition=Q(fetch_due_at__isnull=False), name="cases_to_fetch"),
            models.Index(HashOf("named_after"), name="cases_by_name"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def shown_title(self) -> str:
        """What the case is called wherever it is shown."""
        return self.title or self.named_after


class CaseMark(models.Model):
    """What a case is found by when somebody types a part of its title or a group of its number; see `marks`. Nothing sealed stands here."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="marks", db_index=False)
    text = models.BinaryField(max_length=64)
    """Folded, in UTF-8: bytes have one order in every database, and what begins alike stands together."""
    running = models.BooleanField(default=True, db_default=True)
    """Whether the case is not over: of those there are few, however old the city grows."""

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["text", "case"], name="cases_marked"),
            models.Index(fields=["text", "case"], condition=Q(running=True), name="cases_marked_running"),
        ]

    def __str__(self) -> str:
        return bytes(self.text).decode()


class CaseValue(SealedRow):
    """One element's value with its source and time. A corrected value is superseded, never overwritten."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="values")
    element = models.CharField(max_length=200)
    value = SealedJSON(row=["case_id", "element"])
    source_kind = models.CharField(max_length=16)
    """typed, party, answer, held, resource, produced or officer."""
    source_id = models.CharField(max_length=200, blank=True)
    obtained_at = models.DateTimeField()
    note = SealedJSON(row=["case_id", "element"], null=True)
    """{disputed: {value, kind, id, note}} where the applicant's own value stands against a source's."""
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "element"], condition=Q(superseded_at=None), name="cases_one_current_value"),
        ]

    def __str__(self) -> str:
        return self.element


class CaseService(SealedRow):
    """One service of the case: the sub-decision of one organisation."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="services")
    service = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200)
    state = models.CharField(max_length=24)
    position = models.PositiveSmallIntegerField(default=0)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    sentence = SealedJSON(row=["case_id", "service"], default=dict)
    """What the applicant reads, by language."""
    reason_code = models.CharField(max_length=200, blank=True)
    given = SealedJSON(row=["case_id", "service"], default=dict)
    """Output values that officers gave before the output was due."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "service"], name="cases_service_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["service", "decided_at"], name="cases_decided"),
            models.Index(fields=["state", "organisation", "case"], condition=Q(state="on-hold"), name="cases_on_hold"),
        ]

    def __str__(self) -> str:
        return self.service


class Attachment(SealedRow):
    """A document of the case. A corrected one is superseded, never removed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="attachments")
    evidence_type = models.CharField(max_length=200)
    file = models.UUIDField(db_index=True)
    name = SealedText()
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = SealedText()
    added_at = models.DateTimeField()
    added_by = models.UUIDField()
    superseded_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class TimelineEntry(SealedRow):
    """What happened, as codes and values; the web floor says it in the reader's language."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="timeline")
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.UUIDField(null=True)
    organisation = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=60)
    service = models.CharField(max_length=200, blank=True)
    values = SealedJSON(row=["case_id", "code"], default=dict)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return self.code
