"""What happens when a message waits."""

from onewindow.domain.events import MessageWaiting
from onewindow.modules.messages import delivery
from onewindow.plumbing import outbox


@outbox.on(MessageWaiting)
def carry(_event: MessageWaiting) -> None:
    """Start a round of the courier; which messages are due it sees itself."""
    delivery.soon()
