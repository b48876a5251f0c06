"""The national log-in: going there, coming back, and a first time. What an answer is held against stands in the session."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.account.utils import get_next_redirect_url, perform_login
from allauth.core.exceptions import ReauthenticationRequired
from allauth.core.internal.httpkit import authenticated_user
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onewindow.domain.errors import DomainError
from onewindow.modules.identity import selectors
from onewindow.modules.identity import services as identity
from onewindow.plumbing import clock
from onewindow.web.account import recent
from onewindow.web.errors import sentence
from onewindow.web.middleware import PortalRequest

BEGUN, FIRST, ID_TOKEN = "national_begun", "national_first", "national_id_token"
AT_ONCE = 5
"""So many log-ins may be begun in one browser at the same time."""
ACCOUNT_CHANGES_WITHIN = timedelta(minutes=10)
"""So lately somebody must have proven who they are to give their account another way in."""


@never_cache
@require_POST
def start(request: PortalRequest) -> HttpResponse:
    """Send somebody to the national provider: to log in, or to prove there who they are to the account they are logged in to."""
    target = get_next_redirect_url(request) or ""
    if request.actor.is_known and selectors.who_am_i(actor=request.actor, now=clock.now()).linked_at is None:
        _require_lately_proven(request)
    back = settings.ONEWINDOW_ORIGIN + reverse("account:national-back")
    try:
        begun = identity.begin_national(back=back, actor=request.actor, now=clock.now())
    except DomainError as error:
        messages.error(request, sentence(error))
        return redirect(_from_where(request, target))
    kept = {**asdict(begun), "at": begun.at.timestamp(), "address": "", "target": target}
    request.session[BEGUN] = [*request.session.get(BEGUN, []), kept][-AT_ONCE:]
    # Our forms lead to our own pages only, so this page of ours leads on.
    return render(request, "account/national_onward.html", {"address": begun.address})


@never_cache
@require_safe
def back(request: PortalRequest) -> HttpResponse:
    """Come back from the provider. What is in the address counts only beside what this browser began, and once."""
    kept = _taken(request)
    target = str(kept.pop("target", ""))
    try:
        if not kept:
            raise identity.NationalRefused("state")
        begun = identity.NationalBegun(**{**kept, "at": datetime.fromtimestamp(kept["at"], UTC)})
        entry = identity.finish_national(begun=begun, told=request.GET.dict(), actor=request.actor, now=clock.now())
    except DomainError as error:
        messages.error(request, sentence(error))
        return redirect(_from_where(request, target))
    if entry.outcome in {"new", "elsewhere"}:
        told = {"outcome": entry.outcome, "ticket": entry.ticket, "name": entry.name, "number": entry.number}
        request.session[FIRST] = {**told, "target": target, ID_TOKEN: entry.id_token}
        return redirect("account:national-first")
    request.session[ID_TOKEN] = entry.id_token
    user = get_user_model().objects.get(pk=entry.user_id or UUID(int=0))
    if entry.outcome == "in":
        record_authentication(request, user, method="national")
        response: HttpResponse = perform_login(request, user, redirect_url=target or None)
        return response
    if entry.outcome == "again":
        record_authentication(request, user, method="national", reauthenticated=True)
    messages.success(request, gettext("The national log-in has confirmed who you are."))
    return redirect(target or reverse("account:who"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def first(request: PortalRequest) -> HttpResponse:
    """Somebody is here for the first time: make an account, or link the one there is."""
    kept: dict[str, Any] = request.session.get(FIRST) or {}
    if not kept:
        return redirect("account_login")
    if request.actor.is_known:
        return redirect("account:national-link")
    login = f"{reverse('account_login')}?{urlencode({'next': reverse('account:national-link')})}"
    if request.method == "POST" and kept["outcome"] == "new":
        language = getattr(request, "LANGUAGE_CODE", "")
        try:
            user_id = identity.open_national_account(ticket=kept["ticket"], language=language, actor=request.actor, now=clock.now())
        except DomainError as error:
            request.session.pop(FIRST)
            messages.error(request, sentence(error))
            return redirect("account_login")
        _settled(request, kept)
        user = get_user_model().objects.get(pk=user_id)
        record_authentication(request, user, method="national")
        response: HttpResponse = perform_login(request, user, redirect_url=kept["target"] or None)
        return response
    return render(request, "account/national_first.html", {"kept": kept, "login": login})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: PortalRequest) -> HttpResponse:
    """Whoever has just logged in to their own account says that the national identity is theirs too."""
    kept: dict[str, Any] = request.session.get(FIRST) or {}
    if not kept:
        return redirect("account:overview")
    if request.method == "POST" and request.POST.get("answer") != "yes":
        request.session.pop(FIRST)
        return redirect(kept["target"] or "account:overview")
    if request.method == "POST":
        _require_lately_proven(request)
        try:
            identity.link_national(ticket=kept["ticket"], actor=request.actor, now=clock.now())
        except DomainError as error:
            request.session.pop(FIRST)
            messages.error(request, sentence(error))
            return redirect("account:who")
        _settled(request, kept)
        messages.success(request, gettext("Linked. From now on the national log-in opens this account."))
        return redirect(kept["target"] or "account:who")
    return render(request, "account/national_link.html", {"kept": kept})


@never_cache
@login_required
@require_POST
def unlink(request: PortalRequest) -> HttpResponse:
    """Log in by the national provider no more."""
    _require_lately_proven(request)
    try:
        identity.unlink_national(actor=request.actor, now=clock.now())
    except DomainError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, gettext("The national log-in no longer opens this account."))
    return redirect("account:who")


def farewell(id_token: str) -> str:
    """Return where somebody who has logged out here logs out at the national provider, nothing where they did not come from there."""
    return identity.farewell_national(id_token=id_token, back=f"{settings.ONEWINDOW_ORIGIN}/", now=clock.now()) if id_token else ""


def _taken(request: HttpRequest) -> dict[str, Any]:
    """Return what was begun under the state in the address, and forget it: an answer counts once."""
    rows: list[dict[str, Any]] = request.session.get(BEGUN) or []
    found = next((row for row in rows if row["state"] == request.GET.get("state", "")), None)
    if found is None:
        return {}
    request.session[BEGUN] = [row for row in rows if row is not found]
    return dict(found)


def _settled(request: HttpRequest, kept: dict[str, Any]) -> None:
    request.session.pop(FIRST)
    request.session[ID_TOKEN] = kept[ID_TOKEN]


def _from_where(request: PortalRequest, target: str) -> str:
    """Return the page where somebody chooses how to log in, or how to prove who they are."""
    if request.actor.is_known:
        return target or reverse("account:who")
    return reverse("account_login") + (f"?{urlencode({'next': target})}" if target else "")


def _require_lately_proven(request: HttpRequest) -> None:
    """Raises: ReauthenticationRequired, which asks once more and then goes on here, where the log-in is too long ago."""
    user = authenticated_user(request)
    at = recent.proven_at(request, user)
    if get_reauthentication_flows(user) and clock.now() - at > ACCOUNT_CHANGES_WITHIN:
        raise ReauthenticationRequired
