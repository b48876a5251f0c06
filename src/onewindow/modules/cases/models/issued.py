"""What a service gave. People, organisations and files are kept by id: their own modules hold what they are."""

import uuid
from typing import ClassVar

from django.db import models

from onewindow.plumbing.sealing.fields import SealedJSON, SealedRow, SealedText


class Output(SealedRow):
    """What a service gave: a licence, a certificate, a confirmation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="outputs")
    service = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200, default="", db_default="")
    """Which issued it: the service's own."""
    evidence_type = models.CharField(max_length=200)
    number = models.CharField(max_length=40, unique=True)
    values = SealedJSON(default=dict)
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revocation = SealedJSON(null=True)
    """{reason, legal_basis, sentence, by: the two officers}: why it was withdrawn."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "service", "evidence_type"], name="cases_output_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-issued_at", "number"], name="cases_issued"),
        ]

    def __str__(self) -> str:
        return self.number


class IssuedNumber(SealedRow):
    """Every number that stands on something issued, so that no two documents of one kind carry the same."""

    evidence_type = models.CharField(max_length=200)
    mark = models.CharField(max_length=200)
    """The number without spaces, capitals and full-width signs."""
    reference = models.CharField(max_length=24)
    holder = models.UUIDField()
    title = SealedText(row=["evidence_type", "mark"])
    issued_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["evidence_type", "mark"], name="cases_number_once"),
        ]

    def __str__(self) -> str:
        return self.mark
