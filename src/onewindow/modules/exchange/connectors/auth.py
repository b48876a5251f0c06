"""How an HTTP connector proves who asks, beside an API key: a certificate, a token of its own, or a signature over the request.

Every secret is the name of a variable of the environment; certificates and keys are paths that stand there.
"""

import base64
import hashlib
import hmac
import json
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit
from uuid import uuid4

import httpx

from onewindow.modules.exchange.connectors.base import SettingsProblem
from onewindow.modules.exchange.connectors.environment import check_places, checked, filled, variable

_EARLY_SECONDS = 30.0
"""A token is fetched anew this long before it ends: it must still hold when it arrives."""
_LONGEST_TOKEN_SECONDS = 3600.0


class ProofRefused(Exception):
    """The token service does not know us."""


class Auth(Protocol):
    """Proves who asks."""

    def apply(self, request: dict[str, Any]) -> None:
        """Add what proves it to a request. Raises: httpx.HTTPError where it cannot be had."""

    def client(self) -> httpx.Client | None:
        """Return the client to send with, where it is not the common one."""

    def renewed(self) -> bool:
        """Tell, after a 401, whether another try would send another proof."""


def auth_of(settings: Any) -> Auth | None:
    """Return what the settings describe. Raises: SettingsProblem."""
    if settings is None:
        return None
    kind = settings.get("kind") if isinstance(settings, dict) else None
    makers = {"mtls": Certificate.from_settings, "oauth2": ClientCredentials.from_settings, "hmac": Signature.from_settings}
    if kind not in makers:
        raise SettingsProblem(f"auth must have a kind: {', '.join(makers)}")
    return makers[kind](settings)


@dataclass(frozen=True)
class Certificate:
    """Mutual TLS. A renewed file is taken up at the next request."""

    certificate_env: str
    key_env: str
    authorities_env: str

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Auth:
        _only(settings, {"certificate_env", "key_env", "authorities_env"})
        authorities = settings.get("authorities_env", "")
        return cls(
            checked(settings.get("certificate_env"), "certificate_env"),
            checked(settings.get("key_env"), "key_env"),
            checked(authorities, "authorities_env") if authorities else "",
        )

    def apply(self, request: dict[str, Any]) -> None:
        """The certificate goes with the connection."""

    def client(self) -> httpx.Client:
        paths = tuple(variable(name) if name else "" for name in (self.certificate_env, self.key_env, self.authorities_env))
        try:
            changed = tuple(Path(path).stat().st_mtime_ns if path else 0 for path in paths)
            return _clients.get(paths, changed)
        except (OSError, ssl.SSLError) as error:
            raise httpx.UnsupportedProtocol(type(error).__name__) from None

    def renewed(self) -> bool:
        return False


class _Clients:
    """One client for each certificate, as its files stand now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[tuple[str, ...], tuple[tuple[int, ...], httpx.Client]] = {}

    def get(self, paths: tuple[str, ...], changed: tuple[int, ...]) -> httpx.Client:
        with self._lock:
            held = self._held.get(paths)
            if held is None or held[0] != changed:
                certificate, key, authorities = paths
                context = ssl.create_default_context(cafile=authorities or None)
                context.load_cert_chain(certificate, key)
                # The one before is not closed here: another thread may still be reading from it.
                held = self._held[paths] = (changed, httpx.Client(verify=context, follow_redirects=False, trust_env=False))
            return held[1]


_clients = _Clients()


@dataclass(frozen=True)
class ClientCredentials:
    """OAuth 2 client credentials: a token is fetched once for all threads, and kept in memory until shortly before it ends."""

    token_url: str
    client_id_env: str
    client_secret_env: str
    scope: str

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Auth:
        _only(settings, {"token_url", "client_id_env", "client_secret_env", "scope"})
        url = settings.get("token_url")
        if not isinstance(url, str) or not url.startswith(("https://", "http://", "${")):
            raise SettingsProblem("auth: token_url must begin with http://, https:// or ${VARIABLE}")
        return cls(
            check_places(url, "token_url"),
            checked(settings.get("client_id_env"), "client_id_env"),
            checked(settings.get("client_secret_env"), "client_secret_env"),
            str(settings.get("scope", "")),
        )

    def apply(self, request: dict[str, Any]) -> None:
        request["headers"]["Authorization"] = f"Bearer {_tokens.of(self).get(self, request['timeout'])}"

    def client(self) -> None:
        return None

    def renewed(self) -> bool:
        return _tokens.of(self).forget()


@dataclass
class _Token:
    """One token, fetched by one thread while the others wait."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    text: str = ""
    ends: float = 0.0

    def get(self, auth: ClientCredentials, timeout_seconds: float) -> str:
        with self.lock:
            if not self.text or time.monotonic() >= self.ends:
                self.text, seconds = _fetch(auth, timeout_seconds)
                self.ends = time.monotonic() + max(0.0, min(seconds, _LONGEST_TOKEN_SECONDS) - _EARLY_SECONDS)
            return self.text

    def forget(self) -> bool:
        """Drop the token that was not taken; tell whether there was one."""
        with self.lock:
            held, self.text = bool(self.text), ""
            return held


