"""Who one is to the platform: the level, its proofs, and how to step up."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onewindow.domain.errors import DomainError
from onewindow.domain.identification import HIGHEST, MATCHED
from onewindow.modules.identity import selectors
from onewindow.modules.identity import services as identity
from onewindow.plumbing import clock
from onewindow.web.account import levels
from onewindow.web.errors import sentence
from onewindow.web.middleware import PortalRequest


@never_cache
@login_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def who(request: PortalRequest) -> HttpResponse:
    """Show one's own level and proofs; compare with the register."""
    tried = levels.try_match(request) if request.method == "POST" else levels.Tried()
    if tried.done:
        messages.success(request, gettext("Your identity is confirmed."))
        return redirect("account:who")
    return _page(request, tried)


@never_cache
@login_required
@require_POST
def code(request: PortalRequest) -> HttpResponse:
    """Show a code for the window; it stands on this one page only."""
    shown = identity.make_visit_code(actor=request.actor, now=clock.now())
    return _page(request, levels.Tried(), code=f"{shown[:4]} {shown[4:]}")


@never_cache
@login_required
@require_POST
def face(request: PortalRequest) -> HttpResponse:
    """Begin a check at the face channel, and say where to go: a form of ours sends nobody to another site."""
    back = request.build_absolute_uri(reverse("account:who-face-back"))
    try:
        address = identity.begin_face_check(back=back, actor=request.actor, now=clock.now())
    except DomainError as error:
        return _page(request, levels.Tried(errors={"": sentence(error)}, status=error.status))
    return _page(request, levels.Tried(), face=address)


@never_cache
@login_required
@require_safe
def face_back(request: PortalRequest) -> HttpResponse:
    """Come back from the face channel: it is asked how the check ended, nothing in the address counts."""
    try:
        outcome = identity.finish_face_check(actor=request.actor, now=clock.now())
    except DomainError as error:
        return _page(request, levels.Tried(errors={"": sentence(error)}, status=error.status))
    if outcome == "passed":
        messages.success(request, gettext("The face channel has seen you: your identity is confirmed in person."))
    elif outcome == "failed":
        messages.error(request, gettext("The face channel did not recognise you. Try again in better light, or come to the counter."))
    else:
        messages.warning(request, gettext("The face check is not finished yet. Go on there, or begin a new one."))
    return redirect("account:who")


def _page(request: PortalRequest, tried: levels.Tried, *, code: str = "", face: str = "") -> HttpResponse:
    standing = selectors.who_am_i(actor=request.actor, now=clock.now())
    proofs = [{"row": row, "level": levels.level(row.level), "method": levels.method(row.method)} for row in standing.proofs]
    context = {
        "standing": standing,
        "level": levels.level(standing.level),
        "proofs": proofs,
        "may_match": standing.level < MATCHED,
        "tried": tried,
        "summary": tried.summary,
        "code": code,
        "face": face,
        "may_face": bool(settings.ONEWINDOW_FACE_URL) and MATCHED <= standing.level < HIGHEST,
        "minutes": int(identity.identification_rules(clock.now()).code_life.total_seconds() // 60),
    }
    return render(request, "account/who.html", context, status=tried.status)
