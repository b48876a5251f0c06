"""Who looked at one's data."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from onewindow.modules.cases import selectors as cases
from onewindow.web.middleware import PortalRequest
from onewindow.web.portal.pages import who_looked as pages


@login_required
@never_cache
@require_safe
def who_looked(request: PortalRequest) -> HttpResponse:
    """List every look at the reader's own data, newest first; `before` leads on to older ones."""
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else None
    found = cases.who_looked(actor=request.actor, before=before)
    context = {"days": pages.days(found.lines), "older": found.before, "newest": before is None}
    return render(request, "portal/who_looked.html", context)
