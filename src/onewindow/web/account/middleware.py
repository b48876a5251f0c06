"""What limits an account's use: how long a session lasts, how often somebody may try."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import structlog
from allauth.mfa import app_settings as mfa
from allauth.usersessions.models import UserSession
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from onewindow.modules.identity import services as identity
from onewindow.plumbing import clock
from onewindow.plumbing.network import client_address
from onewindow.web.account import proving
from onewindow.web.middleware import GetResponse

BEGAN, SEEN, ENDED = "session_began", "session_seen", "session_ended"
SEEN_AGAIN_SECONDS = 10
"""Activity is written down this often at most; a session therefore ends up to so much early, never late."""

_log = structlog.get_logger("onewindow.accounts")
_MINUTE = timedelta(minutes=1)
_ENTRANCE = re.compile(
    r"/accounts/(login|login/code|login/code/confirm|signup|signup/code|password/reset|reauthenticate"
    r"|2fa/authenticate|2fa/reauthenticate|2fa/reauthenticate/webauthn|2fa/webauthn/login"
    r"|national|national/first|national/link)/"
)
_CONFIRM = "/accounts/login/code/confirm/"
_CODE = re.compile(r"/accounts/(login/code/confirm|signup/code|2fa/authenticate|2fa/reauthenticate)/")


@dataclass(frozen=True, slots=True)
class SessionClock:
    """What the page needs to warn in time. Unit: seconds from now."""

    idle: int
    warning: int
    left: int


class SessionLimits:
    """End a session that nobody used for a while, or that has lasted a working day; what was typed stays in the browser."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self._look(request, clock.now())
        return self.get_response(request)

    def _look(self, request: HttpRequest, now: datetime) -> None:
        limits, moment, session = identity.limits(now), now.timestamp(), request.session
        session.pop(ENDED, None)
        began, seen = session.setdefault(BEGAN, moment), session.setdefault(SEEN, moment)
        if moment - began >= limits.cap.total_seconds() or moment - seen >= limits.idle.total_seconds():
            why = "cap" if moment - began >= limits.cap.total_seconds() else "idle"
            logout(request)
            request.session[ENDED] = why
            return
        if moment - seen >= SEEN_AGAIN_SECONDS:
            session[SEEN] = moment
        left = int(limits.cap.total_seconds() - (moment - began))
        idle = int(limits.idle.total_seconds()) - SEEN_AGAIN_SECONDS
        clock_of_page = SessionClock(idle=idle, warning=int(limits.warning.total_seconds()), left=left)
        request.session_clock = clock_of_page  # type: ignore[attr-defined]  # our own context processor reads it


class Attempts:
    """Count what is sent to the doors of the accounts: by network address, and one-time codes by account."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        door = _ENTRANCE.fullmatch(request.path) if request.method == "POST" else None
        refused = self._refused(request, clock.now()) if door else None
        if request.path == _CONFIRM and not refused and not (request.session.get("account_login") or {}).get("user_pk"):
            proving.read_somebody()  # as the view reads whose code it is
        response = refused or self.get_response(request)
        if door:
            if response.status_code == HTTPStatus.FOUND and "reauthenticate" in door[1]:
                _rename_session(request)
            _write_down(request, door[1], "limited" if refused else "taken" if response.status_code == HTTPStatus.FOUND else "refused")
        return response

    def _refused(self, request: HttpRequest, now: datetime) -> HttpResponse | None:
        limits = identity.limits(now)
        address = client_address(request)
        if not identity.may_try(what="log-in", who=address, most=limits.log_ins, within=_MINUTE, now=now):
            return limited(request, 60)
        found = _CODE.fullmatch(request.path)
        if found and request.POST.get("action") != "resend":
            kind, who = "second-factor" if found[1].startswith("2fa") else "code", whose(request)
            if who and not identity.may_try(what=kind, who=who, most=limits.code_tries, within=limits.code_lock, now=now):
                return limited(request, int(limits.code_lock.total_seconds()))
            if who and kind == "second-factor":
                _count_once(request, who, now)
        return None


def _count_once(request: HttpRequest, who: str, now: datetime) -> None:
    """Blank a code of an authenticator app that came before, right or wrong: as long as it would be good, and in whichever process."""
    code = "".join(sign for sign in request.POST.get("code", "") if sign.isdigit())
    good_for = timedelta(seconds=mfa.TOTP_PERIOD * (2 * mfa.TOTP_TOLERANCE + 1))
    if not identity.may_try(what="factor-code", who=f"{who}:{code}", most=1, within=good_for, now=now):
        sent = request.POST.copy()
        sent["code"] = ""
        request.POST = sent  # type: ignore[assignment]  # a form reads both kinds alike


def _rename_session(request: HttpRequest) -> None:
    """Give the session of whoever has shown again who they are a new name: the old one may be known to others."""
    old = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)


def _write_down(request: HttpRequest, door: str, outcome: str) -> None:
    """Log each try at a door: whose account, where it is known by now, and by which methods; never what was typed."""
    known = request.user.is_authenticated
    methods = [record.get("method") for record in request.session.get("account_authentication_methods") or []]
    tell = _log.info if outcome == "taken" else _log.warning
    tell("entrance", door=door, outcome=outcome, logged_in=known, account=str(request.user.pk) if known else None, methods=methods)


def whose(request: HttpRequest) -> str:
    """Return whose codes are tried: the account, else the phone or e-mail that was typed, known or not; nothing where none was."""
    if request.user.is_authenticated:
        return str(request.user.pk)
    if request.path.endswith("/signup/code/"):
        return proving.contact_of(request)
    stash: dict[str, Any] = request.session.get("account_login") or {}
    return str(stash.get("user_pk") or _contact(stash.get("state") or {}))


def _contact(state: dict[str, Any]) -> str:
    found = state.get("phone") or state.get("email")
    inner = (_contact(value) for value in state.values() if isinstance(value, dict))
    return str(found).lower() if found else next((text for text in inner if text), "")


def limited(request: HttpRequest, seconds: int) -> HttpResponse:
    """Answer whoever tried too often."""
    response = render(request, "account/limited.html", {"minutes": max(1, seconds // 60)}, status=429)
    response["Retry-After"] = str(seconds)
    return response
