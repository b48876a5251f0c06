"""Rows of the sources: how each behaves and how often it is asked at the moment, for all processes together."""

from django.db import models


class SourceState(models.Model):
    """One source that failed lately or may be asked only so often. No row: it answers, and nobody counts."""

    resource = models.CharField(max_length=200, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    """In a row."""
    rests_until = models.FloatField(null=True)
    """Not asked before; then one call may try. Null: as often as one likes.  Unit: seconds since 1970."""
    paid_until = models.FloatField(default=0)
    """Up to when its rate is used up: each question moves it on by one share of a second.  Unit: seconds since 1970."""

    class Meta:
        app_label = "exchange"

    def __str__(self) -> str:
        return f"{self.resource}: {self.failures} failures"
