"""Drafts of interfaces that nobody finishes go, for the nightly retention."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from onewindow.modules.exchange.interfaces.models import InterfaceDraft
from onewindow.plumbing import clock
from onewindow.plumbing.personal import Overdue

HOLDER = "interfaces"
LIFE = timedelta(days=30)


def overdue(now: datetime) -> Iterator[Overdue]:
    """Yield the drafts that nobody has changed or tried for thirty days."""
    old = InterfaceDraft.objects.filter(updated_at__lt=now - LIFE).order_by("updated_at")
    for key, touched in old.values_list("pk", "updated_at"):
        since = clock.local_date(touched)
        yield Overdue(HOLDER, "interface", str(key), f"draft of an interface untouched for {LIFE.days} days", since, since + LIFE)


def remove(interface_id: str, now: datetime) -> int:
    """Remove a draft, in the caller's transaction, unless somebody has taken it up meanwhile; return how many went."""
    return InterfaceDraft.objects.filter(pk=UUID(interface_id), updated_at__lt=now - LIFE).delete()[0]
