"""On a device that is a terminal every page belongs to one visit: it begins on the start page, and leaves nothing when it ends."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import clock
from onewindow.web.middleware import GetResponse

SEEN = "terminal_seen"
"""When the visitor was last heard of. A session without it is in no visit."""
SEEN_AGAIN_SECONDS = 5
SLACK_SECONDS = 10
"""The page itself ends the visit; the server a moment later, whatever became of the page."""
EVERYBODY = frozenset({"terminal:start", "terminal:begin", "terminal:finish", "terminal:stay", "site:preferences", "site:city-css"})
WITHIN = frozenset(
    {
        *("terminal:menu", "terminal:receipt", "portal:search", "portal:event", "portal:start", "portal:draft", "portal:question"),
        *(
            "portal:form",
            "portal:sync",
            "site:device",
            "portal:known",
            "portal:who",
            "portal:documents",
            "portal:remove-upload",
            "portal:others",
            "portal:service",
            "portal:check",
        ),
        *(
            "portal:discard",
            "portal:filed",
            "portal:my-cases",
            "portal:case",
            "portal:notice",
            "portal:withdraw",
            "portal:status",
            "portal:who-looked",
        ),
        *("evaluation:evaluate", "account_request_login_code", "account_confirm_login_code", "mfa_authenticate"),
    }
)
"""What a visitor of a terminal reaches. Nobody logs in with a password there, and nobody takes a file along."""
LISTS = "/api/v1/code-lists/"
"""Divisions and industries, which a form asks for as one types."""


@dataclass(frozen=True, slots=True)
class TerminalClock:
    """What the page counts down. Unit: seconds."""

    idle: int
    warning: int


def cookie() -> str:
    """Return the name under which a device keeps what it is known by."""
    return "__Host-terminal" if settings.SESSION_COOKIE_SECURE else "terminal"


def limits(now: datetime) -> TerminalClock:
    """Return the limits of today (settings: ONEWINDOW_TERMINAL)."""
    rows = sorted(settings.ONEWINDOW_TERMINAL, key=lambda row: str(row["from"]))
    begun = [row for row in rows if str(row["from"]) <= clock.local_date(now).isoformat()] or rows[:1]
    return TerminalClock(int(begun[-1]["idle_seconds"]), int(begun[-1]["warning_seconds"]))


def leave(request: HttpRequest) -> HttpResponse:
    """End a visit: the session, every cookie but the device's own, and whatever the browser keeps of our pages are gone."""
    logout(request)
    response = redirect("terminal:start")
    for name in request.COOKIES:
        if name != cookie():
            response.delete_cookie(name)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


class AtTerminal:
    """Know a terminal by its cookie, and hold its visitors within their visit; every other device passes."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        kept = request.COOKIES.get(cookie(), "")
        terminal = identity.terminal_of(kept) if kept else None
        request.terminal = terminal  # type: ignore[attr-defined]  # ours: which terminal it is, for views and templates
        if terminal is None:
            return self.get_response(request)
        now = clock.now()
        held = limits(now)
        request.terminal_clock = held  # type: ignore[attr-defined]  # as above
        self._look(request, now, held)
        response = self.get_response(request)
        response.headers["Cache-Control"] = "no-store"
        return response

    def _look(self, request: HttpRequest, now: datetime, held: TerminalClock) -> None:
        seen = request.session.get(SEEN)
        if seen is None:
            return
        if now.timestamp() - seen > held.idle + SLACK_SECONDS:
            logout(request)
        elif now.timestamp() - seen >= SEEN_AGAIN_SECONDS:
            request.session[SEEN] = now.timestamp()

    def process_view(self, request: HttpRequest, _view: Callable[..., Any], _args: Any, _named: Any) -> HttpResponse | None:
        match = request.resolver_match
        if request.terminal is None or match is None or match.view_name in EVERYBODY:  # type: ignore[attr-defined]  # set above
            return None
        if request.session.get(SEEN) is None:
            return leave(request)
        if match.view_name == "account_login":
            target = urlencode({"next": request.GET.get("next", reverse("terminal:menu"))})
            return redirect(f"{reverse('account_request_login_code')}?{target}")
        allowed = match.view_name in WITHIN or request.path.startswith(LISTS)
        return None if allowed else redirect("terminal:menu")
