"""The rows of the data keys. Reached through `plumbing.sealing.keys` only."""

from django.db import models


class DataKey(models.Model):
    """One key that seals personal values: the newest seals, those before it open until nothing is left under them."""

    number = models.PositiveSmallIntegerField(primary_key=True)
    copies = models.JSONField(default=dict)
    """{name of a master key: the data key sealed under it}; empty once the key is retired."""
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "plumbing"

    def __str__(self) -> str:
        return str(self.number)
