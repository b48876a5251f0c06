"""HTTP and JSON: a request made of templates, an answer read by JMESPath."""

import json
import logging
import re
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Self
from urllib.parse import quote

import httpx
import stamina

from onewindow.modules.exchange.connectors.auth import Auth, ProofRefused, auth_of
from onewindow.modules.exchange.connectors.base import SettingsProblem
from onewindow.modules.exchange.connectors.environment import address, check_places, checked, filled, variable
from onewindow.modules.exchange.connectors.reading import PLACE, Reader, fill, key_of, mapping, require_known, seconds
from onewindow.modules.exchange.errors import NoRecord, SourceUnavailable

ANSWER_LIMIT_BYTES = 1_000_000
DEFAULT_TIMEOUT_SECONDS = 2.0
_MARK = re.compile(r"(\$\{[A-Z][A-Z0-9_]*\})|\{([^{}]+)\}")
_AGAIN = {502, 503, 504}
MOST_RETRIES = 5
KNOWN = frozenset({"method", "url", "query", "body", "headers", "key", "auth", "timeout_seconds", "retries", "gives", "no_record_when"})

# Both write the whole address of every request at INFO, and addresses hold personal numbers.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class TryAgain(Exception):
    """The connection broke or a gateway stumbled before an answer came; carries no address, so it may be logged."""


@cache
def _client() -> httpx.Client:
    """The process's one client: connections are kept alive between queries."""
    return httpx.Client(follow_redirects=False, trust_env=False, limits=httpx.Limits(max_keepalive_connections=20, keepalive_expiry=60.0))


