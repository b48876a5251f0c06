"""One step of one case, and the documents in it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_deny
from django.views.decorators.http import require_POST, require_safe

from onewindow.domain.errors import DomainError, Forbidden, NotFound
from onewindow.modules.cases import selectors, services
from onewindow.plumbing import clock
from onewindow.web import errors
from onewindow.web.desk.once import once
from onewindow.web.desk.pages import queue
from onewindow.web.desk.pages.case import desk_case, first_task
from onewindow.web.desk.pages.evidence import PDF
from onewindow.web.desk.views import frame
from onewindow.web.desk.views.guard import for_officers
from onewindow.web.middleware import PortalRequest
from onewindow.web.site import downloads


@require_safe
@for_officers
def case(request: PortalRequest, case_id: UUID) -> HttpResponse:
    """Open a case by its own address: at the step its reader means."""
    page = selectors.case_page(case_id=case_id, actor=request.actor, now=clock.now())
    task = None if page.own else first_task(page, request.actor)
    if task is None:
        raise NotFound(kind="case", id=case_id)
    return redirect(queue.task_url(case_id, task.id, queue.read(request.GET)))


@require_safe
@for_officers
def task(request: PortalRequest, case_id: UUID, task_id: UUID) -> HttpResponse:
    """Show one step with its case and its evidence."""
    now = clock.now()
    return frame.show(request, desk_case(case_id=case_id, task_id=task_id, actor=request.actor, now=now), now=now)


@require_POST
@for_officers
def reveal(request: PortalRequest, case_id: UUID, task_id: UUID, element: str) -> HttpResponse:
    """Show one masked value, on the page that answers and nowhere else; why, is recorded before."""
    now, sent = clock.now(), request.POST
    before = desk_case(case_id=case_id, task_id=task_id, actor=request.actor, now=now)
    try:
        shown = services.reveal_value(
            case_id=case_id, element=element, reason=sent.get("reason", ""), note=sent.get("note", ""), actor=request.actor, now=now
        )
    except services.UnknownReason:
        return frame.show(request, before, now=now, trouble=gettext("Say why you need the value; then it is shown."), status=422)
    return frame.show(request, desk_case(case_id=case_id, task_id=task_id, actor=request.actor, now=now, shown=shown), now=now)


@require_POST
@for_officers
def note(request: PortalRequest, case_id: UUID, task_id: UUID) -> HttpResponse:
    """Keep a note for one's colleagues; what was typed stays where it could not be kept."""
    now, sent = clock.now(), request.POST
    before = desk_case(case_id=case_id, task_id=task_id, actor=request.actor, now=now)

    def act() -> str:
        services.add_note(task_id=task_id, text=sent.get("note", ""), actor=request.actor, now=now)
        return gettext("Noted. Your colleagues can read it at this case.")

    try:
        told = once(actor=request.actor, scope=f"desk.note:{task_id}", sent=sent.dict(), now=now, act=act)
    except Forbidden:
        raise
    except DomainError as error:
        kept = [text] if (text := sent.get("note", "").strip()) else []
        return frame.show(request, before, now=now, trouble=errors.sentence(error), kept=kept, status=error.status)
    messages.success(request, told)
    return redirect(queue.task_url(case_id, task_id, queue.read(request.GET)))


@require_safe
@for_officers
@xframe_options_deny
def paper(request: PortalRequest, case_id: UUID, attachment_id: UUID) -> HttpResponseBase:
    """Give a document: pictures to be shown, everything else to be saved. Nothing in it can run here, whatever it says it is."""
    found = selectors.attachment(attachment_id=attachment_id, case_id=case_id, actor=request.actor, now=clock.now())
    return downloads.send(found, show_pictures=True)


@require_safe
@for_officers
@xframe_options_deny
def pages(request: PortalRequest, case_id: UUID, attachment_id: UUID) -> HttpResponse:
    """Show the pages of a PDF as a picture: phones have no reader for it, and nothing of the file itself comes into our page."""
    found = selectors.attachment(attachment_id=attachment_id, case_id=case_id, actor=request.actor, now=clock.now())
    if found.media_type != PDF:
        raise NotFound(kind="document", id=attachment_id)
    return downloads.pages(found)
