"""Text messages through a gateway over HTTP: one POST of JSON a message, with the gateway's key as bearer token."""

from http import HTTPStatus

import httpx

from onewindow.modules.messages.channels.base import NotCarried, Refused, Written


class GatewayChannel:
    """Speaks to an SMS gateway. Shape of the body: {id, to, text, template, language, values}."""

    def __init__(self, url: str, key: str, seconds: float = 5.0) -> None:
        self.url, self.key, self.seconds = url, key, seconds

    def carry(self, message: Written) -> None:
        body = {
            "id": str(message.id),
            "to": message.to,
            "text": message.body,
            "template": message.template,
            "language": message.language,
            "values": dict(message.values),
        }
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": str(message.id)}
        try:
            answer = httpx.post(self.url, json=body, headers=headers, timeout=self.seconds)
        except httpx.HTTPError as error:
            raise NotCarried from error
        if answer.status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.UNPROCESSABLE_ENTITY}:
            raise Refused
        if not answer.is_success:
            raise NotCarried

    def try_out(self) -> None:
        try:
            answer = httpx.request("OPTIONS", self.url, timeout=self.seconds)
        except httpx.HTTPError as error:
            raise NotCarried from error
        if answer.status_code in {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}:
            raise NotCarried