@dataclass(frozen=True)
class HttpJson:
    resource: str
    method: str
    url: str
    query: Mapping[str, Any]
    body: Any
    headers: Mapping[str, str]
    key: Mapping[str, str] | None
    auth: Auth | None
    timeout_seconds: float
    retries: int
    reader: Reader

    @classmethod
    def from_settings(cls, resource: str, settings: Mapping[str, Any]) -> Self:
        """Return the connection; every expression is compiled now, so that a mistake shows when it is loaded."""
        require_known(settings, KNOWN)
        url, method = settings.get("url"), settings.get("method", "GET")
        if not isinstance(url, str) or not re.match(r"https?://|\$\{[A-Z][A-Z0-9_]*\}", url):
            raise SettingsProblem("url must begin with http://, https:// or ${VARIABLE}")
        check_places(url, "url")
        for value in mapping(settings, "headers").values():
            check_places(value, "headers")
        if method not in {"GET", "POST"}:
            raise SettingsProblem("method must be GET or POST")
        key = settings.get("key")
        if key is not None and (not isinstance(key, dict) or set(key) - {"prefix"} not in ({"header", "env"}, {"query", "env"})):
            raise SettingsProblem("key must have a header or a query, an env, and may have a prefix")
        if key is not None:
            checked(key["env"], "key")
        retries = settings.get("retries", 1)
        if isinstance(retries, bool) or not isinstance(retries, int) or not 0 <= retries <= MOST_RETRIES:
            raise SettingsProblem(f"retries must be a whole number from 0 to {MOST_RETRIES}")
        return cls(
            resource=resource,
            method=method,
            url=url,
            query=mapping(settings, "query"),
            body=settings.get("body"),
            headers=mapping(settings, "headers"),
            key=key,
            auth=auth_of(settings.get("auth")),
            timeout_seconds=seconds(settings, DEFAULT_TIMEOUT_SECONDS),
            retries=retries,
            reader=Reader.from_settings(resource, settings),
        )

    def fetch(self, keys: Mapping[str, Any]) -> Mapping[str, Any]:
        """Ask once, and again where the connection broke or a gateway stumbled; not after a time-out, which was waited for already."""
        attempts = self.retries + 1
        try:
            for attempt in stamina.retry_context(
                on=TryAgain, attempts=attempts, wait_initial=0.05, wait_max=0.2, wait_jitter=0.05, timeout=None
            ):
                with attempt:
                    return self._ask(keys)
        except TryAgain:
            pass
        raise SourceUnavailable(resource=self.resource, reason="down")

    def _ask(self, keys: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._read(call(self.resource, self._request(keys), self.auth, check=self._check), keys)

    def _request(self, keys: Mapping[str, Any]) -> dict[str, Any]:
        headers = {"Accept": "application/json", **{name: self._header(value, keys) for name, value in self.headers.items()}}
        query = fill(self.resource, self.query, keys)
        if self.key:
            place, name = (headers, self.key["header"]) if "header" in self.key else (query, self.key["query"])
            place[name] = self.key.get("prefix", "") + variable(self.key["env"])
        request: dict[str, Any] = {
            "method": self.method,
            "url": PLACE.sub(lambda place: quote(str(key_of(self.resource, place[1], keys)), safe=""), address(self.url)),
            "headers": headers,
            "timeout": self.timeout_seconds,
        }
        if query:
            request["params"] = query
        if self.body is not None:
            request.update(self._body(fill(self.resource, self.body, keys)))
        return request

    def _header(self, template: str, keys: Mapping[str, Any]) -> str:
        """Return a header filled in one go: what is asked under names no variable of ours."""
        return _MARK.sub(lambda mark: filled(mark[0]) if mark[1] else str(key_of(self.resource, mark[2], keys)), str(template))

    def _body(self, body: Any) -> dict[str, Any]:
        return {"json": body}

    def _check(self, request: Mapping[str, Any], response: httpx.Response) -> None:
        """Look at the head of an answer before its status is judged."""

    def _read(self, content: bytes, keys: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError):
            raise SourceUnavailable(resource=self.resource, reason="garbage") from None
        return self.reader.values(answer, keys)


class HttpForm(HttpJson):
    """A form that is posted: `body` holds its fields, the answer is JSON."""

    def _body(self, body: Any) -> dict[str, Any]:
        return {"data": {name: str(value) for name, value in body.items()} if isinstance(body, dict) else {}}


Check = Callable[[Mapping[str, Any], httpx.Response], None]


def call(
    resource: str, request: dict[str, Any], auth: Auth | None = None, *, check: Check | None = None, ok: Collection[int] = (200,)
) -> bytes:
    """Send one request, signed by `auth`, and return the body of its answer. Raises: NoRecord, SourceUnavailable, TryAgain."""
    try:
        if auth is not None:
            auth.apply(request)
        client = auth.client() if auth is not None else None
        with (client or _client()).stream(**request) as response:
            if check is not None:
                check(request, response)
            if response.status_code == 401 and auth is not None and auth.renewed():
                raise TryAgain
            return _content(resource, response, request["timeout"], ok)
    except ProofRefused:
        raise SourceUnavailable(resource=resource, reason="refused") from None
    except httpx.TimeoutException:
        raise SourceUnavailable(resource=resource, reason="time-out") from None
    except (httpx.InvalidURL, httpx.UnsupportedProtocol):
        raise SourceUnavailable(resource=resource, reason="no-connector") from None
    except httpx.TransportError:
        raise TryAgain from None
    except (httpx.HTTPError, ValueError):  # decoding and redirects: the address in the message must not travel on
        raise SourceUnavailable(resource=resource, reason="garbage") from None


def _content(resource: str, response: httpx.Response, timeout_seconds: float, ok: Collection[int]) -> bytes:
    """Return the body of an answer that is one; every other status has its meaning."""
    deadline = time.monotonic() + timeout_seconds
    if response.status_code not in ok:
        if response.status_code == httpx.codes.NOT_FOUND:
            raise NoRecord(resource=resource)
        if response.status_code in _AGAIN:
            raise TryAgain
        if response.status_code in {401, 403}:
            raise SourceUnavailable(resource=resource, reason="refused")
        if response.status_code >= 500:
            raise SourceUnavailable(resource=resource, reason="down")
        raise SourceUnavailable(resource=resource, reason="garbage")
    content = b""
    for part in response.iter_bytes():
        content += part
        if time.monotonic() > deadline:  # a source that drips keeps every single read below the limit
            raise SourceUnavailable(resource=resource, reason="time-out")
        if len(content) > ANSWER_LIMIT_BYTES:
            raise SourceUnavailable(resource=resource, reason="garbage")
    return content
