"""The invited person's side: take the invitation, fill in one's own part, confirm or refuse it, see how far the case is."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from onewindow.domain.errors import DomainError
from onewindow.domain.identification import MATCHED
from onewindow.domain.values import is_empty
from onewindow.modules.cases import selectors as cases
from onewindow.modules.cases import services
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import clock
from onewindow.web import words
from onewindow.web.account import levels
from onewindow.web.errors import field_sentences, sentence
from onewindow.web.middleware import PortalRequest
from onewindow.web.portal.pages import parts as pages
from onewindow.web.site import fields


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: PortalRequest, secret: str) -> HttpResponse:
    """Show what a link is about; taking it needs the button, because programs that look through mail open links as well."""
    return _invitation(request, secret=secret)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: PortalRequest, part_id: UUID) -> HttpResponse:
    """The same for an invitation that was sent to one's own telephone or e-mail: no link is needed."""
    return _invitation(request, part_id=part_id)


def _invitation(request: PortalRequest, *, secret: str = "", part_id: UUID | None = None) -> HttpResponse:
    now = clock.now()
    if request.actor.on_behalf_of is not None:
        return render(request, "portal/invitation.html", {"acting": True}, status=403)
    found = cases.invitation(secret=secret, part_id=part_id, actor=request.actor, now=now)
    if request.method == "POST":
        services.take_part(part_id=found.id, secret=secret, actor=request.actor, now=now)
        return redirect("portal:part", part_id=found.id)
    return redirect("portal:part", part_id=found.id) if found.taken else render(request, "portal/invitation.html", {"found": found})


@login_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def part(request: PortalRequest, part_id: UUID) -> HttpResponse:
    """Show one's own part: what is confirmed, the fields of it, the confirmation; later how far the case is."""
    page = cases.part_page(part_id=part_id, actor=request.actor, now=clock.now())
    wrong: dict[str, str] = {}
    tried = levels.Tried()
    if request.method == "POST" and "resident_id" in request.POST:
        tried = levels.try_match(request)
        if tried.done:
            messages.success(request, gettext("Your identity is confirmed. You go on where you were."))
    elif request.method == "POST":
        wrong = _act(request, page)
    if request.method == "POST" and not wrong and not tried.errors and not _in_a_list(request):
        return redirect("portal:part", part_id=part_id)
    page = cases.part_page(part_id=part_id, actor=request.actor, now=clock.now())
    drawn = [_drawn(request, row, wrong) for row in page.fields]
    context = {
        "page": page,
        "view": pages.view(page),
        "fields": drawn,
        "tried": tried,
        "standing": identity.who_am_i(actor=request.actor, now=clock.now()) if page.level < page.needed else None,
        "enough_by_match": page.needed <= MATCHED,
        "reason": request.POST.get("reason", ""),
        "wrong": wrong,
        "summary": [*_summary(drawn, wrong), *tried.summary],
    }
    return render(request, "portal/part.html", context, status=422 if wrong else tried.status)


def _in_a_list(request: PortalRequest) -> bool:
    """Tell whether a button was pressed that adds an entry to a list, or takes one away."""
    return "add" in request.POST or "remove" in request.POST


def _drawn(request: PortalRequest, row: cases.PartField, wrong: dict[str, str]) -> fields.Field:
    typed = request.POST.get(row.element) if wrong else None
    rows = len(row.value or []) + 1 if request.POST.get("add") == row.element else 0
    return fields.draw(row, row.value, error=wrong.get(row.element, ""), errors=wrong, typed=typed, rows=rows)


def _summary(drawn: list[fields.Field], wrong: dict[str, str]) -> list[tuple[str, str]]:
    found = fields.wrong(drawn)
    named = {field.name for field in found}
    told = [(field.focus_id, words.labelled(field.label, field.error)) for field in found]
    return [*told, *(("reason" if key == "reason" else "", text) for key, text in wrong.items() if key not in named)]


def _act(request: PortalRequest, page: cases.PartPage) -> dict[str, str]:
    """Do what was asked; return {field: what is wrong}, under "" what is about the whole."""
    part_id, actor, now = page.id, request.actor, clock.now()
    act = str(request.POST.get("act", ""))
    try:
        if act == "save":
            typed = fields.read(page.fields, request.POST)
            services.save_part(part_id=part_id, values=typed, actor=actor, now=now)
            empty = () if _in_a_list(request) else [row.element for row in page.fields if is_empty(typed.get(row.element))]
            return dict.fromkeys(empty, gettext("Fill this in."))
        if act == "confirm":
            services.confirm_part(part_id=part_id, seen=str(request.POST.get("seen", "")), actor=actor, now=now)
            messages.success(request, gettext("Thank you. Your confirmation is recorded, and the applicant was told."))
        elif act == "take-back":
            services.take_back_confirmation(part_id=part_id, actor=actor, now=now)
            messages.success(request, gettext("Your confirmation no longer counts. The applicant was told."))
        elif act == "refuse":
            services.refuse_part(part_id=part_id, reason=str(request.POST.get("reason", "")), actor=actor, now=now)
            messages.success(request, gettext("It is recorded that you do not confirm. The applicant reads why."))
    except DomainError as error:
        return field_sentences(error) or {"reason" if act == "refuse" else "": sentence(error)}
    return {}
