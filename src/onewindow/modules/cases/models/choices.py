"""How officers arrange their own desk."""

from django.db import models

from onewindow.plumbing.sealing.fields import SealedJSON, SealedRow


class QueueChoice(SealedRow):
    """The filters that an officer gave names to, and what the rows of their queue show."""

    officer = models.UUIDField(primary_key=True)
    filters = SealedJSON(default=list)
    """[{id, name, query: {view, only, text, whose, kind, service, event}}]: a search may hold somebody's name."""
    columns = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"queue of {self.officer}"
