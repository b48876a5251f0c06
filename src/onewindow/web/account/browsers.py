"""Being told of news in one's own browsers: subscribing one, and ending it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from onewindow.domain.errors import DomainError, Forbidden
from onewindow.modules.messages import services
from onewindow.plumbing import clock
from onewindow.web import errors
from onewindow.web.middleware import PortalRequest
from onewindow.web.templatetags.site import device


@require_POST
@login_required
def subscribe(request: PortalRequest) -> HttpResponse:
    """Keep the subscription of a browser, sent by the script of the page."""
    sent = request.POST
    keys = {name: sent.get(name, "") for name in ("p256dh", "auth")}
    name = device(request.headers.get("User-Agent", ""))
    try:
        found = services.subscribe(endpoint=sent.get("endpoint", ""), keys=keys, name=name, actor=request.actor, now=clock.now())
    except Forbidden:
        raise
    except DomainError as error:
        return JsonResponse({"says": errors.sentence(error)}, status=error.status)
    messages.success(request, gettext("This browser is told from now on when there is something new in your cases."))
    return JsonResponse({"id": str(found)}, status=201)


@require_POST
@login_required
def unsubscribe(request: PortalRequest, device_id: UUID) -> HttpResponse:
    """Tell a browser nothing more."""
    services.unsubscribe(device_id=device_id, actor=request.actor, now=clock.now())
    messages.success(request, gettext("That browser is told nothing more."))
    return redirect("account:overview")
