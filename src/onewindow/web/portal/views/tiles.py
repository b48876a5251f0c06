"""Everything that opens, as tiles that the city has arranged; and the page of one service."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from onewindow.domain.errors import NotFound
from onewindow.modules.cases import selectors as cases
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.evaluation import selectors as evaluation
from onewindow.web.evaluation import words as levels
from onewindow.web.middleware import PortalRequest
from onewindow.web.portal.pages import board
from onewindow.web.portal.pages import service as pages


@require_safe
def tiles(request: PortalRequest) -> HttpResponse:
    """Show all tiles, in their groups."""
    known = request.actor.is_known
    own = board.counts(cases.my_cases(actor=request.actor), cases.my_drafts(actor=request.actor)) if known else board.Counts()
    return render(request, "portal/tiles.html", {"groups": board.groups(own)})


@require_safe
def service(request: PortalRequest, service_id: str) -> HttpResponse:
    """Show one service: what it is, what it needs, and where it is done."""
    held = catalogue.newest_catalogue()
    if held is None or service_id not in held.services:
        raise NotFound(kind="service", id=service_id)
    scores = [levels.score(line) for line in evaluation.scores_of(services=[service_id])]
    return render(request, "portal/service.html", {"page": pages.service_page(held, service_id), "scores": scores})
