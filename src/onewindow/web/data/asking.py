"""Ask for data, decide, and end a grant."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onewindow.domain.errors import DomainError, Forbidden, NotFound
from onewindow.domain.exchange.grants import ASKABLE
from onewindow.domain.exchange.requests import Wish
from onewindow.modules.exchange import selectors, services
from onewindow.modules.exchange.selectors import GrantLine, RequestRow
from onewindow.plumbing import clock
from onewindow.web import errors
from onewindow.web.data import views, words
from onewindow.web.middleware import PortalRequest
from onewindow.web.staff.views import for_staff

MANY = 10
"""More grants than these are searched rather than read."""


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
        purposes=[(code, words.word("purpose", code), code in sent.getlist("purposes")) for code in ASKABLE],
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
    asked_of_us = [row for row in rows if row.owner in own]
    waiting = [row for row in asked_of_us if row.state == "waiting"]
    return views.page(
        request,
        "data/requests.html",
        "requests",
        waiting=waiting,
        late=sum(row.light == "late" for row in waiting),
        decided=[row for row in asked_of_us if row.state != "waiting"],
        ours=[row for row in rows if row.organisation in own],
    )


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
    waiting = [other for other in selectors.access_requests(actor=request.actor, now=now, waiting=True) if other.decides]
    return views.page(
        request,
        "data/request.html",
        "requests",
        status=status,
        row=row,
        trouble=trouble,
        sent=request.POST,
        fields=_asked_fields(row, chosen),
        following=next((other for other in waiting if other.id != row.id), None),
        left=len(waiting),
        services=[views.current().services[name].name if name in views.current().services else name for name in row.services],
    )


def _asked_fields(row: RequestRow, chosen: Collection[str]) -> list[dict[str, Any]]:
    """Return the fields that are asked for: what each is called, whether it is ticked, given, and about a person."""
    elements = views.current().elements
    return [
        {
            "name": name,
            "title": row.said.get(name) or (elements[name].name if name in elements else name),
            "chosen": name in chosen,
            "given": name in row.given,
            "personal": name in row.personal,
        }
        for name in row.fields
    ]


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
    text = request.GET.get("q", "")[:200].strip()
    lines = [{"row": row, "fields": views.named(row.fields)} for row in _fitting(rows, text)]
    given = [line for line in lines if line["row"].owner in own]  # type: ignore[attr-defined]  # a grant's line
    held = [line for line in lines if line not in given]
    parts: dict[str, Any] = {f"{name}{tail}": some for name, all_ in (("given", given), ("held", held)) for tail, some in _by_end(all_)}
    context = {**parts, "text": text, "many": len(rows) > MANY, "resource": request.GET.get("resource", "")}
    return views.page(request, "data/grants.html", "grants", **context)


def _fitting(rows: Collection[GrantLine], text: str) -> list[GrantLine]:
    """Return the grants whose resource or organisations have all the words in their names."""
    names = dict(views.keepers({name for row in rows for name in (row.owner, row.organisation)}))
    sought = text.lower().split()[:6]
    said = [" ".join((row.resource, names[row.owner], names[row.organisation], *row.title.values())).lower() for row in rows]
    return [row for row, told in zip(rows, said, strict=True) if all(word in told for word in sought)]


def _by_end(lines: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the grants that hold, and those that were ended."""
    return [("", [line for line in lines if not line["row"].revoked_at]), ("_ended", [line for line in lines if line["row"].revoked_at])]


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
