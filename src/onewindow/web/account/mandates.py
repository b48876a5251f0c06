"""Mandates of both sides, enterprises one represents, and for whom one acts in this session."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext, gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from onewindow.domain.errors import DomainError, NotFound
from onewindow.domain.identification import MATCHED
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.identity import selectors, services
from onewindow.plumbing import clock
from onewindow.plumbing.text import localised
from onewindow.web.errors import sentence
from onewindow.web.middleware import ACTING, PortalRequest

STATES = {
    "offered": gettext_noop("offered, not yet accepted"),
    "accepted": gettext_noop("accepted"),
    "declined": gettext_noop("declined"),
    "revoked": gettext_noop("ended"),
    "expired": gettext_noop("expired"),
}
ROLES = {"agent": gettext_noop("Agent"), "manager": gettext_noop("Manager"), "clerk": gettext_noop("Clerk")}
FIELDS = ("party", "role", "receiver_name", "receiver_number", "from_date", "until_date")


@never_cache
@login_required
@require_safe
def overview(request: PortalRequest) -> HttpResponse:
    """Show what one gave and received, and the forms."""
    return _page(request)


@never_cache
@login_required
@sensitive_post_parameters()
@require_POST
def offer(request: PortalRequest) -> HttpResponse:
    """Offer a mandate; what was typed stays where something is wrong."""
    typed = {name: str(request.POST.get(name, ""))[:80] for name in FIELDS}
    chosen = [str(name) for name in request.POST.getlist("matters")]
    try:
        if not chosen:
            raise services.MattersMissing
        services.offer_mandate(
            party=_uuid(typed["party"]) or request.actor.id or UUID(int=0),
            role=typed["role"] or "agent",
            receiver_name=typed["receiver_name"],
            receiver_number=typed["receiver_number"],
            matters=[] if "*" in chosen else [name for name in chosen if name in _matters()],
            from_date=_day(typed["from_date"]),
            until_date=_day(typed["until_date"]),
            actor=request.actor,
            now=clock.now(),
        )
    except DomainError as error:
        return _page(request, typed=typed, chosen=chosen, trouble=("receiver_name", sentence(error)), status=error.status)
    messages.success(request, gettext("Offered. It counts once the other side accepts it, under My account, Mandates."))
    return redirect("account:mandates")


@never_cache
@login_required
@require_POST
def enterprise(request: PortalRequest) -> HttpResponse:
    """Prove that one represents an enterprise."""
    code = str(request.POST.get("uscc", ""))[:30]
    try:
        services.add_enterprise(uscc=code, actor=request.actor, now=clock.now())
    except DomainError as error:
        return _page(request, uscc=code, trouble=("uscc", sentence(error)), status=error.status)
    messages.success(request, gettext("The business register names you as its legal representative. You can act for it now."))
    return redirect("account:mandates")


@never_cache
@login_required
@require_POST
def act(request: PortalRequest, mandate_id: UUID, act: str) -> HttpResponse:
    """Accept a mandate, or end it from either side."""
    acts: dict[str, tuple[Callable[..., None], str]] = {
        "accept": (services.accept_mandate, gettext("Accepted. Choose at the top of the page for whom you act.")),
        "end": (services.end_mandate, gettext("Ended. It counts from this moment on.")),
    }
    if act not in acts:
        raise Http404
    try:
        acts[act][0](mandate_id=mandate_id, actor=request.actor, now=clock.now())
    except NotFound:
        raise
    except DomainError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, acts[act][1])
    return redirect("account:mandates")


@never_cache
@login_required
@require_POST
def acting(request: PortalRequest) -> HttpResponse:
    """Choose for whom one acts in this session; an empty choice is oneself."""
    key = str(request.POST.get("for", ""))
    if key:
        services.begin_acting(key=key, actor=request.actor, now=clock.now())
        request.session[ACTING] = key
    else:
        request.session.pop(ACTING, None)
    target = str(request.POST.get("next", ""))
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return redirect(target if safe else reverse("portal:my-cases"))


def _page(
    request: PortalRequest,
    *,
    typed: Mapping[str, str] | None = None,
    chosen: list[str] | None = None,
    uscc: str = "",
    trouble: tuple[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    found, matters, today = selectors.mandates(actor=request.actor, now=now), _matters(), clock.local_date(now)
    context: dict[str, Any] = {
        "given": [_line(row, matters) for row in found.given],
        "received": [_line(row, matters) for row in found.received],
        "enterprises": found.enterprises,
        "known": selectors.level_of(request.actor.id, now) >= MATCHED,
        "own": request.actor.id,
        "matters": list(matters.items()),
        "typed": typed
        or {"from_date": today.isoformat(), "until_date": (today + timedelta(days=365)).isoformat(), "party": "", "role": ""},
        "chosen": chosen or [],
        "uscc": uscc,
        "summary": [trouble] if trouble else [],
        "offering": bool(typed),
    }
    return render(request, "account/mandates.html", context, status=status)


def _line(row: selectors.MandateLine, matters: Mapping[str, str]) -> dict[str, Any]:
    return {
        "row": row,
        "state": gettext(STATES.get(row.state, row.state)),
        "role": gettext(ROLES.get(row.role, row.role)),
        "matters": [matters.get(name, name) for name in row.matters],
    }


def _matters() -> dict[str, str]:
    """Return {id: name} of every One Thing, in the reader's language."""
    release, language = catalogue.current_release(), get_language() or "zh-hans"
    events = catalogue.catalogue_at(release).events if release is not None else {}
    return {name: localised(event.name, language) or name for name, event in events.items()}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise services.DaysRefused from None
