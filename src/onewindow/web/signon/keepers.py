"""Pages of an organisation's administrator: the systems that log their users in here."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onewindow.domain.errors import DomainError, Forbidden, NotFound
from onewindow.modules.signon import selectors, services
from onewindow.modules.signon.services import SystemForm
from onewindow.plumbing import clock
from onewindow.web import errors
from onewindow.web.middleware import PortalRequest
from onewindow.web.signon import words
from onewindow.web.staff.views import for_staff, page


@require_safe
@for_staff
def systems(request: PortalRequest) -> HttpResponse:
    """List the systems of one's own organisation."""
    rows = [(row, [words.claim(claim.name) for claim in row.claims]) for row in selectors.systems(actor=request.actor)]
    return page(request, "signon/systems.html", rows=rows, keys=selectors.staff_keys(actor=request.actor))


@require_http_methods(["GET", "POST"])
@for_staff
def register(request: PortalRequest) -> HttpResponse:
    """Propose a new system; what was written stays on the page when it is not taken."""
    selectors.systems(actor=request.actor)  # whoever may not see the list may not add to it
    sent, trouble = request.POST, ""
    if request.method == "POST":
        try:
            services.register_system(form=_form(sent, request.actor.organisation or ""), actor=request.actor, now=clock.now())
        except (Forbidden, NotFound):
            raise
        except DomainError as error:
            trouble = errors.sentence(error)
        else:
            messages.success(request, gettext("Proposed. Another administrator confirms it."))
            return redirect("signon:systems")
    claims = [
        {
            "name": name,
            "label": words.claim(name),
            "chosen": name in sent.getlist("claims"),
            "purpose": sent.get(f"purpose-{name}", ""),
            "basis": sent.get(f"basis-{name}", ""),
            "staff": claim.staff,
        }
        for name, claim in selectors.CLAIMS.items()
    ]
    context: dict[str, Any] = {"claims": claims, "sent": sent, "trouble": trouble}
    response = page(request, "signon/register.html", **context)
    response.status_code = 422 if trouble else 200
    return response


def _form(sent: QueryDict, organisation: str) -> SystemForm:
    named = {language: sent.get(f"name-{language}", "").strip()[:120] for language in ("zh", "en", "ru")}
    claims = {
        name: {"purpose": {"zh": sent.get(f"purpose-{name}", "").strip()[:300]}, "basis": sent.get(f"basis-{name}", "").strip()[:300]}
        for name in sent.getlist("claims")
    }
    return SystemForm(
        name={language: text for language, text in named.items() if text},
        organisation=organisation,
        redirect_uris=sent.get("redirect_uris", "").split(),
        logout_uris=sent.get("logout_uris", "").split(),
        claims=claims,
        audience=sent.get("audience", "citizens"),
        public="public" in sent,
    )


@require_POST
@for_staff
def renew_secret(request: PortalRequest, system_id: str) -> HttpResponse:
    """Make a new secret and show it this once."""
    try:
        secret = services.renew_secret(system_id=system_id, actor=request.actor, now=clock.now())
    except (Forbidden, NotFound):
        raise
    except DomainError as error:
        messages.error(request, errors.sentence(error))
        return redirect("signon:systems")
    return page(request, "signon/secret.html", system=system_id, secret=secret)


@require_POST
@for_staff
def make_key(request: PortalRequest) -> HttpResponse:
    """Make a key for the system that keeps the staff, and show it this once."""
    key = services.make_staff_key(name=request.POST.get("name", ""), actor=request.actor, now=clock.now())
    return page(request, "signon/secret.html", key=key, address=f"{settings.ONEWINDOW_ORIGIN}/scim/v2/")


@require_POST
@for_staff
def end_key(request: PortalRequest, key_id: UUID) -> HttpResponse:
    """End a key of the staff."""
    services.end_staff_key(key_id=key_id, actor=request.actor, now=clock.now())
    messages.success(request, gettext("Ended. The key counts no more."))
    return redirect("signon:systems")


@require_POST
@for_staff
def close(request: PortalRequest, system_id: str) -> HttpResponse:
    """Close a system."""
    services.close_system(system_id=system_id, actor=request.actor, now=clock.now())
    messages.success(request, gettext("Closed. Nobody logs in to it with us any more."))
    return redirect("signon:systems")
