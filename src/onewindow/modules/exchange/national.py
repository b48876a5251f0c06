"""The national identity provider over HTTP, for the module of identity below: OpenID Connect, code with PKCE.

Source: OpenID Connect Core 3.1, Discovery 3 and 4, RP-Initiated Logout 2; RFC 7636, RFC 9207, RFC 9700.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import jwt
from django.conf import settings

from onewindow.domain import codes
from onewindow.modules.identity.services import (
    NationalAnswer,
    NationalBegun,
    NationalCancelled,
    NationalRefused,
    NationalSilent,
    NationalUnsure,
)

SECONDS = 5.0
MOST_BYTES = 256 * 1024
ALGORITHMS = ("RS256", "PS256", "ES256")
"""Of a key pair: nothing that a shared secret or nobody signs."""
WITHIN = timedelta(minutes=15)
"""So long somebody may take at the provider."""
KNOWN_FOR, KEYS_FOR = timedelta(hours=1), timedelta(minutes=5)
LEEWAY = 60.0
"""Unit: seconds that clocks may differ."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the provider published, and when it was read."""

    told: dict[str, Any]
    at: datetime


class HttpNational:
    """The provider that the settings name."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    def begin(self, *, back: str, fresh: bool, now: datetime) -> NationalBegun:
        """Begin a log-in. Raises: NationalSilent."""
        own, found = _own(), self._configuration(now)
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        asked = {
            "response_type": "code",
            "client_id": own["client_id"],
            "redirect_uri": back,
            "scope": own["scope"],
            "state": state,
            "nonce": nonce,
            "code_challenge": _hash(verifier),
            "code_challenge_method": "S256",
            **({"prompt": "login", "max_age": "0"} if fresh else {}),
        }
        address = found["authorization_endpoint"]
        joined = f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"
        return NationalBegun(joined, state, nonce, verifier, back, now, fresh=fresh)

    def finish(self, begun: NationalBegun, *, told: Mapping[str, str], now: datetime) -> NationalAnswer:
        """Hold what came back against what was begun. Raises: NationalSilent, NationalRefused, NationalCancelled, NationalUnsure."""
        found = self._configuration(now)
        code = _code(begun, told, found, now)
        tokens = self._redeem(begun, code, found)
        said = self._verified(str(tokens.get("id_token", "")), begun, found, now)
        return self._answer(said, tokens, found)

    def farewell(self, *, id_token: str, back: str, now: datetime) -> str:
        """Return where one logs out there as well, nothing where that cannot be said now."""
        try:
            address = self._configuration(now).get("end_session_endpoint", "")
        except NationalSilent:
            return ""
        asked = {"id_token_hint": id_token, "post_logout_redirect_uri": back, "client_id": _own()["client_id"]}
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}" if _safe(address) else ""

    # --- what the provider publishes ---

    def _configuration(self, now: datetime) -> dict[str, Any]:
        issuer = _own()["issuer"]
        found = self._read(f"{issuer}/.well-known/openid-configuration", KNOWN_FOR, now)
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if found.get("issuer") != issuer or not all(_safe(found.get(name)) for name in needed):
            self._kept.pop(f"{issuer}/.well-known/openid-configuration", None)
            raise NationalSilent  # somebody else answers there: nobody is sent on, and it is read again the next time
        return found

    def _read(self, address: str, life: timedelta, now: datetime) -> dict[str, Any]:
        kept = self._kept.get(address)
        if kept is None or not timedelta(0) <= now - kept.at < life:
            try:
                kept = self._kept[address] = _Kept(_ask("GET", address), now)
            except NationalRefused:
                raise NationalSilent from None
        return kept.told

    def _key(self, token: str, found: Mapping[str, Any], now: datetime) -> tuple[Any, str]:
        """Return the key that a token names, and its algorithm; the keys are read again where it is not among the known ones."""
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError:
            raise NationalRefused("no-token") from None
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS or header.get("crit"):
            raise NationalRefused("algorithm")
        for life in (KEYS_FOR, timedelta(0)):
            rows = self._read(found["jwks_uri"], life, now).get("keys")
            for row in rows if isinstance(rows, list) else []:
                if isinstance(row, dict) and row.get("kid") == header.get("kid") and _signs(row, algorithm):
                    try:
                        return jwt.PyJWK(row, algorithm=algorithm).key, algorithm
                    except jwt.PyJWTError:
                        raise NationalRefused("key") from None
        raise NationalRefused("key")

    # --- tokens ---

    def _redeem(self, begun: NationalBegun, code: str, found: Mapping[str, Any]) -> dict[str, Any]:
        own = _own()
        sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": begun.back, "code_verifier": begun.verifier}
        methods = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if "client_secret_basic" in methods:
            pair = f"{_quoted(own['client_id'])}:{_quoted(own['secret'])}"
            headers = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
        else:
            headers, sent = {}, {**sent, "client_id": own["client_id"], "client_secret": own["secret"]}
        return _ask("POST", found["token_endpoint"], data=sent, headers=headers)

    def _verified(self, token: str, begun: NationalBegun, found: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        key, algorithm = self._key(token, found, now)
        own, moment = _own(), now.timestamp()
        # The times are compared below: time enters from our clock alone.
        options: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "require": ["iss", "sub", "aud", "exp", "iat"]}
        try:
            said: dict[str, Any] = jwt.decode(
                token, key, algorithms=[algorithm], audience=own["client_id"], issuer=own["issuer"], options=options
            )
        except jwt.PyJWTError as error:
            raise NationalRefused(type(error).__name__) from None
        times = {name: said[name] for name in ("exp", "iat", "nbf", "auth_time") if name in said}
        if any(isinstance(value, bool) or not isinstance(value, int | float) for value in times.values()):
            raise NationalRefused("times")
        if times["exp"] <= moment - LEEWAY or max(times["iat"], times.get("nbf", 0)) > moment + LEEWAY:
            raise NationalRefused("expired")
        if times["iat"] < begun.at.timestamp() - LEEWAY or (begun.fresh and times.get("auth_time", 0) < begun.at.timestamp() - LEEWAY):
            raise NationalRefused("from-before")
        if not secrets.compare_digest(str(said.get("nonce", "")).encode(), begun.nonce.encode()):
            raise NationalRefused("nonce")
        if said.get("azp", own["client_id"]) != own["client_id"] or (isinstance(said["aud"], list) and len(said["aud"]) > 1):
            raise NationalRefused("audience")
        if not isinstance(said["sub"], str) or not 0 < len(said["sub"]) <= 255:
            raise NationalRefused("subject")
        return {**said, "id_token": token}

    def _answer(self, said: dict[str, Any], tokens: Mapping[str, Any], found: Mapping[str, Any]) -> NationalAnswer:
        own = _own()
        level = own["levels"].get(said.get("acr"), own["levels"].get("*"))
        if level is None:
            raise NationalUnsure
        known = dict(said)
        if not set(own["claims"].values()) <= set(said) and _safe(found.get("userinfo_endpoint")):
            bearer = {"Authorization": f"Bearer {tokens.get('access_token', '')}"}
            more = _ask("GET", found["userinfo_endpoint"], headers=bearer)
            if more.get("sub") != said["sub"]:
                raise NationalRefused("subject")
            known = {**more, **said}
        told = {fact: str(known.get(claim) or "").strip() for fact, claim in own["claims"].items()}
        number = told.get("resident-id", "")
        try:
            number = codes.resident_id(number) if number else ""
        except codes.CodeRefused:
            raise NationalRefused("number") from None
        return NationalAnswer(own["issuer"], said["sub"], level, told.get("name", "")[:80], number, said["id_token"])


def _own() -> dict[str, Any]:
    """Return what the settings say of the provider. Raises: NationalSilent where there is none."""
    found: dict[str, Any] = settings.ONEWINDOW_NATIONAL
    if not found:
        raise NationalSilent
    return found


def _code(begun: NationalBegun, told: Mapping[str, str], found: Mapping[str, Any], now: datetime) -> str:
    """Return the code of an answer that is ours, in time, and of this provider (RFC 9207)."""
    if not secrets.compare_digest(told.get("state", "").encode(), begun.state.encode()):
        raise NationalRefused("state")
    if not timedelta(0) <= now - begun.at <= WITHIN:
        raise NationalRefused("too-late")
    if ("iss" in told or found.get("authorization_response_iss_parameter_supported") is True) and told.get("iss") != _own()["issuer"]:
        raise NationalRefused("issuer")
    error = told.get("error", "")
    if error == "access_denied":
        raise NationalCancelled
    if error in {"server_error", "temporarily_unavailable"}:
        raise NationalSilent
    if error or not 0 < len(told.get("code", "")) <= 4096:
        raise NationalRefused("answer")
    return told["code"]


def _signs(row: Mapping[str, Any], algorithm: str) -> bool:
    return row.get("use", "sig") == "sig" and row.get("alg", algorithm) == algorithm and row.get("kty") in {"RSA", "EC"}


def _safe(address: object) -> bool:
    if not isinstance(address, str):
        return False
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


@cache
def _client() -> httpx.Client:
    """Return the process's one client: reading the certificates of all authorities anew each time would take longer than the question."""
    return httpx.Client(timeout=SECONDS, trust_env=False, follow_redirects=False)


def _ask(method: str, address: str, **sent: Any) -> dict[str, Any]:
    """Return the JSON object that is answered. Raises: NationalSilent, NationalRefused where the provider refuses us."""
    try:
        with _client().stream(method, address, **sent) as answer:
            if answer.is_client_error:
                raise NationalRefused("code")
            body = b""
            for part in answer.iter_bytes():
                body += part
                if len(body) > MOST_BYTES:
                    raise NationalSilent
            told = httpx.Response(answer.status_code, content=body).json() if answer.is_success else None
    except (httpx.HTTPError, ValueError):
        raise NationalSilent from None
    if not isinstance(told, dict):
        raise NationalSilent
    return told


def _hash(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _quoted(text: str) -> str:
    return urlencode({"": text})[1:]  # RFC 6749 2.3.1: as in a form
