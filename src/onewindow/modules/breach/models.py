"""Who was told of an incident, so that nobody is told twice."""

from typing import ClassVar

from django.db import models


class LetterSent(models.Model):
    """One person was told of one incident. The words go with the message; that it was written stays."""

    incident = models.CharField(max_length=40)
    person = models.UUIDField()
    channel = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "letters sent"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["incident", "person"], name="breach_told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.incident}: {self.person}"
