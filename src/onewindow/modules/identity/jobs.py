"""Periodic: what no limit looks at any more is forgotten."""

from datetime import datetime

from onewindow.modules.identity import services
from onewindow.plumbing import outbox


@outbox.every(3600, "identity.forget-tries")
def forget_tries(*, now: datetime) -> None:
    services.forget_tries(now=now)
