"""Time stamps of an outside authority over the exchanges, so that nobody can move them in time (RFC 3161)."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from onewindow.domain import proof
from onewindow.domain.exchange.messages import NO_HEAD, Signed, head
from onewindow.modules.exchange import authority, messages
from onewindow.modules.exchange.errors import ExchangeStopped, StampFailed
from onewindow.modules.exchange.models import Query, Stamp
from onewindow.plumbing import audit, permissions
from onewindow.plumbing.actors import Actor

MOST = 5_000
"""Exchanges under one stamp."""
STAMPS_A_TURN = 10
LOST_AFTER = timedelta(minutes=10)
"""An answer takes seconds; whoever asked so long ago has died."""
LOOK_AGAIN = timedelta(seconds=5)
PARAMETERS = 500

_log = structlog.get_logger("onewindow.exchange")


class Looked(NamedTuple):
    """When the log was looked at, by both clocks, and since when the oldest question had waited for its stamp."""

    at: datetime
    monotonic: float
    since: datetime | None


_last: list[Looked] = []


@dataclass(frozen=True, slots=True)
class StampState:
    """How stamping stands. `latest`: of the newest stamp; `waiting_since`: of the oldest question without one."""

    wanted: bool
    latest: datetime | None
    waiting_since: datetime | None
    stopped: bool


def require_fresh(*, resource: str, now: datetime) -> None:
    """Raises: ExchangeStopped where time stamps have been missing for too long."""
    if not settings.ONEWINDOW_TSA_URL:
        return
    looked = _last[0] if _last else None
    recent = looked is not None and abs(now - looked.at) < LOOK_AGAIN and time.monotonic() - looked.monotonic < LOOK_AGAIN.total_seconds()
    if looked is None or not recent or _too_long(looked.since, now):  # once it stands still, it is looked at every time
        looked = Looked(now, time.monotonic(), _waiting_since())
        _last[:] = [looked]
    if looked.since is not None and _too_long(looked.since, now):
        raise ExchangeStopped(resource=resource, since=looked.since.isoformat(timespec="minutes"))


def forget() -> None:
    """Forget what was seen; the next question looks again."""
    _last.clear()


def stamp_state(*, now: datetime) -> StampState:
    """Return how stamping stands, for the doctor."""
    since, newest = _waiting_since(), _newest()
    wanted = bool(settings.ONEWINDOW_TSA_URL)
    return StampState(wanted, newest.at if newest else None, since, wanted and _too_long(since, now))


def stamp_queries(*, actor: Actor, now: datetime) -> int:
    """Have what was asked and answered stamped, oldest first, and close what nobody answers any more; return how many were stamped.

    Call it outside transactions: the network is slow. Raises: Forbidden, StampFailed.
    """
    permissions.require(actor, "exchange.log")
    messages.close_lost(before=now - LOST_AFTER, now=now)
    stamped = 0
    if settings.ONEWINDOW_TSA_URL:
        for _ in range(STAMPS_A_TURN):
            size = _stamp_next(actor, now)
            stamped += size
            if size < MOST:
                break
    return stamped


def _stamp_next(actor: Actor, now: datetime) -> int:
    """Stamp one batch; return its size, none where another worker was faster."""
    found = _unstamped().exclude(outcome="").order_by("number")[:MOST]
    rows = list(found.values_list("number", "request", "request_signature", "response", "response_signature"))
    if not rows:
        return 0
    newest = _newest()
    made = Stamp(
        number=newest.number + 1 if newest else 1,
        first=newest.first + newest.size if newest else 0,
        size=len(rows),
        root=proof.root_of([proof.leaf_hash(Signed(*map(bytes, parts)).leaf) for _, *parts in rows]),
        before=sha256(head_of(newest)).digest() if newest else NO_HEAD,
    )
    token = authority.stamp(head_of(made))
    if newest and token.at < newest.at:
        raise StampFailed(what="it tells a moment before that of the last stamp")
    made.at, made.token = token.at, token.der
    try:
        with transaction.atomic():
            made.save(force_insert=True)
            if _mark([number for number, *_ in rows], made) != len(rows):
                raise _Overtaken
            details = {"size": made.size, "root": bytes(made.root).hex()}
            audit.record(actor=actor, action="exchange.stamp", subject_kind="stamp", subject_id=made.number, at=now, details=details)
    except (_Overtaken, IntegrityError):
        _log.info("another worker stamped", stamp=made.number)
        return 0
    return made.size


class _Overtaken(Exception):
    """Another worker stamped some of the batch."""


def _mark(numbers: Sequence[int], stamp: Stamp) -> int:
    parts = (numbers[place : place + PARAMETERS] for place in range(0, len(numbers), PARAMETERS))
    return sum(Query.objects.filter(number__in=part, stamp=None).update(stamp=stamp) for part in parts)


def head_of(stamp: Stamp) -> bytes:
    """Return what a stamp is over."""
    return head(number=stamp.number, first=stamp.first, size=stamp.size, root=bytes(stamp.root), before=bytes(stamp.before))


def _newest() -> Stamp | None:
    return Stamp.objects.order_by("-number").first()


def _unstamped() -> QuerySet[Query]:
    """What was asked before questions were signed is left out."""
    return Query.objects.filter(stamp=None).exclude(request=b"")


def _waiting_since() -> datetime | None:
    return _unstamped().order_by("number").values_list("at", flat=True).first()


def _too_long(since: datetime | None, now: datetime) -> bool:
    return since is not None and now - since > timedelta(hours=settings.ONEWINDOW_STAMPS_MISSING_AT_MOST)
