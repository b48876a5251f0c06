"""What a person sees: agreeing that a system may know them, logging out, and the list of systems that know them."""

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from allauth.account.views import logout as allauth_logout
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout as django_logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onewindow.modules.identity import selectors as identity
from onewindow.modules.signon import selectors, services
from onewindow.modules.signon.selectors import Asked, AskedWrongly
from onewindow.plumbing import clock
from onewindow.web.account import national
from onewindow.web.middleware import PortalRequest
from onewindow.web.signon import proof, words

JUST_LOGGED_IN = timedelta(minutes=2)


class Onward(HttpResponse):
    """Sends the browser to a system, whatever the scheme of its address; only registered addresses come here."""

    def __init__(self, address: str) -> None:
        super().__init__(status=302, headers={"Location": address})


def _with(address: str, more: Mapping[str, str]) -> str:
    kept = {name: value for name, value in more.items() if value}
    return f"{address}{'&' if '?' in address else '?'}{urlencode(kept)}" if kept else address


def _refused(error: AskedWrongly) -> HttpResponse:
    told = {"error": error.error, "error_description": error.description, "state": error.state, "iss": settings.ONEWINDOW_ORIGIN}
    return Onward(_with(error.redirect_uri, told))


def _may_lead_to(response: HttpResponse, address: str) -> HttpResponse:
    """Let the page's form end at a system: browsers hold `form-action` against every address that a form leads to."""
    if address:
        parts = urlsplit(address)
        response._csp_update = {"form-action": [f"{parts.scheme}://{parts.netloc}"]}  # type: ignore[attr-defined]  # django-csp reads it
    return response


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def authorize(request: PortalRequest) -> HttpResponse:
    """Where a system sends somebody to log in. Source: OpenID Connect Core 3.1.2."""
    if request.method == "POST":
        return redirect(_with(reverse("signon:authorize"), {}) + "?" + request.POST.urlencode())
    try:
        asked = selectors.asked_for(dict(request.GET.lists()))
        return _answer(request, asked)
    except AskedWrongly as error:
        return _refused(error)


def _answer(request: PortalRequest, asked: Asked) -> HttpResponse:
    def silent(error: str, why: str) -> AskedWrongly:
        return AskedWrongly(error, why, redirect_uri=asked.redirect_uri, state=asked.state)

    if (door := _door(request, asked)) is not None:
        if "none" in asked.prompt:
            raise silent("login_required", "the person is not logged in, or too long ago")
        return door
    if not selectors.is_for(asked=asked, actor=request.actor):
        if "none" in asked.prompt:
            raise silent("access_denied", "the system is for the staff of its organisation")
        return _begin(request, request.GET, asked, agreed=False)  # says so, and logs that it was refused
    if selectors.needs_consent(asked=asked, actor=request.actor) or asked.prompt & {"consent", "select_account"}:
        if "none" in asked.prompt:
            raise silent("consent_required", "the person has not agreed yet")
        return _ask(request, asked)
    return _begin(request, request.GET, asked, agreed=False)


def _door(request: PortalRequest, asked: Asked) -> HttpResponse | None:
    """Return where to log in first, if that is needed."""
    query = request.GET.copy()
    if request.actor.is_known:
        age = clock.now() - proof.of(request).at
        since = query.get("since", "")
        old = asked.max_age is not None and age.total_seconds() > asked.max_age
        if since.isdecimal() and proof.of(request).at.timestamp() >= int(since[:12]):
            return None  # this request has sent them to the door before, and they came in
        if not ("login" in asked.prompt or old):
            return None
    # The address they come back to must not ask again: what counts from now on is the moment of this request.
    query["prompt"] = " ".join(sorted(asked.prompt - {"login"}))
    query.pop("max_age", None)
    query["since"] = str(int(clock.now().timestamp()))
    back = f"{request.path}?{query.urlencode()}"
    if not request.actor.is_known:
        return redirect_to_login(back)
    return redirect_to_login(back, login_url=reverse("account_reauthenticate"), redirect_field_name="next")


def _ask(request: PortalRequest, asked: Asked) -> HttpResponse:
    office = identity.organisations().get(asked.organisation)
    context = {
        "asked": asked,
        "office": office.name if office else {},
        "claims": [(words.claim(row.name), row) for row in asked.claims],
        "query": request.GET.urlencode(),
        "host": urlsplit(asked.redirect_uri).netloc,
    }
    return _may_lead_to(render(request, "signon/consent.html", context), asked.redirect_uri)


