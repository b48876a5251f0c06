"""Periodic: what was asked is stamped, and the stamped log is archived and, after its time, removed."""

from datetime import datetime

import structlog
from django.db import transaction

from onewindow.modules.exchange import services
from onewindow.plumbing import clock, outbox
from onewindow.plumbing.actors import Actor

LOG = Actor.system("exchange.log")

_log = structlog.get_logger("onewindow.exchange")


@outbox.every(60, "exchange.stamp")
def stamp(*, now: datetime) -> None:  # noqa: ARG001  (the work begins when the turn's transaction has ended)
    """Have what was asked stamped."""
    # The network is slow, and the worker's transaction holds locks.
    transaction.on_commit(_stamp, robust=True)


def _stamp() -> None:
    try:
        services.stamp_queries(actor=LOG, now=clock.now())
    except services.StampFailed as error:  # the next turn tries again; the doctor tells how long it has been
        _log.warning("not stamped", failure=str(error))


@outbox.every(24 * 3600, "exchange.archive")
def archive(*, now: datetime) -> None:  # noqa: ARG001  (as above)
    """Archive what is stamped, and remove what the rule lets go."""
    transaction.on_commit(_archive, robust=True)


def _archive() -> None:
    services.archive_log(actor=LOG, now=clock.now())
    services.purge_log(actor=LOG, now=clock.now())
