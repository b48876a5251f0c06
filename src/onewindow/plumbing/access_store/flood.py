"""Denials beyond what one account or address is given an entry each: counted durably, and told in one entry a minute and permission.

The store therefore grows by a bounded amount, however often a stranger knocks, and no denial is lost: the count is written before the
refusal is answered.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from onewindow.plumbing.access_store.commit import GroupCommit
from onewindow.plumbing.access_store.models import AccessEntry, DenialCount
from onewindow.plumbing.access_store.router import ACCESSES
from onewindow.plumbing.actors import Actor

MINUTE = timedelta(minutes=1)
SINGLE_A_MINUTE = {"anonymous": 60, "person": 60, "officer": 6000}
"""So many denials of one account or address a minute stand alone; the platform's own parts have no limit."""
VISITORS_TOGETHER = 600
"""So many of all visitors who are not logged in: addresses cost nothing."""
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Denied:
    """One denial that is only counted."""

    actor: Actor
    permission: str
    at: datetime

    @property
    def minute(self) -> datetime:
        return self.at.replace(second=0, microsecond=0)

    @property
    def key(self) -> str:
        said = f"{self.actor.key}|{self.actor.organisation or ''}|{self.permission}|{self.minute.isoformat()}"
        return hashlib.sha256(said.encode()).hexdigest()


class Allowance:
    """How many denials stand alone, of each account or address, in this process."""

    def __init__(self) -> None:
        self._spent: OrderedDict[tuple[str, datetime], int] = OrderedDict()

    def stands_alone(self, actor: Actor, visitor: str, at: datetime) -> bool:
        """Tell whether a denial gets an entry of its own, and count it."""
        most = SINGLE_A_MINUTE.get(actor.kind)
        if most is None:
            return True
        minute = at.replace(second=0, microsecond=0)
        if actor.is_known:
            return self._spend((actor.key, minute)) <= most
        own, all_visitors = self._spend((f"visitor:{visitor}", minute)), self._spend(("visitors", minute))
        return own <= most and all_visitors <= VISITORS_TOGETHER

    def forget(self) -> None:
        self._spent.clear()

    def _spend(self, key: tuple[str, datetime]) -> int:
        spent = self._spent[key] = self._spent.pop(key, 0) + 1
        while len(self._spent) > REMEMBERED:
            self._spent.popitem(last=False)
        return spent


def _write(rows: Sequence[object]) -> None:
    """Add to the counts. Another process may have begun one meanwhile: then it is added to."""
    counts: dict[str, list[Denied]] = {}
    for row in rows:
        if isinstance(row, Denied):
            counts.setdefault(row.key, []).append(row)
    with transaction.atomic(using=ACCESSES, durable=True):
        for key, some in counts.items():
            if not _add(key, some):
                try:
                    with transaction.atomic(using=ACCESSES):
                        _begin(key, some)
                except IntegrityError:
                    _add(key, some)


def _add(key: str, some: Sequence[Denied]) -> int:
    return DenialCount.objects.filter(pk=key).update(times=F("times") + len(some), latest_at=max(row.at for row in some))


def _begin(key: str, some: Sequence[Denied]) -> None:
    actor = some[0].actor
    DenialCount.objects.create(
        key=key,
        minute=some[0].minute,
        actor_kind=actor.kind,
        actor_id=actor.id,
        organisation=actor.organisation or "",
        what=some[0].permission,
        times=len(some),
        first_at=min(row.at for row in some),
        latest_at=max(row.at for row in some),
    )


counts = GroupCommit(_write)


def settle(*, now: datetime) -> int:
    """Write the entries of minutes that are over, and tell how many. An entry and the end of its count are one transaction."""
    over = now.replace(second=0, microsecond=0)
    with transaction.atomic(using=ACCESSES, durable=True):
        rows = list(DenialCount.objects.select_for_update(skip_locked=True).filter(minute__lt=over).order_by("minute", "key"))
        AccessEntry.objects.bulk_create(_entries(rows))
        DenialCount.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _entries(rows: Iterable[DenialCount]) -> Iterable[AccessEntry]:
    for row in rows:
        details: dict[str, Any] = {"times": row.times, "from": row.first_at.isoformat(), "until": row.latest_at.isoformat()}
        yield AccessEntry(
            kind="denied",
            at=row.latest_at,
            actor_kind=row.actor_kind,
            actor_id=row.actor_id,
            organisation=row.organisation,
            what=row.what,
            details=details,
        )
