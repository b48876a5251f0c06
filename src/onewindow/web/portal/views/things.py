"""The page of a One Thing, and how its numbers came about."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from onewindow.modules.cases import selectors as cases
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.evaluation import selectors as evaluation
from onewindow.plumbing import calendars, clock
from onewindow.web.evaluation import words as levels
from onewindow.web.middleware import PortalRequest
from onewindow.web.portal.pages import event as pages
from onewindow.web.portal.pages import numbers as working
from onewindow.web.portal.pages import paces


@require_safe
def event(request: PortalRequest, event_id: str) -> HttpResponse:
    release = _release()
    if elsewhere := pages.in_other_languages(release, event_id):
        return render(request, "portal/other_language.html", {"elsewhere": elsewhere})
    now = clock.now()
    today = clock.local_date(now)
    licences = [row.evidence_type for row in cases.held(actor=request.actor)]
    page = pages.event_page(release=release, event_id=event_id, today=today, calendar=calendars.current(), licences=licences)
    scores = [levels.score(line) for line in evaluation.scores_of(services=page.event.services)]
    pace = paces.of_report(catalogue.catalogue_at(release), page.report, now=now)
    return render(request, "portal/event.html", {"page": page, "release": release, "scores": scores, "paces": pace})


@require_safe
def numbers(request: PortalRequest, event_id: str) -> HttpResponse:
    return render(request, "portal/numbers.html", {"page": working.numbers_page(release=_release(), event_id=event_id)})


def _release() -> int:
    release = catalogue.current_release()
    if release is None:
        raise Http404
    return release
