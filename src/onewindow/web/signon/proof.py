"""What this browser's session says about how and when the person proved who they are."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from allauth.account.authentication import get_authentication_records
from allauth.core.internal.httpkit import authenticated_user
from django.http import HttpRequest

from onewindow.web.account import recent

SESSION = "signon_session"
_METHODS = {"password": "pwd", "code": "otp"}
_FACTORS = {"totp": "otp", "recovery_codes": "otp", "webauthn": "hwk"}


@dataclass(frozen=True, slots=True)
class Proof:
    """When the person last proved who they are, and how. Shape: `methods` as RFC 8176 names them."""

    at: datetime
    methods: tuple[str, ...]


def of(request: HttpRequest) -> Proof:
    """Return the proof of a signed-in session."""
    records = get_authentication_records(request, authenticated_user(request))
    found = [_FACTORS.get(str(row.get("type")), "otp") if row["method"] == "mfa" else _METHODS.get(row["method"], "") for row in records]
    names = tuple(dict.fromkeys(name for name in found if name))
    several = any(row["method"] == "mfa" for row in records) and len(records) > 1
    return Proof(recent.proven_at(request, authenticated_user(request)), (*names, "mfa") if several else names)


def session_name(request: HttpRequest) -> str:
    """Return the name under which systems know this session; it tells nothing about the cookie."""
    name = request.session.get(SESSION)
    if not name:
        name = request.session[SESSION] = secrets.token_hex(16)
    return str(name)
