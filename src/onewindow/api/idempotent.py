"""The Idempotency-Key header on everything that creates."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

from django.db import transaction
from ninja import Header

from onewindow.plumbing import idempotency
from onewindow.plumbing.actors import Actor

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="A key of the client's making: the same key and body again has one effect and the same answer, for at least 24 hours.",
    ),
]
RequiredKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="A key of the client's making: the same key and body again has one effect and the same answer, for at least 24 hours.",
    ),
]


def once(
    *, actor: Actor, scope: str, key: str | None, body: Mapping[str, Any], now: datetime, act: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """Do it once per key, act and answer in one transaction; without a key just do it.

    Raises: IdempotencyConflict for the same key with another body.
    """
    if key is None:
        return act()
    with transaction.atomic():
        known = idempotency.claim(actor=actor, scope=scope, key=key, fingerprint=idempotency.fingerprint(body), now=now)
        if known is not None:
            return known
        result = act()
        idempotency.settle(actor=actor, scope=scope, key=key, result=result)
        return result
