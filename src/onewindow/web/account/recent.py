"""When somebody last proved to this browser's session who they are, and asking them to do it once more."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from allauth.core.internal.httpkit import authenticated_user
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from onewindow.plumbing import clock
from onewindow.web.account.middleware import BEGAN


def proven_at(request: HttpRequest, user: Any) -> datetime:
    """Return the moment of the latest proof of a signed-in session."""
    records = get_authentication_records(request, user)
    moment = max((row["at"] for row in records if "at" in row), default=request.session.get(BEGAN) or clock.now().timestamp())
    return datetime.fromtimestamp(moment, UTC)


def can_prove_again(user: Any) -> bool:
    """Tell whether there is a way for somebody to say once more who they are; a log-in by code alone has none."""
    return bool(get_adapter().get_reauthentication_methods(user))


def proven_anew(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Ask once more who somebody is, unless they have just said it. allauth's own decorator knows nothing of the national log-in."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = authenticated_user(request)
        anew = max((row["at"] for row in get_authentication_records(request, user) if row.get("reauthenticated")), default=0.0)
        if can_prove_again(user) and clock.now().timestamp() - anew >= app_settings.REAUTHENTICATION_TIMEOUT:
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return asked
