"""Web push to one browser: encrypted for it alone (RFC 8291), signed with the installation's key (RFC 8292), kept for so long (RFC 8030).

Source: RFC 8030, RFC 8188, RFC 8291, RFC 8292.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cache
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx

from onewindow.modules.messages.channels.base import Gone, NotCarried, Refused, Written
from onewindow.plumbing import clock, outgoing

LONGEST_LIFE_SECONDS = 24 * 3600
LONGEST_WAIT_SECONDS = 3600
TOKEN_SECONDS = 12 * 3600
"""A signature may hold for a day at most."""


@dataclass(frozen=True, slots=True)
class Device:
    """A browser that wants to be told. Shape: `keys` is {p256dh, auth} as the browser gives them."""

    endpoint: str = field(repr=False)
    keys: Mapping[str, str] = field(repr=False)


class PushChannel:
    """Speaks to the push service that a browser named."""

    def __init__(self, key: bytes, contact: str, *, loopback: bool = False, seconds: float = 8.0) -> None:
        self.key, self.contact, self.loopback, self.seconds = key, contact, loopback, seconds

    def carry_to(self, device: Device, message: Written, *, topic: str, seconds_left: int) -> None:
        """Send one message. Raises: Gone where the browser wants nothing any more, NotCarried, Refused."""
        try:
            target = outgoing.target(device.endpoint, loopback=self.loopback)
            body = self._encrypted(device, message)
        except outgoing.AddressRefused as error:
            raise Gone from error
        except outgoing.AddressUnknown as error:
            raise NotCarried from error
        headers = {
            **self._signature(device.endpoint),
            "Host": target.host,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(min(max(0, seconds_left), LONGEST_LIFE_SECONDS)),
            "Urgency": "normal",
            "Topic": topic,
        }
        try:
            answer = _client().post(
                target.url, content=body, headers=headers, timeout=self.seconds, extensions={"sni_hostname": target.server_name}
            )
        except httpx.HTTPError as error:
            raise NotCarried from error
        _settled(answer)

    def _encrypted(self, device: Device, message: Written) -> bytes:
        from pywebpush import WebPusher  # brings two HTTP clients with it: only whoever pushes waits for them

        told = {"title": message.subject, "body": message.body, **{name: message.values.get(name, "") for name in ("case", "tag")}}
        text = json.dumps({**told, "lang": message.language}, ensure_ascii=False).encode()
        try:
            pusher = WebPusher({"endpoint": device.endpoint, "keys": dict(device.keys)})
            body: bytes = pusher.encode(text, content_encoding="aes128gcm")["body"]
        except Exception as error:  # the library has a name of its own for each way in which a key can be wrong
            raise Gone from error
        return body

    def _signature(self, endpoint: str) -> dict[str, str]:
        from py_vapid import Vapid02

        parts = urlsplit(endpoint)
        claims = {"sub": self.contact, "aud": f"{parts.scheme}://{parts.netloc}", "exp": int(clock.now().timestamp()) + TOKEN_SECONDS}
        signed: dict[str, str] = Vapid02.from_raw(base64.urlsafe_b64encode(self.key)).sign(claims)
        return signed


@cache
def _client() -> httpx.Client:
    """The process's own client: the list of authorities is read once. Connections are not kept: each is checked anew."""
    return httpx.Client(follow_redirects=False, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))


def _settled(answer: httpx.Response) -> None:
    """Raise what the push service's answer means: 404 and 410 end the subscription, a 429 or a fault is tried again."""
    status = answer.status_code
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        raise Gone
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT} or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise NotCarried(_seconds(answer.headers.get("Retry-After", "")))
    if not answer.is_success:
        raise Refused


def _seconds(text: str) -> int:
    """Return how long the service wants to be left alone, by seconds or by a date; 0 where it does not say."""
    if text.isdecimal() and len(text) < 10:
        return min(int(text), LONGEST_WAIT_SECONDS)
    try:
        return min(max(0, int(parsedate_to_datetime(text).timestamp() - clock.now().timestamp())), LONGEST_WAIT_SECONDS)
    except (TypeError, ValueError):
        return 0
