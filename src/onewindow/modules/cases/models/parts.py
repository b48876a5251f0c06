"""Others in a matter: whom the applicant invited, and what they confirmed. People are kept by id: their own module holds what they are."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from onewindow.modules.cases.models.drafts import Draft
from onewindow.plumbing.sealing.fields import HashOf, SealedJSON, SealedRow, SealedText


class Part(SealedRow):
    """One person's part in somebody else's matter: invited, taken, confirmed or refused. One that has ended makes room for another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="parts")
    role = models.CharField(max_length=200)
    name = SealedText()
    """As the applicant wrote it."""
    contact = SealedText(hashed=True)
    """Where the invitation went: a telephone or an e-mail."""
    token = models.CharField(max_length=64, unique=True)
    """A hash of the secret in the link; the link itself is kept nowhere."""
    state = models.CharField(max_length=16)
    """invited, taken, confirmed; ended: refused, withdrawn, lapsed, left."""
    due_date = models.DateField()
    person = models.UUIDField(null=True, db_index=True)
    """The account that took it, and no other from then on."""
    elements = SealedJSON(default=dict)
    """{element: value} as they typed them, normalised."""
    confirmed = SealedJSON(null=True)
    """Exactly what was confirmed; `digest` is its hash."""
    digest = models.CharField(max_length=64, blank=True)
    level = models.PositiveSmallIntegerField(null=True)
    """How sure it was who confirmed."""
    reason = SealedText(blank=True)
    """Why they refused."""
    invited_by = models.UUIDField()
    invited_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    reopened_at = models.DateTimeField(null=True)
    """When what was confirmed changed, so that it has to be confirmed again."""
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["draft", "role"], condition=Q(ended_at=None), name="cases_one_person_a_role"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(HashOf("contact"), name="cases_parts_by_contact"),
            models.Index(fields=["due_date"], condition=Q(ended_at=None), name="cases_parts_due"),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.draft_id}"
