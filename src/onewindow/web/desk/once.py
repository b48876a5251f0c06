"""An act that is sent twice happens once: the key of the form, and the first answer."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction

from onewindow.plumbing import idempotency
from onewindow.plumbing.actors import Actor


def once(*, actor: Actor, scope: str, sent: Mapping[str, str], now: datetime, act: Callable[[], str]) -> str:
    """Do it once per key of the form, and return the sentence that tells it.

    Raises: IdempotencyConflict for the same form with other content, and what the act refuses.
    """
    key = sent.get("key", "")[:100]
    if not key:
        return act()
    body = {name: value for name, value in sent.items() if name != "csrfmiddlewaretoken"}
    with transaction.atomic():
        known = idempotency.claim(actor=actor, scope=scope, key=key, fingerprint=idempotency.fingerprint(body), now=now)
        if known is not None:
            return str(known.get("told", ""))
        told = act()
        idempotency.settle(actor=actor, scope=scope, key=key, result={"told": told})
    return told
