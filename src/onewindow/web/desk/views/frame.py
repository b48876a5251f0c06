"""Drawing the three panes: all of them, or only what a click on a row changes."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render

from onewindow.modules.cases import selectors as cases
from onewindow.modules.evaluation import selectors as evaluation
from onewindow.modules.exchange import selectors as exchange
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import permissions
from onewindow.web.desk.pages import arrange, forms, people, queue
from onewindow.web.desk.pages.case import DeskCase
from onewindow.web.middleware import PortalRequest


def show(
    request: PortalRequest,
    desk: DeskCase | None,
    *,
    now: datetime,
    form: forms.ActForm | None = None,
    status: int = 200,
    entrance: bool = False,
    found: queue.Queue | None = None,
    **more: Any,
) -> HttpResponse:
    """Answer with the page, or with its two panes where the queue stays as it is.

    `entrance`: nobody chose this case, it is the first of the queue; a phone shows the queue alone.
    """
    wanted = queue.read(request.GET)
    main = desk.ways.main if desk else None
    team = people.team(request.actor, now)
    context = {
        "desk": desk,
        "form": form,
        "main_form": forms.form(desk, main) if desk and main and form is None else None,
        "entrance": entrance,
        "filter": wanted,
        "note_key": str(uuid4()),
        "team": team,
        "holder": people.holder(desk, team, request.actor) if desk else None,
        **more,
    }
    if request.headers.get("HX-Target") == "panes" and not request.headers.get("HX-History-Restore-Request"):
        return render(request, "desk/_swap.html", context, status=status)
    context.update(head(request))
    context["queue"] = found or queue.queue(actor=request.actor, wanted=wanted, now=now)
    context["arrangement"] = arrange.arrangement(wanted, team, request.actor)
    context["call_backs"] = evaluation.waiting(actor=request.actor, now=now)
    context["rechecks"] = cases.rechecks_waiting(actor=request.actor, now=now)
    context["also"] = exchange.waiting(actor=request.actor, now=now)
    return render(request, "desk/desk.html", context, status=status)


def head(request: PortalRequest) -> dict[str, Any]:
    """Return what the head of every page of the desk needs."""
    actor = request.actor
    office = identity.organisations().get(actor.organisation or "")
    return {
        "filter": queue.read(request.GET),
        "office": office.name if office else {},
        "overseer": permissions.allowed(actor, "exchange.watch"),
        "oversees": permissions.allowed(actor, "cases.oversee"),
        "keeps_texts": permissions.allowed(actor, "cases.keep-templates", actor.organisation),
    }
