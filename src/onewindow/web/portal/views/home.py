"""The start page, and two short pages that every site owes its readers."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from onewindow.modules.cases import selectors as cases
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.plumbing import clock
from onewindow.web.middleware import PortalRequest
from onewindow.web.portal.pages import board, cards, mine

CASES_SHOWN = 3
ACCESSIBILITY_CHECKED_ON = date(2026, 11, 23)
"""When docs/accessibility.md was written."""
TILES_SHOWN = 8


@require_safe
def home(request: PortalRequest) -> HttpResponse:
    release = catalogue.current_release()
    known = request.actor.is_known
    filed, begun = (cases.my_cases(actor=request.actor), cases.my_drafts(actor=request.actor)) if known else ((), ())
    own = mine.rows(filed, begun, cases.my_parts(actor=request.actor, now=clock.now()) if known else ())
    tiles = [tile for group in board.arranged_groups(board.counts(filed, begun)) for tile in group.tiles]
    return render(
        request,
        "portal/home.html",
        {
            "cards": cards.cards(release) if release else (),
            "offices": cards.offices(release) if release else (),
            "tiles": tiles[:TILES_SHOWN],
            "tiles_count": len({tile.address for tile in tiles}),
            "mine": own[:CASES_SHOWN],
            "mine_count": len(own),
        },
    )


@require_safe
def accessibility(request: PortalRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html", {"checked_on": ACCESSIBILITY_CHECKED_ON})


@require_safe
def privacy(request: PortalRequest) -> HttpResponse:
    return render(request, "portal/privacy.html")
