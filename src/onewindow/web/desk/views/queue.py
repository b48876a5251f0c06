"""The queue, and accepting several cases at once."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from onewindow.domain.errors import DomainError, Forbidden
from onewindow.domain.lifecycle import TaskState
from onewindow.modules.cases import selectors as cases
from onewindow.modules.cases import services
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Actor
from onewindow.web import errors
from onewindow.web.desk.pages import queue, several
from onewindow.web.desk.pages.case import desk_case
from onewindow.web.desk.views import frame
from onewindow.web.desk.views.guard import for_officers
from onewindow.web.middleware import PortalRequest

MOST_AT_ONCE = 200


@require_safe
@for_officers
def inbox(request: PortalRequest) -> HttpResponse:
    """Show the queue, and beside it its first case."""
    now = clock.now()
    found = queue.queue(actor=request.actor, wanted=queue.read(request.GET), now=now)
    first = found.rows[0] if found.rows else None
    desk = desk_case(case_id=first.case_id, task_id=first.task_id, actor=request.actor, now=now) if first else None
    return frame.show(request, desk, now=now, entrance=True, found=found)


@require_POST
@for_officers
def accept_several(request: PortalRequest) -> HttpResponse:
    """Accept every ticked row, each for itself; what could not be accepted says why."""
    now = clock.now()
    done, troubles = 0, []
    for key in request.POST.getlist("row")[:MOST_AT_ONCE]:
        try:
            done += _accept(key, request.actor, now)
        except DomainError as error:
            troubles.append(errors.sentence(error))
    if done:
        told = ngettext("%(count)s case accepted.", "%(count)s cases accepted.", done) % {"count": done}
        messages.success(request, told)
    elif not troubles:
        messages.warning(request, gettext("Nothing was accepted: tick the cases first."))
    for trouble in dict.fromkeys(troubles):
        messages.error(request, trouble)
    return redirect(queue.inbox_url(queue.read(request.GET)))


def _accept(key: str, actor: Actor, now: datetime) -> int:
    """Accept what one ticked row stands for: at the window everything, else the steps of one's own department."""
    case_id, task_id = several.ids(key)
    page = cases.case_page(case_id=case_id, actor=actor, now=now)
    if any(act.code == "accept_all" for act in page.acts):
        services.accept_all(case_id=case_id, actor=actor, now=now)
        return 1
    node = next((row.node for row in page.tasks if row.id == task_id), None)
    own = [row for row in page.tasks if row.node == node and row.kind == "acceptance" and row.organisation == actor.organisation]
    if task_id not in {row.id for row in own}:
        raise Forbidden(permission="cases.accept")
    waiting = [row for row in own if row.state == TaskState.OPEN] or own[:1]
    for row in waiting:
        services.accept(task_id=row.id, actor=actor, now=now)
    return 1
