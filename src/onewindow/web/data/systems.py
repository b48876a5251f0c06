"""The register of systems on their way to the city's cloud."""

from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from onewindow.domain.errors import DomainError, Forbidden, NotFound
from onewindow.domain.exchange.resources import LANGUAGES
from onewindow.domain.exchange.systems import System
from onewindow.modules.exchange import selectors, services
from onewindow.plumbing import clock, permissions
from onewindow.web import errors
from onewindow.web.data import views, words
from onewindow.web.middleware import PortalRequest
from onewindow.web.staff.views import for_staff

UNMOVED = ("planned", "moving")


@require_safe
@for_staff
def listed(request: PortalRequest) -> HttpResponse:
    """List the systems, by state, organisation and words."""
    sent = request.GET
    state, organisation, text = sent.get("state", ""), sent.get("organisation", "")[:80], sent.get("q", "")[:200].strip()
    found = selectors.cloud_systems(actor=request.actor, state=state, organisation=organisation, text=text)
    today = clock.local_date(clock.now())
    states = [(code, said, found.count[code]) for code, said in words.choices("system")]
    asks = permissions.allowed(request.actor, "exchange.ask")
    return views.page(
        request,
        "data/systems.html",
        "systems",
        systems=[(row, row.state in UNMOVED and row.planned_date is not None and row.planned_date < today) for row in found.systems],
        organisations=views.keepers(found.organisations),
        organisation=organisation,
        text=text,
        kept=urlencode({name: value for name, value in (("q", text), ("organisation", organisation)) if value}),
        states=states,
        state=state,
        keeps=asks,
        all=sum(found.count.values()),
    )


@require_safe
@for_staff
def one(request: PortalRequest, system_id: str) -> HttpResponse:
    """Show one system with what it needs and what needs it."""
    system, needs, needed_by = selectors.cloud_system(system_id=system_id, actor=request.actor)
    keeps = request.actor.acts_as("officer", "supervisor", organisation=system.organisation)
    titles = selectors.resource_titles(system.resources, actor=request.actor)
    kept = [(name, titles.get(name)) for name in system.resources]
    return views.page(request, "data/system.html", "systems", system=system, needs=needs, needed_by=needed_by, keeps=keeps, kept=kept)


@require_http_methods(["GET", "POST"])
@for_staff
def keep(request: PortalRequest, system_id: str = "") -> HttpResponse:
    """Register a system of one's own organisation, or say how far it has come."""
    permissions.require(request.actor, "exchange.ask")
    system = selectors.cloud_system(system_id=system_id, actor=request.actor)[0] if system_id else None
    if system and not request.actor.acts_as("officer", "supervisor", organisation=system.organisation):
        raise Forbidden(permission="exchange.keep")
    trouble = ""
    if request.method == "POST":
        system = _system(request.POST, system_id, system.organisation if system else request.actor.organisation or "")
        try:
            services.save_cloud_system(system=system, actor=request.actor, now=clock.now())
        except (Forbidden, NotFound):
            raise
        except DomainError as error:
            trouble = errors.sentence(error)
        else:
            messages.success(request, gettext("Kept."))
            return redirect("data:system", system.id)
    others = selectors.cloud_systems(actor=request.actor).systems
    return views.page(
        request,
        "data/system_form.html",
        "systems",
        status=422 if trouble else 200,
        system=system,
        new=not system_id,
        trouble=trouble,
        languages=[(code, system.name.get(code, "") if system else "") for code in LANGUAGES],
        states=words.choices("system"),
        others=[other for other in others if not system or other.id != system.id],
        resources=" ".join(system.resources) if system else "",
    )


def _system(sent: QueryDict, system_id: str, organisation: str) -> System:
    named = {code: sent.get(f"name-{code}", "").strip()[:120] for code in LANGUAGES}
    return System(
        id=system_id or sent.get("id", "").strip()[:81],
        organisation=organisation,
        name={code: text for code, text in named.items() if text},
        state=sent.get("state", ""),
        needs=tuple(sent.getlist("needs"))[:100],
        resources=tuple(sent.get("resources", "").replace(",", " ").split())[:100],
        planned_date=_day(sent.get("planned", "")),
        moved_date=_day(sent.get("moved", "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
