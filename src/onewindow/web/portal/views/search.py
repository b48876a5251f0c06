"""Finding One Things, services, organisations and help, in whatever words."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from onewindow.modules.catalogue import selectors as catalogue
from onewindow.web.middleware import PortalRequest
from onewindow.web.portal.pages import finding

HITS_SHOWN = 20
LONGEST = 200


@require_safe
def search(request: PortalRequest) -> HttpResponse:
    """Show what was meant, best first, and what narrows it; a filter alone lists what it lets through, the most used first."""
    given = {name: request.GET.get(name, "").strip()[:LONGEST] for name in ("q", *finding.FILTERS)}
    typed = given.pop("q")
    filters = catalogue.Filters(**given)
    wanted = bool(typed) or not filters.lets_all_in
    found = catalogue.find(typed, language=get_language() or "zh", limit=HITS_SHOWN, filters=filters) if wanted else None
    context = {"typed": typed, "page": finding.page(found, filters) if found else None, "count": found.total if found else 0}
    return render(request, "portal/search.html", context)
