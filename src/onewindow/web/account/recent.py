"""When somebody last proved to this browser's session who they are."""

from datetime import UTC, datetime
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from onewindow.plumbing import clock
from onewindow.web.account.middleware import BEGAN


def proven_at(request: HttpRequest, user: Any) -> datetime:
    """Return the moment of the latest proof of a signed-in session."""
    records = get_authentication_records(request, user)
    moment = max((row["at"] for row in records if "at" in row), default=request.session.get(BEGAN) or clock.now().timestamp())
    return datetime.fromtimestamp(moment, UTC)
