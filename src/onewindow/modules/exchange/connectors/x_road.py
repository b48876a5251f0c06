"""X-Road REST: our security server is asked, and proves that the answer belongs to the question.

Source: X-Road Message Protocol for REST, version 1.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any, Self
from uuid import uuid4

import httpx

from onewindow.modules.exchange.connectors.base import SettingsProblem
from onewindow.modules.exchange.connectors.environment import check_places
from onewindow.modules.exchange.connectors.http_json import KNOWN, HttpJson
from onewindow.modules.exchange.connectors.reading import require_known, text
from onewindow.modules.exchange.errors import SourceUnavailable

_IDENT = re.compile(r"[^/\s]+(/[^/\s]+){2,4}")
_HASH_BYTES = 64
"""SHA-512."""


class XRoad(HttpJson):
    """`server`: the address of our security server; `client`: who asks; `service`: what is asked, with its code; `path`: below it."""

    @classmethod
    def from_settings(cls, resource: str, settings: Mapping[str, Any]) -> Self:
        """Return the connection. Raises: SettingsProblem."""
        require_known(settings, (KNOWN - {"url"}) | {"server", "client", "service", "path"})
        server, client, service = (text(settings, name) for name in ("server", "client", "service"))
        for name, value in (("client", client), ("service", service)):
            if not _IDENT.fullmatch(check_places(value, name)):
                raise SettingsProblem(f"{name} must be written as INSTANCE/CLASS/MEMBER/SUBSYSTEM, a service with its code behind")
        path = str(settings.get("path", ""))
        if path and not path.startswith("/"):
            raise SettingsProblem("path must begin with /")
        rest = {name: value for name, value in settings.items() if name in KNOWN}
        rest["url"] = f"{server}/r1/{service}{path}"
        rest["headers"] = {**settings.get("headers", {}), "X-Road-Client": client}
        return super().from_settings(resource, rest)

    def _request(self, keys: Mapping[str, Any]) -> dict[str, Any]:
        request = super()._request(keys)
        request["headers"]["X-Road-Id"] = str(uuid4())
        return request

    def _check(self, request: Mapping[str, Any], response: httpx.Response) -> None:
        if error := response.headers.get("X-Road-Error"):
            raise SourceUnavailable(resource=self.resource, reason="refused" if error.startswith("Client.") else "down")
        told = response.headers
        if told.get("X-Road-Id") != request["headers"]["X-Road-Id"] or not _is_hash(told.get("X-Road-Request-Hash")):
            # Without both nobody could show later that this answer is the one to our question.
            raise SourceUnavailable(resource=self.resource, reason="garbage")


def _is_hash(value: str | None) -> bool:
    try:
        return value is not None and len(base64.b64decode(value, validate=True)) == _HASH_BYTES
    except (binascii.Error, ValueError):
        return False
