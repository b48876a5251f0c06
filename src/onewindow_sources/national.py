"""A national identity provider: OpenID Connect over HTTP, with code and PKCE, for the people of the population register.

Nobody proves anything here: the page lets one choose who one is, and how surely. Its faults are those of real providers.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from onewindow_sources import national_pages

name = "national"
"""Of its faults, beside the registers'."""
page = "/national/"
client = "onewindow"
faults = (
    "wrong-nonce",
    "no-nonce",
    "other-issuer",
    "other-audience",
    "expired",
    "from-tomorrow",
    "unsigned",
    "other-key",
    "shared-secret",
    "other-subject",
    "other-answer",
    "bad-number",
    "unsure",
)
"""What it says wrongly, besides being down, slow or broken as every register."""
ways = {"password": "urn:national:loa:substantial", "card": "urn:national:loa:high"}
"""How somebody proves who they are there, and the `acr` that this is told as."""
code_seconds, token_seconds = 60, 300
most = 500
"""Of each kind of thing that it remembers."""

Person = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """One HTTP request."""

    method: str
    path: str
    query: Mapping[str, str]
    form: Mapping[str, str]
    authorization: str = ""
    cookie: str = ""


@dataclass(frozen=True)
class Reply:
    """One HTTP answer."""

    status: int
    body: bytes = b""
    kind: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Shown:
    """Somebody who has proven who they are: as whom, how, when."""

    subject: str
    way: str
    at: int


@dataclass
class Memory:
    """What is remembered for a while, the oldest forgotten first. Safe for several threads."""

    kept: dict[str, Any] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, value: Any) -> str:
        key = secrets.token_urlsafe(24)
        with self.lock:
            while len(self.kept) >= most:
                self.kept.pop(next(iter(self.kept)))
            self.kept[key] = value
        return key

    def take(self, key: str) -> Any:
        with self.lock:
            return self.kept.pop(key, None)

    def look(self, key: str) -> Any:
        with self.lock:
            return self.kept.get(key)


