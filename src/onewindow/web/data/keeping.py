"""Pages of those who keep a resource: describe, publish, withdraw; and of those who follow it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from onewindow.domain.catalogue.model import type_names
from onewindow.domain.errors import DomainError, Forbidden, NotFound
from onewindow.domain.exchange.resources import LANGUAGES, LEVELS, MEASURES
from onewindow.modules.exchange import selectors, services
from onewindow.plumbing import clock, permissions
from onewindow.web import errors
from onewindow.web.data import views, words
from onewindow.web.middleware import PortalRequest
from onewindow.web.staff.views import for_staff

MORE_ROWS, MOST_ROWS = 4, 200
LISTS = ("keys", "derived_from")


@require_http_methods(["GET", "POST"])
@for_staff
def register(request: PortalRequest) -> HttpResponse:
    """Register a resource of one's own organisation."""
    permissions.require(request.actor, "exchange.ask")
    if request.method != "POST":
        return _form(request, {"sharing": "unconditional", "update_cycle": "daily", "subject": "other"}, new=True)
    document = {**_document(request.POST), "id": request.POST.get("id", ""), "organisation": request.actor.organisation or ""}
    return _written(
        request, document, lambda: services.register_resource(document=document, actor=request.actor, now=clock.now()), new=True
    )


@require_http_methods(["GET", "POST"])
@for_staff
def edit(request: PortalRequest, resource_id: str) -> HttpResponse:
    """Write the next version."""
    described = selectors.resource_draft(resource_id=resource_id, actor=request.actor)
    if request.method != "POST":
        return _form(request, described.document(), new=False)
    document = {**_document(request.POST), "id": resource_id, "downloads": described.document()["downloads"]}
    written: dict[str, Any] = {"resource_id": resource_id, "document": document}
    return _written(request, document, lambda: services.edit_resource(**written, actor=request.actor, now=clock.now()), new=False)


def _written(request: PortalRequest, document: dict[str, Any], act: Callable[[], object], *, new: bool) -> HttpResponse:
    try:
        act()
    except (Forbidden, NotFound):
        raise
    except DomainError as error:
        return _form(request, document, new=new, trouble=errors.sentence(error))
    messages.success(request, gettext("Kept as a draft. Publish it when it is ready."))
    return redirect("data:resource", document["id"])


def _form(request: PortalRequest, document: dict[str, Any], *, new: bool, trouble: str = "") -> HttpResponse:
    fields = [*document.get("fields", []), *({} for _ in range(MORE_ROWS))]
    return views.page(
        request,
        "data/form.html",
        "list",
        status=422 if trouble else 200,
        new=new,
        trouble=trouble,
        sent=document,
        languages=[(code, document.get("title", {}).get(code, ""), document.get("description", {}).get(code, "")) for code in LANGUAGES],
        fields=list(enumerate(fields)),
        lists={name: " ".join(document.get(name, ())) for name in LISTS},
        law="\n".join(document.get("legal_basis", ())),
        targets=[(name, words.word("measure", name), document.get("targets", {}).get(name, "")) for name in MEASURES],
        subjects=words.choices("subject"),
        sharings=words.choices("sharing"),
        cycles=words.choices("cycle"),
        levels=words.choices("level"),
        types=[(name, words.word("type", name)) for name in type_names],
    )


def _document(sent: QueryDict) -> dict[str, Any]:
    """Return what was typed, as a version's document."""
    rows = min(sum(1 for name in sent if name.startswith("name-")), MOST_ROWS)
    return {
        "title": {code: sent.get(f"title-{code}", "").strip()[:200] for code in LANGUAGES},
        "description": {code: sent.get(f"description-{code}", "").strip()[:2000] for code in LANGUAGES},
        **{name: sent.get(name, "") for name in ("subject", "sharing", "update_cycle")},
        "legal_basis": [line.strip() for line in sent.get("legal_basis", "").splitlines() if line.strip()][:20],
        **{name: sent.get(name, "").replace(",", " ").split()[:100] for name in LISTS},
        "open": "open" in sent,
        "targets": {name: int(value) for name in MEASURES if (value := sent.get(f"target-{name}", "")).isdecimal() and int(value) <= 100},
        "fields": [row for number in range(rows) if (row := _field(sent, number))["name"]],
    }


def _field(sent: QueryDict, number: int) -> dict[str, Any]:
    typed = {name: sent.get(f"{name}-{number}", "").strip()[:80] for name in ("name", "element", "type", "level")}
    return {
        "name": typed["name"],
        "title": {"zh": sent.get(f"label-{number}", "").strip()[:80]},
        "element": typed["element"] or None,
        "type": typed["type"] or "string",
        "level": typed["level"] or LEVELS[0],
        "personal": f"personal-{number}" in sent,
    }


@require_POST
@for_staff
def publish(request: PortalRequest, resource_id: str) -> HttpResponse:
    """Publish the draft."""
    try:
        services.publish_resource(resource_id=resource_id, actor=request.actor, now=clock.now())
    except (Forbidden, NotFound):
        raise
    except DomainError as error:
        messages.error(request, errors.sentence(error))
    else:
        messages.success(request, gettext("Published. Whoever follows it is told."))
    return redirect("data:resource", resource_id)


@require_POST
@for_staff
def withdraw(request: PortalRequest, resource_id: str) -> HttpResponse:
    """Withdraw what is published."""
    reason = request.POST.get("reason", "").strip()
    if not reason:
        messages.error(request, gettext("Write why; those who use it read this."))
        return redirect("data:resource", resource_id)
    ended = services.withdraw_resource(resource_id=resource_id, reason=reason, actor=request.actor, now=clock.now())
    told = ngettext("Withdrawn, and {n} grant with it.", "Withdrawn, and {n} grants with it.", ended)
    messages.success(request, told.format(n=ended))
    return redirect("data:resource", resource_id)


@require_POST
@for_staff
def follow(request: PortalRequest, resource_id: str) -> HttpResponse:
    """Follow a resource, or no more."""
    wanted = request.POST.get("follow") == "1"
    services.follow_resource(resource_id=resource_id, follow=wanted, actor=request.actor, now=clock.now())
    told = gettext("Your organisation is told of new versions.") if wanted else gettext("Your organisation is told no more.")
    messages.success(request, told)
    return redirect("data:resource", resource_id)
