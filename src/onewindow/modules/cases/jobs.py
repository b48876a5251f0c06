"""What this module does by the clock."""

from datetime import datetime

from onewindow.modules.cases import handlers, services
from onewindow.modules.cases.selectors import cases_to_fetch
from onewindow.plumbing import outbox
from onewindow.plumbing.actors import Actor

DESK = Actor.system("cases.overdue")
CLOCK = Actor.system("cases.silence")
PARTS = Actor.system("cases.parts")
LEAVES = Actor.system("cases.leaves")


@outbox.every(15, "cases.fetch-arrivals")
def fetch_arrivals(*, now: datetime) -> None:
    """Ask again where a register was down or a worker died before it asked."""
    for case_id in cases_to_fetch(now=now):
        handlers.fetch_after_commit(case_id)


@outbox.every(3600, "cases.escalate")
def escalate(*, now: datetime) -> None:
    """Bring limits that have passed before the supervisors."""
    services.escalate(actor=DESK, now=now)


@outbox.every(3600, "cases.grant-by-silence")
def grant_by_silence(*, now: datetime) -> None:
    """Grant what the law grants where nobody has decided in time."""
    services.grant_by_silence(actor=CLOCK, now=now)


@outbox.every(60, "cases.exports")
def exports(*, now: datetime) -> None:
    """Remove exports whose time is over; make again what a worker has died over."""
    services.expire_exports(actor=handlers.EXPORTS, now=now)
    for export_id in services.exports_to_make(actor=handlers.EXPORTS, now=now):
        handlers.export_after_commit(export_id)


@outbox.every(3600, "cases.close-parts")
def close_parts(*, now: datetime) -> None:
    """End invitations whose day has passed, and tell both sides."""
    services.close_lapsed(actor=PARTS, now=now)


@outbox.every(900, "cases.cover-leaves")
def cover_leaves(*, now: datetime) -> None:
    """Hand over when the first day of a leave has come, and bring back when the last has passed."""
    services.cover_leaves(actor=LEAVES, now=now)
