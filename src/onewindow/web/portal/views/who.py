"""Stepping up in place: who files is confirmed on a page of the draft, and nothing is lost."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from onewindow.domain.identification import MATCHED
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import clock
from onewindow.web.account import levels
from onewindow.web.middleware import PortalRequest
from onewindow.web.portal.pages import draft as way
from onewindow.web.portal.views.drafts import fresh


@login_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def who(request: PortalRequest, draft_id: UUID) -> HttpResponse:
    """Say which services must know for sure who files, and let it be confirmed."""
    page = fresh(request, draft_id)
    tried = levels.Tried()
    if request.method == "POST" and not page.filed_case and not page.who.enough:
        tried = levels.try_match(request)
        if tried.done:
            page = fresh(request, draft_id)
            messages.success(request, gettext("Your identity is confirmed. You go on where you were."))
    if page.guardian and not page.filed_case:
        return render(request, "portal/guardian.html", {"page": page, "steps": way.steps(page), "here": "who"})
    if page.filed_case or page.who.enough or tried.done:
        return redirect("portal:draft", draft_id=draft_id)
    standing = identity.who_am_i(actor=request.actor, now=clock.now())
    context = {
        "page": page,
        "steps": way.steps(page),
        "here": "who",
        "standing": standing,
        "level": levels.level(standing.level),
        "needed": levels.level(page.who.needed),
        "may_match": standing.level < MATCHED,
        "enough_by_match": page.who.needed <= MATCHED,
        "tried": tried,
        "summary": tried.summary,
    }
    return render(request, "portal/who.html", context, status=tried.status)
