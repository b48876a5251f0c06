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
from onewindow.web.desk.pages import forms, queue
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
    office = identity.organisations().get(request.actor.organisation or "")
    main = desk.ways.main if desk else None
    context = {
        "desk": desk,
        "form": form,
        "main_form": forms.form(desk, main) if desk and main and form is None else None,
        "entrance": entrance,
        "office": office.name if office else {},
        "filter": wanted,
        "note_key": str(uuid4()),
        **more,
    }
    if request.headers.get("HX-Target") == "panes" and not request.headers.get("HX-History-Restore-Request"):
        return render(request, "desk/_swap.html", context, status=status)
    context["queue"] = found or queue.queue(actor=request.actor, wanted=wanted, now=now)
    context["overseer"] = permissions.allowed(request.actor, "exchange.watch")
    context["call_backs"] = evaluation.waiting(actor=request.actor, now=now)
    context["rechecks"] = cases.rechecks_waiting(actor=request.actor, now=now)
    context["oversees"] = permissions.allowed(request.actor, "cases.oversee")
    context["keeps_texts"] = permissions.allowed(request.actor, "cases.keep-templates", request.actor.organisation)
    context["also"] = exchange.waiting(actor=request.actor, now=now)
    return render(request, "desk/desk.html", context, status=status)
