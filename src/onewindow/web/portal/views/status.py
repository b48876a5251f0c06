"""How far a case is, for whoever knows its number and its telephone: no log-in, nothing that was typed."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from onewindow.modules.cases import selectors as cases
from onewindow.modules.identity import services as identity
from onewindow.plumbing import clock
from onewindow.plumbing.network import client_address
from onewindow.web.middleware import PortalRequest
from onewindow.web.portal.pages import case


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: PortalRequest) -> HttpResponse:
    """Look a case up. A wrong telephone and an unknown number get the same answer."""
    reference = str(request.POST.get("reference", request.GET.get("reference", ""))).strip()[:40]
    phone = str(request.POST.get("phone", "")).strip()[:40]
    found, summary, shown = None, [], None
    if request.method == "POST":
        if not reference or not phone:
            summary = [("reference" if not reference else "phone", gettext("Fill in both the reference number and the telephone."))]
        else:
            now, address = clock.now(), client_address(request)
            identity.require_look_up(reference=reference, address=address, now=now)
            found = cases.status(reference=reference, phone=phone, actor=request.actor, now=now)
            if found is None:
                identity.missed_look_up(reference=reference, address=address, now=now)
                summary = [("reference", gettext("No case has this number together with this telephone. Compare both with your receipt."))]
            else:
                shown = case.status_view(found)
    context = {"reference": reference, "phone": phone, "found": found, "view": shown, "summary": summary}
    return render(request, "portal/status.html", context, status=422 if summary else 200)
