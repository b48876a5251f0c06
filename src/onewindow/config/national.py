"""The national identity provider in front of our log-in, as the environment describes it (docs/log-in.md)."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from onewindow.config import environment

FACTS = ("name", "resident-id")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def read() -> dict[str, Any]:
    """Return the provider, nothing where none is named.

    Shape: {issuer, client_id, secret, label: {zh, en, ru}, scope, claims: {fact: claim}, levels: {acr: 1 to 3}, officers: bool}.
    """
    issuer = environment.text("NATIONAL_ISSUER").rstrip("/")
    if not issuer:
        return {}
    parts = urlsplit(issuer)
    if not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)) or parts.query or parts.fragment:
        _wrong("ISSUER", issuer, "an address that starts with https and has neither ? nor #")
    levels = {acr: _level(acr, level) for acr, level in _pairs("NATIONAL_LEVELS", "").items()}
    claims = _pairs("NATIONAL_CLAIMS", "name=name")
    if not environment.text("NATIONAL_CLIENT_ID") or not environment.text("NATIONAL_SECRET"):
        _wrong("CLIENT_ID", "", "what the provider gave you, and ONEWINDOW_NATIONAL_SECRET as well")
    if not levels:
        _wrong(
            "LEVELS", "", "what each acr of the provider proves, for example urn:example:high=3,urn:example:low=1; * stands for any other"
        )
    if set(claims) - set(FACTS):
        _wrong("CLAIMS", ",".join(claims), "which claim is which fact, for example name=name,resident-id=citizen_number")
    return {
        "issuer": issuer,
        "client_id": environment.text("NATIONAL_CLIENT_ID"),
        "secret": environment.text("NATIONAL_SECRET"),
        "label": environment.in_languages("NATIONAL_LABEL") or {"zh": "国家身份认证", "en": "National log-in", "ru": "Национальный вход"},
        "scope": environment.text("NATIONAL_SCOPE", "openid profile"),
        "claims": claims,
        "levels": levels,
        "officers": environment.flag("NATIONAL_OFFICERS"),
    }


def _pairs(name: str, default: str) -> dict[str, str]:
    """Return {left: right} of a list written left=right with commas; the last = counts, an acr may hold others."""
    found = {}
    for pair in environment.names(name, default):
        left, _, right = pair.rpartition("=")
        if not left or not right:
            _wrong(name.removeprefix("NATIONAL_"), pair, "pairs left=right with commas")
        found[left.strip()] = right.strip()
    return found


def _level(acr: str, level: str) -> int:
    if not re.fullmatch("[123]", level):
        _wrong("LEVELS", f"{acr}={level}", "1, 2 or 3 after each acr")
    return int(level)


def _wrong(name: str, value: str, wanted: str) -> None:
    message = f"ONEWINDOW_NATIONAL_{name} is “{value}”. Set it to {wanted}."
    raise ImproperlyConfigured(message)