class _Tokens:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[ClientCredentials, _Token] = {}

    def of(self, auth: ClientCredentials) -> _Token:
        with self._lock:
            return self._held.setdefault(auth, _Token())

    def clear(self) -> None:
        with self._lock:
            self._held.clear()


_tokens = _Tokens()


def forget_tokens() -> None:
    """Fetch every token anew at its next use; for changed secrets and for tests."""
    _tokens.clear()


def _fetch(auth: ClientCredentials, timeout_seconds: float) -> tuple[str, float]:
    form = {"grant_type": "client_credentials", **({"scope": auth.scope} if auth.scope else {})}
    credentials = (variable(auth.client_id_env), variable(auth.client_secret_env))
    with httpx.Client(follow_redirects=False, trust_env=False, timeout=timeout_seconds) as client:
        answer = client.post(filled(auth.token_url), data=form, auth=credentials, headers={"Accept": "application/json"})
    if answer.status_code in {400, 401, 403}:
        raise ProofRefused
    if answer.status_code >= 500:
        raise httpx.ReadError("the token service stumbled")
    try:
        told = answer.json()
        token, lasts = told["access_token"], float(told.get("expires_in", 300))
    except (ValueError, KeyError, TypeError):
        raise httpx.DecodingError("the token service gave no token") from None
    if not isinstance(token, str) or not token.isprintable():
        raise httpx.DecodingError("the token service gave no token")
    return token, lasts


@dataclass(frozen=True)
class Signature:
    """An HMAC over the request. `signs` is a template of the parts that are signed; `headers` are what the parts are sent in.

    Parts: {method} {path} {query} {body_sha256} {timestamp} {nonce} {id}; \\n is the end of a line.
    """

    secret_env: str
    id: str
    header: str
    value: str
    signs: str
    algorithm: str
    encoding: str
    headers: Mapping[str, str] = field(hash=False, default_factory=dict)

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Auth:
        _only(settings, {"secret_env", "id", "header", "value", "signs", "algorithm", "encoding", "headers"})
        headers = settings.get("headers", {"X-Timestamp": "{timestamp}", "X-Nonce": "{nonce}"})
        found = cls(
            secret_env=checked(settings.get("secret_env"), "secret_env"),
            id=check_places(settings.get("id", ""), "id"),
            header=str(settings.get("header", "Authorization")),
            value=str(settings.get("value", "HMAC {id}:{signature}")),
            signs=str(settings.get("signs", "{method}\n{path}\n{query}\n{body_sha256}\n{timestamp}\n{nonce}")),
            algorithm=str(settings.get("algorithm", "sha256")),
            encoding=str(settings.get("encoding", "hex")),
            headers=headers if isinstance(headers, dict) else {},
        )
        if found.algorithm not in {"sha256", "sha512"} or found.encoding not in {"hex", "base64"}:
            raise SettingsProblem("auth: algorithm is sha256 or sha512, encoding is hex or base64")
        parts = dict.fromkeys(("method", "path", "query", "body_sha256", "timestamp", "nonce", "id"), "")
        try:
            for template in (found.signs, *found.headers.values()):
                str(template).format(**parts)
            found.value.format(**parts, signature="")
        except (KeyError, IndexError, ValueError, AttributeError):
            raise SettingsProblem(f"auth: signs, headers and value may name {', '.join(parts)}") from None
        return found

    def apply(self, request: dict[str, Any]) -> None:
        body = request.pop("json", None)
        if body is not None:  # what is signed is what is sent, to the letter
            request["content"] = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
            request["headers"]["Content-Type"] = "application/json"
        sent = {name: request[name] for name in ("params", "data", "content") if name in request}
        built = httpx.Request(request["method"], request["url"], **sent)
        address = urlsplit(str(built.url))
        parts = {
            "method": request["method"],
            "path": address.path,
            "query": address.query,
            "body_sha256": hashlib.sha256(built.read()).hexdigest(),
            "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),  # noqa: TID251  (the receiver compares it with its own clock)
            "nonce": uuid4().hex,
            "id": filled(self.id),
        }
        digest = hmac.digest(variable(self.secret_env).encode(), self.signs.format(**parts).encode(), self.algorithm)
        signature = digest.hex() if self.encoding == "hex" else base64.b64encode(digest).decode()
        for name, template in self.headers.items():
            request["headers"][name] = template.format(**parts)
        request["headers"][self.header] = self.value.format(**parts, signature=signature)

    def client(self) -> None:
        return None

    def renewed(self) -> bool:
        return False


def _only(settings: Mapping[str, Any], known: set[str]) -> None:
    if unknown := sorted(settings.keys() - known - {"kind"}):
        raise SettingsProblem(f"auth: unknown keys {', '.join(unknown)}; known are {', '.join(sorted(known))}")
