"""What this module does when others tell it something."""

from onewindow.domain import events
from onewindow.modules.exchange import services
from onewindow.plumbing import outbox
from onewindow.plumbing.actors import Actor

GUARDIANS = Actor.system("exchange.guardians")


@outbox.on(events.PartyMoved)
def move_party(event: events.PartyMoved) -> None:
    """What was agreed and said for a child is the child's own once it has an account."""
    services.move_party(before=event.before, after=event.after, actor=GUARDIANS)
