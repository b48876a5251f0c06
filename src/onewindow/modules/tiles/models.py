"""Rows of the tiles: every arrangement that was published; the newest is shown."""

from typing import ClassVar

from django.db import models


class Arrangement(models.Model):
    """One published arrangement, whole."""

    number = models.PositiveIntegerField(primary_key=True)
    document = models.JSONField()
    """The format `onewindow-tiles/1`."""
    published_at = models.DateTimeField()
    published_by = models.UUIDField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-number"]

    def __str__(self) -> str:
        return f"arrangement {self.number}"
