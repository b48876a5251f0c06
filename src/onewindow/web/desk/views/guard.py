"""Who is let in at the desk."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from onewindow.plumbing import permissions
from onewindow.web.account import second_factor
from onewindow.web.middleware import PortalRequest

View = Callable[..., HttpResponseBase]


def for_officers(view: View) -> View:
    """Let in who has a desk; others learn why not, and visitors log in first. What the desk shows is kept by no browser."""

    @wraps(view)
    def guarded(request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.actor.is_known:
            return redirect_to_login(request.get_full_path())
        if (door := second_factor.door(request)) is not None:
            return door
        permissions.require(request.actor, "cases.desk")
        return view(request, *args, **kwargs)

    return never_cache(guarded)
