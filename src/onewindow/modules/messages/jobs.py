"""Periodic: what could not be carried is tried again, and old rows go."""

from datetime import datetime, timedelta

from onewindow.modules.messages import delivery
from onewindow.modules.messages.models import Message
from onewindow.plumbing import outbox, sealing

sealing.register(sealing.Column("letters.Message", "sealed", delivery.PURPOSE))
KEPT = timedelta(days=30)


@outbox.every(5, "messages.carry-again")
def carry_again(*, now: datetime) -> None:
    """Start a round where something is due."""
    if Message.objects.filter(state="waiting", due_at__lte=now).exists():
        delivery.soon()


@outbox.every(6 * 3600, "messages.forget")
def forget(*, now: datetime) -> None:
    """Remove rows of messages that were settled long ago."""
    Message.objects.exclude(state="waiting").filter(recorded_at__lt=now - KEPT).delete()