class NationalProvider:
    """The provider; `secret` is what its one client shares with it."""

    def __init__(self, *, issuer: str, secret: str, people: Callable[[], Sequence[Person]], clock: Callable[[], float] = time.time) -> None:
        self.issuer, self.secret, self.clock, self._registered = issuer, secret, clock, people
        self.requests, self.codes, self.tokens, self.sessions = Memory(), Memory(), Memory(), Memory()
        self.keys: list[tuple[str, ec.EllipticCurvePrivateKey]] = []
        self.rotate()

    @cached_property
    def people(self) -> Mapping[str, Person]:
        """The people of the register under the names by which they are told of, read when somebody first comes."""
        return {hashlib.sha256(f"national\x00{row['number']}".encode()).hexdigest()[:32]: row for row in self._registered()}

    def rotate(self) -> None:
        """Sign with a new key, and publish the old one no more."""
        self.keys = [(secrets.token_hex(4), ec.generate_private_key(ec.SECP256R1()))]

    def answer(self, asked: Asked, fault: str | None = None) -> Reply:
        """Answer one request under `page`, with a fault where one is switched on."""
        place = asked.path.removeprefix(page.rstrip("/"))
        if place == "/.well-known/openid-configuration":
            return _json(200, self.configuration(fault))
        if place == "/keys":
            return _json(200, {"keys": [_public(kid, key) for kid, key in self.keys]})
        if place == "/authorize":
            return self.authorize(asked)
        if place == "/log-in" and asked.method == "POST":
            return self.log_in(asked, fault)
        if place == "/token" and asked.method == "POST":
            return self.token(asked, fault)
        if place == "/userinfo":
            return self.userinfo(asked, fault)
        if place == "/log-out":
            return self.log_out(asked)
        return Reply(404, b"There is no such page.", "text/plain")

    def configuration(self, fault: str | None) -> dict[str, Any]:
        base = self.issuer
        return {
            "issuer": self._issuer(fault),
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "userinfo_endpoint": f"{base}/userinfo",
            "jwks_uri": f"{base}/keys",
            "end_session_endpoint": f"{base}/log-out",
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "scopes_supported": ["openid", "profile"],
            "acr_values_supported": list(ways.values()),
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "authorization_response_iss_parameter_supported": True,
        }

    def _issuer(self, fault: str | None) -> str:
        return f"{self.issuer}/elsewhere" if fault == "other-issuer" else self.issuer

    # --- the person's side ---

    def authorize(self, asked: Asked) -> Reply:
        """Show the page to log in on; what is asked wrongly is said to the person and sent nowhere."""
        sent = asked.form if asked.method == "POST" else asked.query
        wrong = (
            sent.get("client_id") != client
            or not _loopback(sent.get("redirect_uri", ""))
            or sent.get("response_type") != "code"
            or "openid" not in sent.get("scope", "").split()
            or sent.get("code_challenge_method") != "S256"
            or len(sent.get("code_challenge", "")) != 43
        )
        if wrong:
            return Reply(400, national_pages.wrong(), national_pages.kind)
        known = None if "login" in sent.get("prompt", "").split() else self.sessions.look(_cookie(asked.cookie))
        return Reply(200, national_pages.choose(self.requests.keep(dict(sent)), self.people, known), national_pages.kind)

    def log_in(self, asked: Asked, fault: str | None) -> Reply:
        """Somebody has chosen who they are, or gone back."""
        request = self.requests.take(asked.form.get("request", ""))
        if request is None:
            return Reply(400, national_pages.wrong(), national_pages.kind)
        back: dict[str, str] = {"state": request.get("state", ""), "iss": self._issuer(fault)}
        if asked.form.get("answer") == "cancel":
            return _onward(request["redirect_uri"], {**back, "error": "access_denied"})
        shown = self.sessions.look(_cookie(asked.cookie)) if asked.form.get("answer") == "continue" else None
        person, way = asked.form.get("person", ""), asked.form.get("way", "")
        if shown is None and (person not in self.people or way not in ways):
            return Reply(400, national_pages.wrong(), national_pages.kind)
        shown = shown or Shown(person, way, int(self.clock()))
        code = self.codes.keep((request, shown, self.clock()))
        cookie = f"national={self.sessions.keep(shown)}; Path={page}; HttpOnly; SameSite=Lax"
        return _onward(request["redirect_uri"], {**back, "code": code}, ("Set-Cookie", cookie))

    def log_out(self, asked: Asked) -> Reply:
        """End the session here, and send the person back where they came from."""
        self.sessions.take(_cookie(asked.cookie))
        back = asked.query.get("post_logout_redirect_uri", "")
        gone = ("Set-Cookie", f"national=; Path={page}; Max-Age=0")
        if not _loopback(back):
            return Reply(200, national_pages.gone(), national_pages.kind, (gone,))
        return _onward(back, {"state": asked.query.get("state", "")}, gone)

    # --- the client's side ---

    def token(self, asked: Asked, fault: str | None) -> Reply:
        """Give the tokens of a code, once."""
        if not self._is_client(asked):
            return _json(401, {"error": "invalid_client"})
        kept = self.codes.take(asked.form.get("code", ""))
        if asked.form.get("grant_type") != "authorization_code" or kept is None:
            return _json(400, {"error": "invalid_grant"})
        request, shown, at = kept
        verifier = hashlib.sha256(asked.form.get("code_verifier", "").encode()).digest()
        wrong = (
            self.clock() - at > code_seconds
            or asked.form.get("redirect_uri") != request["redirect_uri"]
            or base64.urlsafe_b64encode(verifier).rstrip(b"=").decode() != request["code_challenge"]
        )
        if wrong:
            return _json(400, {"error": "invalid_grant"})
        access = self.tokens.keep((shown, self.clock()))
        told = {"access_token": access, "token_type": "Bearer", "expires_in": token_seconds}
        return _json(200, {**told, "id_token": self.id_token(request, shown, fault)})

    def id_token(self, request: Mapping[str, str], shown: Shown, fault: str | None) -> str:
        """Return who it is, signed; wrongly where a fault is switched on."""
        now = int(self.clock())
        said: dict[str, Any] = {
            "iss": self.issuer,
            "sub": shown.subject,
            "aud": client,
            "iat": now,
            "exp": now + token_seconds,
            "auth_time": shown.at,
            "acr": ways[shown.way],
            **({"nonce": request["nonce"]} if "nonce" in request else {}),
        }
        wrongly: dict[str, dict[str, Any]] = {
            "wrong-nonce": {"nonce": secrets.token_urlsafe(16)},
            "other-answer": {"iss": "https://id.elsewhere.example"},
            "other-audience": {"aud": "somebody-else"},
            "expired": {"iat": now - 7200, "exp": now - 3600},
            "from-tomorrow": {"iat": now + 86_400, "exp": now + 90_000},
            "unsure": {"acr": "urn:national:loa:guess"},
        }
        said |= wrongly.get(fault or "", {})
        if fault == "no-nonce":
            said.pop("nonce", None)
        kid, key = self.keys[-1]
        if fault == "unsigned":
            return jwt.encode(said, "", algorithm="none", headers={"kid": kid})
        if fault == "shared-secret":
            return jwt.encode(said, self.secret.ljust(32, "."), algorithm="HS256", headers={"kid": kid})
        if fault == "other-key":
            key = ec.generate_private_key(ec.SECP256R1())
        return jwt.encode(said, key, algorithm="ES256", headers={"kid": kid})

    def userinfo(self, asked: Asked, fault: str | None) -> Reply:
        """Tell name, number and telephone to whoever holds the token."""
        shown, at = self.tokens.look(asked.authorization.removeprefix("Bearer ")) or (None, 0.0)
        if shown is None or self.clock() - at > token_seconds:
            return _json(401, {"error": "invalid_token"})
        row = self.people[shown.subject]
        told = {"sub": shown.subject, "name": row["name"], "citizen_number": row["number"], "phone_number": row["phone"]}
        told |= {"other-subject": {"sub": "somebody-else"}, "bad-number": {"citizen_number": "123"}}.get(fault or "", {})
        return _json(200, told)

    def _is_client(self, asked: Asked) -> bool:
        given = (asked.form.get("client_id", ""), asked.form.get("client_secret", ""))
        if asked.authorization.startswith("Basic "):
            try:
                pair = base64.b64decode(asked.authorization.removeprefix("Basic "), validate=True).decode().partition(":")
            except ValueError:
                return False
            given = (unquote_plus(pair[0]), unquote_plus(pair[2]))  # RFC 6749 2.3.1: written as in a form
        return given[0] == client and secrets.compare_digest(given[1].encode(), self.secret.encode())


