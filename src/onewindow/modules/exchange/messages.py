"""Every question and its answer, signed and durable: the question before it is asked, the answer before anybody sees it."""

import hmac
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from onewindow.domain.exchange import messages
from onewindow.modules.exchange.errors import SourceUnavailable
from onewindow.modules.exchange.models import Grant, Query
from onewindow.plumbing import bulk
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.sealing import keys

PERSONS = frozenset({"person", "officer"})
LOST = "lost"
"""The process that asked died before it could write an answer down."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that is written down and under way."""

    uid: UUID
    resource: str
    request: bytes
    at: datetime
    began: float

    def spent(self) -> timedelta:
        """Return how long it has been under way."""
        return timedelta(seconds=time.perf_counter() - self.began)


def ask(
    *,
    resource: str,
    under: Mapping[str, Any],
    fields: Collection[str],
    purpose: str,
    subject: tuple[str, UUID],
    services: Collection[str],
    grants: Collection[Grant],
    actor: Actor,
    now: datetime,
) -> Asked:
    """Write a question down, in the caller's transaction. `under`: the keys; `subject`: the kind and id of what it is asked for."""
    uid, first = uuid4(), next(iter(grants), None)
    organisation = first.organisation if first else ""
    request = messages.request_line(
        message=str(uid),
        at=now,
        by={"kind": actor.kind, "id": str(actor.id or ""), "organisation": organisation},
        resource=resource,
        fields=fields,
        purpose=purpose,
        subject={"kind": subject[0], "id": str(subject[1])},
        services=sorted(services),
        grants=[str(grant.pk) for grant in grants],
        key=_keyed(b"key", {"resource": resource, "keys": dict(under)}),
    )
    row = {
        "uid": uid,
        "at": now,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "organisation": organisation,
        "resource": resource,
        "subject_id": subject[1],
        "purpose": purpose,
        "fields": sorted(fields),
        "outcome": "",
        "duration_ms": None,
        "request": request,
        "request_signature": signing_key().sign(request),
        "response": b"",
        "response_signature": b"",
        "stamp_id": None,
    }
    bulk.insert_values(Query, [row])
    return Asked(uid, resource, request, now, time.perf_counter())


def answer(asked: Asked, *, outcome: str, values: Mapping[str, Any], kept_at: datetime | None = None) -> None:
    """Write down what came of a question. `kept_at`: when the values were obtained, where they come from the cache.

    Raises: SourceUnavailable where it came so late that the question was closed as lost: what is not in the log is shown to nobody.
    """
    duration = round(asked.spent().total_seconds() * 1000)
    response = messages.response_line(
        request=asked.request,
        at=asked.at + timedelta(milliseconds=duration),
        outcome=outcome,
        fields=values.keys(),
        body=_keyed(b"values", dict(values)) if values else "",
        duration_ms=duration,
        kept_at=kept_at,
    )
    changes = {"outcome": outcome, "duration_ms": duration, "response": response, "response_signature": signing_key().sign(response)}
    if not bulk.update(Query, changes, "uid = %s AND outcome = ''", [asked.uid]):
        raise SourceUnavailable(resource=asked.resource, reason="time-out")


def close_lost(*, before: datetime, now: datetime, most: int = 1000) -> int:
    """Answer, as lost, the questions asked before a moment that nobody answers any more; return how many."""
    open_still = Query.objects.filter(stamp=None, outcome="", at__lt=before).exclude(request=b"").order_by("number")[:most]
    rows = list(open_still.values_list("uid", "request"))
    for uid, request in rows:
        response = messages.response_line(request=bytes(request), at=now, outcome=LOST, fields=(), body="", duration_ms=None)
        changes = {"outcome": LOST, "response": response, "response_signature": signing_key().sign(response)}
        bulk.update(Query, changes, "uid = %s AND outcome = ''", [uid])
    return len(rows)


def signing_key() -> Ed25519PrivateKey:
    """Return the key that signs both lines; it follows from the key of the log."""
    return _signing_key(settings.ONEWINDOW_LOG_KEY)


@lru_cache(maxsize=4)
def _signing_key(log_key: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(keys.derived(log_key, b"exchange-messages"))


def _keyed(what: bytes, value: Any) -> str:
    """Return what tells two values apart without telling either."""
    return hmac.digest(_hashing_key(settings.ONEWINDOW_LOG_KEY), what + b":" + messages.canonical(value), "sha256").hex()


@lru_cache(maxsize=4)
def _hashing_key(log_key: bytes) -> bytes:
    return keys.derived(log_key, b"exchange-hashes")
