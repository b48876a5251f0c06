"""Ask for data, decide, and end a grant."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onewindow.domain.errors import DomainError, Forbidden, NotFound
from onewindow.domain.exchange.grants import PURPOSES
from onewindow.domain.exchange.requests import Wish
from onewindow.modules.exchange import selectors, services
from onewindow.plumbing import clock
from onewindow.web import errors
from onewindow.web.data import views, words
from onewindow.web.middleware import PortalRequest
from onewindow.web.staff.views import for_staff


@require_http_methods(["GET", "POST"])
@for_staff
def ask(request: PortalRequest, resource_id: str) -> HttpResponse:
    """Ask for fields of a resource, in the name of one's own organisation."""
    now, trouble = clock.now(), ""
    seen = selectors.resource(resource_id=resource_id, actor=request.actor, now=now)
    if not seen.asks:
        raise Forbidden(permission="exchange.ask")
    if request.method == "POST":
        try:
            made = services.ask_for_access(resource_id=resource_id, wish=_wish(request.POST), actor=request.actor, now=now)
        except (Forbidden, NotFound):
            raise
        except DomainError as error:
            trouble = errors.sentence(error)
        else:
            row = selectors.access_request(request_id=made, actor=request.actor, now=now)
            granted = gettext("Granted: this resource is shared without conditions. You may ask it from now on.")
            messages.success(request, granted if row.by_rule else gettext("Sent. Its owner decides."))
            return redirect("data:request", made)
    sent = request.POST
    return views.page(
        request,
        "data/ask.html",
        "list",
        status=422 if trouble else 200,
        seen=seen,
        trouble=trouble,
        sent=sent,
        today=clock.local_date(now),
        fields=[(row, row["row"].name in sent.getlist("fields")) for row in views.titled(seen.described.fields)],
        purposes=[(code, words.word("purpose", code), code in sent.getlist("purposes")) for code in PURPOSES],
        services=[(row, row.id in sent.getlist("services")) for row in views.current().services.values()],
    )


def _wish(sent: QueryDict) -> Wish:
    quota = sent.get("a_day", "").strip()
    return Wish(
        fields=tuple(sent.getlist("fields")),
        purposes=tuple(sent.getlist("purposes")),
        services=tuple(sent.getlist("services")),
        reason=sent.get("reason", ""),
        from_date=_day(sent.get("from", "")) or clock.local_date(clock.now()),
        until_date=_day(sent.get("until", "")),
        a_day=int(quota) if quota.isdecimal() and len(quota) < 9 else None,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@require_safe
@for_staff
def requests(request: PortalRequest) -> HttpResponse:
    """List what one's own organisation is asked for, and what it asked for."""
    rows = selectors.access_requests(actor=request.actor, now=clock.now())
    own = {hat.organisation for hat in request.actor.hats}
    to_decide = [row for row in rows if row.owner in own]
    return views.page(request, "data/requests.html", "requests", to_decide=to_decide, ours=[row for row in rows if row.organisation in own])


@require_http_methods(["GET", "POST"])
@for_staff
def decide(request: PortalRequest, request_id: UUID) -> HttpResponse:
    """Show a request; its owner's supervisor decides it, wholly or field by field."""
    now, trouble, status = clock.now(), "", 200
    row = selectors.access_request(request_id=request_id, actor=request.actor, now=now)
    if request.method == "POST":
        try:
            services.decide_access(request_id=request_id, **_decision(request.POST), actor=request.actor, now=now)
        except (Forbidden, NotFound):
            raise
        except DomainError as error:
            trouble, status = errors.sentence(error), error.status
        else:
            messages.success(request, gettext("Decided. The organisation is told."))
            return redirect("data:request", request_id)
    chosen = request.POST.getlist("fields") if request.method == "POST" else row.fields
    elements = views.current().elements
    return views.page(
        request,
        "data/request.html",
        "requests",
        status=status,
        row=row,
        trouble=trouble,
        sent=request.POST,
        fields=[(name, elements[name].name if name in elements else name, name in chosen, name in row.given) for name in row.fields],
        services=[views.current().services[name].name if name in views.current().services else name for name in row.services],
    )


def _decision(sent: QueryDict) -> dict[str, Any]:
    numbers = {name: sent.get(name, "").strip() for name in ("a_day", "an_officer_a_day")}
    read = {name: int(value) for name, value in numbers.items() if value.isdecimal() and len(value) < 9}
    fields = [] if sent.get("answer-is") == "refuse" else sent.getlist("fields")
    return {"fields": fields, "answer": sent.get("answer", ""), "until_date": _day(sent.get("until", "")), **read}


@require_safe
@for_staff
def grants(request: PortalRequest) -> HttpResponse:
    """List the grants one's own organisation gave and holds, with their use today."""
    own = {hat.organisation for hat in request.actor.hats}
    rows = selectors.grants(actor=request.actor, now=clock.now(), resource=request.GET.get("resource", "")[:80])
    lines = [{"row": row, "fields": views.named(row.fields)} for row in rows]
    given = [line for line in lines if line["row"].owner in own]  # type: ignore[attr-defined]  # a grant's line
    held = [line for line in lines if line not in given]
    return views.page(request, "data/grants.html", "grants", given=given, held=held, resource=request.GET.get("resource", ""))


@require_POST
@for_staff
def revoke(request: PortalRequest, grant_id: UUID) -> HttpResponse:
    """End a grant at once."""
    reason = request.POST.get("reason", "").strip()
    if reason:
        services.revoke_grant(grant_id=grant_id, reason=reason, actor=request.actor, now=clock.now())
        messages.success(request, gettext("Ended. The next question under it is not asked any more."))
    else:
        messages.error(request, gettext("Write why; those who use it read this."))
    return redirect("data:grants")
