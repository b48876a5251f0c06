"""Sign-up, a forgotten password, one's own account, and a sign of life of the page."""

import time
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.utils import get_next_redirect_url, perform_login
from allauth.core.internal.httpkit import authenticated_user
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import get_user_model, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onewindow.domain.errors import NotFound
from onewindow.modules.identity import selectors as identity_reads
from onewindow.modules.identity import services as identity
from onewindow.modules.messages import selectors as news
from onewindow.plumbing import clock
from onewindow.web.account import levels, proving
from onewindow.web.account.forms import AccountForm, CodeForm, ContactForm, NewPasswordForm, RequestCodeForm

CODE_COUNTS_SECONDS = 600
"""So long after a log-in by code the old password need not be known."""


def _with_next(request: HttpRequest, name: str) -> str:
    target = get_next_redirect_url(request)
    return reverse(name) + (f"?{urlencode({'next': target})}" if target else "")


def _page(request: HttpRequest, template: str, **more: Any) -> HttpResponse:
    target = get_next_redirect_url(request)
    status = 422 if "form" in more and more["form"].errors else 200
    context = {"next": target, "login_url": _with_next(request, "account_login"), **more}
    return render(request, f"account/{template}.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Step 1: which phone or e-mail."""
    if request.user.is_authenticated:
        return redirect("account:overview")
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        proving.begin(request, form.cleaned_data["contact"], now=clock.now())
        return redirect(_with_next(request, "account:sign-up-code"))
    return _page(request, "signup", form=form)


@never_cache
@require_http_methods(["GET", "POST"])
def sign_up_code(request: HttpRequest) -> HttpResponse:
    """Step 2: the code that was sent there."""
    now = clock.now()
    proven = proving.of(request, now=now)
    if proven is None:
        return redirect(_with_next(request, "account_signup"))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if proving.check(request, form.cleaned_data["code"], now=now):
            return redirect(_with_next(request, "account:sign-up-finish"))
        form.add_error("code", gettext("This is not the code. Compare it with the newest message."))
    return _page(request, "signup_code", form=form, contact=proven.contact)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def sign_up_finish(request: HttpRequest) -> HttpResponse:
    """Step 3: a name and a password; then the account stands and its owner is logged in."""
    now = clock.now()
    proven = proving.of(request, now=now)
    if proven is None or not proven.proven:
        return redirect(_with_next(request, "account_signup"))
    contact = proven.contact
    owner = get_user_model()(**{"phone" if contact.kind == "sms" else "email": contact.text})
    form = AccountForm(request.POST or None, owner=owner)
    if request.method == "POST" and form.is_valid():
        user_id = identity.open_account(
            phone=contact.text if contact.kind == "sms" else "",
            email=contact.text if contact.kind == "email" else "",
            name=form.cleaned_data["name"],
            password=form.cleaned_data["password"],
            language=getattr(request, "LANGUAGE_CODE", ""),
            actor=request.actor,  # type: ignore[attr-defined]  # set by web.middleware
            now=now,
        )
        proving.end(request)
        user = get_user_model().objects.get(pk=user_id)
        response: HttpResponse = perform_login(request, user, redirect_url=get_next_redirect_url(request))
        return response
    return _page(request, "signup_finish", form=form, contact=contact)


@require_GET
def reset(request: HttpRequest) -> HttpResponse:
    """A forgotten password: log in by code, then choose a new one. The answer is the same for every phone and e-mail."""
    return _page(request, "password_reset", form=RequestCodeForm(), then=reverse("account:new-password"))


@never_cache
@login_required
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def new_password(request: HttpRequest) -> HttpResponse:
    """Choose a new password without the old one, soon after a log-in by code; later the old one is asked for."""
    records = request.session.get("account_authentication_methods") or []
    if not any(record.get("method") == "code" and time.time() - record["at"] < CODE_COUNTS_SECONDS for record in records):
        return redirect("account_change_password")
    form = NewPasswordForm(request.POST or None, owner=request.user)
    if request.method == "POST" and form.is_valid():
        actor, password = request.actor, form.cleaned_data["password"]  # type: ignore[attr-defined]  # set by web.middleware
        identity.set_password(user_id=actor.id, password=password, actor=actor, now=clock.now())
        user = get_user_model().objects.get(pk=actor.id)
        update_session_auth_hash(request, user)  # this session stays; every other one ends with the old password
        messages.success(request, gettext("The new password counts from now on. Other devices are logged out."))
        return redirect("account:overview")
    return _page(request, "new_password", form=form)


@never_cache
@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """One's own account: how one logs in, the second factor, the devices that are logged in."""
    factors = {row.type: row for row in Authenticator.objects.filter(user_id=request.user.pk)}
    keys = Authenticator.objects.filter(user_id=request.user.pk, type="webauthn").order_by("created_at")
    sessions = sorted(UserSession.objects.purge_and_list(authenticated_user(request)), key=lambda row: row.created_at, reverse=True)
    who = identity_reads.who_am_i(actor=request.actor, now=clock.now())  # type: ignore[attr-defined]  # set by web.middleware
    more = {"limits": identity.limits(clock.now()), "who": who, "level": levels.level(who.level)}
    more |= {"push_key": news.push_key(), "browsers": news.devices(actor=request.actor)}  # type: ignore[attr-defined]  # as above
    return _page(request, "overview", factors=factors, keys=list(keys), sessions=sessions, **more)


@login_required
@require_POST
@reauthentication_required
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """End one session of one's own."""
    row = UserSession.objects.filter(pk=session_id, user_id=request.user.pk).first()
    if row is None:
        raise NotFound(kind="session", id=session_id)
    row.end()
    messages.success(request, gettext("That device is logged out."))
    return redirect("account:overview")


@never_cache
@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Somebody is at the page: the session goes on. Answers 401 where it has ended."""
    return HttpResponse(status=204 if request.user.is_authenticated else 401)
