"""Taking, giving and putting back: one step, or every ticked row with what became of each; and how much everybody has."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from onewindow.domain.errors import DomainError, Forbidden, NotFound
from onewindow.modules.cases import selectors as cases
from onewindow.modules.cases import services
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Actor
from onewindow.web import errors
from onewindow.web.desk.pages import people, queue, several, words
from onewindow.web.desk.views.guard import for_officers
from onewindow.web.desk.views.queue import MOST_AT_ONCE
from onewindow.web.middleware import PortalRequest
from onewindow.web.staff.views import page

ME, NOBODY = "me", "nobody"


class NobodyChosen(Exception):
    """The form was sent without somebody."""


@require_POST
@for_officers
def assign(request: PortalRequest, case_id: UUID, task_id: UUID) -> HttpResponse:
    """Take the step on the page, give it away, or put it back."""
    now = clock.now()
    back = redirect(queue.task_url(case_id, task_id, queue.read(request.GET)))
    try:
        to = _to(request)
        services.assign(task_id=task_id, officer=to, actor=request.actor, now=now)
    except NobodyChosen:
        messages.warning(request, gettext("Choose a colleague first. Nothing was changed."))
        return back
    except (Forbidden, NotFound):
        raise
    except DomainError as error:
        messages.error(request, errors.sentence(error))
        return back
    messages.success(request, _said(to, request.actor))
    return back


@require_POST
@for_officers
def assign_several(request: PortalRequest) -> HttpResponse:
    """Do the same to every ticked row, each for itself; each that could not be done says why."""
    back = redirect(queue.inbox_url(queue.read(request.GET)))
    keys = request.POST.getlist("row")[:MOST_AT_ONCE]
    if not keys:
        messages.warning(request, gettext("Nothing was changed: tick the rows first."))
        return back
    try:
        to = _to(request)
    except NobodyChosen:
        messages.warning(request, gettext("Choose a colleague first. Nothing was changed."))
        return back
    done, troubles = _each(keys, to, request.actor, clock.now())
    if done:
        told = ngettext("%(count)s row: %(what)s", "%(count)s rows: %(what)s", done) % {"count": done, "what": _said(to, request.actor)}
        messages.success(request, told)
    if troubles:
        count = ngettext("%(count)s row was not changed:", "%(count)s rows were not changed:", len(troubles)) % {"count": len(troubles)}
        listed = format_html_join("", "<li><b>{}</b> {}</li>", troubles)
        messages.error(request, format_html("{}<ul>{}</ul>", count, listed))
    return back


def _each(keys: Iterable[str], to: UUID | None, actor: Actor, now: datetime) -> tuple[int, list[tuple[str, str]]]:
    """Return how many rows were done, and (which, why not) of the others."""
    done, troubles = 0, []
    for key in dict.fromkeys(keys):
        try:
            services.assign(task_id=several.ids(key)[1], officer=to, actor=actor, now=now)
            done += 1
        except DomainError as error:
            troubles.append((_title(key, actor, now), errors.sentence(error)))
    return done, troubles


def _title(key: str, actor: Actor, now: datetime) -> str:
    """Return what a row is called, for those who see it."""
    try:
        return cases.case_page(case_id=several.ids(key)[0], actor=actor, now=now).title
    except DomainError:
        return gettext("A row that is not yours")


def _to(request: PortalRequest) -> UUID | None:
    """Return to whom: a button says it, or the choice beside a button. Raises: NobodyChosen."""
    chosen = request.POST.get("to") or request.POST.get("whom", "")
    if chosen == NOBODY:
        return None
    if chosen == ME:
        return request.actor.known_id
    if not queue.ID.fullmatch(chosen):
        raise NobodyChosen
    return UUID(chosen)


def _said(to: UUID | None, actor: Actor) -> str:
    if to is None:
        return gettext("Put back: nobody has it now.")
    if to == actor.id:
        return gettext("Taken: you have it now.")
    name = words.say(identity.display_names([to]).get(to, {}))
    return gettext("Given: %(name)s has it now.") % {"name": name}


@require_safe
@for_officers
def colleagues(request: PortalRequest) -> HttpResponse:
    """Show how much everybody at the reader's desks has, and who is away."""
    load = cases.colleagues_load(actor=request.actor, now=clock.now())
    return page(request, "desk/colleagues.html", lines=people.lines(load))
