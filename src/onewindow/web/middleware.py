"""Who is asking, in which language, and what becomes of a rule that was not kept."""

from collections.abc import Callable
from http import HTTPStatus

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext

from onewindow.domain.errors import DomainError
from onewindow.modules.identity import selectors as identity
from onewindow.modules.identity.services import HELP_KEY
from onewindow.plumbing import accesses, asked
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.network import client_address
from onewindow.web import errors

GetResponse = Callable[[HttpRequest], HttpResponse]

ACTING = "acting_for"
"""Where a session names for whom its person acts."""

MOST_BYTES = 64 * 1024 * 1024
"""What one request may bring; each file has a limit of its own."""


CLOSED_DOORS = {
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), serial=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}
"""What no page of ours needs, and no page of others may do with ours."""


class PortalRequest(HttpRequest):
    """A request that has passed the middleware: its actor is known."""

    actor: Actor


class ClosedDoorsMiddleware:
    """Say on every answer what the browser need not offer it; the other headers come from Django and from django-csp."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in CLOSED_DOORS.items():
            response.headers.setdefault(name, value)
        return response


class ActorMiddleware:
    """Put the actor on the request, read afresh each time: a disabled user or role is out at the next request.

    A DomainError that no view caught is answered here with its sentence.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = _actor(request)  # type: ignore[attr-defined]  # ours: who acts, for every view
        if _size(request) > MOST_BYTES and not request.path.startswith("/api/"):  # the API says so itself
            return render(request, "413.html", status=413)
        _speak_profile_language(request)
        with accesses.one_page(_visitor(request)), asked.one_answer():
            return _kept_by_nobody(request, _without_log_in_page(request, self.get_response(request)))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn a rule that was not kept into its page."""
        if isinstance(exception, DomainError) and not request.path.startswith("/api/"):
            return errors.page(request, exception)
        return None


def _actor(request: HttpRequest) -> Actor:
    """Return who asks, and for whom: the session only names it, and whether it holds is asked afresh each time."""
    if not request.user.is_authenticated:
        return Actor.anonymous()
    key = str(request.session.get(ACTING) or "")
    if not key:
        return _of_this_session(request, identity.actor_of(request.user.pk))
    ask = identity.helping_as if key.startswith(HELP_KEY) else identity.acting_as
    found = ask(request.user.pk, key) if request.user.is_active else None
    if found is None:
        request.session.pop(ACTING)
        if key.startswith(HELP_KEY):
            messages.warning(request, gettext("The help at the counter has ended. What was filled in is in the person's own drafts."))
        else:
            messages.warning(request, gettext("You no longer act for another: your right to has ended. You act for yourself again."))
        return _of_this_session(request, identity.actor_of(request.user.pk))
    return found


def _of_this_session(request: HttpRequest, actor: Actor) -> Actor:
    """Withhold what needs a second factor from a session that began without one: the factor may be younger than the session."""
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or ()
    return actor if any(record.get("method") == "mfa" for record in records) else identity.without_second_factor(actor)


def _without_log_in_page(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Tell a piece of a page that nobody is logged in any more, instead of drawing the log-in page into it."""
    if (
        request.headers.get("HX-Request")
        and response.status_code == HTTPStatus.FOUND
        and response["Location"].startswith(settings.LOGIN_URL)
    ):
        sentence = gettext("Not saved: you are no longer logged in. Log in again in another window, then go on here; what you typed stays.")
        return HttpResponse(sentence, status=HTTPStatus.UNAUTHORIZED, content_type="text/plain; charset=utf-8")
    return response


def _visitor(request: HttpRequest) -> str:
    """Tell visitors apart by a keyed hash of their address, so that one of them does not use up what all are given."""
    if request.actor.is_known:  # type: ignore[attr-defined]  # set above
        return ""
    return salted_hmac("onewindow.web.visitor", client_address(request), algorithm="sha256").hexdigest()[:16]


def _kept_by_nobody(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let no browser and no proxy keep what somebody was shown who is known here: the next at the machine would read it.

    What says itself that it is public holds nothing of anybody.
    """
    known = request.user.is_authenticated or request.actor.is_known or "Authorization" in request.headers  # type: ignore[attr-defined]  # set above
    said = response.headers.get("Cache-Control", "")
    if known and "no-store" not in said and "public" not in said:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def _size(request: HttpRequest) -> int:
    given = request.META.get("CONTENT_LENGTH") or "0"
    return int(given) if given.isdigit() else 0


def _speak_profile_language(request: HttpRequest) -> None:
    """Speak the language of the person's profile where this browser has chosen none with our switch."""
    if request.user.is_authenticated and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        language = getattr(request.user, "language", "")
        if language in dict(settings.LANGUAGES):
            translation.activate(language)
            request.LANGUAGE_CODE = language
