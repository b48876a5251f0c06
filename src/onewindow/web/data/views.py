"""The catalogue of data resources as officers read it."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import get_language, pgettext
from django.views.decorators.http import require_safe

from onewindow.domain.catalogue.model import Catalogue
from onewindow.domain.exchange.resources import Field
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.exchange import selectors
from onewindow.modules.exchange.selectors import ResourceFilter
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import clock
from onewindow.plumbing.text import localised
from onewindow.web.data import words
from onewindow.web.middleware import PortalRequest
from onewindow.web.staff import views as staff

FILTERS = ("q", "organisation", "subject", "sharing", "mine")


def page(request: PortalRequest, template: str, tab: str, *, status: int = 200, **more: Any) -> HttpResponse:
    """Draw a data page, with the names of all organisations."""
    names = {key: row.name for key, row in identity.organisations().items()}
    waits = selectors.waiting(actor=request.actor, now=clock.now())
    response = staff.page(request, template, tab=tab, names=names, waits=waits, **more)
    response.status_code = status
    return response


def keepers(ids: Iterable[str]) -> list[tuple[str, str]]:
    """Return organisations with what they are called, in the order of their names."""
    names, language = identity.organisations(), get_language() or "zh-hans"
    said = [(key, localised(names[key].name, language) if key in names else key) for key in ids]
    return sorted(said, key=lambda one: one[1])


def current() -> Catalogue:
    """Return the newest compiled catalogue, an empty one where nothing was loaded."""
    release = catalogue.current_release()
    return catalogue.catalogue_at(release) if release is not None else Catalogue()


def titled(fields: tuple[Field, ...]) -> list[dict[str, Any]]:
    """Return each field with what it is called: by itself, else by its element, else by its name."""
    elements = current().elements
    return [{"row": field, "title": field.title or _element_name(elements, field)} for field in fields]


def _element_name(elements: Mapping[str, Any], field: Field) -> Mapping[str, str] | str:
    element = elements.get(field.element or field.name)
    return element.name if element else field.name


def named(names: tuple[str, ...]) -> str:
    """Return field names as people read them."""
    elements, language = current().elements, get_language() or "zh-hans"
    return pgettext("between names", ", ").join(localised(elements[name].name, language) if name in elements else name for name in names)


@require_safe
@staff.for_staff
def listed(request: PortalRequest) -> HttpResponse:
    """List the catalogue, with search and filters."""
    sent = request.GET
    number = sent.get("page", "1")
    wanted = ResourceFilter(
        text=sent.get("q", "")[:200],
        organisation=sent.get("organisation", "")[:80],
        subject=sent.get("subject", "")[:40],
        sharing=sent.get("sharing", "")[:40],
        mine=sent.get("mine") == "1",
        page=int(number) if number.isdecimal() and len(number) < 6 else 1,
    )
    found = selectors.resources(actor=request.actor, wanted=wanted)
    kept = urlencode({name: sent[name] for name in FILTERS if sent.get(name)})
    return page(
        request,
        "data/list.html",
        "list",
        found=found,
        organisations=keepers(found.organisations),
        news=selectors.news_for(actor=request.actor),
        figures=selectors.figures(),
        wanted=wanted,
        kept=kept,
        subjects=words.choices("subject"),
        sharings=words.choices("sharing"),
    )


@require_safe
@staff.for_staff
def one(request: PortalRequest, resource_id: str) -> HttpResponse:
    """Show one resource."""
    seen = selectors.resource(resource_id=resource_id, actor=request.actor, now=clock.now())
    return page(request, "data/resource.html", "list", seen=seen, fields=titled(seen.described.fields), keys=named(seen.described.keys))
