"""Reads: how much waits for an officer besides cases, in numbers alone."""

from dataclasses import dataclass
from datetime import datetime

from onewindow.modules.exchange import correction_reads
from onewindow.modules.exchange.resources.models import AccessRequest
from onewindow.plumbing import clock, permissions
from onewindow.plumbing.actors import Actor


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many requests for data the reader decides, and how many corrections their office answers; and how many of each are late."""

    requests: int = 0
    late_requests: int = 0
    corrections: int = 0
    late_corrections: int = 0


def waiting(*, actor: Actor, now: datetime) -> Waiting:
    """Return what waits for the reader. Nobody's data is read: these are counts. Raises: Forbidden."""
    permissions.require(actor, "exchange.browse")
    today = clock.local_date(now)
    deciding = [hat.organisation for hat in actor.hats_of("supervisor") if hat.covers("")]
    asked = AccessRequest.objects.filter(owner__in=deciding, state="waiting").exclude(asked_by=actor.id)
    due = list(asked.values_list("due_date", flat=True))
    said = list(correction_reads.unanswered(actor).values_list("due_date", flat=True))
    return Waiting(len(due), sum(day < today for day in due), len(said), sum(day < today for day in said))
