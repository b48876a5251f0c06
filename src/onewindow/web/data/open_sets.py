"""The open data sets: for everybody, without log-in."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from onewindow.modules.exchange import selectors
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Actor
from onewindow.web.data import views
from onewindow.web.site.city import city

FORMS = {"ttl": ("turtle", "text/turtle"), "jsonld": ("jsonld", "application/ld+json")}


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List the open data sets."""
    text = request.GET.get("q", "")[:200]
    return render(request, "open/list.html", {"rows": selectors.open_resources(text=text), "text": text, "names": _names()})


@require_safe
def one(request: HttpRequest, resource_id: str) -> HttpResponse:
    """Show one open data set with where to get it."""
    described, row, scores = selectors.open_resource(resource_id=resource_id, now=clock.now())
    context = {"described": described, "row": row, "fields": views.titled(described.fields), "names": _names()}
    return render(request, "open/one.html", {**context, "scores": [score for score in scores if score.value is not None]})


@require_safe
@cache_control(max_age=600, public=True)
def exported(request: HttpRequest, form: str) -> HttpResponse:  # noqa: ARG001  (Django passes it)
    """Hand out the open data sets as DCAT-AP, for harvesters."""
    if form not in FORMS:
        raise Http404
    name, media_type = FORMS[form]
    host, base = city().host, settings.ONEWINDOW_ORIGIN
    text = selectors.exported_resources(form=name, base=base, publisher=host, actor=Actor.anonymous())
    return HttpResponse(text, content_type=f"{media_type}; charset=utf-8")


def _names() -> dict[str, object]:
    return {key: row.name for key, row in identity.organisations().items()}
