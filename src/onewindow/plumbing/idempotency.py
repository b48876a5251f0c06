"""The same request twice has one effect: a key the client made, the fingerprint of its body, the first answer."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from onewindow.domain.errors import DomainError
from onewindow.plumbing import bulk, sealing
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import IdempotencyKey

KEPT_FOR = timedelta(hours=48)
_MINE = "actor = %s AND scope = %s AND key = %s"


class IdempotencyConflict(DomainError):
    """One key came with two bodies."""

    code = "idempotency-conflict"
    template = "The key of this request was already used with other content. Reload the page, check what was sent, and send it again."
    status = 409


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What tells two bodies apart; it is kept as a keyed hash, because a body of few possible values must not be guessed."""

    canonical: bytes

    def kept(self, secret: str) -> str:
        return hmac.digest(secret.encode(), b"idempotency:" + self.canonical, "sha256").hex()


def fingerprint(body: object) -> Fingerprint:
    """Return the fingerprint of a JSON-able body, whatever the order of its keys."""
    return Fingerprint(json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str).encode())


def claim(*, actor: Actor, scope: str, key: str, fingerprint: Fingerprint, now: datetime) -> dict[str, Any] | None:
    """Return the stored answer of the same key and body, or None where this caller is the first and must settle it.

    Runs inside the transaction of the act: a second caller waits until the first has committed or given up.
    Raises: IdempotencyConflict.
    """
    _inside_a_transaction()
    secret, *older = sealing.secrets_known()
    for old in older:  # a key that came before the secret key changed
        for before in bulk.select(IdempotencyKey, _MINE, [actor.key, scope, kept(key, old)]):
            return _answer(before, fingerprint.kept(old))
    own = IdempotencyKey(actor=actor.key, scope=scope, key=kept(key, secret), fingerprint=fingerprint.kept(secret), claimed_at=now)
    if bulk.insert_unless_there(own):
        return None
    (before,) = bulk.select(IdempotencyKey, _MINE, [actor.key, scope, own.key])
    return _answer(before, own.fingerprint)


def _answer(before: IdempotencyKey, fingerprint: str) -> dict[str, Any]:
    if before.fingerprint != fingerprint:
        raise IdempotencyConflict
    return dict(before.result or {})


def settle(*, actor: Actor, scope: str, key: str, result: Mapping[str, Any]) -> None:
    """Keep the answer for whoever sends the same again. Raises: LookupError where nothing was claimed."""
    _inside_a_transaction()
    given = [actor.key, scope, kept(key)]
    if not bulk.update(IdempotencyKey, {"result": dict(result)}, _MINE, given, row=given):
        message = f"No claim of {scope} to settle. Call claim() first, in the same transaction."
        raise LookupError(message)


def purge(*, now: datetime) -> int:
    """Forget keys older than two days (the promise is one) and tell how many."""
    return IdempotencyKey.objects.filter(claimed_at__lt=now - KEPT_FOR).delete()[0]


def kept(key: str, secret: str = "") -> str:
    """A client makes its keys of whatever it likes, a person's number for one: what is kept tells nobody."""
    return hmac.digest((secret or settings.SECRET_KEY).encode(), b"idempotency-key:" + key.encode(), "sha256").hex()


def _inside_a_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        message = "An idempotency key belongs to the transaction of its act. Call it inside transaction.atomic."
        raise RuntimeError(message)
