"""An officer arranges their own queue: filters under a name, and what the rows show."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from onewindow.domain.errors import DomainError, Forbidden
from onewindow.modules.cases import services
from onewindow.plumbing import clock
from onewindow.web import errors
from onewindow.web.desk.pages import arrange, queue
from onewindow.web.desk.views.guard import for_officers
from onewindow.web.middleware import PortalRequest


@require_POST
@for_officers
def keep(request: PortalRequest) -> HttpResponse:
    """Keep the filter of the address under a name."""
    wanted = queue.read(request.GET)
    try:
        query = arrange.query_of(wanted)
        services.keep_filter(name=request.POST.get("name", ""), query=query, actor=request.actor, now=clock.now())
    except Forbidden:
        raise
    except DomainError as error:
        messages.error(request, errors.sentence(error))
    else:
        messages.success(request, gettext("Kept. The filter stands above the queue."))
    return redirect(queue.inbox_url(wanted))


@require_POST
@for_officers
def drop(request: PortalRequest, filter_id: UUID) -> HttpResponse:
    """Forget a filter of one's own."""
    services.drop_filter(filter_id=filter_id, actor=request.actor, now=clock.now())
    messages.success(request, gettext("Removed. The cases stay where they are."))
    return redirect(queue.inbox_url(queue.read(request.GET)))


@require_POST
@for_officers
def columns(request: PortalRequest) -> HttpResponse:
    """Choose what the rows show."""
    services.choose_columns(columns=request.POST.getlist("column"), actor=request.actor, now=clock.now())
    return redirect(queue.inbox_url(queue.read(request.GET)))
