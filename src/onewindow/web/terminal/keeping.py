"""The terminals of one's own organisation: added, listed, ended by its administrator."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from onewindow.domain.errors import DomainError, Forbidden
from onewindow.modules.identity import selectors, services
from onewindow.plumbing import clock
from onewindow.web import errors
from onewindow.web.middleware import PortalRequest
from onewindow.web.staff.views import for_staff, page


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def terminals(request: PortalRequest) -> HttpResponse:
    """List them; add one and show the code of its device once."""
    typed = {name: str(request.POST.get(name, "")) for name in ("name", "place")}
    code, trouble = "", ""
    if request.method == "POST":
        try:
            code = services.add_terminal(**typed, actor=request.actor, now=clock.now())
        except Forbidden:
            raise
        except DomainError as error:
            trouble = errors.sentence(error)
    rows = selectors.terminals(actor=request.actor)
    shown = f"{code[:4]} {code[4:]}" if code else ""
    answer = page(request, "terminal/terminals.html", rows=rows, code=shown, typed=typed, summary=[("name", trouble)] if trouble else [])
    answer.status_code = 422 if trouble else 200
    return answer


@require_POST
@for_staff
def end(request: PortalRequest, terminal_id: UUID) -> HttpResponse:
    """End one: from its next page on it is a device like any other."""
    services.end_terminal(terminal_id=terminal_id, actor=request.actor, now=clock.now())
    messages.success(request, gettext("Ended. From its next page on the device is a terminal no longer."))
    return redirect("staff:terminals")
