"""HTTP and JSON: a request made of templates, an answer read by JMESPath."""

import json
import logging
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

import httpx
import jmespath
import stamina
from jmespath.exceptions import JMESPathError

from onewindow.modules.exchange.connectors.base import SettingsProblem
from onewindow.modules.exchange.connectors.environment import check_places, checked, filled, variable
from onewindow.modules.exchange.errors import NoRecord, SourceUnavailable

ANSWER_LIMIT_BYTES = 1_000_000
DEFAULT_TIMEOUT_SECONDS = 2.0
_AGAIN = {502, 503, 504}
_PLACE = re.compile(r"\{([^{}]+)\}")
_KNOWN = {"method", "url", "query", "body", "headers", "key", "timeout_seconds", "gives", "no_record_when"}

# Both write the whole address of every request at INFO, and addresses hold personal numbers.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class _TryAgain(Exception):
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
    timeout_seconds: float
    gives: Mapping[str, Any]
    no_record_when: Any

    @classmethod
    def from_settings(cls, resource: str, settings: Mapping[str, Any]) -> "HttpJson":
        """Return the connection; every expression is compiled now, so that a mistake shows when it is loaded."""
        if unknown := sorted(settings.keys() - _KNOWN):
            raise SettingsProblem(f"unknown keys {', '.join(unknown)}; known are {', '.join(sorted(_KNOWN))}")
        url, gives, method = settings.get("url"), settings.get("gives"), settings.get("method", "GET")
        if not isinstance(url, str) or not re.match(r"https?://|\$\{[A-Z][A-Z0-9_]*\}", url):
            raise SettingsProblem("url must begin with http://, https:// or ${VARIABLE}")
        check_places(url, "url")
        for value in _mapping(settings, "headers").values():
            check_places(value, "headers")
        if method not in {"GET", "POST"}:
            raise SettingsProblem("method must be GET or POST")
        if not isinstance(gives, dict) or not gives:
            raise SettingsProblem("gives must name at least one element and where it stands in the answer")
        key = settings.get("key")
        if key is not None and (not isinstance(key, dict) or set(key) != {"header", "env"}):
            raise SettingsProblem("key must have a header and an env")
        if key is not None:
            checked(key["env"], "key")
        seconds = settings.get("timeout_seconds", DEFAULT_TIMEOUT_SECONDS)
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= 60:
            raise SettingsProblem("timeout_seconds must be a number above 0, at most 60")
        condition = settings.get("no_record_when")
        return cls(
            resource=resource,
            method=method,
            url=url,
            query=_mapping(settings, "query"),
            body=settings.get("body"),
            headers=_mapping(settings, "headers"),
            key=key,
            timeout_seconds=float(seconds),
            gives={element: _expression(element, path) for element, path in gives.items()},
            no_record_when=None if condition is None else _expression("no_record_when", condition),
        )

    def fetch(self, keys: Mapping[str, Any]) -> Mapping[str, Any]:
        """Ask once, and once more where the connection broke or a gateway stumbled; not after a time-out, which was waited for already."""
        try:
            for attempt in stamina.retry_context(on=_TryAgain, attempts=2, wait_initial=0.05, wait_max=0.2, wait_jitter=0.05, timeout=None):
                with attempt:
                    return self._ask(keys)
        except _TryAgain:
            pass
        raise SourceUnavailable(resource=self.resource, reason="down")

    def _ask(self, keys: Mapping[str, Any]) -> Mapping[str, Any]:
        request = self._request(keys)
        try:
            with _client().stream(**request) as response:
                content = self._content(response)
        except httpx.TimeoutException:
            raise SourceUnavailable(resource=self.resource, reason="time-out") from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise SourceUnavailable(resource=self.resource, reason="no-connector") from None
        except httpx.TransportError:
            raise _TryAgain from None
        except httpx.HTTPError:  # decoding and redirects: the address in the message must not travel on
            raise SourceUnavailable(resource=self.resource, reason="garbage") from None
        return self._read(content, keys)

    def _request(self, keys: Mapping[str, Any]) -> dict[str, Any]:
        headers = {"Accept": "application/json", **{name: filled(value) for name, value in self.headers.items()}}
        if self.key:
            headers[self.key["header"]] = variable(self.key["env"])
        request: dict[str, Any] = {
            "method": self.method,
            "url": _PLACE.sub(lambda place: quote(str(self._key(place[1], keys)), safe=""), filled(self.url)),
            "headers": headers,
            "timeout": self.timeout_seconds,
        }
        if self.query:
            request["params"] = self._filled(self.query, keys)
        if self.body is not None:
            request["json"] = self._filled(self.body, keys)
        return request

    def _key(self, element: str, keys: Mapping[str, Any]) -> Any:
        if element not in keys:
            raise SourceUnavailable(resource=self.resource, reason="no-connector")
        return keys[element]

    def _filled(self, template: Any, keys: Mapping[str, Any]) -> Any:
        """Return the template with its {element} places filled; a text that is one place keeps the type of the value."""
        if isinstance(template, dict):
            return {name: self._filled(value, keys) for name, value in template.items()}
        if isinstance(template, list):
            return [self._filled(value, keys) for value in template]
        if not isinstance(template, str):
            return template
        if whole := _PLACE.fullmatch(template):
            return self._key(whole[1], keys)
        return _PLACE.sub(lambda place: str(self._key(place[1], keys)), template)

    def _content(self, response: httpx.Response) -> bytes:
        """Return the body of an answer that is one; every other status has its meaning."""
        deadline = time.monotonic() + self.timeout_seconds
        if response.status_code == httpx.codes.NOT_FOUND:
            raise NoRecord(resource=self.resource)
        if response.status_code in _AGAIN:
            raise _TryAgain
        if response.status_code in {401, 403}:
            raise SourceUnavailable(resource=self.resource, reason="refused")
        if response.status_code >= 500:
            raise SourceUnavailable(resource=self.resource, reason="down")
        if response.status_code != httpx.codes.OK:
            raise SourceUnavailable(resource=self.resource, reason="garbage")
        content = b""
        for part in response.iter_bytes():
            content += part
            if time.monotonic() > deadline:  # a source that drips keeps every single read below the limit
                raise SourceUnavailable(resource=self.resource, reason="time-out")
            if len(content) > ANSWER_LIMIT_BYTES:
                raise SourceUnavailable(resource=self.resource, reason="garbage")
        return content

    def _read(self, content: bytes, keys: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            answer = json.loads(content)
            if self.no_record_when is not None and self.no_record_when.search(answer):
                raise NoRecord(resource=self.resource)
            values = {element: path.search(answer) for element, path in self.gives.items()}
        except (ValueError, RecursionError, JMESPathError):
            raise SourceUnavailable(resource=self.resource, reason="garbage") from None
        if any(element in keys and value is not None and str(value) != str(keys[element]) for element, value in values.items()):
            raise SourceUnavailable(resource=self.resource, reason="garbage")  # another record than the one asked for
        return {element: value for element, value in values.items() if value is not None}


def _mapping(settings: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = settings.get(name, {})
    if not isinstance(value, dict):
        raise SettingsProblem(f"{name} must be a mapping")
    return value


def _expression(name: str, path: Any) -> Any:
    try:
        return jmespath.compile(path)
    except (JMESPathError, TypeError) as error:
        raise SettingsProblem(f"{name}: “{path}” is not JMESPath ({' '.join(str(error).split())[:120]})") from None
