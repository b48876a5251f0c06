"""Taking the queue along as a table: asking for it, how far it is, and the file."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST, require_safe

from onewindow.domain.errors import DomainError, Forbidden
from onewindow.modules.cases import selectors, services
from onewindow.plumbing import clock
from onewindow.web import errors, formatting
from onewindow.web.desk.pages import queue
from onewindow.web.desk.views import frame
from onewindow.web.desk.views.guard import for_officers
from onewindow.web.middleware import PortalRequest
from onewindow.web.site import downloads


@require_POST
@for_officers
def ask(request: PortalRequest) -> HttpResponse:
    """Ask for the queue as it is filtered."""
    wanted = queue.read(request.GET)
    try:
        services.ask_export(
            filter=queue.inbox_filter(wanted),
            language=formatting.short_language(get_language()),
            actor=request.actor,
            now=clock.now(),
        )
    except Forbidden:
        raise
    except DomainError as error:
        messages.error(request, errors.sentence(error))
    return redirect("desk:exports")


@require_safe
@for_officers
def listed(request: PortalRequest) -> HttpResponse:
    """Show one's own exports; while one is made, the list renews itself."""
    rows = selectors.exports(actor=request.actor, now=clock.now())
    context = {"exports": rows, "unfinished": any(row.state in {"waiting", "making"} for row in rows)}
    if request.headers.get("HX-Target") == "exports":
        return render(request, "desk/_exports.html", context)
    return render(request, "desk/exports.html", {**frame.head(request), **context})


@require_safe
@for_officers
def file(request: PortalRequest, export_id: UUID) -> HttpResponseBase:
    """Give the file to whoever asked for it."""
    return downloads.send(selectors.export_file(export_id=export_id, actor=request.actor, now=clock.now()))


@require_POST
@for_officers
def remove(request: PortalRequest, export_id: UUID) -> HttpResponse:
    """Remove an export before its time."""
    services.remove_export(export_id=export_id, actor=request.actor, now=clock.now())
    messages.success(request, gettext("Removed."))
    return redirect("desk:exports")
