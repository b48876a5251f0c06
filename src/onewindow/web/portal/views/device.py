"""What a device kept without a network comes in here: entries, forms begun there, and what another app shared."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onewindow.domain.errors import DomainError, NotFound
from onewindow.modules.cases import selectors as cases
from onewindow.modules.cases import services
from onewindow.modules.cases.selectors.rows import DraftField, DraftPage
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.plumbing import clock
from onewindow.web import formatting
from onewindow.web.errors import field_sentence, sentence
from onewindow.web.middleware import PortalRequest
from onewindow.web.portal.pages import blank as blanks
from onewindow.web.portal.pages import draft as way
from onewindow.web.portal.pages import papers
from onewindow.web.site import device, fields

MOST_DRAFTS = 8
"""So many drafts are offered for a shared picture, the last changed first."""


@login_required
@require_POST
def sync(request: PortalRequest, draft_id: UUID) -> JsonResponse:
    """Take what a device kept for a draft, entry by entry, and tell it what became of each; `begin` names what was begun there."""
    now = clock.now()
    begun = str(request.POST.get("begin", ""))
    try:
        if begun:
            services.start_draft(event_id=begun, draft_id=draft_id, actor=request.actor, now=now)
        merged = {}
        if answers := _answers(request):
            merged[blanks.ANSWER] = services.merge_draft(draft_id=draft_id, answers=answers, values={}, actor=request.actor, now=now)
        values = _values(request, cases.draft_page(draft_id=draft_id, actor=request.actor))
        merged[""] = services.merge_draft(draft_id=draft_id, answers={}, values=values, actor=request.actor, now=now)
        page = cases.draft_page(draft_id=draft_id, actor=request.actor) if any(row.differing for row in merged.values()) else None
    except DomainError as error:
        return JsonResponse({"sentence": sentence(error), "code": error.code}, status=error.status)
    return JsonResponse(_told(merged, page))


def _answers(request: PortalRequest) -> dict[str, services.Change]:
    shown = [str(entry) for entry in request.POST.getlist("shown") if str(entry).startswith(blanks.ANSWER)]
    typed = {entry: services.Change(str(request.POST.get(entry, "")), str(request.POST.get(f"base:{entry}", ""))) for entry in shown}
    return {entry.removeprefix(blanks.ANSWER): change for entry, change in typed.items()}


def _values(request: PortalRequest, page: DraftPage) -> dict[str, services.Change]:
    """Read the entries as the form's own page reads them; one that the form no longer has stays as it was typed."""
    shown = [str(entry) for entry in request.POST.getlist("shown") if not str(entry).startswith(blanks.ANSWER)]
    read = fields.read([row for row in page.fields if row.element in shown], request.POST)
    typed = {entry: read.get(entry, str(request.POST.get(entry, ""))) for entry in shown}
    return {entry: services.Change(value, str(request.POST.get(f"base:{entry}", ""))) for entry, value in typed.items()}


def _told(merged: Mapping[str, services.Merged], page: DraftPage | None) -> dict[str, Any]:
    """Say of each entry what became of it; one that another device changed comes with what stands there, so that the person can choose."""
    now = clock.now()
    at = formatting.moment_short(now, get_language(), today=clock.local_date(now))
    told: dict[str, Any] = {"told": gettext("Saved %(at)s") % {"at": at}, "saved": {}, "refused": {}, "differing": {}, "unasked": []}
    for prefix, row in merged.items():
        told.setdefault("before", row.before)
        told["version"] = row.version
        told["saved"].update({prefix + key: mark for key, mark in row.saved.items()})
        told["refused"].update({prefix + key.split("[")[0]: field_sentence(error) for key, error in row.refused.items()})
        told["differing"].update({prefix + key: _other(page, key, other) for key, other in row.differing.items() if page})
        told["unasked"] += [prefix + key for key in row.unasked]
    return told


def _other(page: DraftPage, key: str, other: services.Other) -> Mapping[str, str]:
    """Return what another device stored, as it is read and as it stands in a box."""
    asked: list[DraftField | way.AsField] = [*page.fields, *(way.as_field(row) for row in page.questions)]
    row = next(row for row in asked if row.element == key)
    said = fields.said(other.value, row.type, row.choices)
    return {"mark": other.mark, "said": said, "text": fields.text_of(other.value, row.type)}


@require_safe
@cache_control(no_cache=True, public=True)
def blank(request: HttpRequest, event_id: str) -> HttpResponse:
    """Show the empty form that a device keeps, to begin without a network. The same for everybody."""
    release = catalogue.current_release()
    if release is None:
        raise NotFound(kind="event", id=event_id)
    response = render(device.as_nobody(request), "portal/blank.html", {"page": blanks.blank(release=release, event_id=event_id)})
    response.headers[device.KEEP] = device.EVERYBODY
    return response


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: PortalRequest) -> HttpResponse:
    """Offer the documents of one's drafts for what another app shared.

    The file itself waits on the device, where the worker put it: a POST that comes as far as here is only sent on.
    """
    return redirect("portal:share") if request.method == "POST" else _choose(request)


@login_required
def _choose(request: PortalRequest) -> HttpResponse:
    drafts = cases.my_drafts(actor=request.actor)[:MOST_DRAFTS]
    pages = [cases.draft_page(draft_id=row.id, actor=request.actor) for row in drafts]
    offered = [(page, papers.boxes(page, {})) for page in pages]
    return render(request, "portal/share.html", {"offered": [(page, boxes) for page, boxes in offered if boxes]})
