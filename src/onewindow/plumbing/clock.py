"""Where time enters: read once at the edge of a request, a command or a job, and passed down as `now`."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """Return the moment. Shape: aware, UTC."""
    return timezone.now()  # noqa: TID251  (the one place)


def local_date(now: datetime) -> date:
    """Return the civil date of the city at that moment.

    Raises: ValueError for a moment without a zone.
    """
    if now.tzinfo is None:
        message = "A moment without a zone has no civil date. Pass clock.now(), or a datetime with tzinfo."
        raise ValueError(message)
    return now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
