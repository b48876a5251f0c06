"""Who may be told of news in a browser."""

from typing import Any

from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor


def _somebody(actor: Actor, _subject: Any) -> bool:
    return actor.id is not None and (actor.is_person or actor.is_officer)


permissions.declare("messages.push", says="Be told of news in a browser of one's own, and stop it.", allows=_somebody)
