"""The start page of a terminal, what can be done there, printing, and the end."""

import base64
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onewindow.domain.errors import DomainError
from onewindow.modules.cases import selectors as cases
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.identity import services as identity
from onewindow.plumbing import clock
from onewindow.plumbing.network import client_address
from onewindow.web import errors
from onewindow.web.middleware import PortalRequest
from onewindow.web.portal.pages import cards
from onewindow.web.terminal.middleware import SEEN, cookie, leave

_YEARS = 5 * 365 * 24 * 3600


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: PortalRequest) -> HttpResponse:
    """Greet whoever comes; a device that is no terminal yet is made one by the administrator's code."""
    if _terminal(request) is not None:
        return leave(request) if SEEN in request.session else render(request, "terminal/start.html")
    trouble = ""
    if request.method == "POST":
        code = str(request.POST.get("code", ""))[:20]
        try:
            kept = identity.set_up_terminal(code=code, address=client_address(request), actor=request.actor, now=clock.now())
        except DomainError as error:
            trouble = errors.sentence(error)
        else:
            response = leave(request)  # whoever set it up is logged in here no longer
            secure = request.is_secure()
            response.set_cookie(cookie(), kept, max_age=_YEARS, samesite="Lax", secure=secure, httponly=True)
            return response
    context = {"summary": [("code", trouble)] if trouble else []}
    return render(request, "terminal/set_up.html", context, status=422 if trouble else 200)


@require_POST
def begin(request: PortalRequest) -> HttpResponse:
    """Begin a visit in a session of its own."""
    if _terminal(request) is None:
        return redirect("terminal:start")
    request.session.flush()
    request.session[SEEN] = clock.now().timestamp()
    return redirect("terminal:menu")


@require_safe
def menu(request: PortalRequest) -> HttpResponse:
    """Show what can be done at a terminal."""
    if _terminal(request) is None:
        return redirect("terminal:start")
    release = catalogue.current_release()
    return render(request, "terminal/menu.html", {"cards": cards.cards(release) if release else ()})


@require_POST
def stay(request: PortalRequest) -> HttpResponse:
    """Somebody is at the terminal: the visit goes on. Answers 401 where it has ended."""
    return HttpResponse(status=204 if SEEN in request.session else 401)


@require_POST
def finish(request: PortalRequest) -> HttpResponse:
    """End the visit; nothing of it is left."""
    return leave(request) if _terminal(request) is not None else redirect("terminal:start")


@login_required
@never_cache
@require_safe
def receipt(request: PortalRequest, case_id: UUID) -> HttpResponse:
    """Show the receipt as it is printed: no file is kept on the terminal."""
    sheets = cases.receipt_sheets(
        case_id=case_id,
        language=get_language() or "zh-hans",
        status_page=settings.ONEWINDOW_ORIGIN + reverse("portal:status"),
        actor=request.actor,
        now=clock.now(),
    )
    drawn = ["data:image/svg+xml;base64," + base64.b64encode(sheet).decode() for sheet in sheets]
    return render(request, "terminal/receipt.html", {"sheets": drawn, "case_id": case_id})


def _terminal(request: PortalRequest) -> Any:
    return getattr(request, "terminal", None)