@never_cache
@require_POST
def consent(request: PortalRequest) -> HttpResponse:
    """The person's answer."""
    sent = QueryDict(request.POST.get("asked", "")[:20_000])
    try:
        asked = selectors.asked_for(dict(sent.lists()))
        if not request.actor.is_known:
            return redirect_to_login(f"{reverse('signon:authorize')}?{sent.urlencode()}")
        if request.POST.get("answer") != "yes":
            raise AskedWrongly("access_denied", "the person said no", redirect_uri=asked.redirect_uri, state=asked.state)
        return _begin(request, sent, asked, agreed=True)
    except AskedWrongly as error:
        return _refused(error)


def _begin(request: PortalRequest, sent: QueryDict, asked: Asked, *, agreed: bool) -> HttpResponse:
    proven, now = proof.of(request), clock.now()
    code = services.begin_login(
        parameters=dict(sent.lists()),
        session=proof.session_name(request),
        proved_at=proven.at,
        methods=proven.methods,
        agreed=agreed,
        actor=request.actor,
        now=now,
    )
    address = _with(asked.redirect_uri, {"code": code, "state": asked.state, "iss": settings.ONEWINDOW_ORIGIN})
    if not agreed and now - proven.at < JUST_LOGGED_IN:
        # The form of the log-in page may lead to our own pages only, and browsers count where we would send them on to.
        return render(request, "signon/onward.html", {"address": address, "name": asked.name})
    return Onward(address)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def logout(request: PortalRequest) -> HttpResponse:
    """Where a system sends somebody to log out. Whoever is not shown to mean it is asked."""
    sent = request.GET if request.method == "GET" else request.POST
    row = selectors.leaving(parameters=sent.dict(), issuer=settings.ONEWINDOW_ORIGIN, now=clock.now())
    back = _with(row.redirect_uri, {"state": sent.get("state", "")}) if row.redirect_uri else reverse("portal:home")
    if not request.actor.is_known:
        return Onward(back)
    if row.session and row.session == request.session.get(proof.SESSION):
        return _leave_all(request, back)
    page = render(request, "signon/logout.html", {"system": row.system, "query": sent.urlencode()})
    return _may_lead_to(page, row.redirect_uri)


@never_cache
@require_POST
def confirm_logout(request: PortalRequest) -> HttpResponse:
    """The person means it."""
    sent = QueryDict(request.POST.get("asked", "")[:20_000])
    row = selectors.leaving(parameters=sent.dict(), issuer=settings.ONEWINDOW_ORIGIN, now=clock.now())
    back = _with(row.redirect_uri, {"state": sent.get("state", "")}) if row.redirect_uri else reverse("portal:home")
    return _leave_all(request, back) if request.actor.is_known else Onward(back)


def _leave_all(request: PortalRequest, back: str) -> HttpResponse:
    services.end_session(session=request.session.get(proof.SESSION, ""), actor=request.actor, now=clock.now())
    django_logout(request)
    return _forgotten(Onward(back))


@never_cache
@require_http_methods(["GET", "POST"])
def log_out_here(request: PortalRequest) -> HttpResponse:
    """Our own log-out: what somebody is logged in to from this browser ends with it."""
    if request.method == "POST" and request.actor.is_known:
        services.end_session(session=request.session.get(proof.SESSION, ""), actor=request.actor, now=clock.now())
    id_token = request.session.get(national.ID_TOKEN, "")
    response: HttpResponse = allauth_logout(request)
    if onward := national.farewell(id_token) if request.method == "POST" else "":
        response = render(request, "account/national_out.html", {"address": onward})
    return response if request.user.is_authenticated else _forgotten(response)


def _forgotten(response: HttpResponse) -> HttpResponse:
    """Have the browser forget what our pages kept in it, such as a form half filled in."""
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


@never_cache
@login_required
@require_safe
def mine(request: PortalRequest) -> HttpResponse:
    """The systems that know me, and what they are told."""
    rows = [(row, [words.claim(claim.name) for claim in row.claims]) for row in selectors.own_systems(actor=request.actor, now=clock.now())]
    return render(request, "signon/mine.html", {"rows": rows})


@never_cache
@login_required
@require_POST
def leave(request: PortalRequest) -> HttpResponse:
    """Let a system know me no more."""
    services.leave_system(system_id=request.POST.get("system", ""), actor=request.actor, now=clock.now())
    messages.success(request, gettext("Ended. That system is told nothing about you any more."))
    return redirect("signon:mine")