def _json(status: int, told: object) -> Reply:
    return Reply(status, json.dumps(told, ensure_ascii=False).encode(), headers=(("Cache-Control", "no-store"),))


def _onward(address: str, more: Mapping[str, str], *headers: tuple[str, str]) -> Reply:
    told = urlencode({key: value for key, value in more.items() if value})
    joined = f"{address}{'&' if '?' in address else '?'}{told}" if told else address
    return Reply(302, headers=(("Location", joined), *headers))


def _loopback(address: str) -> bool:
    """Tell whether people may be sent to an address: this program serves sites on this machine."""
    parts = urlsplit(address)
    return parts.scheme in {"http", "https"} and parts.hostname in {"127.0.0.1", "localhost"} and not parts.fragment


def _cookie(header: str) -> str:
    return next((part.strip().removeprefix("national=") for part in header.split(";") if part.strip().startswith("national=")), "")


def _public(kid: str, key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    point = {
        part: base64.urlsafe_b64encode(value.to_bytes(32, "big")).rstrip(b"=").decode()
        for part, value in (("x", numbers.x), ("y", numbers.y))
    }
    return {"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid, **point}


def form_of(body: bytes) -> dict[str, str]:
    """Return the fields of a form that was sent."""
    return {key: values[0] for key, values in parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True).items()}
