"""What is begun and not filed. People, organisations and files are kept by id: their own modules hold what they are."""

import uuid

from django.db import models

from onewindow.plumbing.sealing.fields import SealedJSON, SealedRow, SealedText


class Draft(SealedRow):
    """What somebody has begun and not filed. Its own id wins over any session: it can be resumed on any device."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.UUIDField(db_index=True)
    event = models.CharField(max_length=200)
    release = models.PositiveIntegerField()
    answers = SealedJSON(default=dict)
    elements = SealedJSON(default=dict)
    """{element: value} as typed, normalised."""
    prefilled = SealedJSON(default=list)
    """[{element, value, id, at, keys}]: what register `id` said when it was asked with `keys`; null is no such value."""
    disputed = SealedJSON(default=dict)
    """{element: {note, at}}: values from a source of which the applicant says that they are not right."""
    unavailable = SealedJSON(default=dict)
    """{resource: {reason, keys, at}}: registers that did not answer or hold no record; what they would fill is asked instead."""
    consents = models.JSONField(default=dict)
    """{resource: {purpose, legal_basis, at, by}}: registers that may be asked only because the applicant agreed."""
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    assistance = models.UUIDField(null=True)
    """The help at a counter in which it was begun: within it, and no longer, the officer may fill it in beside the person."""
    filed_case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, null=True, related_name="drafts")

    def __str__(self) -> str:
        return f"draft of {self.event}"


class Upload(SealedRow):
    """A document added to a draft."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="uploads")
    evidence_type = models.CharField(max_length=200)
    file = models.UUIDField()
    name = SealedText()
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = SealedText()
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
