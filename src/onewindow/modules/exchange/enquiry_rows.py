"""Rows of the enquiries: what may be asked, and what was answered."""

import uuid
from typing import ClassVar

from django.db import models

from onewindow.plumbing.sealing.fields import SealedJSON, SealedRow


class Enquiry(models.Model):
    """Something that people may ask a register about themselves, as the data describes it."""

    id = models.CharField(max_length=100, primary_key=True)
    place = models.PositiveSmallIntegerField()
    document = models.JSONField()
    """{name, about, none: {language: text}, resource, key, fields}"""
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id


class EnquiryAnswer(SealedRow):
    """What a register answered somebody about themselves, kept for a while so that page and statement say the same."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.UUIDField()
    enquiry = models.CharField(max_length=100)
    resource = models.CharField(max_length=200)
    release = models.PositiveIntegerField()
    found = models.BooleanField()
    """Whether the register holds a record."""
    told = SealedJSON(default=dict)
    """{values: {element: value}, holder, key}: the key masked."""
    obtained_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["person", "-obtained_at"], name="exchange_own_answers")]

    def __str__(self) -> str:
        return self.enquiry
